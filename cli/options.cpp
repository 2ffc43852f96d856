// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <thread>

#include "analyzer/net/text.hpp"

namespace nsgcheck::cli {
namespace {

const std::map<std::string, Format> kFormats{{"text", Format::Text},     {"json", Format::Json},
                                             {"jsonl", Format::Jsonl},   {"sarif", Format::Sarif},
                                             {"junit", Format::Junit},   {"markdown", Format::Markdown},
                                             {"github", Format::Github}, {"azuredevops", Format::AzureDevops},
                                             {"csv", Format::Csv},       {"baseline", Format::Baseline},
                                             {"pcapng", Format::Pcapng}, {"azure", Format::Azure}};

/// Where templates get their parameters from.
template <class Arguments>
void add_parameters(CLI::App& app, Arguments& arguments) {
  app.add_option("--parameters", arguments.parameters, "ARM parameter file; may be repeated, later ones win")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_pairs(app, "--set", "NAME=VALUE", arguments.set,
            "Value of an ARM template parameter, JSON unless it is a string; wins over files; may be repeated", true);
}

/// Whether a file describes a deployment, by the end of its name.
bool describes_deployment(const std::string& file) {
  constexpr std::array<std::string_view, 5> kEnds{".csdef", ".cscfg", ".json", ".jsonc", ".xml"};
  return std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) {
    return file.size() > end.size() && net::same_word(std::string_view{file}.substr(file.size() - end.size()), end);
  });
}

}  // namespace

void add_pairs(CLI::App& app, const std::string& option, const std::string& form,
               std::vector<std::pair<std::string, std::string>>& pairs, const std::string& help, bool may_be_empty) {
  app.add_option_function<std::vector<std::string>>(
         option,
         [&pairs, option, form, may_be_empty](const std::vector<std::string>& values) {
           for (const std::string& value : values) {
             const auto equals = value.find('=');
             if (equals == std::string::npos || equals == 0 || (!may_be_empty && equals + 1 == value.size()))
               throw CLI::ValidationError(option, fmt::format("\"{}\" is not {}", value, form));
             pairs.emplace_back(value.substr(0, equals), value.substr(equals + 1));
           }
         },
         help)
      ->type_name(form)
      ->allow_extra_args(false);
}

FormatOption::FormatOption(std::initializer_list<std::string_view> names) {
  for (const auto name : names) by_name_.emplace(name, kFormats.at(std::string{name}));
}

std::string FormatOption::names() const {
  std::string out;
  for (const auto& [name, format] : by_name_) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Format FormatOption::parse(const std::string& name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end())
    throw CLI::ValidationError(fmt::format("\"{}\" is no format of this command; it has {}", name, names()));
  return found->second;
}

unsigned threads_for(unsigned jobs) { return jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : jobs; }

void add_common(CLI::App& app, CommonArguments& common, const FormatOption& formats) {
  app.add_option_function<std::string>(
         "-f,--format", [&](const std::string& name) { common.format = formats.parse(name); },
         "Format of standard output: " + formats.names())
      ->type_name("FORMAT")
      ->default_str("text");
  static const std::map<std::string, When> when_words{
      {"auto", When::Auto}, {"always", When::Always}, {"never", When::Never}};
  app.add_option("--color", common.color, "Colour in text; auto: on terminals, unless NO_COLOR is set")
      ->transform(CLI::CheckedTransformer(when_words).description(""))
      ->type_name("auto|always|never");
  app.add_flag("-q,--quiet", common.quiet, "Say nothing on standard error but errors");
}

CLI::Option* add_deployment_files(CLI::App& app, std::vector<std::string>& files) {
  return app
      .add_option("--deployment", files,
                  "What describes the deployment; may be repeated: a deployment file (JSON), .csdef, .cscfg, an ARM "
                  "template, Get Deployment or SharedConfig.xml, rule sets that it does not name")
      ->type_name("FILE")
      ->allow_extra_args(false);
}

void add_input_options(CLI::App& app, InputArguments& inputs) {
  add_parameters(app, inputs);
  app.add_option("--service-tags", inputs.service_tags,
                 "Service tag file (the weekly download or `az network list-service-tags`)")
      ->type_name("FILE");
}

void add_inputs(CLI::App& app, InputArguments& inputs, std::vector<std::string>& deployment) {
  app.add_option("FILE", inputs.files,
                 "Rule sets in any form, files of a Cloud Service, directories of them, or - for standard input");
  add_input_options(app, inputs);
  add_deployment_files(app, deployment);
  app.callback([&inputs, &deployment] {
    if (inputs.files.empty() && deployment.empty()) throw CLI::RequiredError("FILE or --deployment");
  });
}

void add_outputs(CLI::App& app, std::vector<std::pair<Format, std::string>>& outputs, const FormatOption& formats) {
  app.add_option_function<std::vector<std::string>>(
         "-o,--output",
         [&](const std::vector<std::string>& values) {
           for (const std::string& value : values) {
             const auto equals = value.find('=');
             if (equals == std::string::npos || equals + 1 == value.size())
               throw CLI::ValidationError("-o", fmt::format("\"{}\" is not FORMAT=FILE", value));
             outputs.emplace_back(formats.parse(value.substr(0, equals)), value.substr(equals + 1));
           }
         },
         "Write a further output to a file; may be repeated. Formats: " + formats.names())
      ->type_name("FORMAT=FILE")
      ->allow_extra_args(false);
}

void add_policy_files(CLI::App& app, std::vector<std::string>& policies) {
  app.add_option("--policy", policies, "Further policies: a YAML file or a directory of them; may be repeated")
      ->type_name("FILE|DIR")
      ->allow_extra_args(false);
}

CLI::Option* add_expect(CLI::App& app, std::string& expect) {
  return app
      .add_option(
          "--expect", expect,
          "What the rules should do, as a YAML file: must, mustNot, only, of NSGs or of whole ways (docs/intent.md)")
      ->type_name("INTENT");
}

CLI::Option* add_port(CLI::App& app, const std::string& name, std::optional<net::Port>& port,
                      const std::string& description) {
  return app
      .add_option_function<std::string>(
          name,
          [&port, name](const std::string& text) {
            const bool digits = !text.empty() && text.size() <= 5 &&
                                std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
            const int value = digits ? std::stoi(text) : -1;
            if (value < 0 || value > 65535)
              throw CLI::ValidationError(name, fmt::format("\"{}\" is no port, 0 to 65535", text));
            port = static_cast<net::Port>(value);
          },
          description)
      ->type_name("PORT");
}

void add_fail_on(CLI::App& app, std::optional<policy::Severity>& fail_on, const std::string& usual) {
  app.add_option_function<std::string>(
         "--fail-on",
         [&](const std::string& word) {
           fail_on = policy::parse_severity(word);
           if (!fail_on && word != "never")
             throw CLI::ValidationError(
                 "--fail-on", fmt::format("\"{}\" is none of critical, high, medium, low, info, never", word));
         },
         "Exit with 1 from this severity on: critical, high, medium, low, info, never")
      ->type_name("SEVERITY")
      ->default_str(usual);
}

void add_jobs(CLI::App& app, unsigned& jobs) {
  app.add_option("--jobs", jobs, "Threads to use; 0: one for each core")->type_name("N")->capture_default_str();
}

void add_evidence(CLI::App& app, std::string& evidence, const std::string& names) {
  app.add_option(names, evidence, "Write what proves the answers to this file; nsgcheck-verify checks it again")
      ->type_name("FILE");
}

void add_deployment(CLI::App& app, DeploymentArguments& deployment) {
  add_deployment_files(app, deployment.files);
  add_parameters(app, deployment);
  app.add_option("--service-tags", deployment.service_tags, "Service tag file, instead of the deployment's")
      ->type_name("FILE");
  add_port(app, "--forwarder-port", deployment.forwarder_port, "Port on which the RemoteForwarder listens")
      ->default_str("the deployment's, else 20000");
}

void take_deployment(std::vector<std::string>& looked_at, DeploymentArguments& deployment) {
  std::vector<std::string> rest;
  for (std::string& file : looked_at) (describes_deployment(file) ? deployment.files : rest).push_back(std::move(file));
  looked_at = std::move(rest);
  if (deployment.files.empty()) throw CLI::RequiredError("--deployment");
}

void add_reading(CLI::App& app, DeploymentArguments& deployment) {
  app.add_option("--names", deployment.names,
                 "How the forwarder compares names; unless given, a difference in case is unknown")
      ->check(CLI::IsMember({"exact", "ignore-case"}).description(""))
      ->type_name("exact|ignore-case");
  app.add_option("--reading", deployment.reading,
                 "How the forwarder reads requests; unless given, requests on which the two differ are unknown")
      ->check(CLI::IsMember({"strict", "tolerant"}).description(""))
      ->type_name("strict|tolerant");
}

void add_clients(CLI::App& app, std::string& from, std::string& now) {
  app.add_option("--from", from, "Client: address, CIDR or service tag")->type_name("ADDRESS")->default_str("Internet");
  app.add_option("--now", now, "Time at which the account must not have expired, e.g. 2027-01-01T00:00:00Z")
      ->type_name("TIME");
}

}  // namespace nsgcheck::cli
