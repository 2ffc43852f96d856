// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_notes.hpp"

#include <fmt/format.h>

namespace nsgcheck::io {

bool sends_cookie(const CapturedConnection& connection) {
  const wire::CookieOutcome outcome = connection.request->outcome;
  return outcome == wire::CookieOutcome::Azure || outcome == wire::CookieOutcome::User ||
         outcome == wire::CookieOutcome::Token;
}

ConnectionNote other_port_note(net::Port seen, const model::Deployment& deployment, std::uint64_t packet) {
  return {"forwarder-port-inferred", packet,
          fmt::format("forwarder port looks like {0}, the deployment says {1} (--forwarder-port {0} settles it)", seen,
                      deployment.forwarder_port)};
}

std::optional<ConnectionNote> silence_note(const CapturedConnection& connection, const model::Deployment& deployment) {
  constexpr std::int64_t kNanosecondsOfASecond = 1'000'000'000;
  const std::int64_t minutes = deployment.balancer.idle_timeout_minutes;
  if (connection.longest_silence / kNanosecondsOfASecond < minutes * 60 ||
      connection.longest_silence == minutes * 60 * kNanosecondsOfASecond)
    return std::nullopt;
  return ConnectionNote{
      "idle-timeout", connection.silence_ended,
      fmt::format("silent for {} seconds before packet {}: the balancer's idle timeout is {} minutes, after which it "
                  "drops the connection",
                  connection.longest_silence / kNanosecondsOfASecond, connection.silence_ended, minutes)};
}

void PortEvidence::add(net::Port port, bool paired) {
  Count& count = ports_[port];
  ++count.connections;
  count.paired = count.paired || paired;
  ++all_;
}

std::vector<std::string> PortEvidence::notes(const model::Deployment& deployment) const {
  std::vector<std::string> out;
  for (const auto& [port, count] : ports_)
    if (port != deployment.forwarder_port && (count.paired || count.connections * 2 > all_))
      out.push_back(fmt::format(
          "forwarder port looks like {0}: {1} of {2} connections with a cookie that names an instance go there, the "
          "deployment says {3} (--forwarder-port {0} settles it)",
          port, count.connections, all_, deployment.forwarder_port));
  return out;
}

}  // namespace nsgcheck::io
