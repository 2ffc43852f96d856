// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/terraform.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kModule = "module.";

/// The part of `text` up to its next dot, and the dot taken away with it.
std::string_view take_part(std::string_view& text) {
  const std::string_view part = text.substr(0, text.find('.'));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

/// The call of a module and what the call leads to; null when the configuration has none. `path` is
/// "module.a.module.b.".
const Node* call_of(const Node& configuration, std::string_view path) {
  const Node* module = configuration.find("root_module");
  const Node* call = nullptr;
  while (module != nullptr && path.substr(0, kModule.size()) == kModule) {
    path.remove_prefix(kModule.size());
    call = module->at({"module_calls", take_part(path)});
    module = call == nullptr ? nullptr : call->find("module");
  }
  return module == nullptr ? nullptr : call;
}

const Node* module_at(const Node& configuration, std::string_view path) {
  if (path.empty()) return configuration.find("root_module");
  const Node* call = call_of(configuration, path);
  return call == nullptr ? nullptr : call->find("module");
}

/// Follows references from module to module; a configuration of a stranger may lead in a circle.
class Walker {
 public:
  explicit Walker(const Node& configuration) : configuration_{configuration} {}

  void follow(const std::string& module, std::string_view reference) {
    constexpr std::size_t kMostReferences = 1000;
    if (++steps_ > kMostReferences) return;
    constexpr std::string_view kVariable = "var.";
    std::string_view rest = reference;
    if (rest.substr(0, kVariable.size()) == kVariable) {
      rest.remove_prefix(kVariable.size());
      if (!module.empty()) follow_all(caller_of(module), argument(module, take_part(rest)));
    } else if (rest.substr(0, kModule.size()) == kModule) {
      rest.remove_prefix(kModule.size());
      const std::string inside = fmt::format("{}module.{}.", module, without_keys(take_part(rest)));
      const Node* callee = module_at(configuration_, inside);
      const Node* output = callee == nullptr ? nullptr : callee->at({"outputs", without_keys(take_part(rest))});
      if (output != nullptr) follow_all(inside, output->find("expression"));
    } else {
      targets_.push_back(module + without_keys(reference));
    }
  }

  [[nodiscard]] std::vector<std::string> take() { return std::move(targets_); }

 private:
  static std::string caller_of(const std::string& module) {
    const std::size_t last = module.rfind(kModule);
    return last == std::string::npos ? std::string{} : module.substr(0, last);
  }

  [[nodiscard]] const Node* argument(const std::string& module, std::string_view name) const {
    const Node* call = call_of(configuration_, module);
    return call == nullptr ? nullptr : call->at({"expressions", without_keys(name)});
  }

  void follow_all(const std::string& module, const Node* expression) {
    const Node* references = expression == nullptr ? nullptr : list_of(*expression, "references");
    if (references == nullptr) return;
    for (const Node& each : references->items()) follow(module, each.text);
  }

  const Node& configuration_;
  std::vector<std::string> targets_;
  std::size_t steps_{};
};

}  // namespace

std::string without_keys(std::string_view address) {
  std::string out;
  bool in_key = false;
  bool in_quotes = false;
  for (const char c : address) {
    if (in_key && c == '"') in_quotes = !in_quotes;
    if (c == '[' && !in_key) {
      in_key = true;
    } else if (c == ']' && in_key && !in_quotes) {
      in_key = false;
    } else if (!in_key) {
      out += c;
    }
  }
  return out;
}

const Node* ConfiguredResources::find(std::string_view address) {
  std::string_view rest = address;
  while (rest.substr(0, kModule.size()) == kModule) {
    rest.remove_prefix(kModule.size());
    take_part(rest);
  }
  const std::string path{address.substr(0, address.size() - rest.size())};
  const auto [place, is_new] = by_module_.try_emplace(path);
  const Node* module = is_new ? module_at(configuration_, path) : nullptr;
  const Node* list = module == nullptr ? nullptr : list_of(*module, "resources");
  if (list != nullptr) {
    for (const Node& resource : list->items()) {
      place->second.emplace(text_of(resource, "address"), &resource);
      resource.fold();
    }
  }
  const auto found = place->second.find(std::string{rest});
  return found == place->second.end() ? nullptr : found->second;
}

std::vector<std::string> reference_targets(const Node& configuration, const std::string& module,
                                           std::string_view reference) {
  Walker walker{configuration};
  walker.follow(module, reference);
  return walker.take();
}

}  // namespace nsgcheck::io
