// SPDX-License-Identifier: Apache-2.0
#include "cli/flow_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <ostream>
#include <unordered_set>
#include <utility>

#include "analyzer/io/flow_log.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/net/text.hpp"
#include "cli/output.hpp"
#include "simulator/io/source_stream.hpp"
#include "simulator/io/utf16_source.hpp"

namespace nsgcheck::cli {
namespace {

/// Remembers what was seen, the last half million at least. A flow that comes again after so many is asked again, which
/// costs time and changes no answer.
class Recent {
 public:
  bool is_new(std::string key) {
    if (older_.count(key) != 0 || !newer_.insert(std::move(key)).second) return false;
    if (newer_.size() >= kMost) {
      older_ = std::move(newer_);
      newer_.clear();
    }
    return true;
  }

 private:
  static constexpr std::size_t kMost = 500'000;
  std::unordered_set<std::string> newer_, older_;
};

/// A logged flow as a row that expects what was logged.
tl::expected<io::FlowRow, io::Diagnostic> row_of(const io::LoggedFlow& flow, std::string nsg, const std::string& file) {
  const net::FiveTuple& packet = flow.tuple.packet;
  const bool ports = net::has_ports(packet.protocol);
  const std::string protocol = std::to_string(packet.protocol.number);
  const std::string source = net::to_string(packet.source);
  const std::string destination = net::to_string(packet.destination);
  const std::string source_port = ports ? std::to_string(packet.source_port) : std::string{};
  const std::string destination_port = ports ? std::to_string(packet.destination_port) : std::string{};
  auto row = io::parse_flow({flow.tuple.direction == net::Direction::Inbound ? "in" : "out", protocol, source,
                             source_port, destination, destination_port, nsg, flow.tuple.allowed ? "allow" : "deny"});
  if (!row) return tl::unexpected(io::Diagnostic{file, flow.position, row.error()});
  row->line = flow.position.line;
  row->column = flow.position.column;
  row->logged_rule = flow.rule;
  return std::move(*row);
}

std::string key_of(const io::FlowRow& row) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", net::lower(row.nsg), static_cast<int>(row.query.direction),
                     row.protocol, row.query.from.text, row.query.to.text, row.query.source_port.value_or(0),
                     row.query.destination_port.value_or(0), static_cast<int>(*row.expect));
}

}  // namespace

FlowInput::FlowInput(const ExplainArguments& arguments, const std::vector<const model::Nsg*>& nsgs)
    : arguments_{arguments}, nsgs_{nsgs} {}

// The asked NSG that the log means, "" when it is none of them.
std::string FlowInput::nsg_of(const std::string& name, const std::string& acl) const {
  std::string wanted = name;
  for (const auto& [id, nsg] : arguments_.acls)
    if (net::same_word(id, acl)) wanted = nsg;
  for (const model::Nsg* nsg : nsgs_) {
    const bool by_name = !wanted.empty() && net::same_word(nsg->name, wanted);
    const bool by_guid = wanted.empty() && !acl.empty() && net::same_word(nsg->resource_guid, acl);
    if (by_name || by_guid) return nsg->name;
  }
  return {};
}

void FlowInput::read_log(std::istream& in, const Taker& take) {
  tally_.is_log = true;
  Recent recent;
  io::read_flow_log(arguments_.flows, in, [&](tl::expected<io::LoggedFlow, io::Diagnostic> flow) {
    if (!flow) return take(tl::unexpected(std::move(flow.error())));
    ++tally_.entries;
    if (io::outside_nsgs(*flow)) {
      ++tally_.outside;
      return true;
    }
    const std::string nsg = nsg_of(flow->nsg, flow->acl);
    if (nsg.empty()) {
      ++tally_.others[!flow->nsg.empty() ? flow->nsg : flow->acl];
      return true;
    }
    auto row = row_of(*flow, nsg, arguments_.flows);
    if (row && !recent.is_new(key_of(*row))) return true;
    // A deployment says itself which NSGs a flow passes; that one of them denied or allowed it holds for all together.
    if (row && !arguments_.deployment.empty()) row->nsg.clear();
    return take(std::move(row));
  });
}

bool FlowInput::for_each(std::istream& standard_input, const Taker& take) {
  auto opened = arguments_.flows == "-" ? io::open_source(standard_input) : io::open_source(arguments_.flows);
  io::SourceBuffer buffer{io::as_utf8(io::decompressed(std::move(opened)))};
  const std::string_view head = buffer.head();
  const auto report = [&](const io::SourceFault& fault) {
    take(tl::unexpected(io::Diagnostic{arguments_.flows, {}, fmt::format("byte {}: {}", fault.offset, fault.what)}));
  };
  if (const auto fault = buffer.fault(); head.empty() && fault) {
    take(tl::unexpected(io::Diagnostic{arguments_.flows, {}, "cannot be read: " + fault->what}));
    return false;
  }
  const bool log = io::looks_like_flow_log(head);
  std::istream in{&buffer};
  if (log) {
    read_log(in, take);
  } else {
    io::FlowFile file{arguments_.flows, in};
    while (auto row = file.next())
      if (!take(std::move(*row))) return true;
  }
  if (const auto fault = buffer.fault()) report(*fault);
  return true;
}

bool say_tally(const FlowLogTally& tally, const ExplainArguments& arguments, Process& process) {
  constexpr std::size_t kNamed = 5;
  const std::string file = io::printable(arguments.flows);
  if (!tally.is_log) return true;
  if (tally.outside > 0 && !arguments.common.quiet)
    process.err << fmt::format(
        "nsgcheck: {}: {} entries were decided by no NSG (platform rules, encryption) and are "
        "not asked\n",
        file, tally.outside);
  std::size_t named = 0;
  for (const auto& [nsg, entries] : tally.others) {
    if (++named > kNamed) {
      process.err << fmt::format("nsgcheck: {}: and {} more NSGs\n", file, tally.others.size() - kNamed);
      break;
    }
    const std::string name = nsg.empty() ? "an NSG without name" : fmt::format("\"{}\"", io::printable(nsg));
    process.err << fmt::format(
        "nsgcheck: {}: {} entries of {} are not asked: {}\n", file, entries, name,
        arguments.nsg.empty() ? "no input has that NSG (by name, by resourceGuid or by --acl)" : "--nsg asks another");
  }
  return tally.others.empty() || !arguments.nsg.empty();
}

}  // namespace nsgcheck::cli
