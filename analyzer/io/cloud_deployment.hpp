// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/deployment_reader.hpp"
#include "analyzer/model/cloud_service.hpp"
#include "analyzer/model/topology_deployment.hpp"

namespace nsgcheck::io {

/// A deployment file that says nothing. Read, it gives every default with its assumption.
[[nodiscard]] Document empty_deployment();

/// Gives the deployment the virtual network that the inputs show, where it has no subnets of its own. Several networks
/// are taken together: the files do not say which one the service lies in unless its configuration names it. What is
/// missing of them goes to DeploymentFile::missing_parts and missing_nsgs.
void apply_networks(const std::vector<model::NetworkDeployment>& networks, const model::CloudService& service,
                    DeploymentFile& file);

/// Makes the roles of a deployment what the files of its Cloud Service say. Roles and instances that `file` has
/// already (from a deployment file) keep their places, addresses and states; what the service's files say of remote
/// desktop counts. The virtual network must be there, NSGs are attached later. `documents`: those that spans point to.
void apply_service(const model::CloudService& service, const Documents& documents, DeploymentFile& file);

/// Takes the balancer's idle timeout of the public address that the service's resource names, where exactly one of the
/// inputs' addresses is meant and says one. What a deployment file gives stays.
void apply_idle_timeout(const model::Topology& topology, const model::CloudService& service, DeploymentFile& file);

/// Where the forwarder's port is assumed and an endpoint of its machines has it, the forwarder listens elsewhere: then
/// Deployment::forwarder_doubt says so.
void doubt_taken_port(model::Deployment& deployment);

/// Gives every instance without an address one that stands for all it may have (Instance::space), with the assumption.
void assume_addresses(DeploymentFile& file);

}  // namespace nsgcheck::io
