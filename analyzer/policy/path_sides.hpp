// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/assumed_address.hpp"
#include "analyzer/model/deployment.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::policy {

/// One side of the flows of an expectation in a network, places written out.
struct PathSide {
  std::vector<model::AddressItem> items;
  net::AddressSet known;
  /// Why an answer about the side is not whole, in words and by its reason: a tag or group without data, a place that
  /// is not there, a machine without an address.
  std::string gap;
  model::Reason gap_reason{model::Reason::MissingAttachment};
  /// Of machines that may have several addresses which rules tell apart: nothing is known of these addresses.
  net::AddressSet unsettled;
  std::vector<const model::Instance*> unsettled_instances;
};

/// The inbound destination and the outbound source are judged: what they name must be machines, and all of those must
/// have an address.
[[nodiscard]] PathSide side_of(const model::Deployment& deployment, const FlowPattern& flows, model::FlowEnd end);

/// Whether a network has the place.
[[nodiscard]] bool has_place(const model::Deployment& deployment, const PlaceName& place);

}  // namespace nsgcheck::policy
