// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/impact.hpp"

namespace nsgcheck::io {

/// Why a file of traffic, or a part of it, could not be read.
struct TrafficFault {
  std::optional<Position> position;  ///< of a text; empty: in the message, or the whole file
  std::string message;
};

/// A file of traffic, and what became of it.
struct TrafficReport {
  std::string file;         ///< as shown
  std::string format;       ///< "capture", "flow-log"; "" for neither
  std::uint64_t records{};  ///< packets, or entries logged
  std::uint64_t flows{};    ///< asked of an NSG; one of several NSGs counts for each
  policy::TimeSpan window;
  std::vector<TrafficFault> errors;  ///< the first 100
  bool skipped{};                    ///< in a directory, and neither a capture nor a flow log
};

/// Everything that a change does to the traffic that was seen. Rules and NSGs of a side point into its documents.
struct ImpactReport {
  AuditReport before, after;  ///< documents, files and inputs only
  std::vector<policy::NsgPair> pairs;
  policy::ImpactResult result;
  std::vector<TrafficReport> traffic;
  std::vector<policy::Assumption> assumptions;
  std::vector<std::string> notes;  ///< what was left out, and what contradicts
  bool incomplete{};               ///< part of an input could not be read or asked
};

/// Some conversation would break or open, or that cannot be told.
[[nodiscard]] bool has_impact(const ImpactReport& report);

/// A line for each conversation below the rules that decide it, worst first; then rules that no traffic used.
[[nodiscard]] std::string render_impact_text(const ImpactReport& report, const TextStyle& style);
/// "nsgcheck.impact/1".
[[nodiscard]] std::string render_impact_json(const ImpactReport& report);
/// A line for each conversation and each unused rule, with `kind`; the last line is the summary.
[[nodiscard]] std::string render_impact_jsonl(const ImpactReport& report);
/// For a pull request comment.
[[nodiscard]] std::string render_impact_markdown(const ImpactReport& report);
/// RFC 4180, a conversation a row, header first.
[[nodiscard]] std::string render_impact_csv(const ImpactReport& report);

// What the renderers share.

/// "tcp 10.0.1.5 -> 10.0.0.4:3389".
[[nodiscard]] std::string conversation_words(const policy::Conversation& conversation);
/// "AllowRdp (old.json:14)", "no NSG", "not settled (unknown-tag)".
[[nodiscard]] std::string side_words(const AuditReport& side, const model::Nsg* nsg, const policy::ImpactSide& says);
/// "12 times from 12 ports, 2026-03-02T09:00:05Z to 09:06:31Z".
[[nodiscard]] std::string times_words(const policy::Conversation& conversation);
/// "2026-03-02T09:00:05Z to 09:06:31Z"; "at no known time".
[[nodiscard]] std::string span_words(const policy::TimeSpan& span);
/// One sentence: how many conversations fare differently.
[[nodiscard]] std::string verdict_line(const ImpactReport& report);
/// Rules of the old side that no traffic used.
[[nodiscard]] std::vector<policy::RuleUse> unused_rules(const ImpactReport& report);
/// Sentences for what cannot be said of rules: directions of which no traffic was seen.
[[nodiscard]] std::vector<std::string> unseen_words(const ImpactReport& report);

}  // namespace nsgcheck::io
