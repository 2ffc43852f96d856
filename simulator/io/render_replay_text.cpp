// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "simulator/io/render_hops.hpp"
#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io {
namespace {

// Captures with more connections than this show those that are alike in one line.
constexpr std::size_t kSingleLines = 50;
constexpr std::size_t kMostCauses = 100;
constexpr std::size_t kMostPlaces = 5;

// Connections that end alike, of one capture or of all.
struct Group {
  std::size_t count{};
  ConnectionRow first;
  std::vector<std::string> places;  // of the first few
};

using GroupKey = std::vector<std::string>;
using Groups = std::map<GroupKey, Group>;

void add_to(Group& group, const std::string& capture, std::uint64_t first_packet) {
  if (++group.count <= kMostPlaces)
    group.places.push_back(fmt::format("{} packet {}", printable(capture), first_packet));
}

Group& add_to(Groups& groups, std::vector<GroupKey>& order, GroupKey key, const ConnectionRow& row) {
  const auto [at, fresh] = groups.try_emplace(key);
  Group& group = at->second;
  if (fresh) group.first = row, order.push_back(std::move(key));
  add_to(group, row.outcome.capture, row.outcome.first_packet);
  return group;
}

/// The groups of rows that were seen already, by kind: finding one by its key takes long.
class KnownGroups {
 public:
  /// Adds a row, or one that is alike and begins with another packet, to the group of its kind, if that is known.
  bool add(const ConnectionRow& row, std::uint64_t first_packet) {
    if (row.capture_index != capture_) forget();
    capture_ = row.capture_index;
    if (row.kind == 0 || row.kind >= groups_.size() || groups_[row.kind] == nullptr) return false;
    add_to(*groups_[row.kind], row.outcome.capture, first_packet);
    return true;
  }
  void remember(const ConnectionRow& row, Group& group) {
    if (row.kind == 0) return;
    if (row.kind >= groups_.size()) groups_.resize(row.kind + 1, nullptr);
    groups_[row.kind] = &group;
  }
  void forget() { groups_.clear(); }

 private:
  std::size_t capture_{};
  std::vector<Group*> groups_;
};

std::string word(const std::optional<std::string>& text) { return text ? printable(*text) : "nothing"; }

GroupKey line_key(const ConnectionRow& row) {
  const OutcomeRow& o = row.outcome;
  return {o.leg, o.verdict, o.reason, word(o.wanted), word(o.reached)};
}

// One cause: the same reason, decided by the same rule at the same place.
GroupKey cause_key(const ConnectionRow& row) {
  GroupKey key{row.outcome.verdict, row.outcome.reason};
  for (const HopRow& hop : row.hops) {
    if (hop.verdict == "allow") continue;
    key.push_back(hop.hop + '\n' + hop.at + '\n' + hop.nsg + '\n' + (hop.rule != nullptr ? hop.rule->name : ""));
  }
  if (row.hops.empty()) key.push_back(row.cookie_text);
  return key;
}

bool is_failure(const ConnectionRow& row) {
  return row.outcome.verdict != "reached" && row.outcome.verdict != "not-rdp";
}

std::string result_text(const ConnectionRow& row) {
  const OutcomeRow& o = row.outcome;
  std::string out = o.wanted                  ? "wants " + printable(*o.wanted)
                    : row.cookie_text.empty() ? ""
                                              : printable(row.cookie_text);
  if (!out.empty()) out += ": ";
  if (o.verdict == "reached") return out + "reached" + (o.reached == o.wanted ? "" : ' ' + word(o.reached));
  out += fmt::format("{}, {}", o.verdict, o.reason);
  return o.reached ? out + ", ended at " + printable(*o.reached) : out;
}

std::string notes_of(const ConnectionRow& row) {
  std::string out;
  for (const ConnectionNote& note : row.notes) out += "          " + printable(note.text) + '\n';
  return out;
}

std::string line_of(const ConnectionRow& row, const Paint& paint) {
  const OutcomeRow& o = row.outcome;
  const std::string ends =
      fmt::format("{} -> {}", to_string(HopEnd{o.client, o.client_port}), to_string(HopEnd{o.server, o.server_port}));
  return fmt::format("  {:>6}  {}{}  ", o.first_packet, row.protocol == "tcp" ? "" : row.protocol + ' ',
                     padded(ends, 44)) +
         paint(tone_of(o.verdict), result_text(row)) + '\n' + notes_of(row);
}

std::string group_line(const Group& group, const Paint& paint) {
  const OutcomeRow& o = group.first.outcome;
  const std::string leg = o.leg.empty() ? "other" : o.leg;
  return fmt::format("  {:>6} x {} leg, first at packet {}  ", group.count, padded(leg, 9),
                     padded(std::to_string(o.first_packet), 8)) +
         paint(tone_of(o.verdict), result_text(group.first)) + '\n';
}

std::string capture_head(const CaptureContent& capture, const Paint& paint) {
  std::string out = paint(Tone::Head, printable(capture.file));
  if (capture.readable)
    out += fmt::format("  {}, {}, {}", count_of(capture.packets, "packet"), link_type_text(capture),
                       count_of(capture.connections.size(), "connection"));
  out += '\n';
  for (const CaptureDamage& damage : capture.damage)
    out += "  " + paint(Tone::Warning, printable(damage.text())) + '\n';
  const UndecodedFrames& u = capture.undecoded;
  const std::vector<std::pair<std::uint64_t, std::string_view>> counts{{u.truncated, "cut off by the snap length"},
                                                                       {u.malformed, "malformed"},
                                                                       {u.fragment, "fragments without their rest"},
                                                                       {u.unknown_link_type, "of unknown link type"}};
  for (const auto& [count, what] : counts)
    if (count > 0) out += fmt::format("  {}: {}\n", count_of(count, "packet"), what);
  return out;
}

std::string summary_text(const ReplaySummary& s) {
  const std::vector<std::pair<std::size_t, std::string_view>> counts{
      {s.reached, "reached"},       {s.blocked, "blocked"}, {s.misrouted, "misrouted"},
      {s.unroutable, "unroutable"}, {s.unknown, "unknown"}, {s.not_rdp, "not RDP"}};
  std::string out;
  for (const auto& [count, what] : counts)
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? ": " : ", ", count, what);
  return count_of(s.connections, "connection") + out;
}

std::string cause_text(const ReplayReport& report, const Group& group, const Paint& paint, std::size_t width) {
  const ConnectionRow& row = group.first;
  std::string out = '\n' +
                    paint(tone_of(row.outcome.verdict), fmt::format("{} {}: {}", count_of(group.count, "connection"),
                                                                    row.outcome.verdict, row.outcome.reason)) +
                    '\n';
  out += wrapped(printable(row.message), "  ", width);
  if (!row.hops.empty()) out += hop_ladder(row.hops, paint, width);
  out += blamed_rule(*report.places, row.hops, paint, width);
  if (const std::string_view change = remedy(row.outcome.reason); !change.empty())
    out += wrapped(change, "  change  ", width);
  std::string places;
  for (const std::string& place : group.places) places += (places.empty() ? "" : ", ") + place;
  if (group.count > group.places.size()) places += fmt::format(" and {} more", group.count - group.places.size());
  return out + wrapped(places, "  seen    ", width);
}

/// Rows come capture by capture; a capture is written when the next one begins.
class Lines {
 public:
  Lines(const ReplayReport& report, const Paint& paint, const TextSink& sink)
      : report_{report}, paint_{paint}, sink_{sink} {}

  bool add(const ConnectionRow& row) {
    open_until(row.capture_index + 1);
    if (shows_each(row))
      good_ = good_ && sink_(line_of(row, paint_));
    else if (!known_.add(row, row.outcome.first_packet))
      known_.remember(row, add_to(groups_, order_, line_key(row), row));
    return good_;
  }
  /// Whether the rows of this one's capture stand in lines of their own.
  [[nodiscard]] bool shows_each(const ConnectionRow& row) const {
    return (*report_.captures)[row.capture_index].connections.size() <= kSingleLines;
  }
  /// Of a capture whose rows do not.
  void add_alike(const ConnectionRow& row, std::uint64_t first_packet) { known_.add(row, first_packet); }
  bool finish() {
    open_until(report_.captures->size());
    close();
    return good_;
  }

 private:
  void open_until(std::size_t end) {
    for (; begun_ < end; ++begun_) {
      close();
      good_ = good_ && sink_('\n' + capture_head((*report_.captures)[begun_], paint_));
    }
  }
  void close() {
    for (const GroupKey& key : order_) good_ = good_ && sink_(group_line(groups_.at(key), paint_));
    known_.forget();
    groups_.clear();
    order_.clear();
  }

  const ReplayReport& report_;
  const Paint& paint_;
  const TextSink& sink_;
  std::size_t begun_{};
  Groups groups_;
  KnownGroups known_;
  std::vector<GroupKey> order_;
  bool good_{true};
};

}  // namespace

bool render_replay_text(const ReplayReport& report, const TextStyle& style, const TextSink& sink) {
  const Paint paint{style.color};
  bool good = sink(paint(Tone::Head, summary_text(report.summary)) + '\n');
  Lines lines{report, paint, sink};
  Groups causes;
  std::vector<GroupKey> order;
  KnownGroups known;
  const auto add = [&](const ConnectionRow& row) {
    if (is_failure(row) && !known.add(row, row.outcome.first_packet)) {
      GroupKey key = cause_key(row);
      if (causes.size() >= kMostCauses && causes.count(key) == 0) key = {row.outcome.verdict, row.outcome.reason};
      known.remember(row, add_to(causes, order, std::move(key), row));
    }
    good = good && lines.add(row);
    return good;
  };
  report.each_row(add, [&](const ConnectionRow& alike, std::uint64_t first_packet) {
    if (lines.shows_each(alike)) return false;
    if (is_failure(alike)) known.add(alike, first_packet);
    lines.add_alike(alike, first_packet);
    return true;
  });
  good = good && lines.finish();
  for (const GroupKey& key : order) good = good && sink(cause_text(report, causes.at(key), paint, style.width));
  for (const std::string& note : report.notes)
    good = good && sink('\n' + wrapped(printable(note), "note     ", style.width));
  for (const model::DeploymentFinding& finding : report.findings)
    good = good && sink('\n' + wrapped(printable(finding.text), "finding  ", style.width));
  for (const policy::Assumption& one : report.assumptions)
    if (!is_finding(report.findings, one.code))
      good = good && sink('\n' + wrapped(printable(one.text), "assumed  ", style.width));
  return good;
}

}  // namespace nsgcheck::io
