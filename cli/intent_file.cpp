// SPDX-License-Identifier: Apache-2.0
#include "cli/intent_file.hpp"

#include <fmt/format.h>

#include <ostream>

#include "analyzer/io/intent_reader.hpp"
#include "analyzer/io/render_expectations.hpp"
#include "cli/inputs.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {

bool read_intent_file(const std::string& path, std::vector<policy::Policy>& policies,
                      std::optional<policy::Intent>& intent, Process& process) {
  if (path.empty()) {
    std::erase_if(policies, policy::is_about_intent);
    return true;
  }
  const std::string shown = shown_path(path);
  const auto bytes = read_bytes(path, process.in);
  if (!bytes) {
    process.err << fmt::format("nsgcheck: {}: {}\n", io::printable(shown), io::printable(bytes.error()));
    return false;
  }
  auto read = io::read_intent(shown, *bytes);
  if (!read) {
    process.err << "nsgcheck: " << located(read.error()) << '\n';
    return false;
  }
  intent = std::move(*read);
  return true;
}

bool list_intent(io::AuditReport& report, Process& process) {
  io::InputReport input;
  input.file = report.intent->file;
  input.format = "intent";
  input.errors = io::unmatched_names(report);
  for (const io::Diagnostic& error : input.errors) process.err << "nsgcheck: " << located(error) << '\n';
  report.inputs.push_back(std::move(input));
  return report.inputs.back().errors.empty();
}

}  // namespace nsgcheck::cli
