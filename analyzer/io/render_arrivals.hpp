// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// What an audit with a deployment says besides: which traffic arrives, in other words than what a rule allows.

/// `arrivals`: one object for each instance, port and source.
[[nodiscard]] Json arrivals_json(const AuditReport& report, const model::Deployment& deployment,
                                 std::span<const policy::Arrival> arrivals);
/// `networks`: what arrives in the virtual networks that the inputs describe, and what is missing of them.
[[nodiscard]] Json networks_json(const AuditReport& report);
/// `attachedTo` of an NSG: [{"appliedTo": "subnet", "name": "web"}].
[[nodiscard]] Json attached_json(const NsgReport& nsg);

/// A table for each instance; instances with equal ones share it.
[[nodiscard]] std::string arrivals_text(std::span<const policy::Arrival> arrivals, const Paint& paint,
                                        std::size_t width);
/// The same of a virtual network of the inputs, with its public ways in, and what is not filtered, or not known.
[[nodiscard]] std::string network_text(const NetworkReport& report, const Paint& paint, std::size_t width);
/// "attached to subnet web"; "attached to nothing in the deployment, so it filters nothing".
[[nodiscard]] std::string attached_text(const NsgReport& nsg);
/// "arrives at A and B; may arrive at C", "arrives at no instance: other stages stop it"; "" when nothing is known.
[[nodiscard]] std::string arrives_text(const NsgReport& nsg, const policy::Finding& finding);

}  // namespace nsgcheck::io
