// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "simulator/io/rdp_report.hpp"
#include "simulator/io/render_replay_json.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kSchema = "nsgcheck.rdp/1";

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json cookie_json(const wire::ConnectionRequest& request) {
  Json faults = Json::array();
  for (const wire::RequestFault fault : request.faults) faults.push_back(wire::code(fault));
  const auto& names = request.names;
  return {{"outcome", wire::word(request.outcome)},
          {"text", text_or_null(request.text)},
          {"role", names ? Json(names->role) : Json(nullptr)},
          {"instance", names ? Json(names->instance) : Json(nullptr)},
          {"endpoint", names ? or_null(names->endpoint) : Json(nullptr)},
          {"faults", std::move(faults)}};
}

Json finding_json(const RdpFile& file, const RdpFinding& finding) {
  const Position at = position_of(file.document, {0, finding.begin, finding.end});
  return {{"code", finding.code},
          {"policy", text_or_null(finding.policy)},
          {"severity", policy::name(finding.severity)},
          {"message", finding.message},
          {"fix", text_or_null(finding.fix)},
          {"line", at.line},
          {"column", at.column},
          {"endLine", at.end_line},
          {"endColumn", at.end_column}};
}

Json file_json(const AuditReport& places, const RdpFileReport& report) {
  const RdpAnswer& answer = report.answer;
  Json findings = Json::array();
  for (const RdpFinding& finding : answer.findings) findings.push_back(finding_json(report.file, finding));
  Json errors = Json::array();
  for (const Diagnostic& error : report.file.errors)
    errors.push_back({{"line", error.position.line}, {"column", error.position.column}, {"message", error.message}});
  const RdpConnection& connection = answer.connection;
  const bool readable = report.file.readable;
  return {{"file", report.file.document.file},
          {"encoding", readable ? Json(word(report.file.encoding)) : Json(nullptr)},
          {"server", text_or_null(connection.host)},
          {"port", connection.host.empty() ? Json(nullptr) : Json(connection.port)},
          {"userName", text_or_null(connection.user_name)},
          {"cookie", readable ? cookie_json(answer.request) : Json(nullptr)},
          {"wanted", or_null(answer.wanted)},
          {"reached", or_null(answer.reached)},
          {"verdict", answer.verdict},
          {"reason", answer.reason},
          {"message", answer.message},
          {"clients", answer.clients},
          {"forwarders", answer.forwarders},
          {"hops", hops_json(places, answer.hops)},
          {"findings", std::move(findings)},
          {"errors", std::move(errors)},
          {"assumptions", connection.assumptions}};
}

Json summary_json(const RdpSummary& summary) {
  return {{"files", summary.files},           {"reached", summary.reached},  {"blocked", summary.blocked},
          {"unroutable", summary.unroutable}, {"unknown", summary.unknown},  {"notRdp", summary.not_rdp},
          {"unreadable", summary.unreadable}, {"findings", summary.findings}};
}

}  // namespace

RdpSummary summarise(const RdpReport& report) {
  RdpSummary out;
  for (const auto& [file, answer] : report.files) {
    ++out.files;
    out.findings += answer.findings.size();
    std::size_t& count = !file.readable                   ? out.unreadable
                         : answer.verdict == "reached"    ? out.reached
                         : answer.verdict == "blocked"    ? out.blocked
                         : answer.verdict == "unroutable" ? out.unroutable
                         : answer.verdict == "not-rdp"    ? out.not_rdp
                                                          : out.unknown;
    ++count;
  }
  return out;
}

std::string render_rdp_json(const RdpReport& report) {
  Json files = Json::array();
  for (const RdpFileReport& file : report.files) files.push_back(file_json(*report.places, file));
  return dump({{"schema", kSchema},
               {"deployment", text_or_null(report.deployment)},
               {"from", report.from},
               {"files", std::move(files)},
               {"assumptions", assumptions_json(report.assumptions)},
               {"summary", summary_json(summarise(report))}},
              2);
}

std::string render_rdp_written_json(const std::string& deployment, const std::vector<WrittenRdpFile>& written,
                                    const std::vector<RdpLeftOut>& left_out) {
  Json files = Json::array();
  for (const WrittenRdpFile& file : written)
    files.push_back({{"file", file.path},
                     {"role", file.role},
                     {"instance", file.instance},
                     {"replaced", file.replaced},
                     {"note", text_or_null(file.note)}});
  Json others = Json::array();
  for (const RdpLeftOut& one : left_out)
    others.push_back(
        {{"role", one.role}, {"instance", one.instance}, {"reason", one.reason}, {"message", one.message}});
  return dump({{"schema", kSchema},
               {"deployment", text_or_null(deployment)},
               {"written", std::move(files)},
               {"leftOut", std::move(others)}},
              2);
}

}  // namespace nsgcheck::io
