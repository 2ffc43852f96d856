// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/io/replay_join.hpp"
#include "simulator/io/replay_report.hpp"
#include "simulator/path/walk.hpp"

namespace nsgcheck::io {

/// Ports that tell a server where a capture has no handshake: those of the frontends, the forwarder and remote desktop.
[[nodiscard]] std::vector<net::Port> server_ports(const model::Deployment& deployment);

/// A hop of a trace as outputs show it.
[[nodiscard]] HopRow hop_row(const path::Hop& hop);

/// Captures walked through a deployment.
class Replay {
 public:
  /// `deployment` must outlive this.
  Replay(const path::CompiledDeployment& deployment, const path::WalkOptions& options, bool mask_users,
         std::vector<CaptureContent> captures);

  /// Without a summary: who visits the rows counts them. `places` are for lines and quotes; they and this must outlive
  /// the report.
  [[nodiscard]] ReplayReport report(const AuditReport& places) const;

 private:
  /// One capture with what its connections have to do with each other.
  struct Ways {
    std::vector<Companions> companions;  ///< by connection
    /// By connection: those of one number differ in their clients and packets only; 0: not known to be like any other.
    std::vector<std::uint32_t> kinds;
  };
  [[nodiscard]] PartOfWay part_of(const CapturedConnection& connection) const;
  /// To an instance, with a cookie, on a port that is neither the forwarder's nor that of remote desktop.
  [[nodiscard]] bool is_at_other_port(const CapturedConnection& connection) const;
  void add_notes(ConnectionRow& row, path::Leg leg, std::size_t capture, std::size_t connection) const;
  [[nodiscard]] std::vector<Companions> join(const CaptureContent& capture) const;
  [[nodiscard]] std::vector<std::uint32_t> kinds_of(std::size_t capture) const;
  /// What is noted of one connection: that it shows another forwarder port, that it was silent for too long.
  [[nodiscard]] std::optional<ConnectionNote> port_note(path::Leg leg, std::size_t capture,
                                                        std::size_t connection) const;
  [[nodiscard]] std::optional<ConnectionNote> quiet_note(path::Leg leg, const CapturedConnection& connection) const;
  [[nodiscard]] ConnectionRow row(std::size_t capture, std::size_t connection) const;
  [[nodiscard]] ConnectionRow row(std::size_t capture, std::size_t connection, const path::Trace& trace) const;
  bool visit_rows(std::size_t capture, const RowVisitor& visit, const AlikeVisitor& enough) const;
  [[nodiscard]] path::Observed observed(const CaptureContent& capture, const Ways& ways, std::size_t connection) const;
  /// Where cookies arrive on another port than the forwarder's, says so.
  [[nodiscard]] std::vector<std::string> notes() const;

  const path::CompiledDeployment& deployment_;
  path::WalkOptions options_;
  bool mask_users_;
  std::vector<CaptureContent> captures_;
  std::vector<Ways> ways_;
};

}  // namespace nsgcheck::io
