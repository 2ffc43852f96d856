// SPDX-License-Identifier: Apache-2.0
#include "cli/parameters.hpp"

#include <ostream>
#include <utility>

#include "cli/policy_files.hpp"

namespace nsgcheck::cli {

void check_parameters(LoadedInputs& loaded, std::initializer_list<const LoadedInputs*> sides, Process& process) {
  if (loaded.options.set.empty() && loaded.options.parameters.empty()) return;
  std::vector<std::string> declared;
  bool any = false;
  for (const LoadedInputs* side : sides) {
    any = any || side->parameters;
    if (side->parameters) declared.insert(declared.end(), side->parameters->begin(), side->parameters->end());
  }
  if (!any) {
    process.err << "nsgcheck: note: --parameters and --set change nothing: no input is an ARM template\n";
    return;
  }
  for (io::Diagnostic& error : io::undeclared_parameters(loaded.options, declared)) {
    loaded.errors.push_back(std::move(error));
    loaded.incomplete = true;
  }
}

void note_in_templates(LoadedInputs& loaded) {
  for (io::InputReport& report : loaded.reports)
    if (report.format == "arm-template" && report.nsgs > 0)
      for (const io::Diagnostic& error : loaded.errors) report.errors.push_back({report.file, {1, 1}, located(error)});
}

}  // namespace nsgcheck::cli
