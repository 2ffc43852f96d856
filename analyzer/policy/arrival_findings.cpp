// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/arrival_findings.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/cloud_check.hpp"
#include "analyzer/policy/fingerprint.hpp"
#include "analyzer/policy/flow_words.hpp"
#include "analyzer/policy/hops.hpp"
#include "analyzer/policy/judge.hpp"
#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;

void add(std::vector<std::string>& list, const std::string& one) {
  if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

bool is_remote_desktop(const Arrival& arrival, net::Port forwarder_port) {
  if (arrival.source != "Internet") return false;
  if (arrival.port == net::kRdpPort) return arrival.protocol == net::kTcp || arrival.protocol == net::kUdp;
  return arrival.port == forwarder_port && arrival.protocol == net::kTcp;
}

/// A policy that no remote desktop may come in, and nothing else: what "something is open" says is not said of it.
bool bars_remote_desktop(const Finding& finding, net::Port forwarder_port) {
  const auto* forbid = std::get_if<Forbid>(&finding.policy->asks[finding.ask]);
  if (forbid == nullptr || forbid->flows.direction != net::Direction::Inbound) return false;
  const net::PortSet desktop =
      net::PortSet::range(net::kRdpPort, net::kRdpPort) | net::PortSet::range(forwarder_port, forwarder_port);
  return desktop.covers(ports_of(forbid->flows, forwarder_port));
}

/// What is found at one machine.
struct Found {
  std::vector<NamedRegion> sure, perhaps;
  std::optional<model::Reason> reason;  ///< why something is not settled
  const Arrival* shown{};               ///< of `sure`, else the first that is open
  std::vector<std::string> services;    ///< "tcp 3389", of what is open without a region
  std::vector<std::string> doubts;      ///< about the ways, where no NSG stands
  bool complete{true};

  [[nodiscard]] bool is_nothing() const { return shown == nullptr; }
};

class ArrivalJudge {
 public:
  ArrivalJudge(const ArrivedIn& in, const Policy& policy, std::uint32_t ask) : in_{in}, policy_{policy}, ask_{ask} {}

  [[nodiscard]] std::optional<Finding> judge(std::span<const Arrival> here) const {
    const Arrival& any = here.front();
    const std::vector<const std::vector<Finding>*> before = findings_before(any);
    Found found;
    for (const Arrival& arrival : here) {
      if (!is_remote_desktop(arrival, in_.forwarder_port) || arrival.path.judgement.verdict == Verdict::Deny) continue;
      const Coming coming = coming_of(arrival);
      if (!coming.may) continue;
      if (coming.doubt) add(found.doubts, coming.doubt->text);
      look(arrival, before, coming.doubt, found);
    }
    if (found.is_nothing()) return std::nullopt;
    return finding_of(any, std::move(found));
  }

 private:
  /// Whether an NSG surely stands there, and not only under a condition that is open.
  [[nodiscard]] bool surely_has_nsg(const Arrival& at) const {
    const auto sure = [&](const std::optional<std::size_t>& nsg) {
      return nsg && in_.deployment.nsgs[*nsg].conditions.empty();
    };
    return sure(at.instance->nsg) || (at.role->subnet && sure(in_.deployment.subnets[*at.role->subnet].nsg));
  }
  [[nodiscard]] bool has_nsg(const Arrival& at) const {
    return at.instance->nsg || (at.role->subnet && in_.deployment.subnets[*at.role->subnet].nsg);
  }

  struct Coming {
    bool may{};
    std::optional<model::PublicWay::Doubt> doubt;  ///< where no way is sure
  };

  // The NSG of a machine is judged whether or not something is sent there; where there is none, a way in makes the
  // difference between a machine that nobody reaches and one that everybody does.
  [[nodiscard]] Coming coming_of(const Arrival& arrival) const {
    if (in_.ways == nullptr || surely_has_nsg(arrival)) return {true, {}};
    Coming out;
    for (const auto& [instance, way] : *in_.ways) {
      // Without the NSG of an open condition a Standard address lets nothing in.
      const bool needs_nsg = way.sku == model::Sku::Standard && has_nsg(arrival);
      if (needs_nsg || !brings(way, instance, arrival)) continue;
      out.may = true;
      if (!way.doubt) return {true, {}};
      if (!out.doubt) out.doubt = way.doubt;
    }
    return out;
  }

  static bool brings(const model::PublicWay& way, const std::string& instance, const Arrival& arrival) {
    if (instance != arrival.instance->name || way.closed) return false;
    const auto protocols = way.protocol.empty() ? std::nullopt : model::parse_protocols(way.protocol);
    if (protocols && !(*protocols)[arrival.protocol.number]) return false;
    return !way.backend_port || *way.backend_port == 0 || *way.backend_port == arrival.port;
  }

  [[nodiscard]] std::vector<const std::vector<Finding>*> findings_before(const Arrival& at) const {
    std::vector<const std::vector<Finding>*> out;
    const auto take = [&](const std::optional<std::size_t>& nsg) {
      if (nsg && in_.of_nsgs[*nsg] != nullptr) out.push_back(in_.of_nsgs[*nsg]);
    };
    if (at.role->subnet) take(in_.deployment.subnets[*at.role->subnet].nsg);
    take(at.instance->nsg);
    return out;
  }

  void look(const Arrival& arrival, const std::vector<const std::vector<Finding>*>& before,
            const std::optional<model::PublicWay::Doubt>& doubt, Found& out) const {
    const Judgement& judgement = arrival.path.judgement;
    const auto gather = [&](const std::vector<NamedRegion>& regions, bool sure, std::vector<NamedRegion>& to) {
      bool any = false;
      for (const NamedRegion& region : regions) {
        if (is_said(region, sure, before)) continue;
        to.push_back(region);
        any = true;
      }
      return any;
    };
    const bool first_sure = out.sure.empty();
    if (doubt) {
      if (gather(judgement.region, true, out.perhaps)) out.reason = doubt->reason;
      if (out.reason && out.shown == nullptr) out.shown = &arrival;
    } else if (gather(judgement.region, true, out.sure) && first_sure) {
      out.shown = &arrival;
    }
    const bool named = !judgement.region.empty() || !judgement.unknown_region.empty();
    bool open = gather(judgement.unknown_region, false, out.perhaps);
    if (!named && !anything_said(before)) {
      open = true;
      add(out.services, net::to_string(arrival.protocol) + ' ' + std::to_string(arrival.port));
    }
    out.complete = out.complete && judgement.complete;
    if (!open) return;
    if (out.shown == nullptr) out.shown = &arrival;
    const auto reason = judgement.reason.value_or(model::Reason::BudgetExceeded);
    if (!out.reason || reason < *out.reason) out.reason = reason;
  }

  [[nodiscard]] bool anything_said(const std::vector<const std::vector<Finding>*>& before) const {
    return std::any_of(before.begin(), before.end(), [&](const std::vector<Finding>* findings) {
      return std::any_of(findings->begin(), findings->end(),
                         [&](const Finding& finding) { return bars_remote_desktop(finding, in_.forwarder_port); });
    });
  }

  /// Whether the findings of one NSG before the machine have all of a region: for sure, where it arrives for sure.
  [[nodiscard]] bool is_said(const NamedRegion& region, bool sure,
                             const std::vector<const std::vector<Finding>*>& before) const {
    return std::any_of(before.begin(), before.end(), [&](const std::vector<Finding>* findings) {
      net::AddressSet said;
      std::vector<std::string> names;
      const auto take = [&](const std::vector<NamedRegion>& regions) {
        for (const NamedRegion& one : regions) {
          if ((region.region.protocols & ~one.region.protocols).any() ||
              !one.region.destination_ports.covers(region.region.destination_ports) ||
              !one.region.source_ports.covers(region.region.source_ports) ||
              !one.region.destination.addresses.covers(region.region.destination.addresses))
            continue;
          said = said | one.region.source.addresses;
          for (const std::string& name : one.source) add(names, net::lower(name));
        }
      };
      for (const Finding& finding : *findings) {
        if (!bars_remote_desktop(finding, in_.forwarder_port)) continue;
        take(finding.region);
        if (!sure) take(finding.unknown_region);
      }
      return said.covers(region.region.source.addresses) &&
             std::all_of(region.region.source.symbols.begin(), region.region.source.symbols.end(), [&](auto symbol) {
               const auto& symbols = in_.paths.symbols();
               return symbol < symbols.size() &&
                      std::find(names.begin(), names.end(), net::lower(symbols[symbol].name)) != names.end();
             });
    });
  }

  [[nodiscard]] Finding finding_of(const Arrival& at, Found found) const {
    Finding out;
    out.policy = &policy_;
    out.ask = ask_;
    const bool violated = !found.sure.empty();
    out.status = violated ? Status::Violated : Status::Unknown;
    if (!violated) out.reason = found.reason.value_or(model::Reason::BudgetExceeded);
    out.severity = severity_of(violated ? found.sure : found.perhaps);
    out.direction = net::Direction::Inbound;
    out.region_complete = found.complete;
    if (violated) out.witness = witness_of(found.sure);
    if (const auto way = way_of(*found.shown, out.witness)) out.hops = hops_of(*way, in_.deployment);
    out.span = place_to_look(out.hops, at);
    out.message = message_of(at, found, out.hops);
    out.region = std::move(found.sure);
    out.unknown_region = std::move(found.perhaps);
    out.assumptions = found.shown->path.assumptions;
    if (in_.ways == nullptr) out.assumptions.emplace_back("sent-there");
    const auto id = in_.ids.find({at.instance->span.document, at.instance->span.begin});
    out.fingerprint =
        fingerprint(out, in_.deployment.name, net::lower(id == in_.ids.end() ? at.instance->name : id->second));
    return out;
  }

  // Nothing is known of what is open without a region: it may be all of the Internet.
  [[nodiscard]] Severity severity_of(const std::vector<NamedRegion>& regions) const {
    if (regions.empty() || std::holds_alternative<Severity>(policy_.severity)) return worst(policy_);
    return severity(std::get<BySource>(policy_.severity), widest_source(regions, in_.paths.symbols()));
  }

  [[nodiscard]] std::optional<Witness> witness_of(const std::vector<NamedRegion>& regions) const {
    for (const NamedRegion& region : regions)
      if (auto witness = pick_witness(region.region, in_.paths.symbols())) return witness;
    return std::nullopt;
  }

  // The stages as the witness meets them, where it is one packet; else as the flows of the first way do that get there.
  [[nodiscard]] std::optional<FlowWay> way_of(const Arrival& arrival, const std::optional<Witness>& witness) const {
    if (witness) {
      const auto* source = std::get_if<net::IpAddress>(&witness->source);
      const auto* destination = std::get_if<net::IpAddress>(&witness->destination);
      const auto item = [](const net::IpAddress& address) {
        return model::parse_address_item(net::to_string(address), {}, false);
      };
      if (source != nullptr && destination != nullptr) {
        PathAnswer answer =
            in_.paths.ask(question_of({net::Direction::Inbound, net::protocol_set({witness->protocol}), item(*source),
                                       item(*destination), witness->source_port, witness->destination_port},
                                      false));
        if (answer.ways.size() == 1) return std::move(answer.ways.front());
      }
    }
    for (const FlowWay& way : arrival.path.ways)
      if (way.judgement.verdict != Verdict::Deny && way.to.place != nullptr) return way;
    return std::nullopt;
  }

  static model::SourceSpan place_to_look(const std::vector<Finding::Hop>& hops, const Arrival& at) {
    model::SourceSpan out = at.instance->span.known() ? at.instance->span : at.role->span;
    for (const Finding::Hop& hop : hops)
      if (hop.span.known() && hop.verdict != Verdict::Deny) out = hop.span;
    return out;
  }

  // "tcp 3389 and udp 3389 from Internet arrive at db-nic by public address db-ip, and no NSG stands before it".
  [[nodiscard]] std::string message_of(const Arrival& at, const Found& found,
                                       const std::vector<Finding::Hop>& hops) const {
    std::vector<NamedRegion> regions = found.sure.empty() ? found.perhaps : found.sure;
    for (NamedRegion& region : regions) region.destination = {"*"};  // the machine is named beside it
    FlowLines what = flow_lines(regions, in_.deployment.network);
    const std::string& who = at.instance->name;
    if (found.sure.empty()) {
      if (!found.services.empty())
        what = {(regions.empty() ? "" : what.words + ", ") + enumerate(found.services) + " from Internet",
                regions.size() + found.services.size() > 1};
      const std::string out = "whether " + what.words + arrives(what) + who + " is not settled: ";
      if (!found.doubts.empty()) return out + enumerate(found.doubts, 2);
      if (*found.reason == model::Reason::MissingAttachment && !in_.missing.empty())
        return out + enumerate({in_.missing.begin(), in_.missing.end()}, 2);
      return out + std::string{model::code(*found.reason)};
    }
    const std::string out = what.words + arrives(what) + who + ways_to(at);
    if (!has_nsg(at)) return out + ", and no NSG stands before it";
    for (const Finding::Hop& hop : hops)
      if (hop.applied_to == "virtual-network" && !hop.rule.empty())
        return out + ", let through by " + hop.rule + " of " + hop.stage + ", past its NSGs";
    return out + ", though no finding of its NSGs says so";
  }

  static std::string arrives(const FlowLines& what) { return what.several ? " arrive at " : " arrives at "; }

  [[nodiscard]] std::string ways_to(const Arrival& at) const {
    std::vector<std::string> names;
    if (in_.ways != nullptr)
      for (const auto& [instance, way] : *in_.ways)
        if (instance == at.instance->name && !way.closed) add(names, way.by);
    return names.empty() ? "" : " by " + enumerate(names);
  }

  const ArrivedIn& in_;
  const Policy& policy_;
  std::uint32_t ask_;
};

/// A classic service without a virtual network: that nothing filters before its machines is a finding of its own
/// (NSG-CS-025), and only its endpoints lead there.
bool lies_outside(const model::Deployment& deployment, std::span<const Policy> policies) {
  return std::any_of(policies.begin(), policies.end(), [&](const Policy& policy) {
    return std::any_of(policy.asks.begin(), policy.asks.end(), [&](const Ask& ask) {
      const auto* cloud = std::get_if<CloudAsk>(&ask);
      return cloud != nullptr && cloud->check == CloudCheck::NoVirtualNetwork &&
             !policy::judge(cloud->check, deployment, std::nullopt).empty();
    });
  });
}

}  // namespace

std::vector<Finding> arrival_findings(std::span<const Arrival> arrivals, const ArrivedIn& in,
                                      std::span<const Policy> policies) {
  std::vector<Finding> out;
  if (lies_outside(in.deployment, policies)) return out;
  for (const Policy& policy : policies) {
    for (std::uint32_t ask = 0; ask < policy.asks.size(); ++ask) {
      if (!std::holds_alternative<ArrivalAsk>(policy.asks[ask])) continue;
      const ArrivalJudge judge{in, policy, ask};
      for (std::size_t first = 0; first < arrivals.size();) {
        std::size_t last = first;
        while (last < arrivals.size() && arrivals[last].instance == arrivals[first].instance) ++last;
        if (auto finding = judge.judge(arrivals.subspan(first, last - first))) out.push_back(*std::move(finding));
        first = last;
      }
    }
  }
  return out;
}

}  // namespace nsgcheck::policy
