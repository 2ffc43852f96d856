// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/engine/diff.hpp"
#include "analyzer/policy/impact.hpp"

namespace nsgcheck::policy {

/// One direction of a pair of NSGs, ready for many packets.
class ImpactTables {
 public:
  /// Both must outlive this.
  ImpactTables(const NsgPair& pair, net::Direction direction, const model::NetworkContext& context);

  /// Whether some rule of either side looks at the client's port.
  [[nodiscard]] bool tells_source_ports_apart() const { return source_ports_matter_; }
  [[nodiscard]] ImpactSide before(const net::FiveTuple& packet, std::vector<ModelRule>& candidates) const;
  [[nodiscard]] ImpactSide after(const net::FiveTuple& packet) const;
  /// A packet on which neither side is settled: true when the comparison of the two proves that it fares alike.
  [[nodiscard]] bool surely_alike(const net::FiveTuple& packet);
  /// Values that are not known were taken to be the same on both sides.
  [[nodiscard]] bool took_values_alike() const {
    return takes_conditions_alike_ || (diff_ && diff_->takes_values_alike);
  }

 private:
  struct Side {
    explicit Side(engine::ResolvedRules rules);
    engine::Filter filter;
    engine::Classifier classifier;
    bool uncertain;  ///< some rule may match without surely matching
  };
  static std::unique_ptr<Side> compile(const model::Nsg* nsg, net::Direction direction,
                                       const model::NetworkContext& context);
  [[nodiscard]] ImpactSide ask(const model::Nsg* nsg, const Side* side, const net::FiveTuple& packet,
                               std::vector<ModelRule>* candidates) const;
  [[nodiscard]] static ImpactSide ask_rules(const Side& side, const net::FiveTuple& packet,
                                            std::vector<ModelRule>* candidates);
  [[nodiscard]] std::optional<ImpactSide> ask_platform(const model::Nsg& nsg, const net::FiveTuple& packet,
                                                       std::vector<ModelRule>* candidates) const;

  const NsgPair& pair_;
  net::Direction direction_;
  const model::NetworkContext& context_;
  std::unique_ptr<Side> before_, after_;
  bool source_ports_matter_{};
  bool takes_conditions_alike_{};  ///< both groups may be missing, and are taken to be so together
  std::optional<engine::FilterDiff> diff_;
};

}  // namespace nsgcheck::policy
