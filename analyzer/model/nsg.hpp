// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/security_rule.hpp"

namespace nsgcheck::model {

/// A network security group as an input gives it.
struct Nsg {
  std::string name;  ///< as written; the file's stem for a bare list of rules
  std::optional<std::string> id;
  std::string resource_group{};  ///< where `id` does not say and another member does; "" not known
  std::string resource_guid;     ///< as VNet flow logs name it; "" where the input does not say
  SourceSpan span;
  std::string iteration;             ///< as SecurityRule::iteration
  std::vector<SecurityRule> rules;   ///< both directions, in input order, defaults included where the input has them
  std::vector<std::string> subnets;  ///< ids or names of the subnets it is attached to, as far as the input says
  std::vector<std::string> nics;
  std::vector<Fault> faults;  ///< of the NSG itself; those of a rule are in the rule
  /// The input has rules of it and not the group itself: an Origin::Gap rule stands for whatever else it holds.
  bool rest_missing{};
  /// What decides whether the group is deployed at all, as written; empty: it surely is. Its own verdicts are those of
  /// a group that is there. Against another state it counts that it may be missing, so that everything passes
  /// (semantics 3).
  std::vector<std::string> conditions;
};

/// Name of the rule that stands for the rest of a group (Nsg::rest_missing).
inline constexpr std::string_view kRestOfGroup = "the group's other rules";

/// The six rules that every NSG ends with (nsg-semantics 1.1), with spans that are not known().
[[nodiscard]] std::vector<SecurityRule> default_rules();

/// True for Azure's own rules, by origin or by priority, whatever the rule is called (semantics 1).
[[nodiscard]] bool is_default(const SecurityRule& rule);

/// `nsg` with every default rule: the input's own where it has them, synthesised where it has none of that direction
/// and priority. Rules recognised by their priority get Origin::Default.
[[nodiscard]] Nsg with_defaults(Nsg nsg);

/// `nsg` with a first rule in each direction that perhaps lets everything pass: a group that may not be there
/// (Nsg::conditions) as one list of rules. The same once more changes nothing.
[[nodiscard]] Nsg perhaps_missing(Nsg nsg);

/// Number of user rules of one direction (interface 8: `rules` counts user rules).
[[nodiscard]] std::size_t count_user_rules(const Nsg& nsg, Direction direction);

}  // namespace nsgcheck::model
