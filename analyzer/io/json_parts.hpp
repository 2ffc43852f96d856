// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// Keys stay in the order in which they are put, so that outputs read as the interface shows them.
using Json = nlohmann::ordered_json;

template <class T>
[[nodiscard]] Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// {name, priority, access, line, default?, iteration?} (interface 3, decidedBy).
[[nodiscard]] Json rule_json(const AuditReport& report, const model::SecurityRule& rule);
[[nodiscard]] Json rules_json(const AuditReport& report, const model::Nsg& nsg,
                              const std::vector<policy::ModelRule>& rules);

/// rule_json() with the file of the rule; null for no NSG or no rule.
[[nodiscard]] Json decider_json(const AuditReport& side, const model::Nsg* nsg,
                                const std::optional<policy::ModelRule>& rule);

/// {protocols, source, sourcePorts, destination, destinationPorts}; no port keys for protocols without ports.
[[nodiscard]] Json regions_json(const std::vector<policy::NamedRegion>& regions);
[[nodiscard]] Json witness_json(const policy::Witness& witness);

/// One of `inputs` (interface 3).
[[nodiscard]] Json input_json(const AuditReport& report, const InputReport& input);

/// Text of a JSON value with a line feed at its end: ASCII, never throws, and safe in a CI log. `indent` -1: one line.
[[nodiscard]] std::string dump(const Json& json, int indent);

/// A list whose items are made one after the other: as JSON values they take many times the memory of their text.
struct LongList {
  std::string_view name;
  std::size_t size{};
  std::function<Json(std::size_t)> item;
};

/// dump(json, 2) with the items of `lists`. REQUIRES: each is an empty list in `json`, in this order, and a member of
/// an object that is `depth` levels deep, the outermost being 1.
[[nodiscard]] std::string dump_with(const Json& json, std::size_t depth, const std::vector<LongList>& lists);

}  // namespace nsgcheck::io
