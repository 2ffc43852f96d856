// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/io/arm/functions.hpp"
#include "analyzer/io/arm/session.hpp"
#include "analyzer/io/arm/stated_resources.hpp"

namespace nsgcheck::io::arm {

/// Parameter values that come from outside a template: parameter files, or the deployment that nests it.
struct GivenParameters {
  std::vector<std::pair<std::string, Node>> values;  ///< later ones win
  /// Not empty: there may be more values than these, for this reason.
  std::string incomplete;
};

/// A function of the template's `functions` section.
struct UserFunction {
  std::vector<std::string> parameters;
  const Node* output{};  ///< the expression of its value
};

/// The names that the expressions of one template can use. Parameters and variables are evaluated when first asked for.
class Scope {
 public:
  /// `root` is the template; it and `session` must outlive the scope.
  Scope(const Node& root, GivenParameters given, Session& session);

  /// The same template with other parameter values and an own place, which deployment() then tells. `uri`: absolute.
  [[nodiscard]] Scope placed(std::string uri, GivenParameters given) const;
  [[nodiscard]] const GivenParameters& given() const { return given_; }
  /// The URI of the template, "" when it is not known.
  [[nodiscard]] const std::string& uri() const { return uri_; }

  /// A nested template with expressions of its own: what those leave open is told in the words of the outermost
  /// template.
  [[nodiscard]] bool is_inner() const { return inner_; }
  void set_inner() { inner_ = true; }

  /// Unknown when it has neither value nor default; an error when the template declares no such parameter.
  [[nodiscard]] Outcome parameter(std::string_view name);
  [[nodiscard]] Outcome variable(std::string_view name);
  /// As written in the template, for its symbolic name; null when there is none or it is made by a loop.
  [[nodiscard]] const Node* variable_literal(std::string_view name) const;
  /// `name` is "namespace.function". Null when there is none.
  [[nodiscard]] const UserFunction* function(std::string_view name) const;
  [[nodiscard]] Session& session() { return session_; }

  /// The resources that the template states, until end_stating(); null while too many properties are looked up for each
  /// other, or while names are still read that the resources go by.
  [[nodiscard]] const StatedResources* begin_stating();
  void end_stating() { --stating_; }

 private:
  using Cache = std::map<std::string, Value, std::less<>>;

  [[nodiscard]] Node evaluate_parameter(std::string_view name, const Node& declared);
  /// The loop of the `variables` section that makes the variable, or null.
  [[nodiscard]] const Node* variable_loop(std::string_view name) const;
  /// The cached value of `key`, made by `make` when it is asked for the first time.
  template <class Make>
  [[nodiscard]] Value once(Cache& cache, std::string_view kind, std::string_view name, Make make);

  const Node& root_;
  GivenParameters given_;
  Session& session_;
  std::string uri_;
  bool inner_{};
  std::map<std::string, UserFunction, std::less<>> functions_;  ///< by lower-case name
  Cache parameters_;
  Cache variables_;
  std::set<std::string> pending_;
  std::optional<StatedResources> stated_;
  std::size_t stating_{};  ///< lookups that are going on
};

}  // namespace nsgcheck::io::arm
