// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/io/node.hpp"
#include "analyzer/io/terraform.hpp"
#include "analyzer/model/topology.hpp"

namespace nsgcheck::io {

/// Adds what a resource of Azure's type system says of the network: virtual networks with their subnets and peerings,
/// network interfaces, scale sets, public addresses, load balancers, route tables. `resource` is as the REST API or the
/// command line show it, with `properties` or without; `handle` is its name with those of its parents. False when the
/// type says nothing of the network.
bool read_topology_resource(std::string_view type, const model::ResourceHandle& handle, const Node& resource,
                            bool may_be_absent, model::Topology& topology);

/// What the resources of a Terraform plan or state say of the network. Resources are called by their addresses; what
/// they refer to is found by value, else by the references of the configuration.
void read_terraform_topology(const std::vector<TerraformEntry>& resources, model::Topology& topology);

}  // namespace nsgcheck::io
