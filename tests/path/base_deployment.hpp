// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// Two subnets, each with an NSG: `web` with the forwarders WebRole1_IN_0 (10.0.0.4) and WebRole1_IN_1 (10.0.0.5),
/// `work` with WorkerRole1_IN_0 (10.0.1.6). Everything open that remote desktop needs; all states Ready.
[[nodiscard]] model::Deployment base_deployment();

/// Rules as support::rule_line() takes them, with defaults.
[[nodiscard]] model::Nsg nsg(std::string name, const std::vector<std::string>& lines);

[[nodiscard]] model::AdminRule admin_rule(const std::string& line, bool always_allow = false);

/// A request with a cookie of that text ("mstshash=..."), "" for none, read as one whole stream.
[[nodiscard]] wire::ConnectionRequest request(const std::string& cookie);
/// Bytes as the client sent them.
[[nodiscard]] wire::ConnectionRequest request_of_bytes(const std::string& bytes, bool ended = true, bool split = false);
/// The bytes of request(cookie).
[[nodiscard]] std::string request_bytes(const std::string& cookie);

/// A connection of 203.0.113.10:50001 to `server` at 2026-06-01T00:00:00Z; without a request only its SYN was seen.
[[nodiscard]] Observed connection(const std::string& server, net::Port port, const wire::ConnectionRequest* request);

[[nodiscard]] net::IpAddress ip(const std::string& text);

/// "kind at verdict", e.g. "nsg-inbound forwarder allow"; with " RULE" where a rule decided.
[[nodiscard]] std::vector<std::string> lines_of(const std::vector<Hop>& hops);

inline const std::string kToWeb0 = "mstshash=WebRole1#WebRole1_IN_0";
inline const std::string kToWeb1 = "mstshash=WebRole1#WebRole1_IN_1";
inline const std::string kToWorker = "mstshash=WorkerRole1#WorkerRole1_IN_0";

}  // namespace nsgcheck::path
