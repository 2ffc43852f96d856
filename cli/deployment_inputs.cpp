// SPDX-License-Identifier: Apache-2.0
#include "cli/deployment_inputs.hpp"

#include <fmt/format.h>

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

LoadedInputs load_rule_sets(const DeploymentArguments& arguments, const io::DeploymentFile& file, Process& process) {
  InputArguments inputs;
  for (const std::string& path : file.nsg_files) inputs.files.push_back(beside(arguments.deployment, path));
  inputs.service_tags =
      arguments.service_tags.empty() ? beside(arguments.deployment, file.service_tags) : arguments.service_tags;
  return load_inputs(inputs, process, true);
}

}  // namespace

bool load_deployment(const DeploymentArguments& arguments, Process& process, DeploymentInputs& inputs) {
  const std::string shown = shown_path(arguments.deployment);
  const auto bytes = read_bytes(arguments.deployment, process.in);
  if (!bytes) return !say(process, {{shown, {}, bytes.error()}});
  const auto first = io::parse_json(shown, *bytes, 0);
  if (!first) return !say(process, {first.error()});
  LoadedInputs loaded = load_rule_sets(arguments, io::read_deployment(*first), process);
  // A rule set that is missing would let everything pass, so a part of them is no answer.
  bool broken = say(process, loaded.errors);
  for (const io::InputReport& report : loaded.reports) broken = say(process, report.errors) || broken;
  if (broken) return false;

  // Read again behind the rule sets, so that places in it and in them are told apart.
  auto document = io::parse_json(shown, *bytes, static_cast<std::uint32_t>(loaded.documents.size()));
  if (!document) return !say(process, {document.error()});
  io::DeploymentFile file = io::read_deployment(*document);
  io::attach_nsgs(file, std::move(loaded.nsgs), *document);
  if (say(process, file.errors)) return false;
  for (model::AdminRule& rule : loaded.admin_rules) file.deployment.admin_rules.push_back(std::move(rule));
  inputs.documents = std::move(loaded.documents);
  inputs.documents.push_back(std::move(*document));
  inputs.places.documents = &inputs.documents;
  inputs.places.files = std::move(loaded.files);
  inputs.places.files.push_back(shown);
  inputs.deployment = std::move(file.deployment);
  inputs.deployment.network.service_tags = std::move(loaded.context.service_tags);
  if (arguments.forwarder_port) {
    inputs.deployment.forwarder_port = *arguments.forwarder_port;
    std::erase(inputs.deployment.assumptions, "forwarder-port-default");
  }
  return true;
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
