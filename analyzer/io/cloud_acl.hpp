// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::io {

/// Puts the endpoint ACLs of the remote desktop endpoint before the forwarders of the roles that they name
/// (azure-rdp 1.4). Those of the extension's endpoint have no effect and are left out.
void attach_acls(const model::CloudService& service, model::Deployment& deployment);

/// Says which roles may open connections to a role's remote desktop where network traffic rules limit it.
void limit_desktop_sources(const model::CloudService& service, model::Deployment& deployment);

}  // namespace nsgcheck::io
