// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/impact.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analyzer/engine/box.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/impact_tables.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;

std::size_t index_of(net::Direction direction) { return direction == net::Direction::Inbound ? 0 : 1; }

void mix(std::size_t& hash, const net::IpAddress& address) {
  if (const auto* v4 = std::get_if<net::Ipv4>(&address)) return engine::mix_hash(hash, v4->bits);
  const net::Bits128 bits = std::get<net::Ipv6>(address).bits;
  engine::mix_hash(hash, static_cast<std::uint64_t>(bits >> 64));
  engine::mix_hash(hash, static_cast<std::uint64_t>(bits));
}

Effect effect_of(Verdict before, Verdict after) {
  if (before == after) return before == Verdict::Unknown ? Effect::Unsettled : Effect::Unaffected;
  if (before == Verdict::Unknown) return after == Verdict::Deny ? Effect::MayBreak : Effect::MayOpen;
  if (after == Verdict::Unknown) return before == Verdict::Allow ? Effect::MayBreak : Effect::MayOpen;
  return after == Verdict::Deny ? Effect::Breaks : Effect::Opens;
}

bool has_rule_like(const model::Nsg* nsg, const model::SecurityRule& rule) {
  return nsg != nullptr && std::any_of(nsg->rules.begin(), nsg->rules.end(), [&](const model::SecurityRule& other) {
           return net::same_word(other.name, rule.name) && other.direction.value == rule.direction.value;
         });
}

}  // namespace

std::string_view name(Effect effect) {
  constexpr std::array<std::string_view, kEffects> kNames{"breaks",   "opens",     "may-break",
                                                          "may-open", "unsettled", "unaffected"};
  return kNames[static_cast<std::size_t>(effect)];
}

std::string_view name(RuleUse::Status status) {
  constexpr std::array<std::string_view, 4> kNames{"used", "unused", "unknown", "unseen"};
  return kNames[static_cast<std::size_t>(status)];
}

void TimeSpan::include(const TimeSpan& other) {
  if (other.first && (!first || *other.first < *first)) first = other.first;
  if (other.last && (!last || *other.last > *last)) last = other.last;
}

std::size_t Impact::KeyHash::operator()(const Key& key) const {
  std::size_t hash = secret;
  engine::mix_hash(hash, key.pair << 1 | index_of(key.direction));
  engine::mix_hash(hash, std::uint64_t{key.packet.protocol.number} << 32 | std::uint64_t{key.packet.source_port} << 16 |
                             key.packet.destination_port);
  mix(hash, key.packet.source);
  mix(hash, key.packet.destination);
  return hash ^ hash >> 29;
}

Impact::Impact(const std::vector<NsgPair>& pairs, const model::NetworkContext& context, const ImpactOptions& options)
    : pairs_{pairs},
      context_{context},
      options_{options},
      tables_(pairs.size()),
      seen_(pairs.size()),
      groups_{0, KeyHash{options.hash_key}} {
  for (const NsgPair& pair : pairs) {
    const std::size_t rules = pair.before == nullptr ? 0 : pair.before->rules.size();
    hits_.emplace_back(rules);
    perhaps_.emplace_back(rules);
  }
}

Impact::~Impact() = default;

ImpactTables& Impact::tables(std::size_t pair, net::Direction direction) {
  auto& slot = tables_[pair][index_of(direction)];
  if (!slot) slot = std::make_unique<ImpactTables>(pairs_[pair], direction, context_);
  return *slot;
}

std::uint32_t Impact::outcome_of(const Key& key, ImpactTables& tables) {
  std::vector<ModelRule> candidates;
  Outcome outcome;
  outcome.before = tables.before(key.packet, candidates);
  outcome.after = tables.after(key.packet);
  outcome.effect = effect_of(outcome.before.verdict, outcome.after.verdict);
  if (outcome.effect == Effect::Unsettled && tables.surely_alike(key.packet)) outcome.effect = Effect::Unaffected;
  for (const ModelRule rule : candidates) perhaps_[key.pair][rule] = true;
  const auto same = std::find(outcomes_.begin(), outcomes_.end(), outcome);
  if (same != outcomes_.end()) return static_cast<std::uint32_t>(same - outcomes_.begin());
  outcomes_.push_back(outcome);
  return static_cast<std::uint32_t>(outcomes_.size() - 1);
}

void Impact::count_rule(const Outcome& outcome, const SeenFlow& flow) {
  if (outcome.before.rule && !outcome.before.perhaps_other) ++hits_[flow.pair][*outcome.before.rule];
  ++seen_[flow.pair][index_of(flow.direction)];
  ++result_.flows;
  result_.window.include({flow.first, flow.last});
}

void Impact::note_port(Group& group, net::Port port) {
  const auto at = std::lower_bound(group.ports.begin(), group.ports.end(), port);
  if (at != group.ports.end() && *at == port) return;
  if (group.ports.size() < kMostPorts)
    group.ports.insert(at, port);
  else
    group.more_ports = true;
}

void Impact::count(Group& group, const SeenFlow& flow) {
  ++group.count;
  group.answered += flow.answered ? 1 : 0;
  if (flow.logged_allow) ++(*flow.logged_allow ? group.allowed : group.denied);
  group.guessed = group.guessed || flow.direction_guessed;
  group.seen.include({flow.first, flow.last});
  if (net::has_ports(flow.packet.protocol)) note_port(group, flow.packet.source_port);
}

Impact::Answer Impact::add(const SeenFlow& flow) {
  ImpactTables& asked = tables(flow.pair, flow.direction);
  Key key{flow.pair, flow.direction, flow.packet};
  if (!asked.tells_source_ports_apart()) key.packet.source_port = 0;
  const auto found = groups_.find(key);
  const std::uint32_t number = found != groups_.end() ? found->second.outcome : outcome_of(key, asked);
  const Outcome& outcome = outcomes_[number];
  count_rule(outcome, flow);
  if (found != groups_.end()) {
    count(found->second, flow);
  } else if (groups_.size() < options_.most_conversations) {
    Group& group = groups_[key];
    group.outcome = number;
    count(group, flow);
  } else {
    ++(outcome.effect == Effect::Unaffected ? result_.not_kept : result_.dropped);
  }
  Answer answer{false, outcome.before};
  if (!flow.logged_allow || outcome.before.verdict == Verdict::Unknown) return answer;
  const bool allowed = outcome.before.verdict == Verdict::Allow;
  answer.contradicts_log = allowed != *flow.logged_allow;
  if (answer.contradicts_log) ++(allowed ? result_.logged_denied_allowed_before : result_.logged_allowed_denied_before);
  return answer;
}

Impact::Fold Impact::fold_of(const Key& key, const Group& group) {
  const net::FiveTuple& packet = key.packet;
  return {key.pair,           index_of(key.direction), packet.protocol.number, packet.source,
          packet.destination, packet.destination_port, group.outcome};
}

Conversation Impact::conversation_of(const Key& key, const Group& group) const {
  const Outcome& outcome = outcomes_[group.outcome];
  Conversation out;
  out.pair = key.pair;
  out.direction = key.direction;
  out.protocol = key.packet.protocol;
  out.client = key.packet.source;
  out.server = key.packet.destination;
  out.server_port = key.packet.destination_port;
  out.before = outcome.before;
  out.after = outcome.after;
  out.effect = outcome.effect;
  out.count = group.count;
  out.answered = group.answered;
  out.logged_allowed = group.allowed;
  out.logged_denied = group.denied;
  out.client_ports = static_cast<std::uint32_t>(group.ports.size());
  out.more_client_ports = group.more_ports;
  out.direction_guessed = group.guessed;
  out.seen = group.seen;
  return out;
}

void Impact::add_to(Group& group, const Group& more) {
  group.outcome = more.outcome;
  group.guessed = group.guessed || more.guessed;
  group.more_ports = group.more_ports || more.more_ports;
  group.count += more.count;
  group.answered += more.answered;
  group.allowed += more.allowed;
  group.denied += more.denied;
  group.seen.include(more.seen);
  for (const net::Port port : more.ports) note_port(group, port);
}

// Client ports that rules tell apart, but that fare alike, are one conversation.
void Impact::fold(ImpactResult& result) {
  std::map<Fold, std::pair<Key, Group>> affected;
  std::set<Fold> alike;
  for (const auto& [key, group] : groups_) {
    if (outcomes_[group.outcome].effect != Effect::Unaffected) {
      auto& [first, folded] = affected[fold_of(key, group)];
      first = key;
      add_to(folded, group);
    } else if (!tables(key.pair, key.direction).tells_source_ports_apart() ||
               alike.insert(fold_of(key, group)).second) {
      ++result.conversations[static_cast<std::size_t>(Effect::Unaffected)];
    }
  }
  for (const auto& [at, folded] : affected) {
    result.affected.push_back(conversation_of(folded.first, folded.second));
    ++result.conversations[static_cast<std::size_t>(result.affected.back().effect)];
  }
  const auto order = [](const Conversation& one) {
    return std::tuple{one.effect, one.answered == 0, std::numeric_limits<std::uint64_t>::max() - one.count};
  };
  std::stable_sort(result.affected.begin(), result.affected.end(),
                   [&](const Conversation& a, const Conversation& b) { return order(a) < order(b); });
}

std::vector<RuleUse> Impact::rule_uses() const {
  std::vector<RuleUse> out;
  for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
    const model::Nsg* nsg = pairs_[pair].before;
    for (ModelRule rule = 0; nsg != nullptr && rule < nsg->rules.size(); ++rule) {
      const model::SecurityRule& one = nsg->rules[rule];
      if (one.origin != model::Origin::User || model::is_default(one)) continue;
      const auto& seen = seen_[pair];
      const std::uint64_t flows = one.direction.value ? seen[index_of(*one.direction.value)] : seen[0] + seen[1];
      RuleUse use{pair, rule, hits_[pair][rule], RuleUse::Status::Unused, !has_rule_like(pairs_[pair].after, one)};
      if (use.hits > 0)
        use.status = RuleUse::Status::Used;
      else if (perhaps_[pair][rule])
        use.status = RuleUse::Status::Unknown;
      else if (flows == 0)
        use.status = RuleUse::Status::Unseen;
      out.push_back(use);
    }
  }
  return out;
}

ImpactResult Impact::finish() {
  ImpactResult out = std::move(result_);
  fold(out);
  out.rules = rule_uses();
  for (const auto& directions : tables_)
    for (const auto& one : directions)
      if (one && one->took_values_alike())
        out.alike = Assumption{"open-values-alike",
                               "values that the inputs leave open and write alike are the same on both sides"};
  groups_.clear();
  return out;
}

}  // namespace nsgcheck::policy
