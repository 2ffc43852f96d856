// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_quote.hpp"
#include "simulator/io/rdp_report.hpp"
#include "simulator/io/render_hops.hpp"

namespace nsgcheck::io {
namespace {

Tone severity_tone(policy::Severity severity) {
  switch (severity) {
    case policy::Severity::Critical:
      return Tone::Worst;
    case policy::Severity::High:
      return Tone::Bad;
    case policy::Severity::Medium:
    case policy::Severity::Low:
      return Tone::Warning;
    case policy::Severity::Info:
      break;
  }
  return Tone::Faint;
}

std::string upper(std::string_view word) {
  std::string out{word};
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string connection_text(const RdpConnection& connection) {
  if (connection.host.empty()) return "";
  std::string out = to_string(HopEnd{connection.host, connection.port});
  if (!connection.user_name.empty()) out += " as " + connection.user_name;
  return printable(out);
}

std::string finding_text(const RdpFile& file, const RdpFinding& finding, const Paint& paint, std::size_t width) {
  const std::string severity = padded(upper(policy::name(finding.severity)), 9);
  const Position at = position_of(file.document, {0, finding.begin, finding.end});
  std::string out = "\n  " + paint(severity_tone(finding.severity), fmt::format("{} {}", severity, finding.code)) +
                    (finding.policy.empty() ? "" : "  " + printable(finding.policy)) +
                    fmt::format("\n  {}:{}:{}\n", printable(file.document.file), at.line, at.column);
  if (finding.end > finding.begin || finding.begin > 0) {
    const Quote quoted = quote(file.document, {0, finding.begin, finding.end}, width);
    out += quoted.line + paint(severity_tone(finding.severity), quoted.underline);
  }
  out += wrapped(printable(finding.message), "  what  ", width);
  if (!finding.fix.empty()) out += wrapped(printable(finding.fix), "  fix   ", width);
  return out;
}

std::string file_text(const AuditReport& places, const RdpFileReport& report, const Paint& paint, std::size_t width) {
  const RdpAnswer& answer = report.answer;
  std::string out = paint(Tone::Head, printable(report.file.document.file)) + "  " +
                    paint(tone_of(answer.verdict), fmt::format("{}, {}", answer.verdict, answer.reason)) + '\n';
  if (const std::string to = connection_text(answer.connection); !to.empty())
    out += wrapped(to, "  connects to  ", width);
  if (answer.wanted) out += wrapped(printable(*answer.wanted), "  names        ", width);
  if (!answer.clients.empty()) out += wrapped(shortened(answer.clients, 8), "  clients      ", width);
  if (answer.verdict != "reached") out += wrapped(printable(answer.message), "  result       ", width);
  for (const Diagnostic& error : report.file.errors)
    out += paint(Tone::Bad, wrapped(printable(error.message),
                                    fmt::format("  {}:{}  ", error.position.line, error.position.column), width));
  for (const RdpFinding& finding : answer.findings) out += finding_text(report.file, finding, paint, width);
  if (answer.verdict == "reached" || answer.hops.empty()) return out;
  out += "\n  the way of a client\n" + hop_ladder(answer.hops, paint, width);
  return out + blamed_rule(places, answer.hops, paint, width);
}

std::string summary_text(const RdpSummary& summary) {
  std::string out = count_of(summary.files, "file");
  const std::vector<std::pair<std::size_t, std::string_view>> counts{
      {summary.reached, "reached"}, {summary.blocked, "blocked"}, {summary.unroutable, "unroutable"},
      {summary.unknown, "unknown"}, {summary.not_rdp, "not RDP"}, {summary.unreadable, "unreadable"}};
  for (const auto& [count, what] : counts)
    if (count > 0) out += fmt::format(", {} {}", count, what);
  return out + "; " + count_of(summary.findings, "finding") + '\n';
}

}  // namespace

std::string render_rdp_text(const RdpReport& report, const TextStyle& style) {
  const Paint paint{style.color};
  std::string out = "from " + printable(report.from) + '\n';
  for (const RdpFileReport& file : report.files) out += '\n' + file_text(*report.places, file, paint, style.width);
  out += '\n';
  for (const policy::Assumption& assumption : report.assumptions)
    out += wrapped(printable(assumption.text), "assumed  ", style.width);
  if (!report.assumptions.empty()) out += '\n';
  return out + summary_text(summarise(report));
}

std::string render_rdp_written_text(const std::vector<WrittenRdpFile>& written, const std::vector<RdpLeftOut>& left_out,
                                    const TextStyle& style) {
  const Paint paint{style.color};
  std::string out;
  for (const WrittenRdpFile& file : written) {
    out += fmt::format("{}  {}  {}\n", file.replaced ? "replaced" : "written ", printable(file.path),
                       printable(file.role + '#' + file.instance));
    if (!file.note.empty()) out += paint(Tone::Warning, wrapped(printable(file.note), "          ", style.width));
  }
  for (const RdpLeftOut& one : left_out)
    out += paint(Tone::Warning, wrapped(fmt::format("{}, {}: {}", printable(one.role + '#' + one.instance), one.reason,
                                                    printable(one.message)),
                                        "left out  ", style.width));
  return out + fmt::format("{} written, {} left out\n", count_of(written.size(), "file"), left_out.size());
}

}  // namespace nsgcheck::io
