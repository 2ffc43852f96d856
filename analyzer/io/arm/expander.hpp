// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/io/arm/links.hpp"
#include "analyzer/io/arm/resources.hpp"

namespace nsgcheck::io::arm {

/// Walks the resources of a template and of the deployments nested in it.
class Expander {
 public:
  /// `session` must outlive the expander.
  explicit Expander(Session& session) : session_{session}, links_{session} {}

  /// `file`: the name of the template's file.
  [[nodiscard]] Expansion run(const Node& template_root, Scope& scope, const std::string& file);

 private:
  /// Where in the templates a resource stands.
  struct Place {
    Scope* scope{};
    std::vector<Pass> passes;
    std::string parent_type;  ///< of a child written inside its parent
    std::string parent_name;
    bool may_be_absent{};
    std::string count_unknown;
    std::vector<std::string> conditions;  ///< as Resource::conditions
    std::size_t deployment{};
    Target target;        ///< of what is made here
    Target scope_target;  ///< what the functions resourceGroup() and subscription() of `scope` tell
    std::size_t nesting{};
    std::string path;                 ///< of the template's file, relative to the directory of the outermost one
    std::vector<const Node*> linked;  ///< linked templates that this one stands in
  };
  enum class Condition : std::uint8_t { Holds, Fails, Open };

  void resource_list(const Node& list, const Place& place);
  void resource(const Node& literal, const Place& place);
  void resource_of(const Node& literal, const std::string& type, const Place& place);
  void every_pass(const Node& literal, const Node& loop, const std::string& type, Place place);
  void one_pass(const Node& literal, const std::string& type, const Place& place);
  void children(const Node& literal, const std::string& type, const std::string& name, const Place& place);
  void add(const Node& literal, const std::string& type, const std::string& name, const Place& place);
  void deployment(const Node& literal, const std::string& name, const Place& place);
  void nested_template(const Node& root, const Node& properties, const std::string& name, Place place, bool inner);
  void linked_template(const Node& literal, const Node& properties, const std::string& name, const Place& place);
  void template_spec(const Node& literal, const Place& place);
  /// One that is not known is added to `open`.
  [[nodiscard]] Condition condition(const Node& literal, Evaluator& evaluator, std::vector<std::string>& open);
  /// Where a resource, or what a deployment makes, goes by the members of its literal.
  [[nodiscard]] static Target target_of(const Node& literal, const Place& place);
  [[nodiscard]] std::string full_type(const std::string& type, const Place& place) const;
  [[nodiscard]] GivenParameters parameters_for(const Node& properties, Evaluator& evaluator, const Place& place);
  /// `literal`, or its value when it is an expression; lives as long as the expander.
  [[nodiscard]] const Node& resolved(const Node& literal, Evaluator& evaluator);
  void fault(SourceSpan span, std::string message) { expansion_.faults.push_back({span, std::move(message)}); }

  Session& session_;
  Links links_;
  Expansion expansion_;
  std::deque<Scope> scopes_;  ///< of nested templates
  std::deque<Node> values_;   ///< evaluated literals that are walked
  std::size_t deployments_{};
};

}  // namespace nsgcheck::io::arm
