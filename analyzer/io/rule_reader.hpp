// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/io/node.hpp"
#include "analyzer/model/nsg.hpp"

namespace nsgcheck::io {

/// Reads one rule object in any layout: members under `properties` or beside `name`, camelCase or PascalCase, singular
/// and plural members, numbers where strings belong, `""`, null and [] as "not given" (semantics 1). An Unknown node
/// becomes an Undetermined item or an empty Field with its reason; a wrong type or missing member becomes a Fault and
/// an empty Field. Never fails: what cannot be read is unknown.
[[nodiscard]] model::SecurityRule read_rule(const Node& node);

/// Reads one NSG object: nested (`properties.securityRules[].properties`), flattened, half-flattened or PascalCase,
/// with its default rules, attachments and id. A rule list that is an Unknown node, or not a list, becomes one rule of
/// Origin::Gap that may match anything. `fallback_name` is used when the object has no name.
[[nodiscard]] model::Nsg read_nsg(const Node& node, std::string_view fallback_name);

/// The rule that stands for rules which could not be read: everything about it is unknown for `reason`.
[[nodiscard]] model::SecurityRule gap_rule(std::string name, SourceSpan span, Reason reason, std::string text);

/// Says that the input has rules of a group and not the group itself (Nsg::rest_missing).
void miss_rest(model::Nsg& nsg);

}  // namespace nsgcheck::io
