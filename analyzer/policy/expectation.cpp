// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/expectation.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::policy {

std::string_view name(ExpectationKind kind) {
  switch (kind) {
    case ExpectationKind::Must:
      return "must";
    case ExpectationKind::MustNot:
      return "mustNot";
    case ExpectationKind::Only:
      return "only";
  }
  return "must";
}

std::string_view name(Fulfilment fulfilment) {
  switch (fulfilment) {
    case Fulfilment::Held:
      return "held";
    case Fulfilment::Violated:
      return "violated";
    case Fulfilment::Unknown:
      return "unknown";
  }
  return "unknown";
}

bool concerns(const Expectation& expectation, std::string_view nsg) {
  const auto& names = expectation.nsgs;
  return names.empty() ||
         std::any_of(names.begin(), names.end(), [&](const std::string& one) { return net::same_word(one, nsg); });
}

std::string pattern_words(const FlowPattern& pattern) {
  std::string out = pattern.protocols.all() ? "any protocol" : enumerate(protocol_names(pattern.protocols));
  std::vector<std::string> ports;
  if (!pattern.ports.is_all()) ports = net::to_strings(pattern.ports);
  if (pattern.with_forwarder_port) ports.emplace_back("forwarder");
  if (!ports.empty()) out += ' ' + enumerate(ports);
  return out + " from " + side_name(pattern.from) + " to " + side_name(pattern.to) + ' ' +
         std::string{model::name(pattern.direction)};
}

}  // namespace nsgcheck::policy
