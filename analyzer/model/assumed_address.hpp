// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::model {

/// Gives every instance without an address an IPv4 address that stands for all it may have (Instance::space): those of
/// its subnet, else of the virtual network. Azure keeps the first four of a subnet and gives out the rest in order.
/// Notes the assumption "instance-address-default". Returns the names of instances for which none is left.
[[nodiscard]] std::vector<std::string> assume_addresses(Deployment& deployment);

/// An end of flows.
enum class FlowEnd : std::uint8_t { Source, Destination };

/// Whether some rule of the deployment names addresses at that end of which an instance with this `space` may have the
/// one or not, so that what arrives there, or leaves there, depends on its address.
[[nodiscard]] bool rules_tell_apart(const Deployment& deployment, const net::AddressSet& space,
                                    FlowEnd end = FlowEnd::Destination);

}  // namespace nsgcheck::model
