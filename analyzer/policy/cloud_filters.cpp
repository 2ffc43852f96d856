// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/cloud_check.hpp"

namespace nsgcheck::policy {
namespace {

constexpr net::Port kUsualForwarderPort = 20000;

/// Of flows that are asked about, those that surely get through and those that may.
struct Through {
  bool sure{};
  bool may{};
  bool all{};
};

class Filters {
 public:
  explicit Filters(const model::Deployment& deployment) : deployment_{deployment} {}

  // Addresses of the role's instances.
  static net::AddressSet addresses(const model::Role& role) {
    net::AddressSet out;
    for (const model::Instance& instance : role.instances) {
      out = out | instance.space;
      for (const net::IpAddress& one : instance.addresses) out = out | net::AddressSet::of(one);
    }
    return out;
  }

  // The groups before a role: of its subnet, and those of its instances.
  [[nodiscard]] std::vector<std::size_t> groups(const model::Role& role) const {
    std::vector<std::size_t> out;
    if (role.subnet && deployment_.subnets[*role.subnet].nsg) out.push_back(*deployment_.subnets[*role.subnet].nsg);
    for (const model::Instance& instance : role.instances)
      if (instance.nsg && std::find(out.begin(), out.end(), *instance.nsg) == out.end()) out.push_back(*instance.nsg);
    return out;
  }

  [[nodiscard]] Through ask(std::size_t group, const model::Role& role, net::Direction direction,
                            const net::AddressSet& from, const net::AddressSet& to, net::Port port) const {
    engine::FlowSet flows;
    flows.protocols = net::protocol_set({net::kTcp});
    flows.source.known = from;
    flows.source_ports = net::PortSet::all();
    flows.destination.known = to;
    flows.destination_ports = net::PortSet::range(port, port);
    const engine::Filter filter{engine::resolve(deployment_.nsgs[group], direction, deployment_.context(role.subnet))};
    const engine::Answer answer = engine::ask(filter, flows);
    return {answer.some_yes, answer.some_yes || answer.some_unknown || !answer.complete,
            engine::verdict(answer) == engine::Verdict::Allow};
  }

 private:
  const model::Deployment& deployment_;
};

bool opens(const model::SecurityRule& rule, net::Port port) {
  return std::any_of(rule.destination_ports.begin(), rule.destination_ports.end(), [&](const model::PortItem& item) {
    const auto* range = std::get_if<model::PortRange>(&item.value);
    return range != nullptr && range->low <= port && port <= range->high;
  });
}

bool is_inbound_allow(const model::SecurityRule& rule) {
  return !model::is_default(rule) && rule.direction.value == net::Direction::Inbound &&
         rule.access.value == model::Access::Allow;
}

// Every source of the rule lies inside, where no client of the balancer comes from.
bool only_from_inside(const model::SecurityRule& rule, const model::NetworkContext& context) {
  return !rule.sources.empty() &&
         std::all_of(rule.sources.begin(), rule.sources.end(), [&](const model::AddressItem& item) {
           if (const auto* block = std::get_if<model::Block>(&item.value))
             return context.virtual_network.covers(net::AddressSet::of(block->prefix));
           const auto* tag = std::get_if<model::ServiceTag>(&item.value);
           if (tag == nullptr) return false;
           const auto set = model::tag_set(tag->name, context);
           return set && (context.virtual_network | model::azure_load_balancer()).covers(*set);
         });
}

bool only_to_outside(const model::SecurityRule& rule, const model::NetworkContext& context) {
  return !rule.destinations.empty() &&
         std::all_of(rule.destinations.begin(), rule.destinations.end(), [&](const model::AddressItem& item) {
           const auto* block = std::get_if<model::Block>(&item.value);
           return block != nullptr && !context.virtual_network.overlaps(net::AddressSet::of(block->prefix));
         });
}

/// Judges the first hop, from clients to the forwarder's port.
class FirstHop {
 public:
  explicit FirstHop(const model::Deployment& deployment) : deployment_{deployment}, filters_{deployment} {}

  std::vector<CloudFault> run(CloudCheck check) {
    for (const model::Role& role : deployment_.roles) {
      if (!role.remote_forwarder || role.instances.empty()) continue;
      for (const std::size_t group : filters_.groups(role)) judge_group(check, role, group);
    }
    return std::move(faults_);
  }

 private:
  void judge_group(CloudCheck check, const model::Role& role, std::size_t group) {
    const model::Nsg& nsg = deployment_.nsgs[group];
    const model::NetworkContext context = deployment_.context(role.subnet);
    const net::AddressSet clients = model::internet(context.virtual_network);
    const Through in = filters_.ask(group, role, net::Direction::Inbound, clients, Filters::addresses(role),
                                    deployment_.forwarder_port);
    if (in.sure) return;
    if (check == CloudCheck::ForwarderPortClosed)
      return add(
          nsg.span,
          fmt::format("{} lets no client of the Internet in to port {}, on which the forwarders of role {} listen",
                      nsg.name, deployment_.forwarder_port, role.name),
          role.name + '/' + nsg.name, in.may);
    if (in.may) return;
    for (const model::SecurityRule& rule : nsg.rules)
      if (is_inbound_allow(rule)) judge_rule(check, rule, nsg, context);
  }

  void judge_rule(CloudCheck check, const model::SecurityRule& rule, const model::Nsg& nsg,
                  const model::NetworkContext& context) {
    const net::Port port = deployment_.forwarder_port;
    const std::string subject = nsg.name + '/' + rule.name;
    if (check == CloudCheck::UsualPortOnly && port != kUsualForwarderPort && opens(rule, kUsualForwarderPort) &&
        !opens(rule, port))
      return add(rule.span,
                 fmt::format("{} opens {}, but the forwarder listens on {}", rule.name, kUsualForwarderPort, port),
                 subject, false);
    if (check == CloudCheck::SourceInside && opens(rule, port) && only_from_inside(rule, context))
      return add(rule.span,
                 fmt::format("{} opens port {} to sources inside the network only; the group sees the clients' "
                             "own addresses, not the balancer's",
                             rule.name, port),
                 subject, false);
    if (check == CloudCheck::DestinationOutside && (opens(rule, port) || opens(rule, net::kRdpPort)) &&
        only_to_outside(rule, context))
      add(rule.span,
          fmt::format("{} names {} as destination, which no instance has: the balancer has put the instance's "
                      "own address there before the group sees the packet",
                      rule.name, rule.destinations.front().text),
          subject, false);
  }

  void add(model::SourceSpan span, std::string message, std::string subject, bool unknown) {
    faults_.push_back({span, std::move(message), std::move(subject), unknown});
  }

  const model::Deployment& deployment_;
  Filters filters_;
  std::vector<CloudFault> faults_;
};

// From the forwarders of one role to the instances of another.
std::vector<CloudFault> second_hop(const model::Deployment& deployment) {
  const Filters filters{deployment};
  std::vector<CloudFault> out;
  const auto hold = [&](const model::Role& at, net::Direction direction, const model::Role& from,
                        const model::Role& to) {
    for (const std::size_t group : filters.groups(at)) {
      const Through through =
          filters.ask(group, at, direction, Filters::addresses(from), Filters::addresses(to), net::kRdpPort);
      if (through.all) continue;
      const model::Nsg& nsg = deployment.nsgs[group];
      out.push_back(
          {nsg.span,
           fmt::format("{} {} tcp {} from the forwarders of role {} to the instances of role {} ({})", nsg.name,
                       !through.may   ? "denies"
                       : through.sure ? "lets through only a part of"
                                      : "may deny",
                       net::kRdpPort, from.name, to.name, model::name(direction)),
           fmt::format("{}/{}/{}/{}", nsg.name, model::name(direction), from.name, to.name), through.may});
    }
  };
  for (const model::Role& from : deployment.roles) {
    if (!from.remote_forwarder || from.instances.empty()) continue;
    for (const model::Role& to : deployment.roles) {
      // Forwarding to itself stays inside the machine.
      const bool only_itself = &from == &to && from.instances.size() == 1;
      if (!to.remote_access || to.instances.empty() || only_itself) continue;
      hold(from, net::Direction::Outbound, from, to);
      hold(to, net::Direction::Inbound, from, to);
    }
  }
  return out;
}

}  // namespace

std::vector<CloudFault> judge_filters(CloudCheck check, const model::Deployment& deployment) {
  if (check == CloudCheck::SecondHopClosed) return second_hop(deployment);
  return FirstHop{deployment}.run(check);
}

}  // namespace nsgcheck::policy
