// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/sarif_reader.hpp"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kVersion = "2.1.0";

std::string text_at(const Node& node, std::string_view name) {
  const Node* found = node.find(name);
  return found != nullptr && found->is(Node::Kind::String) ? found->text : std::string{};
}

std::optional<std::size_t> number_at(const Node& node, std::string_view name) {
  const Node* found = node.find(name);
  if (found == nullptr || !found->is(Node::Kind::Number)) return std::nullopt;
  std::size_t value = 0;
  const char* const end = found->text.data() + found->text.size();
  const auto [rest, error] = std::from_chars(found->text.data(), end, value);
  return error == std::errc{} && rest == end ? std::optional{value} : std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char letter = net::lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// A relative reference or file URI (RFC 3986) as a path.
std::string path_of(std::string_view uri) {
  if (net::same_word(uri.substr(0, 7), "file://")) {
    uri.remove_prefix(7);
    // The authority, mostly empty.
    if (const auto slash = uri.find('/'); slash != std::string_view::npos) uri.remove_prefix(slash);
  }
  std::string out;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    const bool coded = uri[i] == '%' && i + 2 < uri.size() && hex_digit(uri[i + 1]) >= 0 && hex_digit(uri[i + 2]) >= 0;
    const char c = coded ? static_cast<char>(hex_digit(uri[i + 1]) * 16 + hex_digit(uri[i + 2])) : uri[i];
    if (coded) i += 2;
    out += c == '\\' ? '/' : c;
  }
  while (out.starts_with("./")) out.erase(0, 2);
  return out;
}

/// Reads the results of one run.
class RunReader {
 public:
  RunReader(const Document& document, SarifLog& log) : document_{document}, log_{log} {}

  void read(const Node& run) {
    SarifRun out;
    const Node* driver = run.at({"tool", "driver"});
    if (driver != nullptr) {
      out.tool = text_at(*driver, "name");
      out.version = text_at(*driver, "version");
      if (out.version.empty()) out.version = text_at(*driver, "semanticVersion");
      rules_ = driver->find("rules");
    }
    const Node* results = run.find("results");
    if (results != nullptr && results->is(Node::Kind::Array))
      for (const Node& result : results->items()) add(result, out);
    log_.runs.push_back(std::move(out));
  }

 private:
  void fault(const Node& node, std::string message) {
    log_.errors.push_back({document_.file, position_of(document_, node.span), std::move(message)});
  }

  [[nodiscard]] const Node* rule_of(const Node& result, const std::string& id) const {
    if (rules_ == nullptr || !rules_->is(Node::Kind::Array)) return nullptr;
    const Node* reference = result.find("rule");
    auto index = number_at(result, "ruleIndex");
    if (!index && reference != nullptr) index = number_at(*reference, "index");
    if (index && *index < rules_->items().size()) return &rules_->items()[*index];
    for (const Node& rule : rules_->items())
      if (!id.empty() && text_at(rule, "id") == id) return &rule;
    return nullptr;
  }

  void add(const Node& result, SarifRun& out) {
    if (!result.is(Node::Kind::Object)) return fault(result, "a result of a SARIF run is no object");
    const std::string kind = text_at(result, "kind");
    if (net::same_word(kind, "pass") || net::same_word(kind, "notApplicable") ||
        net::same_word(kind, "informational")) {
      ++out.passed;
      return;
    }
    SarifResult one;
    one.position = position_of(document_, result.span);
    one.rule_id = text_at(result, "ruleId");
    if (one.rule_id.empty() && result.find("rule") != nullptr) one.rule_id = text_at(*result.find("rule"), "id");
    if (const Node* rule = rule_of(result, one.rule_id)) {
      if (one.rule_id.empty()) one.rule_id = text_at(*rule, "id");
      one.rule_name = text_at(*rule, "name");
    }
    if (one.rule_id.empty()) return fault(result, "a result of a SARIF run names no rule");
    if (const Node* message = result.at({"message", "text"}); message != nullptr) one.message = message->text;
    locate(result, one);
    out.results.push_back(std::move(one));
  }

  static void locate(const Node& result, SarifResult& one) {
    const Node* locations = result.find("locations");
    if (locations == nullptr || !locations->is(Node::Kind::Array) || locations->items().empty()) return;
    const Node* physical = locations->items().front().find("physicalLocation");
    if (physical == nullptr) return;
    if (const Node* artifact = physical->find("artifactLocation")) one.file = path_of(text_at(*artifact, "uri"));
    const Node* region = physical->find("region");
    if (region == nullptr) return;
    one.line = number_at(*region, "startLine");
    if (one.line == std::size_t{0}) one.line.reset();
    if (!one.line) return;
    // Without an end the region is one line (SARIF 3.30.6).
    one.end_line = std::max(*one.line, number_at(*region, "endLine").value_or(*one.line));
  }

  const Document& document_;
  SarifLog& log_;
  const Node* rules_{};
};

}  // namespace

tl::expected<SarifLog, Diagnostic> read_sarif(const Document& document) {
  const auto refuse = [&](const Node& node, std::string message) {
    return tl::unexpected{Diagnostic{document.file, position_of(document, node.span), std::move(message)}};
  };
  const Node* version = document.root.find("version");
  const Node* runs = document.root.find("runs");
  if (runs == nullptr || !runs->is(Node::Kind::Array))
    return refuse(document.root, "no SARIF: it has no list \"runs\"");
  if (version == nullptr || version->text != kVersion)
    return refuse(version != nullptr ? *version : document.root,
                  version != nullptr ? fmt::format("SARIF version \"{}\" is not known, only 2.1.0", version->text)
                                     : std::string{"SARIF without a version; 2.1.0 is known"});
  SarifLog log;
  for (const Node& run : runs->items()) RunReader{document, log}.read(run);
  return log;
}

}  // namespace nsgcheck::io
