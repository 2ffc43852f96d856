// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>
#include <utility>

#include "analyzer/io/cloud_passwords.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/policy/deployment_audit.hpp"
#include "cli/deployment_files.hpp"
#include "cli/parameters.hpp"
#include "cli/policy_files.hpp"
#include "cli/service_files.hpp"

namespace nsgcheck::cli {
namespace {

// Rule sets by themselves.
void load_rule_sets(InputArguments inputs, unsigned jobs, bool quiet, Process& process, Subject& subject,
                    io::AuditReport& report) {
  LoadedInputs& loaded = subject.loaded;
  inputs.jobs = jobs;
  loaded = load_inputs(inputs, process, quiet);
  say_errors(loaded, process);
  note_in_templates(loaded);
  report.documents = &loaded.documents;
  report.files = loaded.files;
  report.inputs = std::move(loaded.reports);
  for (model::Nsg& nsg : loaded.nsgs) report.nsgs.push_back({std::move(nsg), {}, {}});
  subject.contexts = {std::move(loaded.context)};
  // Without a deployment there is nothing that they could hold for.
  std::erase_if(report.policies, policy::is_about_deployments);
}

bool say_no_service(Process& process) {
  process.err
      << "nsgcheck: --certificate is about the passwords of a Cloud Service, and none of the inputs is of one\n";
  return false;
}

// False when the certificate cannot be read, said already.
bool judge_passwords(const std::string& path, model::Deployment& deployment, std::optional<std::int64_t> now,
                     Process& process) {
  std::optional<std::string> certificate;
  if (!path.empty()) {
    if (!deployment.service) return say_no_service(process);
    auto bytes = read_bytes(path, process.in);
    if (!bytes) {
      process.err << fmt::format("nsgcheck: {}: {}\n", io::printable(shown_path(path)), bytes.error());
      return false;
    }
    certificate = *std::move(bytes);
  }
  const auto judged = io::check_passwords(deployment, certificate, now);
  if (!judged)
    process.err << fmt::format("nsgcheck: {}: {}\n", io::printable(shown_path(path)), io::printable(judged.error()));
  return judged.has_value();
}

/// What became of files that tell of a deployment.
enum class Deployed : std::uint8_t {
  Yes,
  No,       ///< they come to none
  Refused,  ///< an option cannot be as it is
};

// Rule sets with the deployment that they stand before. What is wrong is said.
Deployed load_deployed(const AuditArguments& arguments, Process& process, Subject& subject, io::AuditReport& report) {
  DeploymentArguments wanted;
  wanted.files = arguments.deployment;
  (arguments.deployment.empty() ? wanted.files : wanted.rule_sets) = arguments.inputs.files;
  wanted.parameters = arguments.inputs.parameters;
  wanted.set = arguments.inputs.set;
  wanted.service_tags = arguments.inputs.service_tags;
  wanted.read_elsewhere = arguments.inputs.read_elsewhere;
  wanted.forwarder_port = arguments.forwarder_port;
  DeploymentInputs& inputs = subject.deployment.emplace();
  if (!load_deployment(wanted, process, inputs)) return Deployed::No;
  std::optional<std::int64_t> time;
  if (!read_now(arguments.now, inputs.deployment, time, process)) return Deployed::Refused;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  if (time) subject.now = *time / kNanoseconds;
  if (!judge_passwords(arguments.certificate, inputs.deployment, subject.now, process)) return Deployed::Refused;
  const model::Deployment& deployment = inputs.deployment;
  report.documents = &inputs.documents;
  report.files = inputs.places.files;
  report.inputs = std::move(inputs.places.inputs);
  report.deployment = &deployment;
  for (std::size_t i = 0; i < deployment.nsgs.size(); ++i) {
    report.nsgs.push_back({deployment.nsgs[i], {}, policy::attachments(deployment, i)});
    subject.contexts.push_back(policy::context_of(deployment, i));
  }
  // Each NSG itself is judged as if it were there, what arrives is not.
  model::doubt_conditional_nsgs(inputs.deployment);
  if (subject.contexts.empty()) subject.contexts.push_back(deployment.network);
  return Deployed::Yes;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

io::InputReport& report_of(io::AuditReport& report, const std::string& file) {
  const auto found = std::find_if(report.inputs.begin(), report.inputs.end(),
                                  [&](const io::InputReport& one) { return one.file == file; });
  if (found != report.inputs.end()) return *found;
  io::InputReport& made = report.inputs.emplace_back();
  made.file = file;
  return made;
}

// That there is no deployment is an error of the files that should have told it.
void add_errors(const DeploymentInputs& inputs, io::AuditReport& report) {
  for (const auto* errors : {&inputs.faults, &inputs.refusals})
    for (const io::Diagnostic& error : *errors) {
      const bool placed = !error.file.empty() || inputs.told_by.empty();
      io::InputReport& own = report_of(report, placed ? error.file : shown_path(inputs.told_by.front()));
      own.errors.push_back({own.file, error.position.line == 0 ? io::Position{1, 1} : error.position, error.message});
    }
  for (const std::string& path : inputs.told_by)
    if (io::InputReport& own = report_of(report, shown_path(path)); own.errors.empty() && own.skipped.empty())
      own.skipped.push_back({{}, "not judged with the rule sets, as the deployment cannot be told"});
}

// The rule sets of a deployment that its files do not come to, which were read and said to be faulty before.
void load_remaining(const AuditArguments& arguments, const DeploymentInputs& inputs, Process& process, Subject& subject,
                    io::AuditReport& report) {
  std::ostringstream again;
  Process quiet{process.in, process.out, again, process.color, false, process.width};
  load_rule_sets(inputs.rule_sets, arguments.jobs, true, quiet, subject, report);
  subject.loaded.incomplete = true;
  add_errors(inputs, report);
}

// First what of a deployment there is, and where it is none, its rule sets by themselves. `found`: files of a Cloud
// Service that only a directory brought. Nobody asked for more than rule sets then, so that what can be read of them
// and is no deployment is left aside.
bool load_told(const AuditArguments& arguments, ServiceFiles& found, bool told, Process& process, Subject& subject,
               io::AuditReport& report) {
  AuditArguments with = arguments;
  if (!told) append(with.inputs.files, found.cloud);
  std::ostringstream said;
  Process quiet{process.in, process.out, said, process.color, false, process.width};
  const Deployed deployed = load_deployed(with, quiet, subject, report);
  if (deployed != Deployed::No) {
    process.err << said.str();
    return deployed == Deployed::Yes;
  }
  const DeploymentInputs inputs = *std::exchange(subject.deployment, std::nullopt);
  subject = {};
  if (told || !inputs.faults.empty()) {
    process.err << said.str();
    load_remaining(arguments, inputs, process, subject, report);
    return !told || !report.nsgs.empty();
  }
  std::string why = said.str().substr(0, said.str().find('\n'));
  if (const std::string program = "nsgcheck: "; why.starts_with(program)) why.erase(0, program.size());
  for (io::InputReport& one : left_aside(found.cloud, "of a Cloud Service, and not judged with the rule sets: " + why))
    found.aside.push_back(std::move(one));
  if (!arguments.certificate.empty() && !say_no_service(process)) return false;
  load_rule_sets(arguments.inputs, arguments.jobs, arguments.common.quiet, process, subject, report);
  return true;
}

}  // namespace

bool load_subject(Given& given, Process& process, Subject& subject, io::AuditReport& report) {
  AuditArguments& arguments = given.arguments;
  const bool told = !arguments.deployment.empty() || tell_of_deployment(arguments.inputs.files, process);
  ServiceFiles found = find_service_files(arguments.inputs.files, process);
  arguments.inputs.read_elsewhere = found.all;
  if (told)
    for (io::InputReport& one : left_aside(found.cloud, "other inputs describe the deployment"))
      found.aside.push_back(std::move(one));
  if (told || !found.cloud.empty()) {
    if (!load_told(arguments, found, told, process, subject, report)) return false;
  } else {
    if (!arguments.certificate.empty() && !say_no_service(process)) return false;
    load_rule_sets(arguments.inputs, arguments.jobs, arguments.common.quiet, process, subject, report);
  }
  if (report.deployment != nullptr) {
    append(given.rdp_files, found.rdp);
  } else {
    for (io::InputReport& one : left_aside(found.rdp, "no input describes the deployment that it leads to"))
      found.aside.push_back(std::move(one));
  }
  for (io::InputReport& one : found.aside) report.inputs.push_back(std::move(one));
  return true;
}

}  // namespace nsgcheck::cli
