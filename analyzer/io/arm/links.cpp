// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/links.hpp"

#include <filesystem>
#include <string_view>
#include <utility>

#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/io/arm/resources.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

/// Stands for the directory of the outermost template; no real URI begins so.
constexpr std::string_view kHere = "nsgcheck-input://here/";

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

std::string normal(const std::string& path) { return std::filesystem::path{path}.lexically_normal().generic_string(); }

/// No notes while it lives.
class Muted {
 public:
  explicit Muted(Session& session) : session_{session}, before_{std::exchange(session.muted, true)} {}
  ~Muted() { session_.muted = before_; }
  Muted(const Muted&) = delete;
  Muted& operator=(const Muted&) = delete;

 private:
  Session& session_;
  bool before_;
};

}  // namespace

void Links::add(const Place& inner, const Place& outer, const Node& properties) {
  nested_.emplace(inner.scope, Nested{outer, &properties});
}

Scope& Links::placed(const Place& place) {
  if (const auto known = placed_.find(place.scope); known != placed_.end()) return *known->second;
  GivenParameters given = place.scope->given();
  if (const auto nested = nested_.find(place.scope); nested != nested_.end()) {
    const Node* written = nested->second.properties->find("parameters");
    const Place& outer = nested->second.outer;
    if (written != nullptr) given = given_parameters(Evaluator{placed(outer), outer.passes}.evaluate(*written));
  }
  Scope& own = scopes_.emplace_back(place.scope->placed(std::string{kHere} + place.path, std::move(given)));
  placed_.emplace(place.scope, &own);
  return own;
}

std::string Links::target(const Node& link, const Place& place) {
  const Muted muted{session_};
  const Node value = Evaluator{placed(place), place.passes}.evaluate(link);
  if (const Node* relative = value.find("relativePath"); relative != nullptr && relative->is(Kind::String))
    return normal(directory_of(place.path) + relative->text);
  const Node* uri = value.find("uri");
  if (uri == nullptr || !uri->is(Kind::String) || !uri->text.starts_with(kHere)) return "";
  // A token for the storage that real links go to may stand behind the path.
  const std::string path = uri->text.substr(kHere.size());
  return normal(path.substr(0, path.find_first_of("?#")));
}

}  // namespace nsgcheck::io::arm
