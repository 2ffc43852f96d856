// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/deployment.hpp"
#include "simulator/io/replay_capture.hpp"
#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io {

/// Whether a connection to an instance sends a cookie, as only a forwarder's clients do: then the forwarder listens on
/// this port, whatever it is.
[[nodiscard]] bool sends_cookie(const CapturedConnection& connection);

/// Notes code "forwarder-port-inferred": the port that a capture shows is not the deployment's. `packet` is the first
/// of the connection that shows it.
[[nodiscard]] ConnectionNote other_port_note(net::Port seen, const model::Deployment& deployment, std::uint64_t packet);

/// Notes code "idle-timeout": no packet came for longer than the balancer keeps a connection. Only for connections that
/// pass the balancer.
[[nodiscard]] std::optional<ConnectionNote> silence_note(const CapturedConnection& connection,
                                                         const model::Deployment& deployment);

/// Sums up over all captures which forwarder port the cookies show.
class PortEvidence {
 public:
  /// A connection to an instance's `port` that names an instance; `paired`: its client's leg to the balancer was seen.
  void add(net::Port port, bool paired);
  /// A sentence for each port that is not the deployment's and has most of the connections or a pair.
  [[nodiscard]] std::vector<std::string> notes(const model::Deployment& deployment) const;

 private:
  struct Count {
    std::size_t connections{};
    bool paired{};
  };
  std::map<net::Port, Count> ports_;
  std::size_t all_{};
};

}  // namespace nsgcheck::io
