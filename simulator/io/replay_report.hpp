// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/model/deployment.hpp"
#include "simulator/io/replay_capture.hpp"
#include "simulator/io/replay_expect.hpp"

namespace nsgcheck::io {

/// One end of a packet as a hop shows it.
struct HopEnd {
  std::string address;
  std::optional<std::uint16_t> port;  ///< empty: any, as an answer before deployment knows no client's port
};

/// A packet's ends before or after a hop.
struct HopTuple {
  HopEnd source, destination;
  friend bool operator==(const HopTuple& a, const HopTuple& b) {
    return a.source.address == b.source.address && a.source.port == b.source.port &&
           a.destination.address == b.destination.address && a.destination.port == b.destination.port;
  }
};

/// A hop of the way, as outputs show it (interface 7).
struct HopRow {
  std::string hop;                        ///< "load-balancer", "nsg-inbound", ...
  std::string at;                         ///< "forwarder", "instance", or ""
  std::string instance;                   ///< the machine it stands at, or ""
  std::string verdict;                    ///< "allow", "deny", "unknown"
  std::optional<HopTuple> before, after;  ///< set where the hop changes or judges a packet
  std::string nsg, applied_to;            ///< of a security group, else ""
  const model::SecurityRule* rule{};      ///< that decided; null where none did
  std::string reason;                     ///< code, when the hop does not allow
  std::string text;                       ///< one sentence, or ""
  bool behind_loss{};                     ///< an earlier hop denies already
};

/// What happens to a connection if the balancer chooses one forwarder.
struct CandidateRow {
  std::string forwarder, verdict, reason;
};

/// What was noticed about a connection beside its verdict.
struct ConnectionNote {
  std::string code;  ///< "idle-timeout", "forwarder-port-inferred"
  std::uint64_t packet{};
  std::string text;
};

/// One connection, walked through the deployment.
struct ConnectionRow {
  std::size_t capture_index{};  ///< into ReplayReport::captures
  /// Rows of one capture and kind differ in nothing but the client's address and port, which also stand as source in
  /// the same places of the hops, and the first and the deciding packet; 0: not known to be like any other.
  std::uint32_t kind{};
  OutcomeRow outcome;
  std::string protocol;
  std::uint64_t deciding_packet{};  ///< number of the packet to look at for the reason
  std::shared_ptr<const wire::ConnectionRequest> request;
  std::string cookie_text;  ///< "mstshash=...", user names masked where that was asked for; "" for none
  std::string message;
  std::vector<std::string> forwarders;
  std::vector<CandidateRow> candidates;  ///< where they differ
  std::vector<HopRow> hops;
  std::vector<ConnectionNote> notes;
  std::vector<std::string> assumptions;  ///< codes
};

/// Number of connections by verdict.
struct ReplaySummary {
  std::size_t connections{}, reached{}, blocked{}, misrouted{}, unroutable{}, unknown{}, not_rdp{};
  void count(std::string_view verdict);
};

/// Takes the next piece of an output; false when it cannot be written.
using TextSink = std::function<bool(std::string_view)>;

/// Takes a row; false ends the visit.
using RowVisitor = std::function<bool(const ConnectionRow&)>;
/// Asked before a row is made that is of the kind of an earlier one: `alike` is a row of that kind with another client,
/// `first_packet` the connection's own. True: no more is needed of it, and its row is not made.
using AlikeVisitor = std::function<bool(const ConnectionRow& alike, std::uint64_t first_packet)>;

/// What a replay says. Rows are made when they are visited, so that memory does not grow with what they say.
struct ReplayReport {
  const AuditReport* places{};  ///< documents and shown names, for lines and quotes
  std::string deployment;       ///< its name, or ""
  const std::vector<CaptureContent>* captures{};
  std::vector<policy::Assumption> assumptions;
  std::vector<model::DeploymentFinding> findings;
  std::vector<std::string> notes;  ///< what was noticed beside the verdicts
  ReplaySummary summary;
  /// Visits all rows, capture by capture, by first packet. Without an AlikeVisitor each row is made.
  std::function<void(const RowVisitor&, const AlikeVisitor&)> each_row;
  /// One row, by capture and connection as they are numbered in `captures`.
  std::function<ConnectionRow(std::size_t, std::size_t)> row;
};

/// Interface 7. False when the sink failed; so for the others.
bool render_replay_json(const ReplayReport& report, const TextSink& sink);
/// One connection a line, each an object of `connections`; the last line is {"schema", "captures", "summary", ...}.
bool render_replay_jsonl(const ReplayReport& report, const TextSink& sink);
/// A connection is a test case, a capture a suite.
bool render_replay_junit(const ReplayReport& report, const TextSink& sink);
/// Summary first, then a line a connection, then each cause of failure once, with its ladder of hops.
bool render_replay_text(const ReplayReport& report, const TextStyle& style, const TextSink& sink);

/// What to change so that connections with this reason get through; "" when there is nothing to change.
[[nodiscard]] std::string_view remedy(std::string_view reason);

}  // namespace nsgcheck::io
