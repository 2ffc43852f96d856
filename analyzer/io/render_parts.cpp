// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_parts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analyzer/model/application_group.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::io {

const Document* document_of(const AuditReport& report, SourceSpan span) {
  if (report.documents == nullptr || span.document >= report.documents->size()) return nullptr;
  return &(*report.documents)[span.document];
}

Place line_place_of(const AuditReport& report, SourceSpan span) {
  const Document* document = document_of(report, span);
  if (document == nullptr) return {};
  const bool shown = span.document < report.files.size();
  return {shown ? report.files[span.document] : document->file, position_of(*document, span), {}};
}

Place place_of(const AuditReport& report, SourceSpan span) {
  Place place = line_place_of(report, span);
  if (const Document* document = document_of(report, span)) place.pointer = pointer_of(*document, span);
  return place;
}

std::optional<std::size_t> line_of(const AuditReport& report, SourceSpan span) {
  const Document* document = document_of(report, span);
  if (document == nullptr) return std::nullopt;
  const auto& starts = document->line_starts;
  const auto next = std::upper_bound(starts.begin(), starts.end(), std::min(span.begin, document->text.size()));
  return std::max<std::size_t>(static_cast<std::size_t>(next - starts.begin()), 1);
}

std::string to_string(const Place& place) {
  if (!place.position) return place.file;
  return fmt::format("{}:{}:{}", place.file, place.position->line, place.position->column);
}

std::string to_string(const policy::WitnessAddress& address) {
  if (const auto* name = std::get_if<std::string>(&address)) return *name;
  return net::to_string(std::get<net::IpAddress>(address));
}

std::string to_string(const policy::Witness& witness) {
  const auto end = [](const policy::WitnessAddress& address, const std::optional<net::Port>& port) {
    std::string text = to_string(address);
    if (std::holds_alternative<std::string>(address)) text = "(a member of " + model::short_group(text) + ')';
    if (!port) return text;
    const auto* ip = std::get_if<net::IpAddress>(&address);
    if (ip != nullptr && net::family_of(*ip) == net::Family::V6) text = '[' + text + ']';
    return text + ':' + std::to_string(*port);
  };
  return fmt::format("{} {} -> {}", net::to_string(witness.protocol), end(witness.source, witness.source_port),
                     end(witness.destination, witness.destination_port));
}

std::vector<FindingOfNsg> all_findings(const AuditReport& report) {
  std::vector<FindingOfNsg> out;
  for (const NsgReport& nsg : report.nsgs)
    for (const policy::Finding& finding : nsg.audit.findings) out.push_back({&nsg, &finding});
  if (report.whole)
    for (const policy::Finding& finding : report.whole->audit.findings) out.push_back({&*report.whole, &finding});
  if (report.governance)
    for (const policy::Finding& finding : report.governance->audit.findings)
      out.push_back({&*report.governance, &finding});
  return out;
}

std::string whole_heading(const AuditReport& report) {
  return (report.deployment != nullptr ? "deployment " : "network ") + report.whole->nsg.name;
}

std::string hop_text(const policy::Finding::Hop& hop) {
  std::string out = fmt::format("{} at {}: {}", model::name(hop.direction), hop.at, hop.stage);
  if (!hop.rule.empty()) out += ", " + hop.rule;
  if (hop.priority) out += fmt::format(" ({})", *hop.priority);
  switch (hop.verdict) {
    case engine::Verdict::Allow:
      return out + " lets it through";
    case engine::Verdict::Deny:
      return out + " stops it";
    case engine::Verdict::Partial:
      return out + " lets a part through";
    case engine::Verdict::Unknown:
      break;
  }
  return out + " may let it through";
}

std::size_t policies_judged(const AuditReport& report, const NsgReport& entry) {
  return static_cast<std::size_t>(
      std::count_if(report.policies.begin(), report.policies.end(),
                    [&](const policy::Policy& one) { return is_judged_on(report, entry, one); }));
}

bool is_whole(const AuditReport& report, const NsgReport& entry) { return report.whole && &*report.whole == &entry; }

bool is_about_no_nsg(const AuditReport& report, const NsgReport& entry) {
  return is_whole(report, entry) || (report.governance && &*report.governance == &entry);
}

bool is_judged_on(const AuditReport& report, const NsgReport& entry, const policy::Policy& policy) {
  if (policy::is_about_suppressions(policy)) return is_about_no_nsg(report, entry) && !is_whole(report, entry);
  if (policy::is_about_deployments(policy)) return is_whole(report, entry) && report.deployment != nullptr;
  if (policy::is_about_networks(policy))
    return is_whole(report, entry) && (report.deployment != nullptr || !report.networks.empty());
  if (policy::is_about_intent(policy) && is_whole(report, entry)) return !report.ways.empty();
  return !is_about_no_nsg(report, entry);
}

bool is_known(const policy::Finding& finding) { return finding.baseline == policy::Finding::Baseline::Known; }

std::string remark_on(const policy::Finding& finding) {
  std::string out = finding.status == policy::Status::Violated ? "" : std::string{policy::name(finding.status)};
  if (is_known(finding)) out += out.empty() ? "known" : ", known";
  return out;
}

std::string gone_text(const policy::BaselineEntry& entry) {
  return fmt::format("{} {}{} ({})", policy::name(entry.severity), entry.id,
                     entry.nsg.empty() ? "" : " in " + entry.nsg, entry.fingerprint.substr(0, 16));
}

std::string suppressed_text(const policy::Finding& finding) {
  if (!finding.suppressed) return "suppressed";
  const auto& by = *finding.suppressed;
  return fmt::format("until {}, for which {} answers: {}", by.until, by.owner, by.reason);
}

bool is_unsettled(const policy::Finding& finding) {
  return finding.status == policy::Status::Unknown || (finding.reason && finding.region.empty());
}

std::vector<std::string> region_lines(const std::vector<policy::NamedRegion>& regions) {
  std::vector<std::string> out;
  for (const policy::NamedRegion& region : regions) out.push_back(policy::one_line(region));
  return out;
}

SourceSpan anchor_of(const NsgReport& nsg, const policy::Finding& finding) {
  return finding.span.known() ? finding.span : nsg.nsg.span;
}

Level level_of(policy::Severity severity) {
  switch (severity) {
    case policy::Severity::Critical:
    case policy::Severity::High:
      return Level::Error;
    case policy::Severity::Medium:
      return Level::Warning;
    case policy::Severity::Low:
    case policy::Severity::Info:
      break;
  }
  return Level::Note;
}

Summary summarise(const AuditReport& report) {
  Summary sum;
  for (const auto& [nsg, finding] : all_findings(report)) {
    if (finding->status == policy::Status::Suppressed) {
      ++sum.suppressed;
      continue;
    }
    if (finding->status == policy::Status::Unknown) ++sum.unknown;
    if (is_known(*finding)) ++sum.known;
    const std::array counters{&sum.critical, &sum.high, &sum.medium, &sum.low, &sum.info};
    ++*counters[static_cast<std::size_t>(finding->severity)];
  }
  return sum;
}

std::string count_of(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string to_string(const Summary& summary) {
  using Counter = std::pair<std::size_t, std::string_view>;
  const auto list = [](std::initializer_list<Counter> counters) {
    std::string out;
    for (const auto& [count, word] : counters)
      if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, word);
    return out;
  };
  std::string out = list({{summary.critical, "critical"},
                          {summary.high, "high"},
                          {summary.medium, "medium"},
                          {summary.low, "low"},
                          {summary.info, "info"}});
  if (out.empty()) out = "no findings";
  const std::string beside =
      list({{summary.unknown, "unknown"}, {summary.suppressed, "suppressed"}, {summary.known, "known"}});
  return beside.empty() ? out : out + " (" + beside + ')';
}

std::string summary_line(const AuditReport& report) {
  std::size_t rules = 0;
  std::size_t undecided = 0;
  std::size_t faulty = 0;
  std::size_t rule_sets = 0;
  for (const NsgReport& nsg : report.nsgs) {
    for (const model::SecurityRule& rule : nsg.nsg.rules) rules += rule.origin == model::Origin::User ? 1 : 0;
    undecided += nsg.audit.undecided.size();
  }
  for (const InputReport& input : report.inputs) {
    faulty += input.errors.empty() ? 0 : 1;
    // A deployment, an intent or an .rdp file is no place where NSGs are looked for.
    rule_sets += input.nsgs > 0 || input.has_no_nsg || input.format.empty() ? 1 : 0;
  }
  std::string out = fmt::format("{} with {} in {}: {}", count_of(report.nsgs.size(), "NSG"), count_of(rules, "rule"),
                                count_of(rule_sets, "input"),
                                report.nsgs.empty() ? "nothing to judge" : to_string(summarise(report)));
  if (report.gone) {
    const Summary sum = summarise(report);
    const std::size_t counted = sum.critical + sum.high + sum.medium + sum.low + sum.info;
    out += fmt::format("; since the baseline {} new, {} gone", counted - sum.known, report.gone->size());
  }
  if (undecided > 0) out += "; " + count_of(undecided, "rule") + " not judged in full";
  if (faulty > 0) out += "; " + count_of(faulty, "input") + " could not be read in full";
  return out;
}

}  // namespace nsgcheck::io
