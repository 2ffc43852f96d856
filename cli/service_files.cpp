// SPDX-License-Identifier: Apache-2.0
#include "cli/service_files.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "analyzer/io/cloud_files.hpp"
#include "analyzer/io/xml.hpp"
#include "cli/directory_walk.hpp"
#include "cli/inputs.hpp"
#include "cli/rdp_files.hpp"

namespace nsgcheck::cli {
namespace {

using io::CloudForm;

// .csdef and .cscfg are what their names say even when they cannot be read: then their reader says why.
CloudForm form_of(const std::string& path, Process& process) {
  if (ends_in(path, ".csdef")) return CloudForm::Definition;
  if (ends_in(path, ".cscfg")) return CloudForm::Configuration;
  if (!ends_in(path, ".xml")) return CloudForm::None;
  const auto bytes = read_bytes(path, process.in);
  if (!bytes) return CloudForm::None;
  const auto document = io::parse_xml(path, *bytes, 0);
  return document ? io::cloud_form(document->root) : CloudForm::None;
}

void drop_local(std::vector<std::string>& configurations, ServiceFiles& out) {
  const auto is_local = [](const std::string& path) { return ends_in(path, ".local.cscfg"); };
  if (std::all_of(configurations.begin(), configurations.end(), is_local)) return;
  std::vector<std::string> local;
  std::copy_if(configurations.begin(), configurations.end(), std::back_inserter(local), is_local);
  std::erase_if(configurations, is_local);
  for (io::InputReport& report : left_aside(local, "the configuration of the emulator; another one is there"))
    out.aside.push_back(std::move(report));
}

}  // namespace

std::vector<io::InputReport> left_aside(const std::vector<std::string>& files, const std::string& why) {
  std::vector<io::InputReport> out;
  for (const std::string& file : files) {
    io::InputReport report;
    report.file = shown_path(file);
    report.skipped.push_back({{}, why});
    out.push_back(std::move(report));
  }
  return out;
}

ServiceFiles find_service_files(const std::vector<std::string>& inputs, Process& process) {
  ServiceFiles out;
  std::map<CloudForm, std::vector<std::string>> forms;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (input == "-" || !std::filesystem::is_directory(input, error)) continue;
    for (const std::string& file : walk_directory(input).files) {
      const CloudForm form = form_of(file, process);
      if (is_rdp_name(file))
        out.rdp.push_back(file);
      else if (form != CloudForm::None)
        forms[form].push_back(file);
      else
        continue;
      out.all.push_back(file);
    }
  }
  if (forms.contains(CloudForm::Configuration)) drop_local(forms[CloudForm::Configuration], out);
  bool several = false;
  for (const auto& [form, files] : forms) {
    several = several || files.size() > 1;
    out.cloud.insert(out.cloud.end(), files.begin(), files.end());
  }
  if (!several) return out;
  for (io::InputReport& report :
       left_aside(out.cloud, "of a Cloud Service, but there are several of its kind; name those that belong together"))
    out.aside.push_back(std::move(report));
  out.cloud.clear();
  return out;
}

}  // namespace nsgcheck::cli
