// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/io/reader.hpp"

namespace nsgcheck::io::arm_case {

/// A document from JSON text; fails the test when it is none.
[[nodiscard]] Document document(std::string_view text, std::uint32_t index = 0);

/// The value of an expression inside a template with these sections, as compact JSON; "unknown: " and the reason for a
/// value that is unknown. Unknown parts of lists and objects read "?".
[[nodiscard]] std::string value_of(std::string_view expression, std::string_view template_text = "{}");

/// What read_template() makes of a template, one line a rule: name, priority, direction, access, protocol, and the four
/// sides as written, unknown ones as "?"; rules of origin Gap as "gap". NSGs on lines of their own.
[[nodiscard]] std::string rules_of(std::string_view template_text, std::string_view parameter_file = "");

/// The rules of one NSG in the same words.
[[nodiscard]] std::string rules_of(const model::Nsg& nsg);

[[nodiscard]] RuleSource read(const Document& document);

/// All `what` of what was skipped, one a line.
[[nodiscard]] std::string skipped(const RuleSource& source);

/// A resource in JSON: an NSG with one rule "r", which lets in tcp 22 from this source.
[[nodiscard]] std::string nsg(const std::string& name, const std::string& source);
/// What rules_of() gives for it.
[[nodiscard]] std::string source_is(const std::string& name, const std::string& source);

}  // namespace nsgcheck::io::arm_case
