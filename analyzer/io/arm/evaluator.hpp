// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/io/arm/copy_loop.hpp"
#include "analyzer/io/arm/expression.hpp"
#include "analyzer/io/arm/scope.hpp"
#include "analyzer/io/arm/stated_resources.hpp"

namespace nsgcheck::io::arm {

/// The number of passes of a loop, or why it is not known.
using PassCount = std::variant<std::int64_t, std::string>;

/// Evaluates the literals of one template at one place: inside certain loops, perhaps inside a user-defined function.
///
/// What it makes are nodes of the same kinds. Scalars, and what functions build, stand at the expression that gave
/// them; an object that is written out somewhere (in a parameter default, say) keeps its own place, since that is where
/// a reader finds the rule. Expressions that cannot be evaluated give nodes of kind Unknown.
class Evaluator {
 public:
  /// `scope` must outlive the evaluator.
  explicit Evaluator(Scope& scope, std::vector<Pass> passes = {}) : scope_{scope}, passes_{std::move(passes)} {}

  /// The value of a literal: expressions evaluated, property loops written out.
  [[nodiscard]] Node evaluate(const Node& literal);

  /// As evaluate(), but strings that stay unknown become their symbolic names, see name_of(). For members that only
  /// name other resources.
  [[nodiscard]] Node evaluate_names(const Node& literal);

  /// The array that a loop with name, count and input makes; Unknown when the count is not known.
  [[nodiscard]] Node evaluate_loop(const Node& loop);

  /// The value of a loop's `count`.
  [[nodiscard]] PassCount count_of(const Node& loop);

  /// The text of a name. Parts that are not known stand in braces as they are written, so that equal names stay equal:
  /// "[concat(parameters('nsg'), '/rdp')]" is "{parameters('nsg')}/rdp".
  [[nodiscard]] std::string name_of(const Node& literal);

  [[nodiscard]] Value evaluate(const Expression& expression);

  [[nodiscard]] const std::vector<Pass>& passes() const { return passes_; }
  [[nodiscard]] Scope& scope() { return scope_; }

 private:
  using Handler = Value (Evaluator::*)(const Expression&);
  struct Lambda {
    std::vector<std::string> parameters;
    const Expression* body{};
  };

  [[nodiscard]] static Handler handler_of(std::string_view lower_name);

  // Literals.
  [[nodiscard]] Node evaluate_text(const Node& literal);
  [[nodiscard]] Node evaluate_array(const Node& literal);
  [[nodiscard]] Node evaluate_object(const Node& literal);
  [[nodiscard]] std::string evaluate_key(const std::string& key, SourceSpan span);
  [[nodiscard]] std::string symbol(const Expression& expression);
  [[nodiscard]] std::string symbol_of_call(const Expression& call);
  /// The symbol of a subscription or resource group, that of the deployment itself as it stands in resource ids.
  [[nodiscard]] std::string place_symbol(const Expression& expression);
  [[nodiscard]] std::string symbol_of_variable(const Expression& call);
  /// The expression with what it takes from parameters replaced by their values: what is written alike, with the same
  /// values, is the same. Parameters of the outermost template that have none keep their names.
  [[nodiscard]] Expression in_outer_words(const Expression& expression);
  [[nodiscard]] Expression given_for(const Expression& parameter);
  /// Part of a parameter's value that is known, or written by itself; empty: it is neither.
  [[nodiscard]] std::optional<Expression> given_part(const Expression& part);
  /// Puts symbolic names in the place of unknown values.
  void give_name(Node& node);
  void give_name_within(Node& node);

  // Expressions.
  [[nodiscard]] Value call(const Expression& expression);
  [[nodiscard]] Value call_function(const Function& function, const Expression& expression);
  /// Puts symbols in the place of the unknown subscription and group of a resource id.
  void name_places(const Expression& call, std::vector<Value>& arguments);
  [[nodiscard]] Value call_user_function(const UserFunction& function, const Expression& expression);
  [[nodiscard]] Value member(const Expression& expression);
  [[nodiscard]] Value index(const Expression& expression);

  // What reference() gives and the template itself states.
  [[nodiscard]] static bool is_reference(const Expression& chain);
  /// Members and indexes behind `reference(...)`, from there on; empty when one is not known.
  [[nodiscard]] std::optional<std::vector<Node>> steps_of(const Expression& chain);
  /// A property that the resource surely has when it is deployed, as it is written in the template, or the id of a part
  /// of it; Unknown where it is written and its value is not known; empty: it is known at run time only. `as_name`: as
  /// evaluate_names().
  [[nodiscard]] std::optional<Node> stated(const Expression& chain, bool as_name);
  [[nodiscard]] std::optional<Node> stated_part(const StatedResource& resource, const std::vector<Node>& steps,
                                                bool as_name);
  [[nodiscard]] std::optional<Node> part_id(const StatedResource& resource, const std::string& list, const Node& part,
                                            bool as_name);

  // Functions that need the template or evaluate their arguments lazily.
  [[nodiscard]] Value parameters(const Expression& expression);
  [[nodiscard]] Value variables(const Expression& expression);
  [[nodiscard]] Value copy_index(const Expression& expression);
  [[nodiscard]] Value deployment(const Expression& expression);
  [[nodiscard]] Value choose(const Expression& expression);
  [[nodiscard]] Value all_of(const Expression& expression);
  [[nodiscard]] Value any_of(const Expression& expression);
  [[nodiscard]] Value coalesce(const Expression& expression);
  [[nodiscard]] Value junction(const Expression& expression, bool decisive);

  // Functions with lambdas.
  [[nodiscard]] Value lambda_variables(const Expression& expression);
  [[nodiscard]] Value map(const Expression& expression);
  [[nodiscard]] Value filter(const Expression& expression);
  [[nodiscard]] Value reduce(const Expression& expression);
  [[nodiscard]] Value sort(const Expression& expression);
  [[nodiscard]] Value map_values(const Expression& expression);
  [[nodiscard]] Value group_by(const Expression& expression);
  [[nodiscard]] Value to_object(const Expression& expression);
  [[nodiscard]] std::optional<Lambda> lambda(const Expression& expression, std::size_t position,
                                             std::size_t parameters);
  /// The same; it may take the index of the item as a further parameter.
  [[nodiscard]] std::optional<Lambda> lambda_with_index(const Expression& expression, std::size_t position,
                                                        std::size_t parameters);
  /// Arguments that the lambda has no parameter for are left out.
  [[nodiscard]] Value apply(const Lambda& lambda, std::vector<Value> arguments);
  /// The first argument as an array, or the value that the whole call has instead.
  [[nodiscard]] tl::expected<Value, Value> input_array(const Expression& expression);

  /// The first argument as a string literal or known string value; empty after fail().
  [[nodiscard]] std::optional<std::string> name_argument(const Expression& expression, Value& otherwise);

  /// Unknown, and told to the user: ARM would refuse this.
  [[nodiscard]] Value fail(const Expression& expression, const std::string& why);
  [[nodiscard]] Value charged(const Expression& expression, Value value);

  Scope& scope_;
  std::vector<Pass> passes_;
  std::vector<std::pair<std::string, Value>> lambda_variables_;
  const std::vector<std::pair<std::string, Value>>* arguments_{};  ///< set inside a user-defined function
  bool as_names_{};
  SourceSpan at_;  ///< of the expression that is being evaluated
};

}  // namespace nsgcheck::io::arm
