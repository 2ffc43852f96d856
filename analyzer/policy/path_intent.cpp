// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/path_intent.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/model/rule_text.hpp"
#include "analyzer/model/topology_deployment.hpp"
#include "analyzer/policy/fingerprint.hpp"
#include "analyzer/policy/flow_words.hpp"
#include "analyzer/policy/hops.hpp"
#include "analyzer/policy/path_sides.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;

/// What is looked for among the flows of an expectation.
enum class Sought : std::uint8_t {
  Lost,      ///< flows that do not arrive
  Arriving,  ///< flows that do
};

/// What was found against an expectation: nothing, where its flows fare as they should for certain.
struct FoundOnPath {
  std::vector<NamedRegion> sure, perhaps;
  std::optional<Witness> witness;             ///< of `sure`
  std::optional<FlowWay> way;                 ///< of the witness
  std::optional<model::Reason> reason;        ///< why something is not settled
  std::vector<std::string> sure_at, open_at;  ///< places
  std::string gap;                            ///< why, in words
  bool complete{true};

  [[nodiscard]] bool is_nothing() const { return sure.empty() && !is_open(); }
  [[nodiscard]] bool is_open() const { return reason.has_value() || !complete || !perhaps.empty(); }
};

void add_once(std::vector<std::string>& list, const std::string& one) {
  if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

/// "10.0.0.4" as an entry of a question.
model::AddressItem item_of(const net::IpAddress& address) {
  return model::parse_address_item(net::to_string(address), {}, false);
}

class PathIntentJudge {
 public:
  PathIntentJudge(const IntentNetwork& network, const Intent& intent, std::span<const Policy> policies,
                  net::Port forwarder_port)
      : network_{network}, intent_{intent}, policies_{policies}, forwarder_port_{forwarder_port} {}

  PathIntentJudgement run() {
    for (std::uint32_t i = 0; i < intent_.expectations.size(); ++i) {
      expectation_ = &intent_.expectations[i];
      if (!expectation_->whole_way || !is_about_this_network()) continue;
      verdict_ = {i, Fulfilment::Held, {}, {}};
      judge_expectation();
      out_.verdicts.push_back(std::move(verdict_));
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] const model::Deployment& deployment() const { return network_.deployment; }

  // An expectation that names machines is about the networks that have them, any other about all with machines.
  [[nodiscard]] bool is_about_this_network() const {
    const FlowPattern& flows = expectation_->flows;
    const bool inbound = flows.direction == net::Direction::Inbound;
    const auto& names = inbound ? flows.to_places : flows.from_places;
    const bool named =
        std::any_of(names.begin(), names.end(), [&](const PlaceName& place) { return has_place(deployment(), place); });
    if (named) return true;
    const auto& items = inbound ? flows.to : flows.from;
    if (items.empty()) return false;
    const PathSide side = side_of(deployment(), flows, inbound ? model::FlowEnd::Destination : model::FlowEnd::Source);
    const auto& places = network_.paths.places();
    return std::any_of(places.begin(), places.end(),
                       [&](const Place& place) { return place.addresses.overlaps(side.known); });
  }

  void judge_expectation() {
    const FlowPattern& flows = expectation_->flows;
    const std::string called = '"' + expectation_->name + '"';
    const auto less = [&](const FlowPattern& asked, Breach breach, const std::string& head,
                          std::optional<std::uint32_t> entry) {
      take(asked, find(asked, Sought::Lost, {}), breach, head, entry);
    };
    switch (expectation_->kind) {
      case ExpectationKind::Must:
        less(flows, Breach::MustDenied, called + " must arrive, but ", {});
        break;
      case ExpectationKind::MustNot:
        take(flows, find(flows, Sought::Arriving, {}), Breach::MustNotAllowed, called + " must not arrive, but ", {});
        break;
      case ExpectationKind::Only:
        take(flows, find(flows, Sought::Arriving, expectation_->allow), Breach::OnlyMore,
             called + " lists all that may arrive, but ", {});
        for (std::uint32_t i = 0; i < expectation_->allow.size(); ++i)
          less(expectation_->allow[i], Breach::OnlyLess, called + " lists it, but ", i);
        break;
    }
  }

  [[nodiscard]] FoundOnPath find(const FlowPattern& flows, Sought sought, const std::vector<FlowPattern>& without) {
    FoundOnPath out;
    const PathSide from = side_of(deployment(), flows, model::FlowEnd::Source);
    const PathSide to = side_of(deployment(), flows, model::FlowEnd::Destination);
    const bool inbound = flows.direction == net::Direction::Inbound;
    const PathSide& judged = inbound ? to : from;
    const PathSide& other = inbound ? from : to;
    for (const PathSide* side : {&from, &to})
      if (!side->gap.empty()) leave_open(out, side->gap_reason, side->gap);
    for (const model::Instance* instance : judged.unsettled_instances) {
      leave_open(out, model::Reason::UnresolvedExpression, kSpread);
      add_once(out.open_at, instance->name);
    }
    if (!other.unsettled_instances.empty()) leave_open(out, model::Reason::UnresolvedExpression, kSpread);
    if (!network_.open.empty()) leave_open(out, model::Reason::MissingAttachment, network_.open.front());
    if (!network_.unplaced.empty() && !(inbound ? flows.to : flows.from).empty())
      leave_open(out, model::Reason::MissingAttachment, network_.unplaced.front());
    PathQuestion question;
    question.direction = flows.direction;
    question.from = from.items;
    question.to = to.items;
    question.from_without = from.unsettled;
    question.to_without = to.unsettled;
    question.protocols = flows.protocols;
    question.source_ports = net::PortSet::all();
    question.destination_ports = ports_of(flows, forwarder_port_);
    question.losses = sought == Sought::Lost;
    for (const FlowPattern& one : without) question.without.push_back(written_out(one));
    for (PathQuestion& one : split(question, judged, other)) look(one, sought, out);
    if (out.sure.empty() && !out.is_open() && !asked_any_) leave_open(out, model::Reason::MissingAttachment, kNobody);
    return out;
  }

  static constexpr const char* kSpread =
      "rules tell addresses apart of which a machine without a given address may have either";
  static constexpr const char* kNobody = "no machine is asked about";

  static void leave_open(FoundOnPath& out, model::Reason reason, const std::string& why) {
    if (!out.reason || reason < *out.reason) {
      out.reason = reason;
      out.gap = why;
    }
  }

  /// An entry of `only` as addresses.
  [[nodiscard]] FlowPattern written_out(const FlowPattern& flows) const {
    FlowPattern out = flows;
    out.from = side_of(deployment(), flows, model::FlowEnd::Source).items;
    out.to = side_of(deployment(), flows, model::FlowEnd::Destination).items;
    out.ports = ports_of(flows, forwarder_port_);
    return out;
  }

  // What a machine sends to itself is no traffic: where both sides have it, each machine is asked about by itself.
  [[nodiscard]] std::vector<PathQuestion> split(const PathQuestion& whole, const PathSide& judged,
                                                const PathSide& other) const {
    const net::AddressSet here = judged.known - judged.unsettled;
    std::vector<PathQuestion> out;
    const bool inbound = whole.direction == net::Direction::Inbound;
    net::AddressSet asked;
    bool any_machine = false;
    for (const model::Role& role : deployment().roles)
      for (const model::Instance& instance : role.instances) {
        net::AddressSet own;
        for (const net::IpAddress& address : instance.addresses) own = own | net::AddressSet::of(address);
        own = own & here;
        any_machine = any_machine || !own.empty();
        if (own.empty() || !other.known.overlaps(own)) continue;
        asked = asked | own;
        PathQuestion one = whole;
        (inbound ? one.to_only : one.from_only) = own;
        net::AddressSet& without = inbound ? one.from_without : one.to_without;
        without = without | own;
        out.push_back(std::move(one));
      }
    // Addresses of subnets are asked about only where no machine is.
    if (!any_machine && !judged.unsettled_instances.empty()) return out;
    if (any_machine && !machines_in(here - asked)) return out;
    PathQuestion rest = whole;
    (inbound ? rest.to_only : rest.from_only) = here - asked;
    out.push_back(std::move(rest));
    return out;
  }

  [[nodiscard]] bool machines_in(const net::AddressSet& addresses) const {
    return std::any_of(deployment().roles.begin(), deployment().roles.end(), [&](const model::Role& role) {
      return std::any_of(role.instances.begin(), role.instances.end(), [&](const model::Instance& instance) {
        return std::any_of(instance.addresses.begin(), instance.addresses.end(),
                           [&](const net::IpAddress& address) { return addresses.contains(address); });
      });
    });
  }

  void look(const PathQuestion& question, Sought sought, FoundOnPath& out) {
    const PathAnswer answer = network_.paths.ask(question);
    for (const std::string& code : answer.assumptions) add_once(out_.assumptions, code);
    for (const FlowWay& way : answer.ways) {
      const WayEnd& end = question.direction == net::Direction::Inbound ? way.to : way.from;
      // Flows that no machine has: the other family, or none at all.
      if (end.place == nullptr || takes_no_nsg(end)) continue;
      asked_any_ = true;
      take_way(way, end, sought, out);
    }
  }

  // A subnet that is the platform's own, where nobody names it.
  [[nodiscard]] bool takes_no_nsg(const WayEnd& end) const {
    if (!end.instances.empty() || !end.place->subnet) return false;
    const FlowPattern& flows = expectation_->flows;
    const bool inbound = flows.direction == net::Direction::Inbound;
    return (inbound ? flows.to_places : flows.from_places).empty() &&
           model::refuses_nsg(deployment().subnets[*end.place->subnet].name);
  }

  void take_way(const FlowWay& way, const WayEnd& end, Sought sought, FoundOnPath& out) {
    const Judgement& judgement = way.judgement;
    const bool lost = sought == Sought::Lost;
    const auto& sure = lost ? way.lost : judgement.region;
    const bool inbound = expectation_->flows.direction == net::Direction::Inbound;
    const bool fine = judgement.verdict == (lost ? Verdict::Allow : Verdict::Deny) && judgement.complete;
    const bool open = !judgement.unknown_region.empty() || !judgement.complete || (!fine && sure.empty());
    if (open) leave_open(out, judgement.reason.value_or(model::Reason::BudgetExceeded), "");
    out.complete = out.complete && judgement.complete;
    out.sure.insert(out.sure.end(), sure.begin(), sure.end());
    out.perhaps.insert(out.perhaps.end(), judgement.unknown_region.begin(), judgement.unknown_region.end());
    const auto note = [&](const std::string& name, const net::AddressSet& own) {
      add_once(places_, name);
      const auto is_in = [&](const std::vector<NamedRegion>& regions) {
        return std::any_of(regions.begin(), regions.end(), [&](const NamedRegion& one) {
          return (inbound ? one.region.destination : one.region.source).addresses.overlaps(own);
        });
      };
      if (is_in(sure)) add_once(out.sure_at, name);
      if (open && (is_in(judgement.unknown_region) || judgement.unknown_region.empty())) add_once(out.open_at, name);
    };
    for (const model::Instance* instance : end.instances) {
      net::AddressSet own;
      for (const net::IpAddress& address : instance->addresses) own = own | net::AddressSet::of(address);
      note(instance->name, own);
    }
    if (end.instances.empty()) note(end_name(end, deployment()), end.place->addresses);
    const auto& witness = lost ? way.lost_witness : judgement.witness;
    if (out.witness || sure.empty() || !witness) return;
    out.witness = witness;
    out.way = way_of(*witness, way);
  }

  // The stages as the witness meets them, where it is one packet; else as the flows of its way do.
  [[nodiscard]] FlowWay way_of(const Witness& witness, const FlowWay& whole) const {
    const auto* source = std::get_if<net::IpAddress>(&witness.source);
    const auto* destination = std::get_if<net::IpAddress>(&witness.destination);
    if (source == nullptr || destination == nullptr) return whole;
    const FlowQuery packet{expectation_->flows.direction,
                           net::protocol_set({witness.protocol}),
                           item_of(*source),
                           item_of(*destination),
                           witness.source_port,
                           witness.destination_port};
    PathAnswer answer = network_.paths.ask(question_of(packet, false));
    if (answer.ways.size() != 1) return whole;
    return std::move(answer.ways.front());
  }

  // As few regions as can be, by the names that the network has for them; those with symbols stay.
  [[nodiscard]] std::vector<NamedRegion> few(std::vector<NamedRegion> regions) const {
    const auto names_symbol = [](const NamedRegion& one) {
      return !one.region.source.symbols.empty() || !one.region.destination.symbols.empty();
    };
    if (std::any_of(regions.begin(), regions.end(), names_symbol)) return regions;
    std::vector<engine::Region> boxes;
    for (NamedRegion& one : regions) boxes.push_back(std::move(one.region));
    std::vector<NamedRegion> out;
    const engine::SymbolTable none;
    for (engine::Region& region : joined(std::move(boxes), expectation_->flows.direction))
      out.push_back(name_flows(std::move(region), deployment().network, none, true));
    return out;
  }

  void take(const FlowPattern& flows, FoundOnPath found, Breach breach, const std::string& head,
            std::optional<std::uint32_t> entry) {
    note_places(found);
    if (found.is_nothing()) return;
    found.sure = few(std::move(found.sure));
    found.perhaps = few(std::move(found.perhaps));
    const bool violated = !found.sure.empty();
    weigh(verdict_, violated, found.reason);
    const auto [policy, ask] = policy_for(breach, policies_);
    if (policy == nullptr) return;
    Finding finding;
    finding.policy = policy;
    finding.ask = ask;
    finding.severity = expectation_->severity.value_or(worst(*policy));
    finding.status = violated ? Status::Violated : Status::Unknown;
    finding.direction = flows.direction;
    finding.message = head + words_of(found, breach);
    finding.region_complete = found.complete;
    if (!violated) finding.reason = found.reason.value_or(model::Reason::BudgetExceeded);
    if (found.way) finding.hops = hops_of(*found.way, deployment());
    finding.span = place_to_look(finding.hops, breach);
    finding.region = std::move(found.sure);
    finding.unknown_region = std::move(found.perhaps);
    finding.witness = std::move(found.witness);
    finding.assumptions = deployment().assumptions;
    finding.expected = Finding::Expected{verdict_.expectation, expectation_->name, entry};
    finding.fingerprint = fingerprint(finding, deployment().name, pattern_words(flows));
    out_.findings.push_back(std::move(finding));
  }

  // The rule to change: the one that stops what should arrive, or the last that lets through what should not.
  static model::SourceSpan place_to_look(const std::vector<Finding::Hop>& hops, Breach breach) {
    const bool lost = breach == Breach::MustDenied || breach == Breach::OnlyLess;
    model::SourceSpan out;
    for (const Finding::Hop& hop : hops)
      if (hop.span.known() && (hop.verdict == Verdict::Deny) == lost) out = hop.span;
    return out;
  }

  // "tcp 3389 from Internet arrives at WebRole1_IN_0; ...".
  [[nodiscard]] std::string words_of(const FoundOnPath& found, Breach breach) const {
    const bool lost = breach == Breach::MustDenied || breach == Breach::OnlyLess;
    const bool inbound = expectation_->flows.direction == net::Direction::Inbound;
    if (found.sure.empty()) {
      std::string out = "whether it does is not settled";
      if (!found.open_at.empty()) out += (inbound ? " at " : " from ") + enumerate(found.open_at);
      if (network_.one_of_several) out += " in " + deployment().name;
      if (!found.gap.empty()) return out + ": " + found.gap;
      return out + ": " + std::string{model::code(found.reason.value_or(model::Reason::BudgetExceeded))};
    }
    std::vector<std::string> lines;
    for (NamedRegion region : found.sure) {
      // The machines are named beside it.
      if (inbound) region.destination = {"*"};
      std::string line = flow_words(region, deployment().network);
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
    }
    std::string out = enumerate(lines, 2);
    out += breach == Breach::OnlyMore ? " arrives, too," : lost ? " is lost" : " arrives";
    out += (inbound ? " at " : " from ") + enumerate(found.sure_at);
    if (network_.one_of_several) out += " of " + deployment().name;
    const std::string who = found.way ? deciders(*found.way, lost) : "";
    return who.empty() ? out : out + (lost ? "; stopped by " : "; let through by ") + who;
  }

  [[nodiscard]] static std::string deciders(const FlowWay& way, bool lost) {
    std::vector<std::string> out;
    for (const PathStage& stage : way.stages) {
      const Judgement& judgement = stage.answer.judgement;
      if ((judgement.verdict == Verdict::Deny) != lost || judgement.decided_by.empty()) continue;
      out.push_back(stage.rules->rules[judgement.decided_by.front()].name + " of " + stage_name(stage));
    }
    return enumerate(out);
  }

  // By place the worst that any part of the expectation found there.
  void note_places(const FoundOnPath& found) {
    for (const std::string& name : found.open_at) add_once(places_, name);
    for (const std::string& name : places_) {
      const auto is_in = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), name) != list.end();
      };
      auto at = std::find_if(verdict_.places.begin(), verdict_.places.end(),
                             [&](const PlaceVerdict& one) { return one.place == name; });
      if (at == verdict_.places.end()) at = verdict_.places.insert(at, {name, Fulfilment::Held, {}});
      // What leaves the network open leaves every place open.
      const bool open = is_in(found.open_at) || (found.is_open() && found.open_at.empty());
      if (is_in(found.sure_at)) {
        *at = {name, Fulfilment::Violated, {}};
      } else if (open && at->verdict == Fulfilment::Held) {
        *at = {name, Fulfilment::Unknown, found.reason.value_or(model::Reason::BudgetExceeded)};
      }
    }
    places_.clear();
    asked_any_ = false;
  }

  const IntentNetwork& network_;
  const Intent& intent_;
  std::span<const Policy> policies_;
  net::Port forwarder_port_;
  const Expectation* expectation_{};
  ExpectationVerdict verdict_;
  std::vector<std::string> places_;  ///< asked about by the question at hand
  bool asked_any_{};
  PathIntentJudgement out_;
};

}  // namespace

PathIntentJudgement judge_path_intent(const IntentNetwork& network, const Intent& intent,
                                      std::span<const Policy> policies, net::Port forwarder_port) {
  return PathIntentJudge{network, intent, policies, forwarder_port}.run();
}

}  // namespace nsgcheck::policy
