// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/evidence.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "analyzer/engine/diff_rules.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/judge.hpp"
#include "analyzer/policy/structural.hpp"
#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {
namespace {

using engine::PartitionBox;
using engine::View;

constexpr std::string_view kTooMany = "it would take more boxes than evidence may hold";

// A box that only a group without members makes up may hold no flow at all.
bool surely_holds_a_flow(const PartitionBox& box, const engine::SymbolTable& symbols) {
  const net::Family family = box.box.v4 ? net::Family::V4 : net::Family::V6;
  const auto populated = [&](const engine::AddressPart& part) {
    return !part.addresses.empty() || std::any_of(part.symbols.begin(), part.symbols.end(), [&](engine::SymbolId id) {
      return symbols.surely_populated(id, family);
    });
  };
  return populated(box.box.source) && populated(box.box.destination);
}

// A packet of the first box that holds one and of which `wanted` is true.
template <class Wanted>
std::optional<Witness> witness_where(const engine::Partition& partition, const engine::SymbolTable& symbols,
                                     const Wanted& wanted) {
  for (const PartitionBox& box : partition.boxes) {
    if (!wanted(box) || !surely_holds_a_flow(box, symbols)) continue;
    // Of symbols that may be empty only those are left out that the witness would be picked from.
    engine::Region region = box.box;
    const net::Family family = region.v4 ? net::Family::V4 : net::Family::V6;
    for (auto* part : {&region.source, &region.destination})
      std::erase_if(part->symbols, [&](engine::SymbolId id) { return !symbols.surely_populated(id, family); });
    if (auto witness = pick_witness(region, symbols)) return witness;
  }
  return std::nullopt;
}

bool says(const PartitionBox& box, std::size_t list, bool yes) { return box.words[list].yes == std::optional{yes}; }

// What the boxes show; empty when some part is open and nothing surely holds.
void conclude_verdict(Claim& claim, const engine::SymbolTable& symbols) {
  const auto& boxes = claim.partition.boxes;
  const bool words_of_flows = claim.view == View::Allowed;
  const auto all = [&](bool yes) {
    return std::all_of(boxes.begin(), boxes.end(), [&](const PartitionBox& box) { return says(box, 0, yes); });
  };
  const bool some = std::any_of(boxes.begin(), boxes.end(),
                                [&](const PartitionBox& box) { return surely_holds_a_flow(box, symbols); });
  if (some && all(true)) {
    claim.verdict = words_of_flows ? "allow" : "all";
  } else if (all(false)) {
    claim.verdict = words_of_flows ? "deny" : "none";
  } else {
    claim.witness = witness_where(claim.partition, symbols, [](const PartitionBox& box) { return says(box, 0, true); });
    const bool others = std::any_of(boxes.begin(), boxes.end(), [&](const PartitionBox& box) {
      return !says(box, 0, true) && surely_holds_a_flow(box, symbols);
    });
    if (claim.witness && others) claim.verdict = words_of_flows ? "partial" : "some";
  }
}

/// Claims about one NSG.
class Auditor {
 public:
  Auditor(Evidence& out, const model::Nsg& nsg, const model::NetworkContext& context, std::span<const Policy> policies,
          const AuditOptions& options)
      : out_{out},
        nsg_{nsg},
        asked_{options.asked != nullptr ? *options.asked : context},
        forwarder_{options.forwarder_port},
        first_list_{out.lists.size()} {
    for (const auto direction : {net::Direction::Inbound, net::Direction::Outbound}) {
      auto view = std::make_shared<DirectionView>(nsg, direction, context, policies, forwarder_);
      symbols_.push_back(&view->symbols());
      EvidenceRules rules{&nsg, direction, false, {view, &view->filter()}, {}, {}};
      rules.rules.resize(rules.filter->rules().size());
      std::iota(rules.rules.begin(), rules.rules.end(), engine::RuleIndex{0});
      out_.lists.push_back(std::move(rules));
    }
  }

  void ports(const NsgAudit& audit) {
    for (const PortVerdict& entry : audit.ports)
      ask(pattern_of(entry), View::Allowed, "",
          entry.judgement.complete ? entry.judgement.verdict : engine::Verdict::Unknown);
  }

  void policy(const Policy& policy) {
    for (const Ask& one : policy.asks) std::visit([&](const auto& kind) { judge(policy.id + ": ", kind); }, one);
  }

  void hygiene(const Finding& finding) {
    if (!finding.rule || !finding.direction || finding.status == Status::Unknown) return;
    for (const Ask& one : finding.policy->asks) {
      const auto* hygiene = std::get_if<Hygiene>(&one);
      if (hygiene == nullptr) continue;
      if (hygiene->kind == engine::HygieneKind::Shadowed) about_rule(ClaimKind::Shadowed, finding);
      if (hygiene->kind == engine::HygieneKind::Redundant) about_rule(ClaimKind::Redundant, finding);
    }
  }

 private:
  void judge(const std::string& who, const Forbid& ask) { this->ask(ask.flows, View::Allowed, who); }
  void judge(const std::string& who, const ForbidWhole& ask) { this->ask(ask.flows, View::Allowed, who); }
  void judge(const std::string& who, const Require& ask) { this->ask(ask.flows, View::DeniedByUser, who); }
  void judge(const std::string& who, const RequireSome& ask) {
    this->ask(ask.when, View::Allowed, who);
    this->ask(ask.some, View::Allowed, who);
  }
  // Asked only where a rule names the service, asked about sources one by one, or no question to all flows.
  template <class Other>
  void judge(const std::string&, const Other&) {}

  [[nodiscard]] std::size_t list_of(net::Direction direction) const {
    return first_list_ + (direction == net::Direction::Inbound ? 0 : 1);
  }

  void ask(const FlowPattern& pattern, View view, const std::string& who,
           std::optional<engine::Verdict> expected = std::nullopt) {
    const std::size_t list = list_of(pattern.direction);
    const engine::Filter& filter = *out_.lists[list].filter;
    const NamedQuestion question = resolve_pattern(pattern, asked_, forwarder_, *symbols_[list - first_list_]);
    Claim claim;
    claim.list = list;
    claim.view = view;
    claim.about = who + name_of(question);
    if (view == View::DeniedByUser) claim.about += ", denied by a rule of the user";
    claim.partition = engine::partition(filter, question.flows, view);
    if (!claim.partition.complete) {
      claim.why_not = kTooMany;
    } else if (claim.partition.question.empty()) {
      claim.why_not = "no flow is asked about";
    } else {
      conclude_verdict(claim, filter.symbols());
      if (!claim.verdict)
        claim.why_not = "the input does not settle it, or only how tags lie to each other does";
      else if (expected && *claim.verdict != engine::name(*expected))
        refuse(claim, "the audit says " + std::string{engine::name(*expected)} + " for more than single packets show");
    }
    out_.claims.push_back(std::move(claim));
  }

  static void refuse(Claim& claim, std::string why) {
    claim.verdict.reset();
    claim.witness.reset();
    claim.why_not = std::move(why);
  }

  [[nodiscard]] static std::string name_of(const NamedQuestion& question) {
    std::string out = enumerate(protocol_names(question.flows.protocols));
    if (!question.flows.destination_ports.is_all())
      out += ' ' + enumerate(net::to_strings(question.flows.destination_ports));
    return out + " from " + question.source + " to " + question.destination;
  }

  void about_rule(ClaimKind kind, const Finding& finding) {
    Claim claim;
    claim.kind = kind;
    claim.list = list_of(*finding.direction);
    const engine::Filter& filter = *out_.lists[claim.list].filter;
    for (engine::RuleIndex r = 0; r < filter.rules().size(); ++r)
      if (filter.origin(r) == *finding.rule) claim.rule = r;
    claim.about = finding.policy->id + ": " + rule_label(nsg_.rules[*finding.rule]);
    claim.partition = engine::partition_without(filter, claim.rule);
    const auto& boxes = claim.partition.boxes;
    const auto is_other = [&](engine::RuleIndex r) {
      return filter.rules()[r].may_allow != filter.rules()[claim.rule].may_allow;
    };
    if (!claim.partition.complete) {
      claim.why_not = kTooMany;
    } else if (boxes.empty()) {
      claim.why_not = "the rule surely matches nothing";
    } else if (kind == ClaimKind::Redundant) {
      const bool same = std::all_of(boxes.begin(), boxes.end(), [](const PartitionBox& box) {
        return box.words[0].yes && box.words[0].yes == box.words[1].yes;
      });
      if (same) claim.verdict = "redundant";
    } else {
      const bool dead = std::all_of(boxes.begin(), boxes.end(), [&](const PartitionBox& box) {
        return std::find(box.words[0].by.begin(), box.words[0].by.end(), claim.rule) == box.words[0].by.end();
      });
      const bool opposed = std::any_of(boxes.begin(), boxes.end(), [&](const PartitionBox& box) {
        return std::any_of(box.words[0].by.begin(), box.words[0].by.end(), is_other);
      });
      if (dead && opposed) claim.verdict = "shadowed";
    }
    if (!claim.verdict && claim.why_not.empty())
      claim.why_not = "it rests on more than what each rule surely and perhaps matches";
    out_.claims.push_back(std::move(claim));
  }

  Evidence& out_;
  const model::Nsg& nsg_;
  const model::NetworkContext& asked_;
  net::Port forwarder_;
  std::size_t first_list_;
  std::vector<engine::SymbolTable*> symbols_;  ///< by direction; the lists keep them alive
};

// True when both lists surely decide alike there.
bool fare_alike(const PartitionBox& box) {
  return box.words.empty() || (box.words[0].yes && box.words[0].yes == box.words[1].yes);
}

bool fare_differently(const PartitionBox& box) {
  return !box.words.empty() && box.words[0].yes && box.words[1].yes && box.words[0].yes != box.words[1].yes;
}

}  // namespace

void add_evidence(Evidence& evidence, const model::Nsg& nsg, const model::NetworkContext& context,
                  std::span<const Policy> policies, const AuditOptions& options, const NsgAudit& audit) {
  Auditor auditor{evidence, nsg, context, policies, options};
  auditor.ports(audit);
  for (const Policy& policy : policies) auditor.policy(policy);
  for (const Finding& finding : audit.findings) auditor.hygiene(finding);
}

void add_evidence(Evidence& evidence, const NsgPair& pair, const model::NetworkContext& context, bool same_text) {
  for (const auto direction : {net::Direction::Inbound, net::Direction::Outbound}) {
    const engine::DiffRules rules{pair.before, pair.after, direction, context, same_text};
    Claim claim;
    claim.kind = ClaimKind::Comparison;
    claim.about = "every " + std::string{model::name(direction)} + " flow, before and after";
    claim.list = evidence.lists.size();
    claim.new_list = claim.list + 1;
    claim.partition = engine::partition(rules);
    const auto filter = std::make_shared<const engine::Filter>(rules.filter());
    for (const engine::DiffSide side : {engine::DiffSide::Old, engine::DiffSide::New}) {
      const bool is_new = side == engine::DiffSide::New;
      EvidenceRules list{is_new ? pair.after : pair.before, direction, is_new, filter, {}, engine::open_values(rules)};
      for (engine::RuleIndex r = 0; r < filter->rules().size(); ++r)
        if (rules.side(r) == side) list.rules.push_back(r);
      evidence.lists.push_back(std::move(list));
    }
    const auto& boxes = claim.partition.boxes;
    if (!claim.partition.complete) {
      claim.why_not = kTooMany;
    } else if (std::all_of(boxes.begin(), boxes.end(), fare_alike)) {
      claim.verdict = "equivalent";
    } else {
      claim.witness = witness_where(claim.partition, filter->symbols(), fare_differently);
      if (claim.witness)
        claim.verdict = "differs";
      else
        claim.why_not = "it rests on values that the inputs do not settle";
    }
    evidence.claims.push_back(std::move(claim));
  }
}

}  // namespace nsgcheck::policy
