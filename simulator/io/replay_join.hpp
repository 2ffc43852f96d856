// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "simulator/io/replay_capture.hpp"

namespace nsgcheck::io {

/// Which part of the way from client to instance a connection is, by its server address and port.
enum class PartOfWay : std::uint8_t {
  ToBalancer,   ///< client to a frontend
  ToForwarder,  ///< client, behind the balancer's translation, to an instance's forwarder port
  ToInstance,   ///< anybody to an instance's 3389
  Elsewhere,
};

/// The other parts of a connection's way that the same capture shows, as indices into its connections.
struct Companions {
  std::optional<std::uint32_t> to_balancer, to_forwarder, to_instance;
};

/// The address of the instance that connection i names, in the connection's own family; empty when there is none.
using NamedAddress = std::function<std::optional<net::IpAddress>(std::uint32_t)>;

/// Finds them. A client's connection and its translated twin have the same client address and port, the same request,
/// and begin at nearly the same time. A forwarder's own connection begins at the address of the instance that took the
/// client's, soon after it, with the same request; where its request is not to be seen, it goes to the named instance.
/// `parts` has an entry for each connection. A connection is companion of one other at most.
[[nodiscard]] std::vector<Companions> join_ways(std::span<const CapturedConnection> connections,
                                                std::span<const PartOfWay> parts, const NamedAddress& named);

}  // namespace nsgcheck::io
