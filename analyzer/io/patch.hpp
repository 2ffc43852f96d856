// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/io/document.hpp"
#include "analyzer/io/text_edit.hpp"
#include "analyzer/model/rule_change.hpp"

namespace nsgcheck::io {

/// The edits of a document that make `changes` of an NSG that was read from it, as few bytes as can be; sorted. Or why
/// they cannot stand there, as a clause: only what is written out literally is changed, never an expression, a loop, a
/// variable or what a tool wrote. `format`: of RuleSource.
[[nodiscard]] tl::expected<std::vector<TextEdit>, std::string> patch(const Document& document, std::string_view format,
                                                                     const model::Nsg& nsg,
                                                                     const std::vector<model::RuleChange>& changes);

/// A rule as the object that `securityRules` of an ARM template takes.
[[nodiscard]] std::string arm_rule_text(const model::SecurityRule& rule);

}  // namespace nsgcheck::io
