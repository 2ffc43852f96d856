// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arm_case.hpp"

namespace nsgcheck::io::arm_case {

/// One network with one subnet, as a resource of a template.
inline const std::string kVnet = R"(
  {"type": "Microsoft.Network/virtualNetworks", "name": "vnet", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [
      {"name": "web", "properties": {"addressPrefix": "10.0.0.0/24"}}]}})";

/// What networks_of() says of kVnet alone.
inline const std::string kHead = "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg -\n";

/// A template with these resources, whose variable `v` is the name of the network.
[[nodiscard]] std::string arm(const std::string& resources);

/// Reads the files together and lists each network that they describe: subnets, NICs, ways in, what is missing.
[[nodiscard]] std::string networks_of(const std::vector<std::string>& files);

}  // namespace nsgcheck::io::arm_case
