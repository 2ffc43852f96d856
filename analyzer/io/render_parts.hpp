// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// A span as outputs show it.
struct Place {
  std::string file;                  ///< shown name; "" when the span is nowhere
  std::optional<Position> position;  ///< empty when the span is nowhere
  std::string pointer;               ///< RFC 6901
};

/// Where a span stands in the inputs of a report. Cheap parts first: what needs no column should ask line_of().
[[nodiscard]] Place place_of(const AuditReport& report, SourceSpan span);
/// The same without the way to it in the document, which takes a search and is not shown in lines of text.
[[nodiscard]] Place line_place_of(const AuditReport& report, SourceSpan span);
[[nodiscard]] std::optional<std::size_t> line_of(const AuditReport& report, SourceSpan span);
/// The document of a span, null when it is nowhere.
[[nodiscard]] const Document* document_of(const AuditReport& report, SourceSpan span);

/// "file:line:column"; "file" without position.
[[nodiscard]] std::string to_string(const Place& place);

/// "tcp 203.0.113.0:49152 -> 10.0.0.4:3389", "icmp 203.0.113.0 -> 10.0.0.4", "tcp [2001:db8::]:49152 -> ...".
[[nodiscard]] std::string to_string(const policy::Witness& witness);
/// An address, or the name of a tag or ASG.
[[nodiscard]] std::string to_string(const policy::WitnessAddress& address);

/// All findings, NSG by NSG, each with its NSG.
struct FindingOfNsg {
  const NsgReport* nsg{};
  const policy::Finding* finding{};
};
[[nodiscard]] std::vector<FindingOfNsg> all_findings(const AuditReport& report);

/// True for the entry of the deployment as a whole: it has findings, but no rules and no verdicts.
[[nodiscard]] bool is_whole(const AuditReport& report, const NsgReport& entry);
/// "deployment contoso", or "network web-vnet" of the inputs themselves. REQUIRES: report.whole.
[[nodiscard]] std::string whole_heading(const AuditReport& report);
/// "inbound at WebRole1_IN_0: web-nsg (subnet), AllowRdp (110) lets it through".
[[nodiscard]] std::string hop_text(const policy::Finding::Hop& hop);
/// True for that entry and the one of the suppressions: their findings are about no NSG.
[[nodiscard]] bool is_about_no_nsg(const AuditReport& report, const NsgReport& entry);
/// Whether a policy was judged on an entry: each asks about NSGs, the deployment as a whole, or suppressions.
[[nodiscard]] bool is_judged_on(const AuditReport& report, const NsgReport& entry, const policy::Policy& policy);
/// How many of the policies in force were judged on an NSG, on the deployment as a whole, or on the suppressions.
[[nodiscard]] std::size_t policies_judged(const AuditReport& report, const NsgReport& entry);

/// True when nothing is proven, only not excluded: `decided_by` then holds candidates. Also of suppressed findings.
[[nodiscard]] bool is_unsettled(const policy::Finding& finding);

/// One line for each region.
[[nodiscard]] std::vector<std::string> region_lines(const std::vector<policy::NamedRegion>& regions);

/// The best place to point at: a finding's own, else its NSG's.
[[nodiscard]] SourceSpan anchor_of(const NsgReport& nsg, const policy::Finding& finding);

/// What is to be said beside a severity: "unknown", "suppressed", "known" or "unknown, known"; "" for a plain
/// violation.
[[nodiscard]] std::string remark_on(const policy::Finding& finding);
/// "until 2027-03-01, for which ops@contoso answers: the reason"; "suppressed" where nobody is named.
[[nodiscard]] std::string suppressed_text(const policy::Finding& finding);
/// "high NSG-RDP-001 in web-nsg (0123456789abcdef)".
[[nodiscard]] std::string gone_text(const policy::BaselineEntry& entry);
/// True when a baseline has the finding: it is shown and does not fail the run.
[[nodiscard]] bool is_known(const policy::Finding& finding);

/// Three levels, as annotations and SARIF have them.
enum class Level : std::uint8_t { Error, Warning, Note };
[[nodiscard]] Level level_of(policy::Severity severity);

/// "1 rule", "2 rules".
[[nodiscard]] std::string count_of(std::size_t count, std::string_view noun);

/// "no findings", or "1 critical, 2 low (1 unknown, 3 suppressed)".
[[nodiscard]] std::string to_string(const Summary& summary);

/// One sentence for a whole report: NSGs, inputs, findings, and what could not be read or judged.
[[nodiscard]] std::string summary_line(const AuditReport& report);

/// `what` of an input that holds no NSG.
inline constexpr std::string_view kNoNsg = "no network security group in this input";

}  // namespace nsgcheck::io
