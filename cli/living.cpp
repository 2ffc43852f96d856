// SPDX-License-Identifier: Apache-2.0
#include "cli/living.hpp"

#include <fmt/format.h>

#include <iterator>
#include <ostream>
#include <utility>

#include "analyzer/io/baseline_file.hpp"
#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/io/suppression_reader.hpp"
#include "analyzer/io/yaml.hpp"
#include "cli/inputs.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

bool refuse(const io::Diagnostic& fault, Process& process) {
  process.err << "nsgcheck: " << located(fault) << '\n';
  return false;
}

bool load_suppressions(const std::string& path, io::Documents& documents, io::AuditReport& report, Process& process,
                       Living& living) {
  const std::string shown = shown_path(path);
  const auto bytes = read_bytes(path, process.in);
  if (!bytes) return refuse({shown, {}, bytes.error()}, process);
  auto document = io::parse_yaml(shown, *bytes);
  if (!document) return refuse(document.error(), process);
  auto read = io::read_suppressions(*document, static_cast<std::uint32_t>(documents.size()));
  if (!read) return refuse(read.error(), process);
  std::move(read->begin(), read->end(), std::back_inserter(living.suppressions));
  documents.push_back(std::move(*document));
  report.files.push_back(shown);
  return true;
}

bool load_baseline(const std::string& path, Process& process, Living& living) {
  const std::string shown = shown_path(path);
  const auto bytes = read_bytes(path, process.in);
  if (!bytes) return refuse({shown, {}, bytes.error()}, process);
  const auto document = io::parse_json(shown, *bytes, 0);
  if (!document) return refuse(document.error(), process);
  auto read = io::read_baseline(*document);
  if (!read) return refuse(read.error(), process);
  living.baseline = std::move(*read);
  return true;
}

bool settle_time(const std::string& now, Process& process, Living& living) {
  const auto time = now.empty() ? process.time : io::parse_expiration(now);
  if (time) {
    living.time = *time;
    return true;
  }
  process.err
      << (now.empty()
              ? std::string{"nsgcheck: suppressions end on a day, and what day it is is not known: give --now\n"}
              : fmt::format("nsgcheck: --now \"{}\" is no time such as 2027-01-01T00:00:00Z\n", io::printable(now)));
  return false;
}

std::vector<policy::FindingsOf> all_findings(io::AuditReport& report) {
  std::vector<policy::FindingsOf> out;
  for (io::NsgReport& nsg : report.nsgs) out.push_back({&nsg.nsg, &nsg.audit.findings, true});
  if (report.whole) out.push_back({&report.whole->nsg, &report.whole->audit.findings, false});
  return out;
}

}  // namespace

bool load_living(const AuditArguments& arguments, io::Documents& documents, io::AuditReport& report, Process& process,
                 Living& living) {
  for (const std::string& path : arguments.suppressions)
    if (!load_suppressions(path, documents, report, process, living)) return false;
  for (std::size_t i = 0; i < report.nsgs.size(); ++i) {
    auto found = io::suppressions_in(report.nsgs[i].nsg, static_cast<std::uint32_t>(i));
    std::move(found.begin(), found.end(), std::back_inserter(living.suppressions));
  }
  if (!arguments.baseline.empty() && !load_baseline(arguments.baseline, process, living)) return false;
  if (living.suppressions.empty()) {
    std::erase_if(report.policies, policy::is_about_suppressions);
    return true;
  }
  return settle_time(arguments.now, process, living);
}

void apply_living(const Living& living, io::AuditReport& report) {
  if (!living.suppressions.empty()) {
    io::NsgReport& governance = report.governance.emplace();
    governance.nsg.name = "suppressions";
    governance.audit.findings =
        policy::apply_suppressions(living.suppressions, all_findings(report), report.policies, living.time);
  }
  if (!living.baseline) return;
  std::vector<std::vector<policy::Finding>*> lists;
  for (const policy::FindingsOf& one : all_findings(report)) lists.push_back(one.findings);
  if (report.governance) lists.push_back(&report.governance->audit.findings);
  report.gone = policy::apply_baseline(*living.baseline, lists);
}

}  // namespace nsgcheck::cli
