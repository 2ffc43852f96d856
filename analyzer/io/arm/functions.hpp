// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/io/arm/value.hpp"

namespace nsgcheck::io::arm {

/// The value of a call, or why ARM would refuse the call (a wrong type, an index out of range).
using Outcome = tl::expected<Value, std::string>;
using Arguments = std::span<const Value>;

/// How a function meets an argument that is not known.
enum class OnUnknown : std::uint8_t {
  GivesUnknown,  ///< the result is unknown as soon as one argument is
  Takes,         ///< it sees the unknown arguments and decides itself
};

/// A function of the template language that needs its arguments only. Those that need the template (parameters,
/// variables, copyIndex), lazy evaluation (if, and, or) or lambdas are the evaluator's.
struct Function {
  std::string_view name;  ///< in lower case
  std::size_t least;      ///< number of arguments
  std::size_t most;
  Outcome (*apply)(Arguments arguments);
  OnUnknown on_unknown{OnUnknown::GivesUnknown};
};

inline constexpr std::size_t kAnyNumber = 0xFFFFFFFF;

/// The families; the sources are the pages "Template functions" of the ARM documentation of the same names.
[[nodiscard]] std::span<const Function> string_functions();
[[nodiscard]] std::span<const Function> text_search_functions();
[[nodiscard]] std::span<const Function> conversion_functions();
[[nodiscard]] std::span<const Function> collection_functions();
[[nodiscard]] std::span<const Function> set_functions();
[[nodiscard]] std::span<const Function> object_functions();
[[nodiscard]] std::span<const Function> number_functions();
[[nodiscard]] std::span<const Function> comparison_functions();
[[nodiscard]] std::span<const Function> resource_functions();
[[nodiscard]] std::span<const Function> cidr_functions();

/// The function of that name, in any case; null when there is none.
[[nodiscard]] const Function* find_function(std::string_view name);

/// Why the value of a call of `name` exists at run time only; empty for other functions.
[[nodiscard]] std::string run_time_reason(std::string_view name);

// For the families' own use.
/// For functions that join lists: the first argument that is not known, null when all are; of several that are lists it
/// then makes no difference which.
[[nodiscard]] const Node* open_argument(Arguments arguments);
/// The arguments that are lists as far as they are known; empty when none is, and an argument that is none is left out.
[[nodiscard]] std::vector<Value> known_lists(Arguments arguments);
[[nodiscard]] inline Outcome give(Node node) { return make_value(std::move(node)); }
[[nodiscard]] inline tl::unexpected<std::string> refuse(std::string why) { return tl::unexpected(std::move(why)); }
/// "argument 2 is a string, not an integer"
[[nodiscard]] tl::unexpected<std::string> wrong_type(Arguments arguments, std::size_t index, std::string_view wanted);

}  // namespace nsgcheck::io::arm
