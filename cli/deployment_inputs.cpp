// SPDX-License-Identifier: Apache-2.0
#include "cli/deployment_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>
#include <ostream>
#include <span>
#include <utility>

#include "analyzer/io/cloud_deployment.hpp"
#include "analyzer/io/cloud_resource.hpp"
#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/io/deployment_reader.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/net/prefix.hpp"
#include "cli/deployment_files.hpp"
#include "cli/inputs.hpp"
#include "cli/parameters.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

// A path inside the deployment file is relative to it.
std::string beside(const std::string& deployment, const std::string& path) {
  const std::filesystem::path named{path};
  if (path.empty() || named.is_absolute() || deployment == "-") return path;
  return (std::filesystem::path{deployment}.parent_path() / named).lexically_normal().string();
}

bool say(Process& process, const std::vector<io::Diagnostic>& errors) {
  for (const io::Diagnostic& error : errors) process.err << "nsgcheck: " << located(error) << '\n';
  return !errors.empty();
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || std::filesystem::equivalent(a, b, error);
}

/// The files of a deployment on their way to its model.
class DeploymentLoader {
 public:
  DeploymentLoader(const DeploymentArguments& arguments, Process& process, DeploymentInputs& inputs)
      : arguments_{arguments}, process_{process}, inputs_{inputs} {}

  bool load() {
    parts_ = sort_deployment_files(arguments_.files, process_);
    if (say(process_, parts_.misuse)) return false;
    if (parts_.deployment) inputs_.told_by.push_back(parts_.deployment->path);
    for (const DeploymentPart& part : parts_.cloud) inputs_.told_by.push_back(part.path);
    load_rule_sets();
    // Read again behind the rule sets, so that places in it and in them are told apart.
    io::DeploymentFile file;
    const bool read = !is_faulty(parts_.errors) && read_deployment_file(file) && read_service();
    if (!read || is_faulty(file.errors)) return false;
    const model::CloudService& service = files_.service;
    const bool tells_roles = !service.roles.empty() || service.roles_doubt || service.definition_doubt;
    if (file.deployment.roles.empty() && !tells_roles && !parts_.deployment)
      return !refuse(
          {{"", {}, "none of the files of --deployment has a list of roles, and none is of a Cloud Service"}});
    std::vector<const model::Nsg*> nsgs;
    for (const model::Nsg& nsg : loaded_.nsgs) nsgs.push_back(&nsg);
    apply_networks(model::deployments_of(loaded_.topology, nsgs), files_.service, file);
    for (const std::string& missing : file.missing_parts)
      process_.err << fmt::format("nsgcheck: note: {}\n", io::printable(missing));
    if (tells_roles) apply_service(files_.service, inputs_.documents, file);
    note_open_roles(file.deployment);
    apply_idle_timeout(loaded_.topology, files_.service, file);
    list_faults(std::exchange(file.errors, {}));
    attach_nsgs(file, std::move(loaded_.nsgs), *document_, own_);
    std::vector<io::Diagnostic> refusals = std::exchange(file.errors, {});
    assume_addresses(file);
    list_faults(std::exchange(file.errors, std::move(refusals)));
    // The NSG before a subnet is known where the deployment file names it, else any rule set that is missing may be it.
    if (refuse(file.errors) || (unread_rule_set_ && file.attachments.empty())) return false;
    take(std::move(file));
    return true;
  }

 private:
  void note_open_roles(const model::Deployment& deployment) {
    if (!deployment.roles_doubt || deployment.roles_doubt->reason != model::Reason::UnresolvedExpression) return;
    const model::Doubt& doubt = *deployment.roles_doubt;
    const io::Document& document = inputs_.documents[doubt.span.document];
    process_.err << fmt::format("nsgcheck: note: {}\n",
                                located({document.file, io::position_of(document, doubt.span), doubt.why}));
  }

  // Values that cannot be read: what depends on them is unknown, the rest is answered.
  void list_faults(const std::vector<io::Diagnostic>& errors) {
    if (!is_faulty(errors)) return;
    inputs_.incomplete = true;
    for (const io::Diagnostic& error : errors)
      for (io::InputReport& report : inputs_.places.inputs)
        if (report.file == error.file) report.errors.push_back(error);
  }

  bool is_faulty(const std::vector<io::Diagnostic>& errors) {
    inputs_.faults.insert(inputs_.faults.end(), errors.begin(), errors.end());
    return say(process_, errors);
  }

  bool refuse(const std::vector<io::Diagnostic>& errors) {
    inputs_.refusals.insert(inputs_.refusals.end(), errors.begin(), errors.end());
    return say(process_, errors);
  }

  // What the deployment file names, and what stands beside it on the command line.
  void load_rule_sets() {
    InputArguments& rules = inputs_.rule_sets;
    std::string tags = arguments_.service_tags;
    if (parts_.deployment) {
      const auto document = parse_part(*parts_.deployment, 0);
      const io::DeploymentFile file = io::read_deployment(*document, !parts_.cloud.empty() || !parts_.rules.empty());
      for (const std::string& path : file.nsg_files) rules.files.push_back(beside(parts_.deployment->path, path));
      if (tags.empty()) tags = beside(parts_.deployment->path, file.service_tags);
    }
    rules.parameters = arguments_.parameters;
    rules.set = arguments_.set;
    rules.others_check_parameters = arguments_.others_check_parameters;
    rules.service_tags = tags;
    rules.read_elsewhere = arguments_.read_elsewhere;
    const std::size_t named = rules.files.size();
    for (const auto* besides : {&arguments_.rule_sets, &std::as_const(parts_.rules)})
      for (const std::string& path : *besides)
        if (std::none_of(rules.files.begin(), rules.files.end(),
                         [&](const std::string& known) { return is_same_file(known, path); }))
          rules.files.push_back(path);
    loaded_ = load_inputs(rules, process_, true);
    // Where the deployment file names rule sets, those given besides do not count as attached.
    const auto counts = std::span{loaded_.nsg_counts}.first(named);
    if (named > 0) own_ = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    inputs_.incomplete = say(process_, loaded_.errors);
    for (const io::InputReport& report : loaded_.reports) {
      if (!say(process_, report.errors)) continue;
      inputs_.incomplete = true;
      unread_rule_set_ = unread_rule_set_ || report.format.empty() || report.has_no_nsg;
    }
    note_in_templates(loaded_);
    for (const auto& [document, resource] : loaded_.cloud_services)
      io::read_cloud_resource(loaded_.documents[document], resource, files_);
    inputs_.documents = std::move(loaded_.documents);
    inputs_.places.inputs = std::move(loaded_.reports);
    inputs_.places.files = std::move(loaded_.files);
  }

  // The document of a part, kept in the inputs; null with the reason said.
  const io::Document* keep(const DeploymentPart& part) {
    auto document = parse_part(part, inputs_.documents.size());
    if (!document) {
      (void)is_faulty({document.error()});
      return nullptr;
    }
    return keep(std::move(*document), part.xml);
  }

  const io::Document* keep(io::Document document, bool xml) {
    inputs_.places.files.push_back(document.file);
    inputs_.documents.push_back(std::move(document));
    const io::Document& kept = inputs_.documents.back();
    io::InputReport report;
    report.file = kept.file;
    report.format = xml                                ? io::format_name(io::cloud_form(kept.root))
                    : io::is_cloud_resource(kept.root) ? "cloud-service"
                                                       : "deployment";
    inputs_.places.inputs.push_back(std::move(report));
    return &kept;
  }

  // What Get Deployment carries counts where no configuration is given by itself: that may be the one to come.
  void read_carried(const io::Document& document) {
    auto carried = io::carried_configuration(document, static_cast<std::uint32_t>(inputs_.documents.size()));
    if (!carried) {
      files_.errors.push_back(carried.error());
      files_.service.configuration_doubt = model::Doubt{"the configuration that Get Deployment carries cannot be read",
                                                        model::Reason::InvalidRule, document.root.span};
      return;
    }
    if (!*carried) return;
    if (files_.service.has_configuration) {
      process_.err << fmt::format("nsgcheck: note: {}: its own configuration is passed over, as another is given\n",
                                  io::printable(document.file));
      return;
    }
    io::read_cloud_file(*keep(std::move(**carried), true), files_);
  }

  bool read_service() {
    std::vector<const io::Document*> read;
    for (const DeploymentPart& part : parts_.cloud) {
      const io::Document* document = keep(part);
      if (document == nullptr) return false;
      if (part.xml)
        io::read_cloud_file(*document, files_);
      else
        io::read_cloud_resource(*document, document->root, files_);
      if (part.xml) read.push_back(document);
    }
    for (const io::Document* document : read) read_carried(*document);
    list_faults(files_.errors);
    return true;
  }

  bool read_deployment_file(io::DeploymentFile& file) {
    if (!parts_.deployment) {
      inputs_.documents.push_back(io::empty_deployment());
      inputs_.documents.back().file = arguments_.files.empty() ? "" : shown_path(arguments_.files.front());
      inputs_.places.files.push_back(inputs_.documents.back().file);
      document_ = &inputs_.documents.back();
      file = io::read_deployment(*document_, true);
    } else {
      document_ = keep(*parts_.deployment);
      if (document_ == nullptr) return false;
      file = io::read_deployment(*document_, !parts_.cloud.empty() || !files_.service.roles.empty());
    }
    return true;
  }

  void take(io::DeploymentFile file) {
    inputs_.places.documents = &inputs_.documents;
    inputs_.deployment = std::move(file.deployment);
    inputs_.deployment.network.service_tags = std::move(loaded_.context.service_tags);
    for (model::AdminRule& rule : loaded_.admin_rules) inputs_.deployment.admin_rules.push_back(std::move(rule));
    if (!inputs_.deployment.nsgs.empty()) std::erase(inputs_.deployment.assumptions, "no-nsg");
    if (arguments_.forwarder_port) {
      inputs_.deployment.forwarder_port = *arguments_.forwarder_port;
      std::erase(inputs_.deployment.assumptions, "forwarder-port-default");
    }
    io::doubt_taken_port(inputs_.deployment);
  }

  const DeploymentArguments& arguments_;
  Process& process_;
  DeploymentInputs& inputs_;
  DeploymentParts parts_;
  LoadedInputs loaded_;
  std::size_t own_{static_cast<std::size_t>(-1)};  ///< so many NSGs are of rule sets that the deployment file names
  bool unread_rule_set_{};                         ///< some file of rules could not be read
  const io::Document* document_{};                 ///< the deployment file, or an empty one
  io::CloudFiles files_;
};

}  // namespace

Exit answered(const DeploymentInputs& inputs, Exit exit) {
  return inputs.incomplete && (exit == Exit::Clean || exit == Exit::Findings) ? Exit::Incomplete : exit;
}

bool load_deployment(const DeploymentArguments& arguments, Process& process, DeploymentInputs& inputs) {
  return DeploymentLoader{arguments, process, inputs}.load();
}

std::vector<policy::Assumption> filter_assumptions(const model::Deployment& deployment) {
  constexpr std::array<std::string_view, 5> kOfFilters{"virtual-network-default", "role-subnet-default", "no-nsg",
                                                       "nsg-attached-everywhere", "nsg-attachment-from-rules"};
  std::vector<policy::Assumption> out;
  for (const std::string& code : deployment.assumptions)
    if (std::find(kOfFilters.begin(), kOfFilters.end(), code) != kOfFilters.end())
      out.push_back({code, std::string{model::assumption_text(code)}});
  return out;
}

std::optional<net::AddressSet> clients_of(const std::string& from, const model::Deployment& deployment,
                                          Process& process) {
  const std::string name = from.empty() ? "Internet" : from;
  if (const auto block = net::parse_prefix(name)) {
    if (const auto* v4 = std::get_if<net::Prefix4>(&block->prefix))
      return net::AddressSet{net::IntervalSet<net::Ipv4::Bits>::from({{v4->low(), v4->high()}}), {}};
    if (const auto* v6 = std::get_if<net::Prefix6>(&block->prefix))
      return net::AddressSet{{}, net::IntervalSet<net::Ipv6::Bits>::from({{v6->low(), v6->high()}})};
  }
  auto clients = model::tag_set(name, deployment.network);
  if (!clients)
    process.err << fmt::format("nsgcheck: --from \"{}\" is no address, prefix or tag with known addresses\n",
                               io::printable(from));
  return clients;
}

bool read_now(const std::string& now, model::Deployment& deployment, std::optional<std::int64_t>& time,
              Process& process) {
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  if (now.empty()) {
    const bool expires = std::any_of(deployment.roles.begin(), deployment.roles.end(), [&](const model::Role& role) {
      return deployment.account_of(role).expiration.has_value();
    });
    if (expires || deployment.remote_desktop.expiration) deployment.assumptions.emplace_back("expiration-not-judged");
    return true;
  }
  time = io::parse_expiration(now);
  if (!time)
    process.err << fmt::format("nsgcheck: --now \"{}\" is no time such as 2027-01-01T00:00:00Z\n", io::printable(now));
  else
    *time *= kNanoseconds;
  return time.has_value();
}

path::WalkOptions walk_options(const DeploymentArguments& arguments) {
  path::WalkOptions options;
  if (arguments.reading == "strict") options.reading = path::ReadingMode::Strict;
  if (arguments.reading == "tolerant") options.reading = path::ReadingMode::Tolerant;
  if (arguments.names == "exact") options.names = path::NameMode::Exact;
  if (arguments.names == "ignore-case") options.names = path::NameMode::IgnoreCase;
  options.first_segment_only = arguments.forwarder_reads == "first-segment";
  options.hash_seed = arguments.hash_seed;
  return options;
}

}  // namespace nsgcheck::cli
