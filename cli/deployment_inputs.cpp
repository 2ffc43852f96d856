// SPDX-License-Identifier: Apache-2.0
#include "cli/deployment_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <ostream>

#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/io/deployment_reader.hpp"
#include "analyzer/net/prefix.hpp"
#include "cli/inputs.hpp"
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

/// The files of a deployment by what they are.
struct DeploymentFiles {
  std::string deployment;              ///< path of the deployment file
  std::string bytes;                   ///< of it
  std::vector<std::string> rule_sets;  ///< given besides
};

bool describes_deployment(const std::string& path, const std::string& bytes) {
  const auto document = io::parse_json(path, bytes, 0);
  return document && io::is_deployment(document->root);
}

// A file given alone is meant as the deployment, whatever is wrong with it; of several it is the one with roles.
bool sort_files(const DeploymentArguments& arguments, Process& process, DeploymentFiles& files) {
  files.rule_sets = arguments.rule_sets;
  std::size_t found = 0;
  for (const std::string& path : arguments.files) {
    std::error_code error;
    if (arguments.files.size() > 1 && std::filesystem::is_directory(path, error)) {
      files.rule_sets.push_back(path);
      continue;
    }
    auto bytes = read_bytes(path, process.in);
    if (!bytes) return !say(process, {{shown_path(path), {}, bytes.error()}});
    if (arguments.files.size() > 1 && !describes_deployment(path, *bytes)) {
      files.rule_sets.push_back(path);
      continue;
    }
    if (++found > 1) {
      process.err << fmt::format("nsgcheck: {} and {} both describe a deployment; give one\n",
                                 io::printable(shown_path(files.deployment)), io::printable(shown_path(path)));
      return false;
    }
    files.deployment = path;
    files.bytes = std::move(*bytes);
  }
  if (found == 0) process.err << "nsgcheck: none of the files of --deployment has a list of roles\n";
  return found == 1;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || std::filesystem::equivalent(a, b, error);
}

/// The rule sets of a deployment; the first `own` NSGs are of those that it names itself.
struct RuleSets {
  LoadedInputs loaded;
  std::size_t own{};
};

RuleSets load_rule_sets(const DeploymentArguments& arguments, const DeploymentFiles& files,
                        const io::DeploymentFile& file, Process& process) {
  InputArguments inputs;
  for (const std::string& path : file.nsg_files) inputs.files.push_back(beside(files.deployment, path));
  inputs.parameters = arguments.parameters;
  inputs.service_tags =
      arguments.service_tags.empty() ? beside(files.deployment, file.service_tags) : arguments.service_tags;
  const std::size_t named = inputs.files.size();
  for (const std::string& path : files.rule_sets)
    if (std::none_of(inputs.files.begin(), inputs.files.end(),
                     [&](const std::string& known) { return is_same_file(known, path); }))
      inputs.files.push_back(path);
  RuleSets out;
  out.own = static_cast<std::size_t>(-1);
  if (named > 0 && inputs.files.size() > named) {
    InputArguments own = inputs;
    own.files.resize(named);
    out.own = load_inputs(own, process, true).nsgs.size();
  }
  out.loaded = load_inputs(inputs, process, true);
  return out;
}

}  // namespace

bool load_deployment(const DeploymentArguments& arguments, Process& process, DeploymentInputs& inputs) {
  DeploymentFiles files;
  if (!sort_files(arguments, process, files)) return false;
  const std::string shown = shown_path(files.deployment);
  const auto first = io::parse_json(shown, files.bytes, 0);
  if (!first) return !say(process, {first.error()});
  RuleSets rule_sets = load_rule_sets(arguments, files, io::read_deployment(*first), process);
  LoadedInputs& loaded = rule_sets.loaded;
  // A rule set that is missing would let everything pass, so a part of them is no answer.
  bool broken = say(process, loaded.errors);
  for (const io::InputReport& report : loaded.reports) broken = say(process, report.errors) || broken;
  if (broken) return false;

  // Read again behind the rule sets, so that places in it and in them are told apart.
  auto document = io::parse_json(shown, files.bytes, static_cast<std::uint32_t>(loaded.documents.size()));
  if (!document) return !say(process, {document.error()});
  io::DeploymentFile file = io::read_deployment(*document);
  io::attach_nsgs(file, std::move(loaded.nsgs), *document, rule_sets.own);
  if (say(process, file.errors)) return false;
  for (model::AdminRule& rule : loaded.admin_rules) file.deployment.admin_rules.push_back(std::move(rule));
  inputs.documents = std::move(loaded.documents);
  inputs.documents.push_back(std::move(*document));
  inputs.places.documents = &inputs.documents;
  inputs.places.files = std::move(loaded.files);
  inputs.places.files.push_back(shown);
  inputs.places.inputs = std::move(loaded.reports);
  inputs.deployment = std::move(file.deployment);
  inputs.deployment.network.service_tags = std::move(loaded.context.service_tags);
  if (!inputs.deployment.nsgs.empty()) std::erase(inputs.deployment.assumptions, "no-nsg");
  if (arguments.forwarder_port) {
    inputs.deployment.forwarder_port = *arguments.forwarder_port;
    std::erase(inputs.deployment.assumptions, "forwarder-port-default");
  }
  return true;
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
    if (deployment.remote_desktop.expiration) deployment.assumptions.emplace_back("expiration-not-judged");
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
