// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/compare.hpp"
#include "analyzer/policy/path_diff.hpp"

namespace nsgcheck::io {

/// Everything that a comparison says. Rules and NSGs of a side point into that side's documents.
struct DiffReport {
  AuditReport before, after;  ///< documents, files and inputs only
  std::vector<policy::NsgDiff> nsgs;
  std::vector<policy::Assumption> assumptions;
  bool incomplete{};  ///< part of an input could not be read
  /// What the changes mean at the instances of a deployment; empty without one. Entries point into `nsgs`.
  std::optional<std::vector<policy::PathChange>> paths;
  model::NetworkContext path_network;   ///< what tags are in that deployment
  std::vector<std::string> path_notes;  ///< which changes could not be followed, and why
};

/// Every pair means the same and nothing was left out.
[[nodiscard]] bool is_equivalent(const DiffReport& report);

/// Some lines for each changed pair: what is newly allowed and denied, which rules decide it, a packet to try.
[[nodiscard]] std::string render_diff_text(const DiffReport& report, const TextStyle& style);
/// Interface 5.
[[nodiscard]] std::string render_diff_json(const DiffReport& report);
/// One region a line: the entry of render_diff_json with `nsg` and `change`.
[[nodiscard]] std::string render_diff_jsonl(const DiffReport& report);
/// For a pull request comment.
[[nodiscard]] std::string render_diff_markdown(const DiffReport& report);

// What the renderers share.

/// Parts with one pair of deciding rules, of one direction; the first stands for their place in the order.
using ChangeGroup = std::vector<const policy::Change*>;
[[nodiscard]] std::vector<ChangeGroup> groups_of(const std::vector<policy::Change>& changes);

/// "Ops (new.json:14)", "DenyAllInBound (default)"; "no NSG" for a side without one.
[[nodiscard]] std::string rule_words(const AuditReport& side, const model::Nsg* nsg,
                                     const std::optional<policy::ModelRule>& rule);

/// "may be newly allowed (unknown-tag)" and the like, of a change that is not settled.
[[nodiscard]] std::string doubt_words(const policy::Change& change);

/// "old.json:3 -> new.json:7", or one of them.
[[nodiscard]] std::string places_words(const DiffReport& report, const policy::NsgPair& pair);

/// The name of a pair, both names where they differ.
[[nodiscard]] std::string pair_name(const policy::NsgPair& pair);

/// One sentence: equivalent, or how much changed.
[[nodiscard]] std::string verdict_line(const DiffReport& report);

}  // namespace nsgcheck::io
