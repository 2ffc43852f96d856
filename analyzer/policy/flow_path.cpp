// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/flow_path.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/model/admin_rules.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/compiled_stages.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/draft.hpp"
#include "analyzer/policy/judge.hpp"
#include "analyzer/policy/passing.hpp"
#include "analyzer/policy/way_verdict.hpp"
#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;

void assume(std::vector<std::string>& codes, std::string_view code) {
  if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.emplace_back(code);
}

bool is_one_address(const engine::AddressTerm& side) {
  const auto one = [](const auto& a, const auto& b) {
    return b.empty() && a.intervals().size() == 1 && a.intervals()[0].low == a.intervals()[0].high;
  };
  return side.symbols.empty() && (one(side.known.v4, side.known.v6) || one(side.known.v6, side.known.v4));
}

// The rule that ends a list which nobody wrote decides nothing that a reader knows of.
void hide_rest(StageAnswer& answer, std::size_t real_rules) {
  const auto is_rest = [&](ModelRule rule) { return rule >= real_rules; };
  std::erase_if(answer.judgement.decided_by, is_rest);
  std::erase_if(answer.judgement.candidates, is_rest);
  std::erase_if(answer.judgement.unsettled, is_rest);
  std::erase_if(answer.steps, [&](const RuleStep& step) { return is_rest(step.rule); });
}

/// Answers one question. Filters are made anew when it names tags that no rule does.
class Asker {
 public:
  Asker(const CompiledStages& compiled, const PathQuestion& question)
      : compiled_{compiled}, asked_{question}, symbols_{compiled.symbols()} {
    const model::NetworkContext& network = compiled.deployment().network;
    engine::FlowSet& flows = whole_.flows;
    flows.protocols = question.protocols;
    flows.source = engine::resolve_addresses(question.from, network, symbols_);
    flows.destination = engine::resolve_addresses(question.to, network, symbols_);
    if (question.to_only) flows.destination = {flows.destination.known & *question.to_only, {}, false};
    if (question.from_only) flows.source = {flows.source.known & *question.from_only, {}, false};
    flows.source.known = flows.source.known - question.from_without;
    flows.destination.known = flows.destination.known - question.to_without;
    flows.source_ports = question.source_ports;
    flows.destination_ports = question.destination_ports;
    whole_.source = side_name(question.from);
    whole_.destination = side_name(question.to);
    set_aside(question.without);
  }

  PathAnswer run() {
    if (is_one_address(whole_.flows.source) && whole_.flows.source.known == whole_.flows.destination.known) {
      add_way({{}, {}, {}, everything(whole_.flows), {}, {}});
      assume(out_.assumptions, "inside-machine");
      return std::move(out_);
    }
    const bool inbound = asked_.direction == net::Direction::Inbound;
    const auto ends = asked_ends(inbound ? whole_.flows.destination : whole_.flows.source);
    const auto others = split_by_place(inbound ? whole_.flows.source : whole_.flows.destination, compiled_.places());
    for (const SidePart& end : ends)
      for (const SidePart& other : others) answer(inbound ? other : end, inbound ? end : other);
    if (out_.ways.empty()) {
      Judgement unknown;
      unknown.verdict = Verdict::Unknown;
      unknown.reason = model::Reason::MissingAttachment;
      add_way({{}, {}, {}, unknown, {}, {}});
      assume(out_.assumptions, asks_frontend() ? "frontend-asked" : "not-in-deployment");
    }
    return std::move(out_);
  }

 private:
  // Flows that are not asked about, as rules before the first stage.
  void set_aside(const std::vector<FlowPattern>& patterns) {
    if (patterns.empty()) return;
    std::vector<model::SecurityRule> rules;
    const auto put = [&](const FlowPattern& pattern, const net::ProtocolSet& protocols, const net::PortSet& ports) {
      const auto priority = static_cast<std::int64_t>(rules.size());
      if (protocols.any()) rules.push_back(exact_rule(pattern, protocols, ports, model::Access::Deny, priority));
    };
    for (const FlowPattern& pattern : patterns) {
      if (pattern.from.empty() || pattern.to.empty()) continue;
      put(pattern, pattern.protocols & net::ported_protocols(), pattern.ports);
      put(pattern, pattern.protocols & ~net::ported_protocols(), net::PortSet::all());
    }
    engine::ResolvedRules resolved;
    resolved.symbols = symbols_;
    engine::append(resolved, model::rules_ending_with(std::move(rules), model::Access::Allow, ""), asked_.direction,
                   compiled_.deployment().network);
    symbols_ = resolved.symbols;
    aside_.emplace(std::move(resolved));
  }

  // The flows with which a way begins.
  [[nodiscard]] Passing begin(const std::vector<engine::FlowSet>& flows) const {
    Passing out;
    for (const engine::FlowSet& one : flows) out.sure.push_back(region_of(one));
    if (aside_) out = pass(*aside_, std::move(out));
    out.lost = false;
    out.keep_denied = asked_.losses;
    return out;
  }

  void conclude(FlowWay& way, Passing passing) const {
    way.judgement = judgement_of(passing, whole_, symbols_);
    for (engine::Region& region : passing.denied) {
      if (!way.lost_witness) way.lost_witness = pick_witness(region, symbols_);
      way.lost.push_back(name_region(std::move(region), whole_, symbols_));
    }
  }

  // The machines that are asked about; without any the addresses of subnets.
  std::vector<SidePart> asked_ends(const engine::AddressTerm& side) {
    std::vector<SidePart> parts = split_by_place(side, compiled_.places());
    const std::size_t all = parts.size();
    std::erase_if(parts, [](const SidePart& part) { return part.place == nullptr; });
    const auto has_machine = [](const SidePart& part) { return !part.place->instances.empty(); };
    if (std::any_of(parts.begin(), parts.end(), has_machine))
      std::erase_if(parts, [&](const SidePart& part) { return !has_machine(part); });
    else if (!parts.empty())
      assume(out_.assumptions, "no-instance-at-address");
    if (!parts.empty() && parts.size() < all) assume(out_.assumptions, "only-instances-judged");
    return parts;
  }

  [[nodiscard]] bool asks_frontend() const {
    const auto& frontends = compiled_.deployment().balancer.frontends;
    return std::any_of(frontends.begin(), frontends.end(), [&](const net::IpAddress& address) {
      return is_one_address(whole_.flows.destination) && whole_.flows.destination.known.contains(address);
    });
  }

  void answer(const SidePart& from, const SidePart& to) {
    engine::FlowSet flows = whole_.flows;
    flows.source = from.term;
    flows.destination = to.term;
    // What a machine sends to itself is no traffic.
    if (is_one_address(flows.destination)) flows.source.known = flows.source.known - flows.destination.known;
    if (!meets_one_family(flows)) return;
    PlatformCut cut;
    if (from.place != nullptr && to.place == nullptr)
      cut = cut_platform(flows);
    else
      cut.rest = {flows};
    if (!cut.rest.empty())
      filtered_way(end_of({from.place, flows.source}), end_of(to), cut.platform.empty() ? flows : cut.rest[0],
                   cut.rest);
    for (const PlatformService& service : cut.platform) platform_way(end_of(from), service);
  }

  static WayEnd end_of(const SidePart& part) {
    WayEnd end{part.place, {}};
    if (part.place == nullptr) return end;
    for (const model::Instance* instance : part.place->instances)
      if (std::any_of(instance->addresses.begin(), instance->addresses.end(),
                      [&](const net::IpAddress& one) { return part.term.known.contains(one); }))
        end.instances.push_back(instance);
    return end;
  }

  static bool meets_one_family(const engine::FlowSet& flows) {
    const auto has = [](const engine::AddressTerm& side, bool v4) {
      return !side.symbols.empty() || !(v4 ? side.known.v4.empty() : side.known.v6.empty());
    };
    return (has(flows.source, true) && has(flows.destination, true)) ||
           (has(flows.source, false) && has(flows.destination, false));
  }

  // `shown`: what the single stages are asked, `flows`: what the way is.
  void filtered_way(WayEnd from, WayEnd to, const engine::FlowSet& shown, const std::vector<engine::FlowSet>& flows) {
    FlowWay way;
    way.from = std::move(from);
    way.to = std::move(to);
    Passing passing = begin(flows);
    const auto filter_of = [this](const CompiledRules& rules) -> const engine::Filter& { return filter(rules); };
    const auto pass_end = [&](const WayEnd& end, net::Direction direction) {
      if (end.place == nullptr) return;
      const auto& specs = compiled_.stages(*end.place, direction);
      add_stages(way, specs, end, shown);
      passing = pass(specs, filter_of, std::move(passing));
    };
    pass_end(way.from, net::Direction::Outbound);
    pass_end(way.to, net::Direction::Inbound);
    conclude(way, std::move(passing));
    add_way(std::move(way));
  }

  void add_stages(FlowWay& way, const std::vector<StageSpec>& specs, const WayEnd& at, const engine::FlowSet& flows) {
    bool delivered = false;
    for (const StageSpec& spec : specs) {
      if (delivered && spec.kind != StageKind::TrafficRules) continue;
      PathStage stage = stage_of(spec, at);
      if (spec.rules == nullptr) {
        stage.answer.judgement = everything(flows);
        if (spec.direction == net::Direction::Inbound) assume(out_.assumptions, "no-nsg-here");
      } else {
        stage.rules = spec.rules->rules;
        stage.answer = look(filter(*spec.rules), flows);
      }
      if (const std::size_t hidden = hidden_rules(spec.kind); hidden > 0)
        hide_rest(stage.answer, stage.rules->rules.size() - hidden);
      if (is_beside(spec, stage.answer.judgement)) continue;
      if (spec.kind == StageKind::AdminRules) {
        stage.delivers = stage.answer.judgement.verdict == Verdict::Allow &&
                         judge(filter(*spec.deliveries), part_of(flows)).verdict == Verdict::Allow;
      }
      push(way, std::move(stage));
      delivered = delivered || way.stages.back().delivers;
    }
  }

  // What the service filters itself is a matter of few flows; the others never come to it.
  static bool is_beside(const StageSpec& spec, const Judgement& judgement) {
    const bool of_service = spec.kind == StageKind::EndpointAcl || spec.kind == StageKind::TrafficRules;
    return of_service && judgement.verdict == Verdict::Allow && judgement.decided_by.empty();
  }

  void platform_way(WayEnd from, const PlatformService& service) {
    FlowWay way;
    way.from = std::move(from);
    Passing passing = begin({service.flows});
    for (const StageSpec& spec : compiled_.stages(*way.from.place, net::Direction::Outbound)) {
      if (spec.kind != StageKind::Nsg) continue;
      auto naming = rules_naming(*spec.rules->rules, service.tag);
      if (!naming) continue;
      const std::size_t real = naming->rules.size() - model::kRestRules;
      PathStage stage = stage_of(spec, way.from);
      stage.rules = std::make_shared<const model::Nsg>(std::move(*naming));
      const engine::Filter filter = platform_filter(*stage.rules, *way.from.place, service);
      stage.answer = look(filter, service.flows);
      hide_rest(stage.answer, real);
      passing = pass(filter, std::move(passing));
      push(way, std::move(stage));
    }
    if (way.stages.empty()) {
      PathStage stage;
      stage.kind = StageKind::Platform;
      stage.direction = net::Direction::Outbound;
      stage.applied_to = "platform";
      stage.at = way.from;
      stage.answer.judgement = everything(service.flows);
      push(way, std::move(stage));
    }
    assume(out_.assumptions, "platform-traffic");
    conclude(way, std::move(passing));
    add_way(std::move(way));
  }

  // The tag of a platform service means the address at which it is asked.
  engine::Filter platform_filter(const model::Nsg& rules, const Place& from, const PlatformService& service) const {
    model::NetworkContext context = compiled_.deployment().context(from.subnet);
    context.service_tags.prefixes[net::lower(service.tag)] = service.flows.destination.known;
    engine::ResolvedRules resolved;
    resolved.symbols = symbols_;
    engine::append(resolved, rules, net::Direction::Outbound, context);
    return engine::Filter{std::move(resolved)};
  }

  static PathStage stage_of(const StageSpec& spec, const WayEnd& at) {
    PathStage stage;
    stage.kind = spec.kind;
    stage.direction = spec.direction;
    stage.applied_to = spec.applied_to;
    stage.at = at;
    return stage;
  }

  static void push(FlowWay& way, PathStage stage) {
    const auto denies = [](const PathStage& one) { return one.answer.judgement.verdict == Verdict::Deny; };
    stage.behind_deny = std::any_of(way.stages.begin(), way.stages.end(), denies);
    way.stages.push_back(std::move(stage));
  }

  void add_way(FlowWay way) {
    add_to(out_.judgement, way.judgement, out_.ways.empty());
    out_.ways.push_back(std::move(way));
  }

  // A part of the question; regions of it are named as parts of the whole.
  [[nodiscard]] NamedQuestion part_of(const engine::FlowSet& flows) const {
    return {flows, whole_.source, whole_.destination};
  }

  StageAnswer look(const engine::Filter& filter, const engine::FlowSet& flows) const {
    StageAnswer answer{judge(filter, part_of(flows)), {}};
    for (auto* regions : {&answer.judgement.region, &answer.judgement.unknown_region})
      for (NamedRegion& named : *regions) named = name_region(std::move(named.region), whole_, symbols_);
    if (!asked_.ladders) return answer;
    for (const engine::RuleLook& step : engine::ladder(filter, flows))
      answer.steps.push_back({filter.origin(step.rule), step});
    return answer;
  }

  [[nodiscard]] Judgement everything(const engine::FlowSet& flows) const {
    Passing passing;
    passing.sure.push_back(region_of(flows));
    return judgement_of(passing, whole_, symbols_);
  }

  const engine::Filter& filter(const CompiledRules& rules) {
    if (symbols_.size() == compiled_.symbols().size()) return *rules.filter;
    auto& slot = anew_[&rules];
    if (!slot) {
      engine::ResolvedRules resolved = rules.resolved;
      resolved.symbols = symbols_;
      slot = std::make_unique<const engine::Filter>(std::move(resolved));
    }
    return *slot;
  }

  const CompiledStages& compiled_;
  const PathQuestion& asked_;
  engine::SymbolTable symbols_;
  NamedQuestion whole_;
  std::optional<engine::Filter> aside_;
  std::map<const CompiledRules*, std::unique_ptr<const engine::Filter>> anew_;
  PathAnswer out_;
};

}  // namespace

FlowPaths::FlowPaths(const model::Deployment& deployment, AskedOf asked)
    : stages_{std::make_unique<CompiledStages>(deployment, asked)} {}
FlowPaths::~FlowPaths() = default;

PathAnswer FlowPaths::ask(const PathQuestion& question) const { return Asker{*stages_, question}.run(); }

const std::vector<Place>& FlowPaths::places() const { return stages_->places(); }
const std::vector<const model::Nsg*>& FlowPaths::lists() const { return stages_->lists(); }
const engine::SymbolTable& FlowPaths::symbols() const { return stages_->symbols(); }

PathQuestion question_of(const FlowQuery& query, bool ladders) {
  const auto ports = [](const std::optional<net::Port>& port) {
    return port ? net::PortSet::range(*port, *port) : net::PortSet::all();
  };
  return {query.direction,
          {query.from},
          {query.to},
          std::nullopt,
          query.protocols,
          ports(query.source_port),
          ports(query.destination_port),
          ladders,
          false,
          std::nullopt,
          {},
          {},
          {}};
}

std::string end_name(const WayEnd& end, const model::Deployment& deployment) {
  if (end.place == nullptr) return "outside";
  std::vector<std::string> names;
  for (const model::Instance* instance : end.instances) names.push_back(instance->name);
  if (!names.empty()) return enumerate(names, 3);
  return end.place->subnet ? "subnet " + deployment.subnets[*end.place->subnet].name + " (no instance)" : "no instance";
}

}  // namespace nsgcheck::policy
