// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/policy/explain.hpp"
#include "analyzer/policy/places.hpp"

namespace nsgcheck::policy {

/// What a stage of the way is (semantics 3).
enum class StageKind : std::uint8_t {
  Platform,    ///< the platform's own traffic, which no NSG filters
  AdminRules,  ///< security admin rules of the network manager
  Nsg,
  EndpointAcl,   ///< of the public endpoint that the forwarder has; before all others
  TrafficRules,  ///< network traffic rules of the service; behind all others
  NoNsg,         ///< neither the subnet nor the NIC has one: everything passes
};

/// How many rules a list of that kind ends with that nobody wrote: they let through what it is not about.
[[nodiscard]] std::size_t hidden_rules(StageKind kind);

/// One end of a way: a place and those of its instances that are meant. Outside of the deployment: no place.
struct WayEnd {
  const Place* place{};
  std::vector<const model::Instance*> instances;
};

/// One stage of a way and what it says by itself to the flows of the way that are asked for ("the rule allows").
struct PathStage {
  StageKind kind{};
  net::Direction direction{};
  /// "platform", "virtual-network", "subnet", "nic", "endpoint", "role", or "" for no NSG.
  std::string_view applied_to;
  WayEnd at;
  std::shared_ptr<const model::Nsg> rules;  ///< that the answer's rule numbers mean; null where no rules decide
  StageAnswer answer;                       ///< without the rules that nobody wrote, see hidden_rules()
  bool behind_deny{};                       ///< a stage before it lets none of the flows through
  bool delivers{};                          ///< AlwaysAllow: the NSGs of this end are not looked at
};

/// Flows between two places: all stages that they pass, in order.
struct FlowWay {
  WayEnd from, to;
  std::vector<PathStage> stages;
  Judgement judgement;            ///< of all stages together ("traffic arrives"); no decided_by: rules are of stages
  std::vector<NamedRegion> lost;  ///< what surely does not arrive, where that is asked for
  std::optional<Witness> lost_witness;  ///< of `lost`
};

struct PathAnswer {
  std::vector<FlowWay> ways;
  Judgement judgement;                   ///< of all ways together
  std::vector<std::string> assumptions;  ///< codes of model::assumption_text(), each once
};

/// A question asked of a deployment: flows that come in at its machines, or go out there.
struct PathQuestion {
  net::Direction direction{};
  std::vector<model::AddressItem> from, to;
  std::optional<net::AddressSet> to_only;  ///< of `to` these only
  net::ProtocolSet protocols;
  net::PortSet source_ports, destination_ports;
  bool ladders{};                            ///< list the rules that each stage looks at, too
  bool losses{};                             ///< list what does not arrive, too
  std::optional<net::AddressSet> from_only;  ///< of `from` these only
  net::AddressSet from_without{}, to_without{};
  std::vector<FlowPattern>
      without{};  ///< flows that are not asked about, in the same direction; their ports are all given
};

/// No list of rules.
inline constexpr std::size_t kNoList = static_cast<std::size_t>(-1);

/// What one packet meets, without ladders: quick.
struct PacketStage {
  StageKind kind{};
  net::Direction direction{};
  std::string_view applied_to;
  const Place* place{};
  const model::Instance* at{};  ///< null: an address of the place that no instance has
  std::size_t list{};           ///< index into FlowPaths::lists(); kNoList: no rules decide
  engine::Verdict verdict{};
  std::optional<ModelRule> rule;  ///< the decider; empty when unknown, or when none matches
  bool behind_deny{};
};
struct PacketAnswer {
  engine::Verdict verdict{};
  std::vector<PacketStage> stages;
};

class CompiledStages;

/// What a deployment is made ready for. Tables for packets take some 10 kB for each list, subnet and direction.
enum class AskedOf : std::uint8_t { Sets, SetsAndPackets };

/// A deployment with its filters ready for questions: which stages a flow passes, and what they say together. Sides are
/// split by place: an inbound question is about the instances that its destination holds, without any about the
/// addresses of subnets; where the other side lies in the deployment, too, that end's stages come before or behind.
/// Tags of a question mean the deployment's network without user-defined routes; those of rules with the routes of
/// their subnet (semantics 2). Immutable; answers point into it.
class FlowPaths {
 public:
  /// `deployment` must outlive this; its NSGs have their defaults.
  explicit FlowPaths(const model::Deployment& deployment, AskedOf asked = AskedOf::SetsAndPackets);
  ~FlowPaths();
  FlowPaths(const FlowPaths&) = delete;
  FlowPaths& operator=(const FlowPaths&) = delete;

  [[nodiscard]] PathAnswer ask(const PathQuestion& question) const;
  /// Empty for a packet that needs the full answer, since more than the stages is to be said of it. REQUIRES: made for
  /// packets.
  [[nodiscard]] std::optional<PacketAnswer> judge(const FlowQuery& packet) const;

  [[nodiscard]] const std::vector<Place>& places() const;
  /// Tags and ASGs of the rules; symbols of answers are indices into it, but for those that a question brings.
  [[nodiscard]] const engine::SymbolTable& symbols() const;
  /// The NSGs of the deployment, then its admin rules as a list without a name, then ACLs and traffic rules of roles.
  [[nodiscard]] const std::vector<const model::Nsg*>& lists() const;

 private:
  std::unique_ptr<const CompiledStages> stages_;
};

/// The packet that a query is. REQUIRES: FlowQuery::is_packet().
[[nodiscard]] net::FiveTuple packet_of(const FlowQuery& query);
/// What a filter says of a packet, by its tables; where these leave it open, what is known of tags may settle it.
[[nodiscard]] engine::Decision decide(const engine::Filter& filter, const engine::Classifier& classifier,
                                      const net::FiveTuple& packet);

/// The question that a flow of the command line or of a flow file is.
[[nodiscard]] PathQuestion question_of(const FlowQuery& query, bool ladders);

/// "WebRole1_IN_0", "subnet web (no instance)", or "outside".
[[nodiscard]] std::string end_name(const WayEnd& end, const model::Deployment& deployment);

}  // namespace nsgcheck::policy
