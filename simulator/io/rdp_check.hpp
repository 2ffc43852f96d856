// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/io/rdp_connection.hpp"
#include "simulator/io/replay_report.hpp"
#include "simulator/path/reach.hpp"

namespace nsgcheck::io {

/// What an .rdp file comes to.
struct RdpAnswer {
  RdpConnection connection;
  wire::ConnectionRequest request;     ///< that a client sends
  std::optional<std::string> wanted;   ///< instance that the file names
  std::optional<std::string> reached;  ///< instance at which it ends
  std::string verdict, reason;         ///< words of a replay; reason "unreadable" where the file could not be read
  std::string message;                 ///< a sentence without full stop
  std::vector<std::string> clients;    ///< of the clients asked for those that get through; empty unless reached
  std::vector<std::string> forwarders;
  std::vector<HopRow> hops;          ///< as one client sees them: one that gets through where there is one
  std::vector<RdpFinding> findings;  ///< in the order of the file
};

/// The text of an assumption of RdpConnection or of a deployment, a sentence.
[[nodiscard]] std::string_view rdp_assumption_text(std::string_view code);

/// What the clients are, and how open points are settled.
struct RdpCheckOptions {
  net::AddressSet from;
  /// Nanoseconds since 1970, held against the account's expiration; empty: not judged.
  std::optional<std::int64_t> time;
  path::WalkOptions walk;
  bool frontends_assumed{};  ///< the deployment names none, those of the files were put in
};

/// Holds .rdp files against a deployment.
class RdpCheck {
 public:
  /// `deployment` must outlive this.
  RdpCheck(const path::CompiledDeployment& deployment, RdpCheckOptions options);

  [[nodiscard]] RdpAnswer check(const RdpFile& file) const;

 private:
  [[nodiscard]] const path::ReachAnswer* answer_of(const model::Instance* instance) const;
  [[nodiscard]] std::optional<net::IpAddress> client_for(net::Family family, const path::ReachAnswer* wanted) const;
  void walk(RdpSettings& settings, RdpAnswer& answer) const;
  void explain(RdpSettings& settings, path::Reason reason, const std::string& message,
               const model::Instance* wanted) const;

  const path::CompiledDeployment& compiled_;
  const model::Deployment& deployment_;
  RdpCheckOptions options_;
  std::vector<path::ReachAnswer> reach_;
};

}  // namespace nsgcheck::io
