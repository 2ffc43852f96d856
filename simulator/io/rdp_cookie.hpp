// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/model/deployment.hpp"
#include "simulator/io/rdp_settings.hpp"
#include "simulator/wire/connection_request.hpp"

namespace nsgcheck::io {

/// The connection request that a client makes of the file: with RDP_NEG_REQ for TLS and CredSSP, as mstsc and FreeRDP
/// send by default, or for TLS alone when the file switches CredSSP off. Faults of the load balance info are added to
/// the findings.
[[nodiscard]] wire::ConnectionRequest request_of(RdpSettings& settings, const model::Deployment& deployment);

/// "Write loadbalanceinfo:s:Cookie: mstshash=<Role>#<Instance> for <Instance>." for the instance whose names are the
/// nearest to those in `value`; "" when none is near.
[[nodiscard]] std::string nearest_line(const model::Deployment& deployment, std::string_view value);

}  // namespace nsgcheck::io
