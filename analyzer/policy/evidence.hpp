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
  Verdict,       ///< the answer to a question
  Packet,        ///< one packet of a question is answered with yes
  Named,         ///< a rule is about a question by name (naming_rule())
  Shadowed,      ///< earlier rules decide all that a rule matches, one of them the other way
  Redundant,     ///< without the rule every verdict is the same
  Overlapped,    ///< flows that a rule matches are decided the other way before it
  NeverMatches,  ///< a rule matches nothing
  Comparison,    ///< how two lists lie to each other, over all flows
};

/// Something that an answer says, with what proves it.
struct Claim {
  ClaimKind kind{};
  std::string about;                             ///< in words, for people
  std::size_t list{};                            ///< index into Evidence::lists; of a comparison the old one
  std::size_t new_list{};                        ///< of a comparison
  engine::View view{};                           ///< of Verdict and Packet
  engine::RuleIndex rule{};                      ///< of the kinds about one rule
  std::optional<std::string_view> verdict;       ///< "allow", "equivalent", ...; empty: nothing is claimed
  std::string why_not;                           ///< when nothing is claimed
  engine::Partition partition;                   ///< boxes without words: flows of `except`
  std::vector<engine::Partition::Asked> except;  ///< flows of the question that nothing is said about
  std::vector<engine::RuleIndex> by;             ///< of Packet: the rules that decide it
  std::optional<Witness> witness;                ///< of "partial", "some" and "differs"
  std::optional<Witness> counterpart;            ///< of "partial" and "some" without boxes: one that fares otherwise
};

/// A finding, or what became of an expectation, with the claims that show it.
struct Proof {
  const Finding* finding{};         ///< null: about an expectation
  std::string expectation;          ///< its name
  std::optional<std::string> nsg;   ///< empty: about no NSG
  std::optional<std::string> rule;  ///< name of the rule that it is about
  std::string_view status;          ///< "violated", "held", ...
  std::string_view shows;           ///< what the claims come to (docs/evidence.md); "": not shown
  std::vector<std::size_t> claims;  ///< indices into Evidence::claims
  std::string why_not;              ///< when it is not shown
};

struct Evidence {
  std::vector<EvidenceRules> lists;
  std::vector<Claim> claims;
  std::vector<Proof> proofs;
};

/// What proves the verdict table, each policy's question, and every finding and expectation of an audit, or why nothing
/// does. Arguments as for audit_nsg(), whose result `audit` is; `nsg` and `audit` must outlive the result.
void add_evidence(Evidence& evidence, const model::Nsg& nsg, const model::NetworkContext& context,
                  std::span<const Policy> policies, const AuditOptions& options, const NsgAudit& audit);

/// Lists findings that are about no NSG: they are facts of the deployment or of the run. They must outlive the result.
void add_other_findings(Evidence& evidence, std::span<const Finding> findings);

/// Lists expectations about whole ways, of which evidence proves none yet.
void add_whole_ways(Evidence& evidence, const Intent& intent, std::span<const ExpectationVerdict> verdicts);

/// What proves a comparison, direction by direction. Arguments as for compare(); the NSGs must outlive the result.
void add_evidence(Evidence& evidence, const NsgPair& pair, const model::NetworkContext& context, bool same_text);

}  // namespace nsgcheck::policy
