// SPDX-License-Identifier: Apache-2.0
#include "cli/traffic.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <istream>
#include <ostream>
#include <random>
#include <utility>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/net/text.hpp"
#include "cli/directory_walk.hpp"
#include "cli/inputs.hpp"
#include "simulator/io/source_stream.hpp"
#include "simulator/io/utf16_source.hpp"

namespace nsgcheck::cli {
namespace {

constexpr std::uint64_t kProgressStep = 1U << 18;

std::uint64_t secret_key() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

bool is_called(const policy::NsgPair& pair, std::string_view name) {
  const auto called = [&](const model::Nsg* nsg) { return nsg != nullptr && net::same_word(nsg->name, name); };
  return called(pair.before) || called(pair.after);
}

bool has_id(const policy::NsgPair& pair, std::string_view id) {
  const auto has = [&](const model::Nsg* nsg) { return nsg != nullptr && nsg->id && net::same_word(*nsg->id, id); };
  return has(pair.before) || has(pair.after);
}

bool has_guid(const policy::NsgPair& pair, std::string_view guid) {
  const auto has = [&](const model::Nsg* nsg) { return nsg != nullptr && net::same_word(nsg->resource_guid, guid); };
  return !guid.empty() && (has(pair.before) || has(pair.after));
}

std::string entries_of(std::uint64_t count) {
  return count == 1 ? "1 log entry" : fmt::format("{} log entries", count);
}

}  // namespace

TrafficRun::TrafficRun(const ImpactArguments& arguments, const std::vector<policy::NsgPair>& pairs,
                       std::vector<net::AddressSet> inside, policy::Impact& impact, Process& process)
    : arguments_{arguments}, pairs_{pairs}, inside_{std::move(inside)}, impact_{impact}, process_{process} {}

void TrafficRun::read(const std::string& path) {
  std::error_code error;
  if (path == "-" || !std::filesystem::is_directory(path, error)) return read_file(path, true);
  const DirectoryContent content = walk_directory(path);
  for (const io::Diagnostic& failure : content.failures) {
    reports_.emplace_back().file = failure.file;
    fail(reports_.back(), {std::nullopt, failure.message});
  }
  for (const std::string& passed : content.passed) {
    reports_.emplace_back().file = passed;
    reports_.back().skipped = true;
  }
  for (const std::string& file : content.files) read_file(file, false);
}

void TrafficRun::fail(io::TrafficReport& report, io::TrafficFault fault) {
  constexpr std::size_t kMostErrors = 100;
  tally_.broken = true;
  const std::string place =
      fault.position ? fmt::format("{}:{}:{}", report.file, fault.position->line, fault.position->column) : report.file;
  process_.err << fmt::format("nsgcheck: {}: {}\n", io::printable(place), io::printable(fault.message));
  if (report.errors.size() < kMostErrors) report.errors.push_back(std::move(fault));
}

void TrafficRun::read_file(const std::string& path, bool named) {
  io::TrafficReport report;
  report.file = shown_path(path);
  io::PeekedSource peeked = io::decompressed(path == "-" ? io::open_source(process_.in) : io::open_source(path));
  if (io::begins_a_capture(peeked.head)) {
    io::SourceBuffer buffer{std::move(peeked.source)};
    std::istream in{&buffer};
    report.format = "capture";
    read_capture(path, in, report);
  } else {
    io::SourceBuffer buffer{io::as_utf8(std::move(peeked))};
    const std::string_view head = buffer.head();
    const auto fault = buffer.fault();
    std::istream in{&buffer};
    if (head.empty() && fault)
      fail(report, {std::nullopt, "cannot be read: " + fault->what});
    else if (io::looks_like_flow_log(head))
      read_log(in, report.file, report);
    else if (named)
      fail(report, {std::nullopt, "neither a capture (pcap, pcapng) nor a flow log"});
    else
      report.skipped = true;
    if (!head.empty() && buffer.fault())
      fail(report, {std::nullopt, fmt::format("byte {}: {}", buffer.fault()->offset, buffer.fault()->what)});
  }
  if (progress_shown_) process_.err << "\r\033[K" << std::flush;
  progress_shown_ = false;
  reports_.push_back(std::move(report));
}

void TrafficRun::show_progress(std::string_view file, std::uint64_t count, std::string_view what) {
  if (!process_.progress || arguments_.common.quiet) return;
  process_.err << fmt::format("\r{}: {} {}", io::printable(file), count, what) << std::flush;
  progress_shown_ = true;
}

void TrafficRun::read_capture(const std::string& path, std::istream& in, io::TrafficReport& report) {
  io::ConversationOptions options;
  options.hash_key = secret_key();
  options.progress = [&](std::uint64_t packets) { show_progress(report.file, packets, "packets"); };
  // A file is opened anew, so that offsets in messages are those of the file.
  const io::ConversationTotals totals =
      io::read_conversations(path, in, options, [&](const io::CapturedFlow& flow) { add(flow, report); });
  report.records = totals.packets;
  for (const io::CaptureDamage& damage : totals.damage) fail(report, {std::nullopt, damage.text()});
  tally_.any_readable = tally_.any_readable || totals.readable;
  tally_.handed_out_early += totals.handed_out_early;
  tally_.dropped += totals.dropped;
  const io::UndecodedFrames& undecoded = totals.undecoded;
  tally_.undecoded += undecoded.truncated + undecoded.malformed + undecoded.fragment + undecoded.unknown_link_type;
}

bool TrafficRun::asks(std::size_t pair) const {
  return arguments_.nsg.empty() || is_called(pairs_[pair], arguments_.nsg);
}

void TrafficRun::add(const io::CapturedFlow& flow, io::TrafficReport& report) {
  ++tally_.captured;
  bool asked = false;
  for (const net::Direction direction : {net::Direction::Inbound, net::Direction::Outbound}) {
    if (arguments_.direction && *arguments_.direction != direction) continue;
    const net::IpAddress& own = direction == net::Direction::Inbound ? flow.packet.destination : flow.packet.source;
    for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
      if (!asks(pair) || !inside_[pair].contains(own)) continue;
      static_cast<void>(impact_.add(
          {pair, direction, flow.packet, flow.first, flow.last, std::nullopt, flow.answered, flow.direction_guessed}));
      ++report.flows;
      asked = true;
    }
  }
  if (!asked)
    ++tally_.outside_network;
  else
    report.window.include({flow.first, flow.last});
}

void TrafficRun::read_log(std::istream& in, const std::string& shown, io::TrafficReport& report) {
  report.format = "flow-log";
  tally_.any_readable = true;
  io::read_flow_log(shown, in, [&](const tl::expected<io::LoggedFlow, io::Diagnostic>& flow) {
    if (!flow) {
      fail(report, {flow.error().position, flow.error().message});
      return true;
    }
    if (++report.records % kProgressStep == 0) show_progress(shown, report.records, "entries");
    add(*flow, shown, report);
    return true;
  });
}

// By resource id, by --acl, by name, by resourceGuid; a name that several NSGs have says nothing by itself.
std::optional<std::size_t> TrafficRun::find_pair(const io::LoggedFlow& flow) const {
  std::string wanted = flow.nsg;
  for (const auto& [id, nsg] : arguments_.acls)
    if (net::same_word(id, flow.acl)) wanted = nsg;
  std::optional<std::size_t> found;
  std::size_t count = 0;
  for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
    if (!flow.nsg_id.empty() && has_id(pairs_[pair], flow.nsg_id)) return pair;
    const bool fits = wanted.empty() ? has_guid(pairs_[pair], flow.acl) : is_called(pairs_[pair], wanted);
    if (!fits) continue;
    found = pair;
    ++count;
  }
  return count == 1 ? found : std::nullopt;
}

std::optional<std::size_t> TrafficRun::pair_of(const io::LoggedFlow& flow) {
  constexpr std::size_t kMostKnown = 10'000;
  if (known_pairs_.size() >= kMostKnown) known_pairs_.clear();
  const auto [at, is_new] = known_pairs_.try_emplace({flow.nsg_id.empty() ? flow.nsg : flow.nsg_id, flow.acl});
  if (is_new) at->second = find_pair(flow);
  return at->second;
}

void TrafficRun::add(const io::LoggedFlow& flow, const std::string& shown, io::TrafficReport& report) {
  ++tally_.logged;
  if (io::outside_nsgs(flow)) {
    ++tally_.outside_nsgs;
    return;
  }
  const auto pair = pair_of(flow);
  if (!pair || !asks(*pair)) {
    constexpr std::size_t kMostNames = 1'000;
    std::string name = !flow.nsg.empty() ? flow.nsg : flow.acl;
    if (tally_.others.size() >= kMostNames) name = tally_.others.begin()->first;
    ++tally_.others[name];
    return;
  }
  if (arguments_.direction && *arguments_.direction != flow.tuple.direction) {
    ++tally_.other_direction;
    return;
  }
  const policy::SeenFlow seen{*pair,           flow.tuple.direction, flow.tuple.packet,  flow.tuple.time,
                              flow.tuple.time, flow.tuple.allowed,   flow.tuple.allowed, false};
  note_contradiction(flow, shown, seen, impact_.add(seen));
  ++report.flows;
  report.window.include({flow.tuple.time, flow.tuple.time});
}

void TrafficRun::note_contradiction(const io::LoggedFlow& flow, const std::string& shown, const policy::SeenFlow& seen,
                                    const policy::Impact::Answer& answer) {
  if (!answer.contradicts_log) return;
  std::string& first = flow.tuple.allowed ? tally_.allowed_but_denied : tally_.denied_but_allowed;
  if (!first.empty()) return;
  const model::Nsg* nsg = pairs_[seen.pair].before;
  const std::string rule = answer.before.rule ? nsg->rules[*answer.before.rule].name : std::string{"no rule"};
  first = fmt::format("{}:{}:{} by {}, here {}", shown, flow.position.line, flow.position.column,
                      flow.rule.empty() ? "a rule without name" : flow.rule, rule);
}

std::vector<std::string> TrafficRun::notes() const {
  std::vector<std::string> out;
  const auto note = [&](std::uint64_t count, std::string_view noun, std::string_view sentence) {
    if (count > 0) out.push_back(fmt::format("{} {}", io::count_of(count, noun), sentence));
  };
  const auto note_entries = [&](std::uint64_t count, std::string_view sentence) {
    if (count > 0) out.push_back(fmt::format("{} {}", entries_of(count), sentence));
  };
  note_entries(tally_.outside_nsgs, "not asked: no NSG decided (platform rules, encryption)");
  note(tally_.outside_network, "captured flow",
       arguments_.direction ? "not asked: the end that --direction asks about is not behind an NSG"
                            : "not asked: neither end is behind an NSG");
  note_entries(tally_.other_direction, "not asked: of the direction that --direction leaves out");
  note(tally_.undecoded, "packet", "not decoded (cut, malformed, fragments without rest, unknown link type)");
  note(tally_.handed_out_early, "captured flow",
       "beyond what is held at one time (1,000,000): what followed counts again");
  note(tally_.dropped, "packet", "of protocols without ports missing: beyond what is held (1,000,000 flows)");
  constexpr std::size_t kNamed = 5;
  std::size_t named = 0;
  for (const auto& [name, entries] : tally_.others) {
    if (++named > kNamed) {
      out.push_back(fmt::format("log entries of {} more NSGs not asked", tally_.others.size() - kNamed));
      break;
    }
    out.push_back(fmt::format("{} of {} not asked: {}", entries_of(entries),
                              name.empty() ? std::string{"an NSG without name"} : '"' + name + '"',
                              arguments_.nsg.empty()
                                  ? "no pair of NSGs is it alone (by id, name, resourceGuid or --acl)"
                                  : "--nsg asks another"));
  }
  return out;
}

}  // namespace nsgcheck::cli
