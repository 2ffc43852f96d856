// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/mutate.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/model/rule_change.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/policy/compare.hpp"
#include "analyzer/policy/intent.hpp"

namespace nsgcheck::policy {
namespace {

using model::SecurityRule;

struct Mutant {
  ModelRule rule{};
  std::string what;
  std::vector<model::RuleChange> changes;
};

/// Makes the mutants of an NSG, rule by rule.
class Mutants {
 public:
  explicit Mutants(const model::Nsg& nsg) : nsg_{nsg} {}

  std::vector<Mutant> all() {
    for (rule_ = 0; rule_ < nsg_.rules.size(); ++rule_) {
      if (nsg_.rules[rule_].origin != model::Origin::User) continue;
      out_.push_back({rule_, "dropped", {model::RemoveRule{rule_}}});
      flips();
      widenings();
      neighbouring_ports();
      narrowings();
      swap_with_next();
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] const SecurityRule& rule() const { return nsg_.rules[rule_]; }
  void add(std::string what, SecurityRule to) {
    out_.push_back({rule_, std::move(what), {model::ReplaceRule{rule_, std::move(to)}}});
  }

  void flips() {
    if (rule().access.value) {
      SecurityRule to = rule();
      to.access.value = model::other(*to.access.value);
      std::string what = std::string{"access flipped to "} + std::string{model::name(*to.access.value)};
      add(std::move(what), std::move(to));
    }
    if (rule().direction.value) {
      SecurityRule to = rule();
      to.direction.value =
          *to.direction.value == net::Direction::Inbound ? net::Direction::Outbound : net::Direction::Inbound;
      std::string what = std::string{"direction flipped to "} + std::string{model::name(*to.direction.value)};
      add(std::move(what), std::move(to));
    }
  }

  void widenings() {
    const auto any_address = [](const std::vector<model::AddressItem>& side) {
      return side.size() == 1 && std::holds_alternative<model::AnyAddress>(side.front().value);
    };
    const std::pair<std::vector<model::AddressItem> SecurityRule::*, const char*> sides[]{
        {&SecurityRule::sources, "source widened to any"}, {&SecurityRule::destinations, "destination widened to any"}};
    for (const auto& [side, what] : sides) {
      if (any_address(rule().*side)) continue;
      SecurityRule to = rule();
      to.*side = {model::parse_address_item("*", {}, false)};
      add(what, std::move(to));
    }
    const auto& ports = rule().destination_ports;
    if (!(ports.size() == 1 && std::holds_alternative<model::AnyPort>(ports.front().value))) {
      SecurityRule to = rule();
      to.destination_ports = model::parse_port_items("*", {}, false);
      add("ports widened to any", std::move(to));
    }
    if (rule().protocol.value && !rule().protocol.value->all()) {
      SecurityRule to = rule();
      to.protocol.value = net::all_protocols();
      add("protocol widened to any", std::move(to));
    }
  }

  void neighbouring_ports() {
    constexpr net::Port kLast = 65535;
    for (std::size_t i = 0; i < rule().destination_ports.size(); ++i) {
      const auto* range = std::get_if<model::PortRange>(&rule().destination_ports[i].value);
      if (range == nullptr || (range->low == 0 && range->high == kLast)) continue;
      const int step = range->high == kLast ? -1 : 1;
      SecurityRule to = rule();
      to.destination_ports[i] =
          model::port_item({static_cast<net::Port>(range->low + step), static_cast<net::Port>(range->high + step)});
      std::string what = "port " + rule().destination_ports[i].text + " moved to " + to.destination_ports[i].text;
      add(std::move(what), std::move(to));
    }
  }

  void narrowings() {
    narrow_side(&SecurityRule::sources, "source");
    narrow_side(&SecurityRule::destinations, "destination");
    const auto& ports = rule().destination_ports;
    for (std::size_t i = 0; ports.size() > 1 && i < ports.size(); ++i) {
      SecurityRule to = rule();
      to.destination_ports.erase(to.destination_ports.begin() + static_cast<std::ptrdiff_t>(i));
      add("port " + ports[i].text + " taken out", std::move(to));
    }
  }

  void narrow_side(std::vector<model::AddressItem> SecurityRule::*side, const std::string& called) {
    const std::vector<model::AddressItem>& items = rule().*side;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items.size() > 1) {
        SecurityRule to = rule();
        (to.*side).erase((to.*side).begin() + static_cast<std::ptrdiff_t>(i));
        add(called + ' ' + items[i].text + " taken out", std::move(to));
      }
      const auto* block = std::get_if<model::Block>(&items[i].value);
      const auto half = block == nullptr ? std::nullopt : half_of(block->prefix);
      if (!half) continue;
      SecurityRule to = rule();
      (to.*side)[i] = model::block_item(*half);
      std::string what = called + ' ' + items[i].text + " narrowed to " + (to.*side)[i].text;
      add(std::move(what), std::move(to));
    }
  }

  static std::optional<net::AnyPrefix> half_of(const net::AnyPrefix& prefix) {
    return std::visit(
        [](const auto& one) -> std::optional<net::AnyPrefix> {
          using Prefix = std::decay_t<decltype(one)>;
          const auto half = Prefix::masked(one.network(), one.length() + 1);
          return half ? std::optional<net::AnyPrefix>{*half} : std::nullopt;
        },
        prefix);
  }

  // With the rule that comes next in its direction.
  void swap_with_next() {
    const auto& mine = rule();
    if (!mine.priority.value || !mine.direction.value) return;
    std::optional<ModelRule> next;
    for (ModelRule i = 0; i < nsg_.rules.size(); ++i) {
      const SecurityRule& other = nsg_.rules[i];
      if (other.origin != model::Origin::User || other.direction.value != mine.direction.value) continue;
      if (!other.priority.value || *other.priority.value <= *mine.priority.value) continue;
      if (!next || *other.priority.value < *nsg_.rules[*next].priority.value) next = i;
    }
    if (!next) return;
    SecurityRule first = mine;
    SecurityRule second = nsg_.rules[*next];
    std::swap(first.priority, second.priority);
    out_.push_back({rule_,
                    "priority swapped with " + nsg_.rules[*next].name,
                    {model::ReplaceRule{rule_, std::move(first)}, model::ReplaceRule{*next, std::move(second)}}});
  }

  const model::Nsg& nsg_;
  ModelRule rule_{};
  std::vector<Mutant> out_;
};

}  // namespace

bool same_verdicts(const std::vector<ExpectationVerdict>& a, const std::vector<ExpectationVerdict>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.verdict == y.verdict; });
}

Mutation mutate(const model::Nsg& nsg, const model::NetworkContext& context, const AuditOptions& options,
                const std::vector<ExpectationVerdict>& now, const WaysNotice& ways) {
  Mutation out;
  std::vector<Mutant> mutants = Mutants{nsg}.all();
  if (mutants.size() > kMostMutants) {
    out.left_out = mutants.size() - kMostMutants;
    mutants.resize(kMostMutants);
  }
  out.mutants = mutants.size();
  for (const Mutant& mutant : mutants) {
    const model::Nsg changed = model::apply(nsg, mutant.changes);
    if (!same_verdicts(judge_intent(changed, 0, context, {}, options).verdicts, now)) {
      ++out.killed;
      continue;
    }
    const NsgDiff diff = compare({&nsg, &changed}, context, false);
    if (diff.is_equivalent()) {
      ++out.equivalent;
      continue;
    }
    if (ways && ways(changed)) {
      ++out.killed;
      continue;
    }
    const Change* shown = !diff.allowed.empty()  ? &diff.allowed.front()
                          : !diff.denied.empty() ? &diff.denied.front()
                                                 : nullptr;
    if (shown == nullptr) {
      ++out.undecided;
      continue;
    }
    const std::string how = shown->shift == engine::Shift::NewlyAllowed ? "newly allowed: " : "newly denied: ";
    out.survivors.push_back({mutant.rule, mutant.what,
                             how + std::string{model::name(shown->direction)} + ' ' + shown->words, shown->witness});
  }
  return out;
}

}  // namespace nsgcheck::policy
