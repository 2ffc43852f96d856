// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/cloud_files.hpp"

namespace nsgcheck::io {

/// True for a resource of type Microsoft.Compute/cloudServices as `az rest` and the portal show it.
[[nodiscard]] bool is_cloud_resource(const Node& root);

/// Adds what a resource Microsoft.Compute/cloudServices says (azure-rdp 3.2): roles and their capacity, the remote
/// desktop extension with its settings, and the service configuration where it stands in it as text. XML inside JSON
/// strings has the place of its string. `document`: where the resource stands.
void read_cloud_resource(const Document& document, const Node& resource, CloudFiles& files);

}  // namespace nsgcheck::io
