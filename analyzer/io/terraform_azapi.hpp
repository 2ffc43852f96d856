// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/io/terraform.hpp"

namespace nsgcheck::io {

// Resources of the provider azapi, which hold a REST body.

inline constexpr std::string_view kAzapiType = "azapi_resource";
inline constexpr std::string_view kAzapiGroup = "Microsoft.Network/networkSecurityGroups";

/// The type that a resource of the provider has in Azure, "" for other resources.
[[nodiscard]] std::string azapi_type(const TerraformResource& resource);

[[nodiscard]] bool is_azapi_group(const TerraformResource& resource);

/// The REST body of a resource, with its name; what it holds is unknown without one.
[[nodiscard]] Node azapi_body(const TerraformResource& resource, Collector& collector);

/// The rule of a resource; anything when its body is not known.
[[nodiscard]] model::SecurityRule azapi_rule(const TerraformResource& resource, Collector& collector);

}  // namespace nsgcheck::io
