// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "analyzer/io/document.hpp"
#include "analyzer/io/flow_tuple.hpp"

namespace nsgcheck::io {

/// One line of a flow log: what happened to a flow at one NSG (nsg-semantics 4.10).
struct LoggedFlow {
  Position position;  ///< of its tuple
  FlowTuple tuple;
  std::string rule;    ///< without "UserRule_" and "DefaultRule_"; names beyond 65 characters may be cut
  std::string mac;     ///< of the network interface, as written
  std::string nsg;     ///< name; "" where the log names its NSG by GUID or not at all
  std::string nsg_id;  ///< resource id; "" likewise
  std::string acl;     ///< VNet flow logs: `aclID` as written, mostly the resourceGuid of an NSG
};

/// True when no NSG decided it: platform traffic, or denied since it was not encrypted (rule `unspecified`).
[[nodiscard]] bool outside_nsgs(const LoggedFlow& flow);

/// Takes a flow, or why a part of the log is none; false ends the reading.
using FlowLogSink = std::function<bool(tl::expected<LoggedFlow, Diagnostic>)>;

/// Whether a file that begins so is a flow log: JSON with `records`, `flowRecords` or `flowTuples`.
[[nodiscard]] bool looks_like_flow_log(std::string_view head);

/// Reads NSG flow logs of version 1 and 2 and VNet flow logs (version 4) front to back: one blob, several one behind
/// the other, or one a line. Memory does not grow with the file. A damaged tuple is an error of its own; after broken
/// JSON reading goes on at the next line that begins with "{". `file` is for messages. An empty log gives nothing.
void read_flow_log(const std::string& file, std::istream& in, const FlowLogSink& sink);

}  // namespace nsgcheck::io
