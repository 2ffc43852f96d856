// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/partition.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/compare.hpp"

namespace nsgcheck::policy {

/// The rules of one direction of one NSG as claims speak of them.
struct EvidenceRules {
  const model::Nsg* nsg{};  ///< null: there is none, everything passes
  net::Direction direction{};
  bool is_new{};  ///< the new side of a comparison; its places are in the new inputs
  std::shared_ptr<const engine::Filter> filter;
  std::vector<engine::RuleIndex> rules;  ///< those of `filter` that stand in the list, by priority
  std::vector<std::uint32_t> open;       ///< by RuleIndex, as engine::open_values(); empty: nothing is compared
};

enum class ClaimKind : std::uint8_t {
  Verdict,     ///< the answer to a question
  Shadowed,    ///< earlier rules decide all that a rule matches, one of them the other way
  Redundant,   ///< without the rule every verdict is the same
  Comparison,  ///< how two lists lie to each other, over all flows
};

/// Something that an answer says, with what proves it.
struct Claim {
  ClaimKind kind{};
  std::string about;                        ///< in words, for people
  std::size_t list{};                       ///< index into Evidence::lists; of a comparison the old one
  std::size_t new_list{};                   ///< of a comparison
  engine::View view{};                      ///< of a verdict
  engine::RuleIndex rule{};                 ///< of Shadowed and Redundant
  std::optional<std::string_view> verdict;  ///< "allow", "equivalent", ...; empty: nothing is claimed
  std::string why_not;                      ///< when nothing is claimed
  engine::Partition partition;
  std::optional<Witness> witness;  ///< of "partial", "some" and "differs"
};

struct Evidence {
  std::vector<EvidenceRules> lists;
  std::vector<Claim> claims;
};

/// What proves the verdict table, each policy's question and the findings about shadowed and redundant rules of an
/// audit. Arguments as for audit_nsg(), whose result `audit` is; `nsg` must outlive the result.
void add_evidence(Evidence& evidence, const model::Nsg& nsg, const model::NetworkContext& context,
                  std::span<const Policy> policies, const AuditOptions& options, const NsgAudit& audit);

/// What proves a comparison, direction by direction. Arguments as for compare(); the NSGs must outlive the result.
void add_evidence(Evidence& evidence, const NsgPair& pair, const model::NetworkContext& context, bool same_text);

}  // namespace nsgcheck::policy
