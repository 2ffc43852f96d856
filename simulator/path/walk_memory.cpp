// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/walk_memory.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace nsgcheck::path {
namespace {

// A capture of strangers may hold as many kinds as connections.
constexpr std::size_t kMostKinds = 4096;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

template <class T>
T piece_of(const std::vector<T>& begins, T value) {
  return *std::prev(std::upper_bound(begins.begin(), begins.end(), value));
}

std::uint64_t bits_of(const net::IpAddress& address) {
  if (const auto* v4 = std::get_if<net::Ipv4>(&address)) return v4->bits;
  const net::Bits128 bits = std::get<net::Ipv6>(address).bits;
  return static_cast<std::uint64_t>(bits >> 64) ^ static_cast<std::uint64_t>(bits);
}

bool is_client(const std::optional<Ends>& ends, const net::FiveTuple& tuple) {
  return ends && ends->source.address == tuple.source && ends->source.port == tuple.source_port;
}

std::vector<ClientEnd> find_client(const Trace& trace, const net::FiveTuple& tuple) {
  std::vector<ClientEnd> out;
  for (std::size_t i = 0; i < trace.hops.size(); ++i) {
    if (is_client(trace.hops[i].before, tuple)) out.push_back({i, false});
    if (is_client(trace.hops[i].after, tuple)) out.push_back({i, true});
  }
  return out;
}

}  // namespace

std::size_t WalkMemory::Hash::operator()(const Observed& key) const {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  std::uint64_t hash = bits_of(key.tuple.source);
  for (const std::uint64_t part :
       {bits_of(key.tuple.destination), std::uint64_t{key.tuple.source_port} << 16 | key.tuple.destination_port,
        std::uint64_t{std::hash<const void*>{}(key.request)}, static_cast<std::uint64_t>(key.handshake)}) {
    hash = (hash ^ part) * kOdd;
    hash ^= hash >> 29;
  }
  return hash;
}

WalkMemory::WalkMemory(const CompiledDeployment& deployment, const WalkOptions& options)
    : deployment_{deployment}, options_{options}, boundaries_{deployment.boundaries()} {
  for (const model::Role& role : deployment.deployment().roles)
    if (const auto expiration = deployment.deployment().account_of(role).expiration)
      expirations_.push_back(*expiration);
  std::sort(expirations_.begin(), expirations_.end());
}

Observed WalkMemory::key_of(const Observed& observed) const {
  Observed key = observed;
  if (const auto* v4 = std::get_if<net::Ipv4>(&key.tuple.source))
    key.tuple.source = net::Ipv4{piece_of(boundaries_.v4, v4->bits)};
  else
    key.tuple.source = net::Ipv6{piece_of(boundaries_.v6, std::get<net::Ipv6>(key.tuple.source).bits)};
  key.tuple.source_port = piece_of(boundaries_.ports, key.tuple.source_port);
  const auto later = std::upper_bound(expirations_.begin(), expirations_.end(), observed.time / kNanosecondsPerSecond);
  key.time = later - expirations_.begin();
  return key;
}

Walked WalkMemory::walk(const Observed& observed) {
  const net::FiveTuple& tuple = observed.tuple;
  // A port of 0 stands for any in some hops; a seeded balancer looks at the whole tuple.
  if (tuple.source_port == 0 || options_.hash_seed) {
    other_ = path::walk(deployment_, observed, options_);
    return {&other_, 0, {}};
  }
  const Observed key = key_of(observed);
  if (const auto found = known_.find(key); found != known_.end()) {
    Kind& kind = kinds_[found->second];
    for (const ClientEnd& end : kind.client_ends) {
      Hop& hop = kind.trace.hops[end.hop];
      (end.after ? hop.after : hop.before)->source = {tuple.source, tuple.source_port};
    }
    return {&kind.trace, found->second + 1, kind.client_ends};
  }
  if (kinds_.size() >= kMostKinds) {
    other_ = path::walk(deployment_, observed, options_);
    return {&other_, 0, {}};
  }
  const auto number = static_cast<std::uint32_t>(kinds_.size());
  Kind& kind = kinds_.emplace_back();
  kind.trace = path::walk(deployment_, observed, options_);
  kind.client_ends = find_client(kind.trace, tuple);
  known_.emplace(key, number);
  return {&kind.trace, number + 1, kind.client_ends};
}

}  // namespace nsgcheck::path
