// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/packet_oracle.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

namespace nsgcheck::oracle {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Match match_tag(const std::string& tag, const World& world, const net::IpAddress& address) {
  const std::string word = lower(tag);
  const auto yes = [](bool is) { return is ? Match::Yes : Match::No; };
  if (word == "virtualnetwork" || word == "virtual_network") return yes(holds(world.virtual_network, address));
  if (word == "internet") return yes(is_internet(world, address));
  if (word == "azureloadbalancer" || word == "azure_loadbalancer")
    return yes(holds(ranges({"168.63.129.16", "fe80::1234:5678:9abc"}), address));
  if (const auto found = world.tags.find(word); found != world.tags.end()) return yes(holds(found->second, address));
  // Of the platform's own services, semantics 3 says where they are.
  if (word.rfind("azureplatform", 0) == 0 && holds(ranges({"168.63.129.16", "169.254.169.254"}), address))
    return Match::Maybe;
  // Service tags hold public addresses only (interface 8).
  return is_internet(world, address) ? Match::Maybe : Match::No;
}

Match match_asg(const std::string& name, const World& world, const net::IpAddress& address) {
  if (const auto found = world.asgs.find(lower(name)); found != world.asgs.end())
    return holds(found->second, address) ? Match::Yes : Match::No;
  return holds(world.virtual_network, address) ? Match::Maybe : Match::No;
}

Match match_item(const model::AddressItem& item, const World& world, const net::IpAddress& address) {
  if (std::holds_alternative<model::AnyAddress>(item.value)) return Match::Yes;
  if (const auto* tag = std::get_if<model::ServiceTag>(&item.value)) return match_tag(tag->name, world, address);
  if (const auto* asg = std::get_if<model::Asg>(&item.value)) return match_asg(asg->name, world, address);
  if (const auto* range = std::get_if<model::AddressRange>(&item.value)) {
    const bool in = range->low.index() == address.index() && range->low <= address && address <= range->high;
    return in ? Match::Yes : Match::No;
  }
  if (const auto* block = std::get_if<model::Block>(&item.value)) {
    const bool in = std::visit(
        [&](const auto& prefix) {
          const auto* same = std::get_if<std::decay_t<decltype(prefix.network())>>(&address);
          return same != nullptr && prefix.low() <= same->bits && same->bits <= prefix.high();
        },
        block->prefix);
    return in ? Match::Yes : Match::No;
  }
  return Match::Maybe;
}

Match match_addresses(const std::vector<model::AddressItem>& items, const World& world, const net::IpAddress& address) {
  Match best = items.empty() ? Match::Maybe : Match::No;
  for (const auto& item : items) best = std::max(best, match_item(item, world, address));
  return best;
}

bool are_all_ports(const std::vector<model::PortItem>& items) {
  std::vector<bool> seen(65536, false);
  for (const auto& item : items) {
    if (std::holds_alternative<model::AnyPort>(item.value)) return true;
    if (const auto* range = std::get_if<model::PortRange>(&item.value))
      for (unsigned p = range->low; p <= range->high; ++p) seen[p] = true;
  }
  return std::find(seen.begin(), seen.end(), false) == seen.end();
}

Match match_ports(const std::vector<model::PortItem>& items, net::Port port) {
  Match best = items.empty() ? Match::Maybe : Match::No;
  for (const auto& item : items) {
    if (std::holds_alternative<model::AnyPort>(item.value)) return Match::Yes;
    if (std::holds_alternative<model::Undetermined>(item.value)) best = std::max(best, Match::Maybe);
    if (const auto* range = std::get_if<model::PortRange>(&item.value))
      if (range->low <= port && port <= range->high) return Match::Yes;
  }
  return best;
}

bool is_ported(net::Protocol p) { return p.number == 6 || p.number == 17 || p.number == 132; }

// One stretch of the walk: the rules of one priority, in input order.
struct Rung {
  std::vector<std::size_t> rules;
};

std::vector<Rung> rungs(const model::Nsg& nsg, model::Direction direction, std::vector<std::size_t>& unplaced) {
  std::map<std::int64_t, Rung> by_priority;
  for (std::size_t i = 0; i < nsg.rules.size(); ++i) {
    const auto& rule = nsg.rules[i];
    if (rule.direction.value && *rule.direction.value != direction) continue;
    if (rule.priority.value)
      by_priority[*rule.priority.value].rules.push_back(i);
    else
      unplaced.push_back(i);
  }
  std::vector<Rung> out;
  for (auto& [priority, rung] : by_priority) out.push_back(std::move(rung));
  return out;
}

class Walk {
 public:
  explicit Walk(Asked asked) : asked_{asked} {}

  void hear(const model::SecurityRule& rule, std::size_t index) {
    judgement_.heard.push_back(index);
    const bool may_allow = rule.access.value != model::Access::Deny;
    const bool may_deny = rule.access.value != model::Access::Allow;
    const bool is_default = rule.origin == model::Origin::Default;
    if (asked_ == Asked::Allowed) {
      yes_ = yes_ || may_allow;
      no_ = no_ || may_deny;
    } else {
      yes_ = yes_ || (may_deny && !is_default);
      no_ = no_ || may_allow || is_default;
    }
  }

  void end(std::optional<std::size_t> decider) { judgement_.decider = decider; }

  Judgement finish() && {
    // Without any rule that surely matches nothing lets the packet pass for sure.
    if (!judgement_.decider) no_ = true;
    judgement_.outcome = yes_ && no_ ? Outcome::Unknown : yes_ ? Outcome::Yes : Outcome::No;
    return std::move(judgement_);
  }

 private:
  Asked asked_;
  bool yes_{};
  bool no_{};
  Judgement judgement_;
};

}  // namespace

bool is_undefined(const model::SecurityRule& rule, const net::FiveTuple& packet) {
  return !is_ported(packet.protocol) && !(are_all_ports(rule.source_ports) && are_all_ports(rule.destination_ports));
}

Match match_protocol(const model::SecurityRule& rule, net::Protocol protocol) {
  if (!rule.protocol.value) return Match::Maybe;
  return rule.protocol.value->test(protocol.number) ? Match::Yes : Match::No;
}

Match match_source(const model::SecurityRule& rule, const World& world, const net::IpAddress& address) {
  return match_addresses(rule.sources, world, address);
}

Match match_destination(const model::SecurityRule& rule, const World& world, const net::IpAddress& address) {
  return match_addresses(rule.destinations, world, address);
}

Match match_source_port(const model::SecurityRule& rule, net::Port port) {
  return match_ports(rule.source_ports, port);
}

Match match_destination_port(const model::SecurityRule& rule, net::Port port) {
  return match_ports(rule.destination_ports, port);
}

Match match(const model::SecurityRule& rule, const World& world, const net::FiveTuple& packet) {
  Match all = Match::Yes;
  all = std::min(all, match_protocol(rule, packet.protocol));
  all = std::min(all, match_addresses(rule.sources, world, packet.source));
  all = std::min(all, match_addresses(rule.destinations, world, packet.destination));
  if (is_ported(packet.protocol)) {
    all = std::min(all, match_ports(rule.source_ports, packet.source_port));
    all = std::min(all, match_ports(rule.destination_ports, packet.destination_port));
  } else if (all != Match::No && is_undefined(rule, packet)) {
    all = Match::Maybe;
  }
  return all;
}

Judgement judge(const model::Nsg& nsg, model::Direction direction, const World& world, const net::FiveTuple& packet,
                Asked asked) {
  Walk walk{asked};
  std::vector<std::size_t> unplaced;
  const std::vector<Rung> ladder = rungs(nsg, direction, unplaced);
  // A rule of unknown priority may come first, and may as well come too late to matter.
  for (const std::size_t i : unplaced)
    if (match(nsg.rules[i], world, packet) != Match::No) walk.hear(nsg.rules[i], i);
  for (const Rung& rung : ladder) {
    std::optional<std::size_t> decider;
    for (const std::size_t i : rung.rules) {
      const auto& rule = nsg.rules[i];
      const Match m = match(rule, world, packet);
      if (m == Match::No) continue;
      // Which of one priority comes first is not known, so each that may match is heard (interface 8).
      walk.hear(rule, i);
      const bool is_there = !rule.may_be_absent && rule.direction.value.has_value();
      if (m == Match::Yes && is_there && !decider) decider = i;
    }
    if (!decider) continue;
    walk.end(decider);
    break;
  }
  return std::move(walk).finish();
}

}  // namespace nsgcheck::oracle
