// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_join.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace nsgcheck::io {
namespace {

using wire::CookieOutcome;

constexpr std::int64_t kSecond = 1'000'000'000;
// Translation takes microseconds; the rest is for two capture points with clocks that differ.
constexpr std::int64_t kTranslationWindow = 30 * kSecond;
// A forwarder connects when it has read the request; a client may take its time until then.
constexpr std::int64_t kForwardingWindow = 30 * kSecond;
constexpr std::int64_t kClockSkew = 2 * kSecond;

bool is_read(const CapturedConnection& c) {
  return c.request->outcome != CookieOutcome::NoData && c.request->outcome != CookieOutcome::Incomplete;
}

bool may_be_same_request(const CapturedConnection& a, const CapturedConnection& b) {
  if (!is_read(a) || !is_read(b)) return true;
  return a.request->outcome == b.request->outcome && a.request->text == b.request->text;
}

std::int64_t distance(std::int64_t a, std::int64_t b) { return a < b ? b - a : a - b; }

// Connections in the order of time, of which each is given away once.
struct Queue {
  std::vector<std::uint32_t> legs;
  std::size_t next{};
};

class Join {
 public:
  Join(std::span<const CapturedConnection> connections, std::span<const PartOfWay> parts, const NamedAddress& named)
      : connections_{connections}, named_{named}, companions_(connections.size()) {
    for (std::uint32_t i = 0; i < connections.size(); ++i) {
      const CapturedConnection& c = connections[i];
      if (c.protocol != net::kTcp) continue;
      if (parts[i] == PartOfWay::ToBalancer) clients_.push_back(i);
      if (parts[i] == PartOfWay::ToForwarder) forwarders_.push_back(i);
      if (parts[i] == PartOfWay::ToForwarder) by_client_[{c.client, c.client_port}].push_back(i);
      if (parts[i] != PartOfWay::ToInstance) continue;
      if (is_read(c))
        by_request_[{c.client, c.request->text}].legs.push_back(i);
      else
        by_target_[{c.client, c.server}].legs.push_back(i);
    }
    sort_by_time(forwarders_);
    for (auto& [client, legs] : by_client_) sort_by_time(legs);
    for (auto& [opener, queue] : by_request_) sort_by_time(queue.legs);
    for (auto& [opener, queue] : by_target_) sort_by_time(queue.legs);
  }

  std::vector<Companions> run() {
    for (const std::uint32_t client : clients_) join_translated(client);
    for (const std::uint32_t forwarder : forwarders_) {
      const CapturedConnection& c = connections_[forwarder];
      if (c.request->outcome != CookieOutcome::Azure) continue;
      if (join_forwarded(forwarder, by_request_, {c.server, c.request->text})) continue;
      const auto target = named_(forwarder);
      if (target) join_forwarded(forwarder, by_target_, {c.server, *target});
    }
    return std::move(companions_);
  }

 private:
  void sort_by_time(std::vector<std::uint32_t>& legs) const {
    std::stable_sort(legs.begin(), legs.end(), [&](std::uint32_t a, std::uint32_t b) {
      return connections_[a].first_time < connections_[b].first_time;
    });
  }

  [[nodiscard]] std::size_t first_from(const std::vector<std::uint32_t>& legs, std::int64_t time) const {
    const auto found = std::lower_bound(legs.begin(), legs.end(), time, [&](std::uint32_t leg, std::int64_t t) {
      return connections_[leg].first_time < t;
    });
    return static_cast<std::size_t>(found - legs.begin());
  }

  void join_translated(std::uint32_t client) {
    constexpr std::size_t kNeighbours = 16;  // of the same address and port: more is no traffic but an attack
    const CapturedConnection& c = connections_[client];
    const auto found = by_client_.find({c.client, c.client_port});
    if (found == by_client_.end()) return;
    const auto& legs = found->second;
    const std::size_t middle = first_from(legs, c.first_time);
    std::optional<std::uint32_t> best;
    for (std::size_t i = middle - std::min(middle, kNeighbours); i < std::min(legs.size(), middle + kNeighbours); ++i) {
      const std::int64_t apart = distance(connections_[legs[i]].first_time, c.first_time);
      if (companions_[legs[i]].to_balancer || apart > kTranslationWindow) continue;
      if (!may_be_same_request(c, connections_[legs[i]])) continue;
      if (!best || apart < distance(connections_[*best].first_time, c.first_time)) best = legs[i];
    }
    if (!best) return;
    companions_[client].to_forwarder = best;
    companions_[*best].to_balancer = client;
  }

  template <class Queues>
  bool join_forwarded(std::uint32_t forwarder, Queues& queues, const typename Queues::key_type& key) {
    const CapturedConnection& c = connections_[forwarder];
    const auto found = queues.find(key);
    if (found == queues.end()) return false;
    Queue& queue = found->second;
    queue.next = std::max(queue.next, first_from(queue.legs, c.first_time - kClockSkew));
    if (queue.next == queue.legs.size()) return false;
    const std::uint32_t leg = queue.legs[queue.next];
    if (connections_[leg].first_time > c.last_time + kForwardingWindow) return false;
    ++queue.next;
    note_instance(forwarder, leg);
    return true;
  }

  void note_instance(std::uint32_t forwarder, std::uint32_t instance) {
    companions_[forwarder].to_instance = instance;
    companions_[instance].to_forwarder = forwarder;
    const auto client = companions_[forwarder].to_balancer;
    companions_[instance].to_balancer = client;
    if (client) companions_[*client].to_instance = instance;
  }

  std::span<const CapturedConnection> connections_;
  const NamedAddress& named_;
  std::vector<Companions> companions_;
  std::vector<std::uint32_t> clients_, forwarders_;
  std::map<std::pair<net::IpAddress, net::Port>, std::vector<std::uint32_t>> by_client_;
  // Connections to instances by who opened them and what they ask for, or whom they go to when that is not known.
  std::map<std::pair<net::IpAddress, std::string>, Queue> by_request_;
  std::map<std::pair<net::IpAddress, net::IpAddress>, Queue> by_target_;
};

}  // namespace

std::vector<Companions> join_ways(std::span<const CapturedConnection> connections, std::span<const PartOfWay> parts,
                                  const NamedAddress& named) {
  return Join{connections, parts, named}.run();
}

}  // namespace nsgcheck::io
