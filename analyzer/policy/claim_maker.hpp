// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/evidence.hpp"

namespace nsgcheck::policy {

inline constexpr std::string_view kTooManyBoxes = "it would take more boxes than evidence may hold";

/// Makes claims about one NSG. Each goes into the evidence, also when nothing can be claimed; what is returned is its
/// index there.
class ClaimMaker {
 public:
  /// `patterns`: all that is asked about. Arguments as for add_evidence().
  ClaimMaker(Evidence& out, const model::Nsg& nsg, const model::NetworkContext& context,
             std::span<const FlowPattern* const> patterns, const AuditOptions& options);

  /// The answer to a pattern. `expected`: what the audit says; another answer is not claimed.
  std::size_t verdict(const FlowPattern& pattern, engine::View view, const std::string& who,
                      std::optional<engine::Verdict> expected = std::nullopt);
  /// Whether anything of an expectation's scope is allowed besides the questions of the claims `listed`.
  std::size_t unlisted(const Expectation& expectation, const std::vector<std::size_t>& listed, const std::string& who);
  /// One packet of what the claim `asked` asks about that is answered with yes; empty when that cannot be shown.
  std::optional<std::size_t> packet(std::size_t asked, const Witness& packet);
  /// One that the rule alone decides, whose source ports the question is narrowed to.
  std::optional<std::size_t> decided_by(const FlowPattern& pattern, ModelRule rule, const std::string& who);
  /// Shadowed, Redundant, Overlapped or NeverMatches, of a finding about a rule.
  std::size_t about_rule(ClaimKind kind, const Finding& finding);
  std::size_t named(const FlowPattern& pattern, const model::SecurityRule& rule, const std::string& who);

 private:
  struct Question {
    std::size_t list{};
    engine::FlowSet flows;
    std::string words;
  };
  [[nodiscard]] std::size_t list_of(net::Direction direction) const {
    return first_list_ + (direction == net::Direction::Inbound ? 0 : 1);
  }
  [[nodiscard]] const engine::Filter& filter_of(const Claim& claim) const { return *out_.lists[claim.list].filter; }
  [[nodiscard]] Question resolve(const FlowPattern& pattern);
  [[nodiscard]] std::optional<engine::RuleIndex> index_of(const engine::Filter& filter, ModelRule rule) const;
  /// The part of the packet in the cut of the question that consists of it alone.
  [[nodiscard]] std::optional<engine::PartitionBox> cut(const engine::Filter& filter, const Witness& packet,
                                                        engine::View view) const;
  [[nodiscard]] bool is_answered(const engine::Filter& filter, const Witness& packet, engine::View view,
                                 bool yes) const;
  void conclude_large(Claim& claim, const engine::FlowSet& flows) const;
  void cut_overlap(Claim& claim, const Finding& finding) const;
  std::size_t put(Claim claim);

  Evidence& out_;
  const model::Nsg& nsg_;
  const model::NetworkContext& context_;
  const model::NetworkContext& asked_;
  net::Port forwarder_;
  std::size_t first_list_;
  std::vector<engine::SymbolTable*> symbols_;  ///< by direction; the lists keep them alive
};

}  // namespace nsgcheck::policy
