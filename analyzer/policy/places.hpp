// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/terms.hpp"
#include "analyzer/model/deployment.hpp"

namespace nsgcheck::policy {

/// Addresses of a deployment that stand behind the same filters: instances of one subnet with one NIC NSG, or the
/// addresses of a subnet that no instance has.
struct Place {
  std::optional<std::size_t> subnet;              ///< index into Deployment::subnets
  std::optional<std::size_t> nsg;                 ///< of the NICs: index into Deployment::nsgs
  const model::Role* role{};                      ///< of the instances, where the service filters what comes to it
  std::vector<const model::Instance*> instances;  ///< empty: addresses without an instance
  net::AddressSet addresses;
};

/// The places of a deployment, those with instances first, in its order. REQUIRES: it outlives the result.
[[nodiscard]] std::vector<Place> places_of(const model::Deployment& deployment);

/// The part of a question's side that lies at one place, or outside of all of them (null).
struct SidePart {
  const Place* place{};
  engine::AddressTerm term;
};
/// Disjoint parts that together are the side. Tags without addresses are outside.
[[nodiscard]] std::vector<SidePart> split_by_place(const engine::AddressTerm& side, std::span<const Place> places);

/// Traffic of a machine with the platform that NSGs do not filter (semantics 3, interface 8): DNS, DHCP and the wire
/// server at 168.63.129.16, the metadata service at 169.254.169.254.
struct PlatformService {
  engine::FlowSet flows;
  std::string_view tag;  ///< rules that name this tag do filter it; "" for what nothing filters
};

/// A question cut into the part that is the platform's and the rest; source as asked.
struct PlatformCut {
  std::vector<PlatformService> platform;
  std::vector<engine::FlowSet> rest;
};
[[nodiscard]] PlatformCut cut_platform(const engine::FlowSet& question);

/// The outbound rules of an NSG that name a tag as destination, then one that allows everything; empty when it has
/// none.
[[nodiscard]] std::optional<model::Nsg> rules_naming(const model::Nsg& nsg, std::string_view tag);

/// Name of the rule that rules_naming() ends with.
inline constexpr std::string_view kPlatformRest = "platform traffic";

}  // namespace nsgcheck::policy
