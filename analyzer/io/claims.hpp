// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/io/sarif_reader.hpp"

namespace nsgcheck::io {

/// What becomes of a finding of another tool.
enum class ClaimStatus : std::uint8_t {
  Confirmed,      ///< we find it, too, with a witness
  Refuted,        ///< the policy holds there, proven
  Unknown,        ///< the input does not settle it
  NotComparable,  ///< no policy of that id, or no NSG at that place
};
[[nodiscard]] std::string_view name(ClaimStatus status);

struct ClaimRow {
  std::size_t run{};
  const SarifResult* result{};
  ClaimStatus status{};
  std::size_t nsg{};                           ///< index into AuditReport::nsgs; not of NotComparable
  const policy::Policy* policy{};              ///< likewise, else null
  std::optional<policy::ModelRule> rule{};     ///< at which the tool points, when it is one rule
  const policy::Finding* finding{};            ///< of Confirmed and Unknown
  std::vector<policy::ModelRule> denied_by{};  ///< of Refuted: rules that deny what the policy forbids
  std::string why{};                           ///< of NotComparable
};

/// A violation that a tool has a check for and did not report.
struct MissedRow {
  std::size_t run{};
  std::size_t nsg{};
  const policy::Finding* finding{};
  std::string alias;  ///< the tool's id
};

struct ClaimsReport {
  AuditReport audit;  ///< of the rule sets
  std::string file;   ///< the SARIF file, as shown
  SarifLog log;
  std::vector<ClaimRow> rows;  ///< a row a result, in the order of the file
  std::vector<MissedRow> missed;
  std::vector<std::string> notes;
  bool incomplete{};
};

/// Fills rows, missed and notes from the audit and the log.
void compare_claims(ClaimsReport& report, const model::NetworkContext& context, net::Port forwarder_port);

/// Something is confirmed, missed or unknown.
[[nodiscard]] bool has_claims(const ClaimsReport& report);

[[nodiscard]] std::string render_claims_text(const ClaimsReport& report, const TextStyle& style);
/// "nsgcheck.import-sarif/1".
[[nodiscard]] std::string render_claims_json(const ClaimsReport& report);
[[nodiscard]] std::string render_claims_markdown(const ClaimsReport& report);

}  // namespace nsgcheck::io
