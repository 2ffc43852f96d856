// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::policy {

/// One direction of a list of rules as one subnet sees it, ready for sets and for single packets.
struct CompiledRules {
  std::shared_ptr<const model::Nsg> rules;
  std::size_t list{kNoList};
  engine::ResolvedRules resolved;  ///< to make the filter anew when a question brings symbols of its own
  std::unique_ptr<const engine::Filter> filter;
  std::unique_ptr<const engine::Classifier> classifier;  ///< null: made for sets only
};

/// A stage that flows meet at a place in one direction.
struct StageSpec {
  StageKind kind{};
  net::Direction direction{};
  std::string_view applied_to;
  const Place* place{};
  const CompiledRules* rules{};       ///< of AdminRules: what they deny
  const CompiledRules* deliveries{};  ///< of AdminRules: what they deliver without the NSGs
};

/// The filters of a deployment: compiled once for each list, subnet and direction; all share one table of symbols, so
/// that regions can go from one filter to the next.
class CompiledStages {
 public:
  CompiledStages(const model::Deployment& deployment, AskedOf asked);
  CompiledStages(const CompiledStages&) = delete;
  CompiledStages& operator=(const CompiledStages&) = delete;
  ~CompiledStages() = default;

  [[nodiscard]] const model::Deployment& deployment() const { return deployment_; }
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }
  [[nodiscard]] const std::vector<const model::Nsg*>& lists() const { return lists_; }
  [[nodiscard]] const engine::SymbolTable& symbols() const { return symbols_; }
  /// The stages at a place, in the order of semantics 3.
  [[nodiscard]] const std::vector<StageSpec>& stages(const Place& place, net::Direction direction) const;
  /// The place of an address; null: outside.
  [[nodiscard]] const Place* place_at(const net::IpAddress& address) const;
  [[nodiscard]] const model::Instance* instance_at(const net::IpAddress& address) const;

 private:
  using Key = std::tuple<std::size_t, std::size_t, net::Direction>;  // list, subnet + 1 or 0, direction

  void gather_symbols();
  const CompiledRules& compile(std::size_t list, std::optional<std::size_t> subnet, net::Direction direction);
  /// The list of what the service filters there; empty: nothing.
  void add_of_role(std::optional<model::Nsg> rules, const model::Role& role, StageKind kind);
  std::vector<StageSpec> stages_at(const Place& place, net::Direction direction);

  const model::Deployment& deployment_;
  AskedOf asked_;
  std::vector<Place> places_;
  model::Nsg denials_, deliveries_;
  std::deque<model::Nsg> of_roles_;  ///< what the service filters itself
  std::vector<const model::Nsg*> lists_;
  engine::SymbolTable symbols_;
  std::map<Key, CompiledRules> compiled_;
  std::map<std::pair<const model::Role*, StageKind>, std::size_t> role_lists_;  ///< indices into lists_
  std::map<net::IpAddress, std::pair<const Place*, const model::Instance*>> by_address_;
  std::vector<std::array<std::vector<StageSpec>, 2>> stages_;  // by place and direction
};

}  // namespace nsgcheck::policy
