// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_diff_paths.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/markdown_text.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/policy/flow_words.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::io {
namespace {

using policy::PathChange;

constexpr std::size_t kMostLines = 40;
constexpr std::size_t kMostStopped = 12;

bool is_settled(const PathChange& path) { return path.unknown.empty() && path.complete; }

/// "newly arrives", and so on; empty: nothing of the change arrives.
std::string_view fate(const PathChange& path) {
  if (!path.arrives.empty()) return path.change->shift == engine::Shift::NewlyAllowed ? "newly arrives" : "newly lost";
  return is_settled(path) ? "" : "not settled";
}

/// The region without what is the instance's own, so that it reads alike at all of them: its address, and that it does
/// not send to itself.
policy::NamedRegion shared_part(const DiffReport& report, const PathChange& path, const policy::NamedRegion& region) {
  engine::Region out = region.region;
  if (!out.source.symbols.empty() || !out.destination.symbols.empty()) return region;
  const bool inbound = path.change->direction == net::Direction::Inbound;
  net::AddressSet& near = (inbound ? out.destination : out.source).addresses;
  net::AddressSet& far = (inbound ? out.source : out.destination).addresses;
  const engine::Region& changed = path.change->region.region;
  const net::AddressSet& meant = (inbound ? changed.source : changed.destination).addresses;
  net::AddressSet all = net::AddressSet::any();
  if (near.v4.empty()) all.v4 = {};
  if (near.v6.empty()) all.v6 = {};
  far = (far | (near & meant)) & all;
  near = all;
  return policy::name_flows(std::move(out), report.path_network, engine::SymbolTable{}, true);
}

std::string words_of(const DiffReport& report, const PathChange& path, const policy::NamedRegion& region) {
  return fmt::format("{} {}", model::name(path.change->direction),
                     policy::flow_words(shared_part(report, path, region), report.path_network));
}

std::string reason_of(const PathChange& path) {
  return path.reason ? fmt::format(" ({})", model::code(*path.reason)) : "";
}

/// "DenyAll of nic-nsg (nic)"; the rules that decide, of each stage that lets nothing through.
std::string stoppers(const PathChange& path) {
  std::vector<std::string> out;
  for (const policy::PathStage& stage : path.stopped_by) {
    std::vector<std::string> rules;
    if (stage.rules != nullptr)
      for (const policy::ModelRule rule : stage.answer.judgement.decided_by)
        rules.push_back(stage.rules->rules[rule].name);
    const std::string by = rules.empty() ? "a stage" : policy::enumerate(rules, 3);
    const std::string of = stage.rules == nullptr || stage.rules->name.empty() ? "" : " of " + stage.rules->name;
    out.push_back(
        fmt::format("{}{}{}", by, of, stage.applied_to.empty() ? "" : fmt::format(" ({})", stage.applied_to)));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out.empty() ? "no single stage denies it all" : policy::enumerate(out, 4);
}

/// The same flows at several instances, let through or stopped by the same rules of one NSG.
struct Line {
  const PathChange* first{};
  std::string_view fate;
  std::string traffic, example;
  std::vector<std::string> instances;
};

bool is_same(const Line& line, const PathChange& path, std::string_view fate, const std::string& traffic) {
  const policy::Change& a = *line.first->change;
  const policy::Change& b = *path.change;
  return line.fate == fate && line.traffic == traffic && line.first->diff == path.diff && a.old_rule == b.old_rule &&
         a.new_rule == b.new_rule;
}

// Openings before losses before doubts, in each the largest danger first.
std::vector<Line> lines_of(const DiffReport& report) {
  std::vector<Line> out;
  for (const std::string_view fate_now : {"newly arrives", "newly lost", "not settled"}) {
    std::vector<Line> lines;
    const auto add = [&](const PathChange& path, const std::string& traffic, const std::string& example) {
      auto line = std::find_if(lines.begin(), lines.end(),
                               [&](const Line& one) { return is_same(one, path, fate_now, traffic); });
      if (line == lines.end()) line = lines.insert(line, {&path, fate_now, traffic, example, {}});
      auto& at = line->instances;
      if (std::find(at.begin(), at.end(), path.instance->name) == at.end()) at.push_back(path.instance->name);
    };
    for (const PathChange& path : *report.paths) {
      const bool doubt = fate_now == "not settled";
      if (doubt ? is_settled(path) : fate(path) != fate_now) continue;
      const auto& regions = doubt ? path.unknown : path.arrives;
      if (regions.empty()) add(path, words_of(report, path, path.change->region), "");
      for (const policy::NamedRegion& region : regions)
        add(path, words_of(report, path, region) + (doubt ? reason_of(path) : ""),
            !doubt && path.witness && &region == &regions.front() ? to_string(*path.witness) : "");
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b) { return a.first->change->danger < b.first->change->danger; });
    out.insert(out.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
  }
  return out;
}

struct Stopped {
  const PathChange* path{};
  std::vector<std::string> instances;
};

// Changes of which nothing arrives, with the instances at which the same stages stop them.
std::vector<Stopped> stopped(const DiffReport& report) {
  std::vector<Stopped> out;
  for (const PathChange& path : *report.paths) {
    if (!fate(path).empty()) continue;
    const auto same = std::find_if(out.begin(), out.end(), [&](const Stopped& one) {
      return one.path->change == path.change && stoppers(*one.path) == stoppers(path);
    });
    if (same == out.end())
      out.push_back({&path, {path.instance->name}});
    else
      same->instances.push_back(path.instance->name);
  }
  return out;
}

std::string stopped_words(const DiffReport& report, const Stopped& one) {
  const policy::Change& change = *one.path->change;
  return fmt::format("{}: what is newly {} there ({} {}) {} at {}: {}", pair_name(report.nsgs[one.path->diff].nsgs),
                     change.shift == engine::Shift::NewlyDenied ? "denied" : "allowed", model::name(change.direction),
                     change.words, change.shift == engine::Shift::NewlyDenied ? "never arrived" : "does not arrive",
                     policy::enumerate(one.instances, 4), stoppers(*one.path));
}

}  // namespace

std::string paths_text(const DiffReport& report, const Paint& paint, std::size_t width) {
  if (!report.paths) return "";
  std::string out;
  const std::vector<Line> lines = lines_of(report);
  for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) {
    const Line& line = lines[i];
    out += paint(line.fate == "newly arrives" ? Tone::Bad : Tone::Warning,
                 wrapped(printable(fmt::format("{} at {}", line.traffic, policy::enumerate(line.instances, 2))),
                         fmt::format("  {}  ", line.fate), width));
    out += wrapped(printable(fmt::format("by {}{}{}", pair_name(report.nsgs[line.first->diff].nsgs),
                                         line.example.empty() ? "" : ", e.g. ", line.example)),
                   "    ", width);
  }
  if (lines.size() > kMostLines)
    out += fmt::format("    and {} more (all are in --format json)\n", lines.size() - kMostLines);
  const std::vector<Stopped> stays = stopped(report);
  for (std::size_t i = 0; i < std::min(stays.size(), kMostStopped); ++i)
    out += wrapped(printable(stopped_words(report, stays[i])), "  ", width);
  if (stays.size() > kMostStopped)
    out +=
        fmt::format("    and {} more that other stages stop (all are in --format json)\n", stays.size() - kMostStopped);
  for (const std::string& note : report.path_notes) out += wrapped(printable(note), "  ", width);
  if (out.empty()) out = "  nothing arrives that did not, and nothing is lost\n";
  return paint(Tone::Head, "Through all stages") + '\n' + out;
}

std::string paths_markdown(const DiffReport& report) {
  if (!report.paths) return "";
  std::string out = "## Through all stages\n\n";
  const std::vector<Line> lines = lines_of(report);
  if (!lines.empty()) out += "| | traffic | at | by | e.g. |\n|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i)
    out += fmt::format("| {} | {} | {} | {} | {} |\n", lines[i].fate, markdown_code(lines[i].traffic),
                       markdown_code(policy::enumerate(lines[i].instances, 8)),
                       markdown_code(pair_name(report.nsgs[lines[i].first->diff].nsgs)),
                       lines[i].example.empty() ? "" : markdown_code(lines[i].example));
  if (lines.size() > kMostLines) out += fmt::format("\nand {} more\n", lines.size() - kMostLines);
  if (!lines.empty()) out += '\n';
  std::string notes;
  for (const Stopped& one : stopped(report)) notes += "- " + markdown_plain(stopped_words(report, one)) + '\n';
  for (const std::string& note : report.path_notes) notes += "- " + markdown_plain(note) + '\n';
  if (lines.empty() && notes.empty()) notes = "- nothing arrives that did not, and nothing is lost\n";
  return out + notes + (notes.empty() ? "" : "\n");
}

Json paths_json(const DiffReport& report) {
  Json out = Json::array();
  for (const PathChange& path : *report.paths) {
    const std::string direction{model::name(path.change->direction)};
    auto entry = std::find_if(out.begin(), out.end(), [&](const Json& one) {
      return one["instance"] == path.instance->name && one["role"] == path.role->name && one["direction"] == direction;
    });
    if (entry == out.end()) {
      out.push_back({{"instance", path.instance->name},
                     {"role", path.role->name},
                     {"direction", direction},
                     {"newlyArrives", Json::array()},
                     {"newlyLost", Json::array()},
                     {"unknownRegion", Json::array()},
                     {"stopped", Json::array()},
                     {"complete", true}});
      entry = out.end() - 1;
    }
    const auto add = [&](const char* list, const std::vector<policy::NamedRegion>& regions, bool sure) {
      Json listed = regions_json(regions);
      for (Json& region : listed) {
        region["nsg"] = pair_name(report.nsgs[path.diff].nsgs);
        if (sure) region["witness"] = path.witness ? witness_json(*path.witness) : Json(nullptr);
        if (!sure) region["reason"] = path.reason ? Json(model::code(*path.reason)) : Json(nullptr);
        (*entry)[list].push_back(region);
      }
    };
    add(path.change->shift == engine::Shift::NewlyAllowed ? "newlyArrives" : "newlyLost", path.arrives, true);
    add("unknownRegion", path.unknown, false);
    if (!path.complete) (*entry)["complete"] = false;
    if (fate(path).empty())
      (*entry)["stopped"].push_back(
          {{"nsg", pair_name(report.nsgs[path.diff].nsgs)}, {"traffic", path.change->words}, {"by", stoppers(path)}});
  }
  return out;
}

}  // namespace nsgcheck::io
