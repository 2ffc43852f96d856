// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/z3_solver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace nsgcheck::engine {
namespace {

struct Cidr {
  std::uint32_t address;
  unsigned length;
};

const std::vector<Cidr> kVirtualNetwork{{0x0A000000, 8}, {0xAC100000, 12}, {0xC0A80000, 16}, {0xA83F8110, 32}};
const std::vector<Cidr> kBalancer{{0xA83F8110, 32}};
// 0/8, 100.64/10, 127/8, 169.254/16, 224/4, 240/4.
const std::vector<Cidr> kNeverInternet{{0, 8},           {0x64400000, 10}, {0x7F000000, 8},
                                       {0xA9FE0000, 16}, {0xE0000000, 4},  {0xF0000000, 4}};

// The bits of the prefix are equal, whatever follows.
z3::expr in(const Cidr& prefix, const z3::expr& value) {
  z3::context& context = value.ctx();
  if (prefix.length == 0) return context.bool_val(true);
  const unsigned rest = 32 - prefix.length;
  return value.extract(31, rest) ==
         context.bv_val(static_cast<uint64_t>(std::uint64_t{prefix.address} >> rest), prefix.length);
}

z3::expr in(const std::vector<Cidr>& prefixes, const z3::expr& value) {
  z3::expr any = value.ctx().bool_val(false);
  for (const Cidr& prefix : prefixes) any = any || in(prefix, value);
  return any;
}

z3::expr internet(const z3::expr& value) { return !in(kVirtualNetwork, value) && !in(kNeverInternet, value); }

z3::expr between(const z3::expr& value, std::uint64_t low, std::uint64_t high) {
  const unsigned width = value.get_sort().bv_size();
  z3::context& context = value.ctx();
  return z3::uge(value, context.bv_val(static_cast<uint64_t>(low), width)) &&
         z3::ule(value, context.bv_val(static_cast<uint64_t>(high), width));
}

template <class T>
z3::expr in(const net::IntervalSet<T>& set, const z3::expr& value) {
  z3::expr any = value.ctx().bool_val(false);
  for (const auto& item : set.intervals()) any = any || between(value, item.low, item.high);
  return any;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_plain(const model::AddressItem& item) {
  if (const auto* tag = std::get_if<model::ServiceTag>(&item.value)) {
    const std::string name = lower(tag->name);
    return name == "virtualnetwork" || name == "internet" || name == "azureloadbalancer";
  }
  return !std::holds_alternative<model::Asg>(item.value) && !std::holds_alternative<model::Undetermined>(item.value);
}

z3::expr in(const model::AddressItem& item, const z3::expr& value) {
  if (std::holds_alternative<model::AnyAddress>(item.value)) return value.ctx().bool_val(true);
  if (const auto* block = std::get_if<model::Block>(&item.value)) {
    const auto* prefix = std::get_if<net::Prefix4>(&block->prefix);
    if (prefix == nullptr) return value.ctx().bool_val(false);
    return in(Cidr{prefix->low(), static_cast<unsigned>(prefix->length())}, value);
  }
  if (const auto* range = std::get_if<model::AddressRange>(&item.value)) {
    const auto* low = std::get_if<net::Ipv4>(&range->low);
    const auto* high = std::get_if<net::Ipv4>(&range->high);
    return low && high ? between(value, low->bits, high->bits) : value.ctx().bool_val(false);
  }
  const std::string name = lower(std::get<model::ServiceTag>(item.value).name);
  if (name == "internet") return internet(value);
  return in(name == "virtualnetwork" ? kVirtualNetwork : kBalancer, value);
}

}  // namespace

bool is_plain(const model::SecurityRule& rule) {
  const auto plain = [](const auto& items) {
    return !items.empty() && std::all_of(items.begin(), items.end(), [](const auto& item) { return is_plain(item); });
  };
  const auto readable = [](const auto& items) {
    return !items.empty() && std::none_of(items.begin(), items.end(), [](const auto& item) {
      return std::holds_alternative<model::Undetermined>(item.value);
    });
  };
  return rule.protocol.value && rule.access.value && rule.priority.value && rule.direction.value &&
         !rule.may_be_absent && plain(rule.sources) && plain(rule.destinations) && readable(rule.source_ports) &&
         readable(rule.destination_ports);
}

Solver::Solver(z3::context& context)
    : context_{context},
      protocol_{context.bv_const("protocol", 8)},
      source_{context.bv_const("source", 32)},
      destination_{context.bv_const("destination", 32)},
      source_port_{context.bv_const("sport", 16)},
      destination_port_{context.bv_const("dport", 16)} {}

z3::expr Solver::match(const model::SecurityRule& rule) const {
  return one_of(*rule.protocol.value) && in(rule.sources, source_) && in(rule.destinations, destination_) &&
         in(rule.source_ports, source_port_) && in(rule.destination_ports, destination_port_);
}

z3::expr Solver::allowed(const std::vector<model::SecurityRule>& rules) const {
  z3::expr verdict = context_.bool_val(false);
  for (std::size_t i = rules.size(); i-- > 0;)
    verdict = z3::ite(match(rules[i]), context_.bool_val(rules[i].access.value == model::Access::Allow), verdict);
  return verdict;
}

z3::expr Solver::inside(const std::vector<Region>& regions) const {
  z3::expr any = context_.bool_val(false);
  for (const Region& region : regions)
    any = any ||
          (one_of(region.protocols) && engine::in(region.source.addresses.v4, source_) &&
           engine::in(region.destination.addresses.v4, destination_) && engine::in(region.source_ports, source_port_) &&
           engine::in(region.destination_ports, destination_port_));
  return any;
}

z3::expr Solver::tcp_to(net::Port port) const {
  return protocol_ == context_.bv_val(6, 8) && destination_port_ == context_.bv_val(static_cast<uint64_t>(port), 16);
}

bool Solver::possible(const z3::expr& formula) const {
  z3::solver solver{context_};
  solver.add(formula && (protocol_ == context_.bv_val(6, 8) || protocol_ == context_.bv_val(17, 8)));
  const z3::check_result result = solver.check();
  EXPECT_NE(result, z3::unknown);
  return result != z3::unsat;
}

z3::expr Solver::one_of(const net::ProtocolSet& protocols) const {
  z3::expr any = context_.bool_val(false);
  for (const unsigned p : {6U, 17U})
    if (protocols[p]) any = any || protocol_ == context_.bv_val(p, 8);
  return any;
}

z3::expr Solver::in(const std::vector<model::AddressItem>& items, const z3::expr& value) const {
  z3::expr any = context_.bool_val(false);
  for (const model::AddressItem& item : items) any = any || engine::in(item, value);
  return any;
}

z3::expr Solver::in(const std::vector<model::PortItem>& items, const z3::expr& value) const {
  z3::expr any = context_.bool_val(false);
  for (const model::PortItem& item : items) {
    if (std::holds_alternative<model::AnyPort>(item.value)) return context_.bool_val(true);
    const auto& range = std::get<model::PortRange>(item.value);
    any = any || between(value, range.low, range.high);
  }
  return any;
}

}  // namespace nsgcheck::engine
