// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bdd_rules.hpp"

#include <bdd.h>

#include <map>
#include <utility>

namespace nsgcheck::bench {
namespace {

constexpr int kNodes = 4'000'000;
constexpr int kCache = 400'000;

class Diagrams {
 public:
  explicit Diagrams(BitOrder order) {
    int next = 0;
    const auto take = [&](int bits) { return std::exchange(next, next + bits); };
    v6_ = take(1);
    if (order == BitOrder::AddressesFirst) {
      source_ = take(32);
      destination_ = take(32);
      udp_ = take(1);
      source_port_ = take(16);
      destination_port_ = take(16);
    } else {
      udp_ = take(1);
      destination_port_ = take(16);
      source_port_ = take(16);
      destination_ = take(32);
      source_ = take(32);
    }
  }

  bdd match(const FlatRule& rule) {
    const bdd v4 =
        side(source_, rule.source, rule.source_key) & side(destination_, rule.destination, rule.destination_key);
    const bdd v6 = rule.source_v6 && rule.destination_v6 ? bddtrue : bddfalse;
    const bdd protocol =
        (rule.udp ? bdd{bdd_ithvar(udp_)} : bdd{bddfalse}) | (rule.tcp ? bdd{bdd_nithvar(udp_)} : bdd{bddfalse});
    return bdd_ite(bdd_ithvar(v6_), v6, v4) & protocol & ports(source_port_, rule.source_ports) &
           ports(destination_port_, rule.destination_ports);
  }

 private:
  // value <= bound and value >= bound over so many bits, from the lowest bit up.
  static bdd at_most(int first, int bits, std::uint32_t bound) {
    bdd out = bddtrue;
    for (int i = 0; i < bits; ++i) {
      const bdd bit = bdd_ithvar(first + bits - 1 - i);
      out = (bound >> i & 1U) != 0 ? (!bit) | out : (!bit) & out;
    }
    return out;
  }
  static bdd at_least(int first, int bits, std::uint32_t bound) {
    bdd out = bddtrue;
    for (int i = 0; i < bits; ++i) {
      const bdd bit = bdd_ithvar(first + bits - 1 - i);
      out = (bound >> i & 1U) != 0 ? bit & out : bit | out;
    }
    return out;
  }
  bdd side(int first, const std::vector<net::Interval<net::Ipv4::Bits>>& parts, std::size_t key) {
    const auto [found, fresh] = sides_.try_emplace({first, key}, bddfalse);
    if (fresh)
      for (const auto& part : parts) found->second |= at_least(first, 32, part.low) & at_most(first, 32, part.high);
    return found->second;
  }
  static bdd ports(int first, const std::vector<net::Interval<net::Port>>& parts) {
    bdd out = bddfalse;
    for (const auto& part : parts) out |= at_least(first, 16, part.low) & at_most(first, 16, part.high);
    return out;
  }

  int v6_{}, udp_{}, source_{}, destination_{}, source_port_{}, destination_port_{};
  std::map<std::pair<int, std::size_t>, bdd> sides_;
};

bdd allowed(Diagrams& diagrams, const std::vector<FlatRule>& rules) {
  bdd out = bddfalse;
  for (std::size_t i = rules.size(); i-- > 0;)
    out = bdd_ite(diagrams.match(rules[i]), rules[i].allow ? bdd{bddtrue} : bdd{bddfalse}, out);
  return out;
}

}  // namespace

// BuDDy's state is one for the process.
void bdd_prepare() {
  if (bdd_isrunning() == 0) {
    bdd_init(kNodes, kCache);
    bdd_setvarnum(98);
    bdd_gbc_hook(nullptr);
    bdd_setmaxincrease(kNodes);
  }
  bdd_gbc();
}

Hygiene bdd_hygiene(const std::vector<FlatRule>& rules, BitOrder order) {
  Diagrams diagrams{order};
  Hygiene out;
  std::vector<bdd> match, effective;
  std::vector<bool> shadowed;
  bdd by_action[2] = {bddfalse, bddfalse};
  for (const FlatRule& rule : rules) {
    match.push_back(diagrams.match(rule));
    effective.push_back(match.back() - (by_action[0] | by_action[1]));
    shadowed.push_back(effective.back() == bddfalse && (match.back() & by_action[rule.allow ? 0 : 1]) != bddfalse);
    by_action[rule.allow ? 1 : 0] |= effective.back();
  }
  // The defaults behind the last rule, which matches everything, allow something: it is needed.
  bdd rest = bddtrue;
  for (std::size_t i = rules.size(); i-- > 0;) {
    const bdd wrong = rules[i].allow ? effective[i] - rest : effective[i] & rest;
    out.shadowed += shadowed[i] ? 1 : 0;
    out.redundant += wrong == bddfalse && !shadowed[i] ? 1 : 0;
    rest = bdd_ite(match[i], rules[i].allow ? bdd{bddtrue} : bdd{bddfalse}, rest);
  }
  return out;
}

bool bdd_equal(const std::vector<FlatRule>& before, const std::vector<FlatRule>& after, BitOrder order) {
  Diagrams diagrams{order};
  return allowed(diagrams, before) == allowed(diagrams, after);
}

}  // namespace nsgcheck::bench
