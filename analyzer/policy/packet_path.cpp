// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/explain.hpp"
#include "analyzer/model/admin_rules.hpp"
#include "analyzer/policy/compiled_stages.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;

net::IpAddress address_of(const model::AddressItem& item) {
  const net::AnyPrefix& prefix = std::get<model::Block>(item.value).prefix;
  if (const auto* v4 = std::get_if<net::Prefix4>(&prefix)) return v4->network();
  return std::get<net::Prefix6>(prefix).network();
}

engine::Decision decide(const CompiledRules& rules, const net::FiveTuple& packet) {
  return policy::decide(*rules.filter, *rules.classifier, packet);
}

/// A packet's way through the stages of both ends.
class PacketWalk {
 public:
  explicit PacketWalk(const net::FiveTuple& packet) : packet_{packet} {}

  void pass(const std::vector<StageSpec>& stages, const model::Instance* at) {
    Behind nsgs;
    bool delivered = false;
    for (const StageSpec& spec : stages) {
      if (delivered && spec.kind != StageKind::TrafficRules) continue;
      const Verdict verdict = look(spec, at);
      if (spec.kind == StageKind::Nsg || spec.kind == StageKind::NoNsg) {
        nsgs.denied = nsgs.denied || verdict == Verdict::Deny;
        nsgs.unknown = nsgs.unknown || verdict == Verdict::Unknown;
        continue;
      }
      denied_ = denied_ || verdict == Verdict::Deny;
      unknown_ = unknown_ || verdict == Verdict::Unknown;
      if (spec.kind != StageKind::AdminRules) continue;
      const Verdict delivery = decide(*spec.deliveries, packet_).verdict;
      delivered = delivery == Verdict::Allow;
      nsgs.perhaps_passed = delivery == Verdict::Unknown;
    }
    if (nsgs.perhaps_passed)
      unknown_ = unknown_ || nsgs.denied || nsgs.unknown;
    else
      denied_ = denied_ || nsgs.denied, unknown_ = unknown_ || nsgs.unknown;
  }

  PacketAnswer take() && {
    out_.verdict = denied_ ? Verdict::Deny : unknown_ ? Verdict::Unknown : Verdict::Allow;
    return std::move(out_);
  }

 private:
  /// What the NSGs of one end say, and whether AlwaysAllow of an admin rule may lead past them.
  struct Behind {
    bool denied{}, unknown{}, perhaps_passed{};
  };

  Verdict look(const StageSpec& spec, const model::Instance* at) {
    PacketStage stage{spec.kind, spec.direction, spec.applied_to, spec.place, at,
                      kNoList,   Verdict::Allow, std::nullopt,    false};
    if (spec.rules != nullptr) {
      const engine::Decision decision = decide(*spec.rules, packet_);
      stage.list = spec.rules->list;
      stage.verdict = decision.verdict;
      if (decision.decider) stage.rule = spec.rules->filter->origin(*decision.decider);
      const bool rest = stage.rule && *stage.rule + hidden_rules(spec.kind) >= spec.rules->rules->rules.size();
      if (rest) stage.rule.reset();
      // The packet is none that the service filters itself.
      if (rest && spec.kind != StageKind::AdminRules) return stage.verdict;
    }
    stage.behind_deny = lost_;
    lost_ = lost_ || stage.verdict == Verdict::Deny;
    out_.stages.push_back(stage);
    return stage.verdict;
  }

  const net::FiveTuple& packet_;
  PacketAnswer out_;
  bool lost_{};  // a stage denies
  bool denied_{};
  bool unknown_{};
};

}  // namespace

net::FiveTuple packet_of(const FlowQuery& query) {
  net::FiveTuple packet;
  for (unsigned p = 0; p < query.protocols.size(); ++p)
    if (query.protocols[p]) packet.protocol = net::Protocol{static_cast<std::uint8_t>(p)};
  packet.source = address_of(query.from);
  packet.destination = address_of(query.to);
  packet.source_port = query.source_port.value_or(0);
  packet.destination_port = query.destination_port.value_or(0);
  return packet;
}

engine::Decision decide(const engine::Filter& filter, const engine::Classifier& classifier,
                        const net::FiveTuple& packet) {
  engine::Decision decision = classifier.classify(packet);
  if (decision.verdict == Verdict::Unknown && filter.symbols().size() > 0)
    decision.verdict = engine::verdict(engine::ask(filter, engine::flow_set(packet, false)));
  return decision;
}

std::optional<PacketAnswer> FlowPaths::judge(const FlowQuery& packet) const {
  const net::FiveTuple tuple = packet_of(packet);
  const CompiledStages& stages = *stages_;
  const Place* from = stages.place_at(tuple.source);
  const Place* to = stages.place_at(tuple.destination);
  const Place* asked = packet.direction == net::Direction::Inbound ? to : from;
  // What needs a word beside the stages is left to the full answer.
  if (asked == nullptr || asked->instances.empty() || tuple.source == tuple.destination) return std::nullopt;
  const auto unfiltered = [](const StageSpec& spec) { return spec.kind == StageKind::NoNsg; };
  if (to != nullptr) {
    const auto& specs = stages.stages(*to, net::Direction::Inbound);
    if (std::any_of(specs.begin(), specs.end(), unfiltered)) return std::nullopt;
  }
  if (to == nullptr && !cut_platform(engine::flow_set(tuple, false)).platform.empty()) return std::nullopt;
  PacketWalk walk{tuple};
  if (from != nullptr) walk.pass(stages.stages(*from, net::Direction::Outbound), stages.instance_at(tuple.source));
  if (to != nullptr) walk.pass(stages.stages(*to, net::Direction::Inbound), stages.instance_at(tuple.destination));
  return std::move(walk).take();
}

}  // namespace nsgcheck::policy
