// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/claim_maker.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "analyzer/policy/claim_verdict.hpp"
#include "analyzer/policy/intent.hpp"
#include "analyzer/policy/opened_by.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::policy {
namespace {

using engine::PartitionBox;
using engine::View;

std::string words_of(const NamedQuestion& question) {
  std::string out = enumerate(protocol_names(question.flows.protocols));
  if (!question.flows.destination_ports.is_all())
    out += ' ' + enumerate(net::to_strings(question.flows.destination_ports));
  return out + " from " + question.source + " to " + question.destination;
}

void refuse(Claim& claim, std::string why) {
  claim.verdict.reset();
  claim.witness.reset();
  claim.counterpart.reset();
  claim.why_not = std::move(why);
}

bool is_v6(const WitnessAddress& address) {
  const auto* real = std::get_if<net::IpAddress>(&address);
  return real != nullptr && std::holds_alternative<net::Ipv6>(*real);
}

std::optional<engine::AddressTerm> term_of(const WitnessAddress& address, const engine::SymbolTable& symbols) {
  engine::AddressTerm out;
  if (const auto* real = std::get_if<net::IpAddress>(&address)) {
    out.known = net::AddressSet::of(*real);
    return out;
  }
  const auto& name = std::get<std::string>(address);
  for (engine::SymbolId id = 0; id < symbols.size(); ++id)
    if (symbols[id].name == name) out.symbols = {id};
  if (out.symbols.empty()) return std::nullopt;
  return out;
}

net::PortSet ports_of(const std::optional<net::Port>& port) {
  return port ? net::PortSet::range(*port, *port) : net::PortSet::all();
}

bool covers(const engine::Region& outer, const engine::Region& inner) {
  const auto holds = [](const engine::AddressPart& all, const engine::AddressPart& part) {
    return all.addresses.covers(part.addresses) &&
           std::includes(all.symbols.begin(), all.symbols.end(), part.symbols.begin(), part.symbols.end());
  };
  return outer.v4 == inner.v4 && (inner.protocols & ~outer.protocols).none() && holds(outer.source, inner.source) &&
         holds(outer.destination, inner.destination) && outer.source_ports.covers(inner.source_ports) &&
         outer.destination_ports.covers(inner.destination_ports);
}

// A tag without data that only what is listed names may be asked about where the list itself is not.
bool is_left_out(const Claim& claim) {
  return std::all_of(claim.partition.boxes.begin(), claim.partition.boxes.end(), [&](const PartitionBox& box) {
    return !box.words.empty() || std::any_of(claim.except.begin(), claim.except.end(), [&](const auto& part) {
      return part.ported == box.ported && covers(part.box, box.box);
    });
  });
}

template <class Bits>
bool meets(const engine::AxisSet<Bits>& side, const net::IntervalSet<Bits>& addresses,
           const std::vector<engine::SymbolId>& symbols) {
  return side.sure.overlaps(addresses) || std::any_of(symbols.begin(), symbols.end(), [&](engine::SymbolId id) {
           return engine::test_bit(side.sure_symbols, id);
         });
}

template <class Address>
bool meets(const engine::Filter& filter, engine::RuleIndex rule, const engine::Region& box) {
  const auto& sides = filter.sides<Address>();
  return meets(sides.pool[sides.source[rule]], engine::family_half<Address>(box.source.addresses),
               box.source.symbols) &&
         meets(sides.pool[sides.destination[rule]], engine::family_half<Address>(box.destination.addresses),
               box.destination.symbols);
}

// A rule that names ports may match protocols without ports or not (semantics 1): what is found of it need not hold
// there.
std::string why_not_shown(Claim claim, const engine::Filter& filter) {
  std::erase_if(claim.partition.boxes, [](const PartitionBox& box) { return !box.ported; });
  if (!claim.partition.boxes.empty()) conclude_rule(claim, filter);
  return claim.verdict ? "whether its ports count for protocols without ports is not known"
                       : "it rests on more than what each rule surely and perhaps matches";
}

// The rule surely allows some flow of the question, and no port besides. That it names the question's tags, which made
// it the rule in question, is not to be seen from sets.
bool allows_some(const engine::Filter& filter, engine::RuleIndex rule,
                 const std::vector<engine::Partition::Asked>& question) {
  const engine::FilterRule& own = filter.rules()[rule];
  if (own.is_default || !own.may_allow || own.may_deny) return false;
  return std::any_of(question.begin(), question.end(), [&](const engine::Partition::Asked& part) {
    return filter.protocols()[filter.protocol(rule)].sure.overlaps(engine::protocol_runs(part.box.protocols)) &&
           (part.box.v4 ? meets<net::Ipv4>(filter, rule, part.box) : meets<net::Ipv6>(filter, rule, part.box)) &&
           (!part.ported ||
            part.box.destination_ports.covers(filter.ports()[filter.destination_ports(rule, true)].may));
  });
}

}  // namespace

ClaimMaker::ClaimMaker(Evidence& out, const model::Nsg& nsg, const model::NetworkContext& context,
                       std::span<const FlowPattern* const> patterns, const AuditOptions& options)
    : out_{out},
      nsg_{nsg},
      context_{context},
      asked_{options.asked != nullptr ? *options.asked : context},
      forwarder_{options.forwarder_port},
      first_list_{out.lists.size()} {
  for (const auto direction : {net::Direction::Inbound, net::Direction::Outbound}) {
    auto view = std::make_shared<DirectionView>(nsg, direction, context, patterns, forwarder_);
    symbols_.push_back(&view->symbols());
    EvidenceRules rules{&nsg, direction, false, {view, &view->filter()}, {}, {}};
    rules.rules.resize(rules.filter->rules().size());
    std::iota(rules.rules.begin(), rules.rules.end(), engine::RuleIndex{0});
    out_.lists.push_back(std::move(rules));
  }
}

std::size_t ClaimMaker::put(Claim claim) {
  out_.claims.push_back(std::move(claim));
  return out_.claims.size() - 1;
}

ClaimMaker::Question ClaimMaker::resolve(const FlowPattern& pattern) {
  const std::size_t list = list_of(pattern.direction);
  NamedQuestion question = resolve_pattern(pattern, asked_, forwarder_, *symbols_[list - first_list_]);
  std::string words = words_of(question);
  return {list, std::move(question.flows), std::move(words)};
}

std::optional<engine::RuleIndex> ClaimMaker::index_of(const engine::Filter& filter, ModelRule rule) const {
  for (engine::RuleIndex r = 0; r < filter.rules().size(); ++r)
    if (filter.origin(r) == rule) return r;
  return std::nullopt;
}

std::size_t ClaimMaker::verdict(const FlowPattern& pattern, View view, const std::string& who,
                                std::optional<engine::Verdict> expected) {
  Question question = resolve(pattern);
  Claim claim;
  claim.list = question.list;
  claim.view = view;
  claim.about = who + question.words;
  if (view == View::Denied) claim.about += ", denied";
  if (view == View::DeniedByUser) claim.about += ", denied by a rule of the user";
  const engine::Filter& filter = filter_of(claim);
  claim.partition = engine::partition(filter, question.flows, view);
  if (claim.partition.question.empty()) {
    claim.why_not = "no flow is asked about";
  } else {
    if (claim.partition.complete)
      conclude(claim, filter.symbols());
    else
      conclude_large(claim, question.flows);
    if (!claim.verdict && claim.why_not.empty())
      claim.why_not = "the input does not settle it, or only how tags lie to each other does";
    if (claim.verdict && expected && *claim.verdict != engine::name(*expected))
      refuse(claim, "the audit says " + std::string{engine::name(*expected)} + " for more than single packets show");
  }
  return put(std::move(claim));
}

// Some and some: two packets show it. All or none: what a rule could answer otherwise is enough.
void ClaimMaker::conclude_large(Claim& claim, const engine::FlowSet& flows) const {
  const engine::Filter& filter = filter_of(claim);
  const VerdictWords words = words_of(claim.view);
  const engine::Answer answer = engine::ask(filter, flows, claim.view);
  if (answer.some_yes && answer.some_no) {
    const engine::Answer other = engine::ask(filter, flows, claim.view == View::Allowed ? View::Denied : View::Allowed);
    const auto first = [&](const std::vector<engine::Region>& regions, bool yes) -> std::optional<Witness> {
      for (const engine::Region& region : regions)
        if (auto packet = sure_witness(region, filter.symbols());
            packet && is_answered(filter, *packet, claim.view, yes))
          return packet;
      return std::nullopt;
    };
    claim.witness = first(answer.yes, true);
    claim.counterpart = first(other.yes, false);
    claim.partition.complete = claim.witness && claim.counterpart;
    if (claim.partition.complete) claim.verdict = words.some;
  } else if (answer.complete && !answer.some_unknown && answer.unknown.empty()) {
    engine::Partition sparse = engine::sparse_partition(filter, flows, claim.view, answer.some_yes);
    const bool all = std::all_of(sparse.boxes.begin(), sparse.boxes.end(), [&](const PartitionBox& box) {
      return box.words[0].yes == std::optional{answer.some_yes};
    });
    if (sparse.complete && all) {
      claim.partition = std::move(sparse);
      claim.verdict = answer.some_yes ? words.all : words.none;
    }
  }
  if (!claim.verdict) refuse(claim, std::string{kTooManyBoxes});
}

std::optional<PartitionBox> ClaimMaker::cut(const engine::Filter& filter, const Witness& packet, View view) const {
  auto source = term_of(packet.source, filter.symbols());
  auto destination = term_of(packet.destination, filter.symbols());
  if (!source || !destination) return std::nullopt;
  const engine::FlowSet flows{net::protocol_set({packet.protocol}), *std::move(source), ports_of(packet.source_port),
                              *std::move(destination), ports_of(packet.destination_port)};
  const bool v6 = is_v6(packet.source) || is_v6(packet.destination);
  const engine::Partition parts = engine::partition(filter, flows, view);
  for (const PartitionBox& box : parts.boxes)
    if (box.box.v6 == v6 && surely_holds_a_flow(box, filter.symbols())) return box;
  return std::nullopt;
}

bool ClaimMaker::is_answered(const engine::Filter& filter, const Witness& packet, View view, bool yes) const {
  const auto found = cut(filter, packet, view);
  return found && found->words[0].yes == std::optional{yes};
}

std::optional<std::size_t> ClaimMaker::packet(std::size_t asked, const Witness& packet) {
  const Claim& whole = out_.claims[asked];
  const engine::Filter& filter = filter_of(whole);
  const auto found = cut(filter, packet, whole.view);
  if (!found || found->words[0].yes != std::optional{true} || is_perhaps_in(whole.except, *found)) return std::nullopt;
  Claim claim;
  claim.kind = ClaimKind::Packet;
  claim.about = whole.about + ", one packet";
  claim.list = whole.list;
  claim.view = whole.view;
  claim.verdict = "some";
  claim.partition.question = whole.partition.question;
  claim.except = whole.except;
  claim.by = found->words[0].by;
  claim.witness = packet;
  return put(std::move(claim));
}

std::optional<std::size_t> ClaimMaker::decided_by(const FlowPattern& pattern, ModelRule rule, const std::string& who) {
  Question question = resolve(pattern);
  Claim claim;
  claim.kind = ClaimKind::Packet;
  claim.list = question.list;
  claim.about = who + rule_label(nsg_.rules[rule]) + " decides a packet of " + question.words;
  const engine::Filter& filter = filter_of(claim);
  const auto index = index_of(filter, rule);
  if (!index) return std::nullopt;
  const auto opened = opened_by(filter, pattern, question.flows, *index);
  if (!opened) return std::nullopt;
  for (const engine::Region& region : *opened) {
    claim.witness = sure_witness(region, filter.symbols());
    if (claim.witness) break;
  }
  if (!claim.witness) return std::nullopt;
  claim.partition.question = engine::asked(filter, question.flows);
  claim.by = {*index};
  claim.verdict = "some";
  return put(std::move(claim));
}

std::size_t ClaimMaker::named(const FlowPattern& pattern, const model::SecurityRule& rule, const std::string& who) {
  Question question = resolve(pattern);
  Claim claim;
  claim.kind = ClaimKind::Named;
  claim.list = question.list;
  claim.about = who + rule_label(rule) + " is about " + question.words;
  const engine::Filter& filter = filter_of(claim);
  claim.partition.question = engine::asked(filter, question.flows);
  claim.rule = index_of(filter, static_cast<ModelRule>(&rule - nsg_.rules.data())).value_or(0);
  if (allows_some(filter, claim.rule, claim.partition.question))
    claim.verdict = "named";
  else
    claim.why_not = "the rule is about it by name only";
  return put(std::move(claim));
}

void ClaimMaker::cut_overlap(Claim& claim, const Finding& finding) const {
  const engine::Filter& filter = filter_of(claim);
  if (finding.region.empty()) {
    // Taken away in more pieces than a finding lists: those of the rule's flows that are decided the other way.
    claim.partition = engine::partition_without(filter, claim.rule);
    claim.partition.question.clear();
    std::erase_if(claim.partition.boxes, [&](const PartitionBox& box) {
      return box.words[0].yes != std::optional{!filter.rules()[claim.rule].may_allow};
    });
    for (PartitionBox& box : claim.partition.boxes) {
      box.words.resize(1);
      claim.partition.question.push_back({box.box, box.ported});
    }
    return;
  }
  for (const NamedRegion& named : finding.region) {
    const engine::Region& region = named.region;
    const engine::FlowSet flows{region.protocols,
                                {region.source.addresses, region.source.symbols, false},
                                region.source_ports,
                                {region.destination.addresses, region.destination.symbols, false},
                                region.destination_ports};
    engine::Partition part = engine::partition(filter, flows, View::Allowed);
    const auto is_other = [&](const auto& one) { return one.box.v4 ? !region.v4 : !region.v6; };
    std::erase_if(part.question, is_other);
    std::erase_if(part.boxes, is_other);
    claim.partition.complete = claim.partition.complete && part.complete;
    std::move(part.question.begin(), part.question.end(), std::back_inserter(claim.partition.question));
    std::move(part.boxes.begin(), part.boxes.end(), std::back_inserter(claim.partition.boxes));
  }
}

std::size_t ClaimMaker::about_rule(ClaimKind kind, const Finding& finding) {
  Claim claim;
  claim.kind = kind;
  claim.list = list_of(*finding.direction);
  claim.about = finding.policy->id + ": " + rule_label(nsg_.rules[*finding.rule]);
  const engine::Filter& filter = filter_of(claim);
  claim.rule = index_of(filter, *finding.rule).value_or(0);
  if (kind == ClaimKind::NeverMatches) {
    claim.verdict = "never matches";
    return put(std::move(claim));
  }
  if (kind == ClaimKind::Overlapped)
    cut_overlap(claim, finding);
  else
    claim.partition = engine::partition_without(filter, claim.rule);
  if (!claim.partition.complete)
    claim.why_not = kTooManyBoxes;
  else if (claim.partition.boxes.empty())
    claim.why_not = "the rule surely matches nothing";
  else
    conclude_rule(claim, filter);
  if (!claim.verdict && claim.why_not.empty()) claim.why_not = why_not_shown(claim, filter);
  return put(std::move(claim));
}

std::size_t ClaimMaker::unlisted(const Expectation& expectation, const std::vector<std::size_t>& listed,
                                 const std::string& who) {
  Question question = resolve(expectation.flows);
  Claim claim;
  claim.list = question.list;
  claim.about = who + question.words + ", but for what is listed";
  for (const std::size_t one : listed) {
    const auto& parts = out_.claims[one].partition.question;
    claim.except.insert(claim.except.end(), parts.begin(), parts.end());
  }
  const engine::Filter& filter = filter_of(claim);
  const model::Nsg rest = deny_listed(nsg_, expectation, asked_, forwarder_);
  std::vector<const FlowPattern*> asked{&expectation.flows};
  for (const FlowPattern& entry : expectation.allow) asked.push_back(&entry);
  DirectionView view{rest, expectation.flows.direction, context_, asked, forwarder_};
  const engine::FlowSet flows = resolve_pattern(expectation.flows, asked_, forwarder_, view.symbols()).flows;
  claim.partition = engine::partition(view.filter(), flows, View::Allowed);
  const bool told = tell_of(claim.partition, view.filter(), filter, nsg_.rules.size()) && is_left_out(claim);
  // What is asked, in the terms of the list, whatever became of the cut.
  if (!told) claim.partition.question = engine::asked(filter, question.flows);
  if (!claim.partition.complete)
    claim.why_not = kTooManyBoxes;
  else if (told)
    conclude_besides(claim, filter.symbols());
  if (!claim.verdict && claim.why_not.empty())
    claim.why_not = "the input does not settle it, or only how tags lie to each other does";
  return put(std::move(claim));
}

}  // namespace nsgcheck::policy
