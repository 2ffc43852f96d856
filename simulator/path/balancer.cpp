// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/balancer.hpp"

#include <string>
#include <utility>

#include "analyzer/model/network_context.hpp"

namespace nsgcheck::path {
namespace {

std::uint64_t hash_of(const net::FiveTuple& tuple, model::Distribution distribution, std::uint64_t seed) {
  constexpr std::uint64_t kOffset = 14695981039346656037U;
  constexpr std::uint64_t kPrime = 1099511628211U;
  std::string key = std::to_string(seed) + ' ' + net::to_string(tuple.source) + ' ' + net::to_string(tuple.destination);
  if (distribution != model::Distribution::SourceIp) key += ' ' + std::to_string(tuple.protocol.number);
  if (distribution == model::Distribution::FiveTuple)
    key += ' ' + std::to_string(tuple.source_port) + ' ' + std::to_string(tuple.destination_port);
  std::uint64_t hash = kOffset;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  // The low bits of FNV-1a follow the low bits of the text; the pool is small.
  return hash ^ (hash >> 32U);
}

net::FiveTuple probe_of(const model::Deployment& deployment, const net::IpAddress& to) {
  const net::AddressSet sources = model::azure_load_balancer();
  net::FiveTuple probe{net::kTcp, net::Ipv4{}, 0, to, deployment.balancer.probe_port};
  if (net::family_of(to) == net::Family::V4)
    probe.source = net::Ipv4{sources.v4.intervals().front().low};
  else
    probe.source = net::Ipv6{sources.v6.intervals().front().low};
  return probe;
}

// The hop of the probe's way that does not surely allow it: a deny if there is one.
std::optional<Hop> obstacle(const CompiledDeployment& compiled, const model::Instance& instance,
                            const net::IpAddress& address) {
  const net::FiveTuple probe = probe_of(compiled.deployment(), address);
  std::optional<Hop> out;
  for (Hop& hop : compiled.stages(net::Direction::Inbound, instance, "forwarder", probe, Reason::ProbeDenied)) {
    if (hop.verdict == HopVerdict::Allow || (out && hop.verdict == HopVerdict::Unknown)) continue;
    hop.kind = HopKind::Probe;
    if (hop.verdict == HopVerdict::Deny) {
      hop.reason = Reason::ProbeDenied;
      hop.text = "the health probe of " + instance.name + " is denied, so the balancer sends it nothing";
    }
    out = std::move(hop);
  }
  return out;
}

}  // namespace

std::vector<const model::Instance*> choose(const model::Deployment& deployment,
                                           const std::vector<const model::Instance*>& healthy, const Observed& observed,
                                           const WalkOptions& options) {
  if (observed.taken_by != nullptr) return {observed.taken_by};
  if (!options.hash_seed) return healthy;
  return {healthy[hash_of(observed.tuple, deployment.balancer.distribution, *options.hash_seed) % healthy.size()]};
}

Pool pool_of(const CompiledDeployment& compiled, net::Family family) {
  Pool pool;
  for (const model::Role& role : compiled.deployment().roles) {
    if (!role.remote_forwarder) continue;
    pool.has_role = true;
    for (const model::Instance& instance : role.instances) {
      const auto address = instance.address(family);
      if (!address) continue;
      if (instance.state != model::InstanceState::Ready) {
        pool.kept_out.push_back(plain_hop(HopKind::LoadBalancer, "", &instance, Reason::NoHealthyForwarder,
                                          instance.name + " is not Ready"));
        continue;
      }
      std::optional<Hop> hop = obstacle(compiled, instance, *address);
      if (hop && hop->verdict == HopVerdict::Deny) {
        pool.kept_out.push_back(std::move(*hop));
        continue;
      }
      if (hop) pool.doubtful.push_back(std::move(*hop));
      pool.healthy.push_back(&instance);
    }
  }
  return pool;
}

}  // namespace nsgcheck::path
