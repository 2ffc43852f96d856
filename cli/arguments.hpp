// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/net/five_tuple.hpp"
#include "analyzer/net/port_set.hpp"
#include "analyzer/net/prefix.hpp"
#include "analyzer/policy/policy.hpp"
#include "cli/exit.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

enum class Format : std::uint8_t {
  Text,
  Json,
  Jsonl,
  Sarif,
  Junit,
  Markdown,
  Github,
  AzureDevops,
  Csv,
  Baseline,
  Pcapng,
  Azure
};
enum class When : std::uint8_t { Auto, Always, Never };

/// Options that every command takes.
struct CommonArguments {
  Format format{Format::Text};
  When color{When::Auto};
  bool quiet{};
};

/// Where rule sets come from.
struct InputArguments {
  std::vector<std::string> files;                        ///< paths, directories, or "-"
  std::vector<std::string> read_elsewhere;               ///< files in directories that are no rule sets, and are read
  std::vector<std::string> parameters;                   ///< --parameters
  std::vector<std::pair<std::string, std::string>> set;  ///< --set NAME=VALUE of ARM parameters
  std::string service_tags;                              ///< --service-tags; empty: none
  bool before_change{};                                  ///< of forms that tell of a change: the state before it
  bool others_check_parameters{};  ///< whether templates declare what is given: other inputs may, too
  unsigned jobs{0};                ///< threads that read; 0: as many as the machine has cores
};

struct AuditArguments {
  CommonArguments common;
  InputArguments inputs;
  std::vector<std::pair<Format, std::string>> outputs;              ///< -o FORMAT=FILE
  std::vector<std::string> policies;                                ///< --policy: files or directories
  std::optional<policy::Severity> fail_on{policy::Severity::High};  ///< empty: never
  std::optional<net::Port> forwarder_port;
  std::string now;  ///< --now: when accounts and suppressions are looked at; empty: accounts are not
  std::vector<std::string> deployment;    ///< --deployment: what the NSGs stand in; empty: not known
  unsigned jobs{0};                       ///< 0: as many as the machine has cores
  std::string expect;                     ///< --expect: an intent file; empty: none
  bool mutate{};                          ///< --mutate: what would the intent notice?
  std::vector<std::string> suppressions;  ///< --suppressions: YAML files
  std::string baseline;                   ///< --baseline: of an earlier audit; empty: none
  std::string certificate;                ///< --certificate: of the passwords in a Cloud Service; empty: none
  std::string evidence;                   ///< --evidence: where what proves the answers goes; empty: nowhere
};

struct ExplainArguments {
  CommonArguments common;
  InputArguments inputs;
  std::string direction, protocol, from, to;
  std::optional<net::Port> port, source_port;
  std::string flows;  ///< --flows: CSV, JSON lines or a flow log, "-" for standard input; empty: one flow
  std::vector<std::pair<std::string, std::string>> acls;  ///< --acl ID=NSG: what a flow log calls an NSG
  std::string nsg;                                        ///< --nsg: this one only
  std::vector<std::string> deployment;  ///< --deployment: ask all stages that a flow passes; empty: NSG by NSG
  bool why_not{};                       ///< --why-not: what would flip the verdict?
  bool ladder{};                        ///< --ladder: with --flows, list the rules evaluated for each flow, too
  std::vector<std::pair<Format, std::string>> outputs;  ///< -o FORMAT=FILE
};

/// Two states of rule sets.
struct SideArguments {
  InputArguments inputs;                                  ///< of both sides; `files` is not used
  std::string before, after;                              ///< OLD and NEW; NEW empty: OLD tells of a change
  std::vector<std::pair<std::string, std::string>> maps;  ///< --map OLD=NEW
};

struct DiffArguments {
  CommonArguments common;
  std::vector<std::string> deployment;  ///< --deployment: where the NSGs stand; empty: each is looked at by itself
  SideArguments sides;
  std::vector<std::pair<Format, std::string>> outputs;  ///< -o FORMAT=FILE
  std::string evidence;                                 ///< --evidence; empty: none
};

struct ImpactArguments {
  CommonArguments common;
  SideArguments sides;
  std::vector<std::string> traffic;                       ///< --traffic: captures, flow logs, directories, or "-"
  std::vector<std::pair<std::string, std::string>> acls;  ///< --acl ID=NSG: what a flow log calls an NSG
  std::string nsg;                                        ///< --nsg: this pair only
  std::optional<net::Direction> direction;                ///< --direction: this one only
  std::vector<net::AnyPrefix> inside;                     ///< --inside: behind the NSGs, of captures
  std::vector<std::pair<Format, std::string>> outputs;    ///< -o FORMAT=FILE
};

struct ImportSarifArguments {
  CommonArguments common;
  InputArguments inputs;
  std::string sarif;                                    ///< path, or "-"
  std::vector<std::string> policies;                    ///< --policy: files or directories
  std::vector<std::pair<Format, std::string>> outputs;  ///< -o FORMAT=FILE
  std::optional<net::Port> forwarder_port;
};

struct SimplifyArguments {
  CommonArguments common;
  InputArguments inputs;
  std::string nsg;                ///< --nsg: this one only
  std::vector<std::string> keep;  ///< --keep: names of rules that stay
  bool no_merge{};                ///< --no-merge: rules are only taken away
  std::string out;                ///< -o: where the smaller rule set goes; empty: nowhere
  std::string evidence;           ///< --evidence; empty: none
};

struct FixArguments {
  CommonArguments common;
  InputArguments inputs;
  std::vector<std::string> findings;                                ///< --finding: ids, aliases or fingerprints
  std::vector<std::string> policies;                                ///< --policy: files or directories
  std::optional<policy::Severity> fail_on{policy::Severity::High};  ///< from here on, unless --finding; empty: none
  std::optional<net::Port> forwarder_port;
  std::string expect;                   ///< --expect: an intent file that remedies must not break; empty: none
  std::vector<std::string> deployment;  ///< --deployment: whose instances remedies must not cut off; empty: none
  bool write{};                         ///< --write: into the files themselves
  std::string out;                      ///< -o: where the changed rule set goes; empty: nowhere
};

struct PoliciesArguments {
  CommonArguments common;
  std::string id;  ///< or an alias; empty: all
  std::vector<std::string> policies;
};

/// The model of a deployment, and how its open points are settled. Choices are empty when they are not.
struct DeploymentArguments {
  /// --deployment, repeatable: a deployment file, the files of a Cloud Service, templates, rule sets. Empty: none
  /// given.
  std::vector<std::string> files;
  std::vector<std::string> rule_sets;                    ///< further rule sets: paths, directories, or "-"
  std::vector<std::string> read_elsewhere;               ///< files in those directories that are no rule sets
  std::vector<std::string> parameters;                   ///< --parameters, of ARM templates among them
  std::vector<std::pair<std::string, std::string>> set;  ///< --set, likewise
  bool others_check_parameters{};                        ///< as in InputArguments
  std::string service_tags;                              ///< --service-tags; empty: those of the deployment
  std::optional<net::Port> forwarder_port;
  std::string reading;          ///< --reading: "strict", "tolerant"
  std::string names;            ///< --names: "exact", "ignore-case"
  std::string forwarder_reads;  ///< --forwarder-reads: "whole", "first-segment"
  std::optional<std::uint64_t> hash_seed;
};

/// How many threads `--jobs` asks for; 0: as many as the machine has cores.
[[nodiscard]] unsigned threads_for(unsigned jobs);

struct ReplayArguments {
  CommonArguments common;
  DeploymentArguments deployment;
  std::vector<std::string> captures;                    ///< paths, or "-"
  std::vector<std::pair<Format, std::string>> outputs;  ///< -o FORMAT=FILE
  std::string expect;                                   ///< --expect; empty: none
  bool strict{};                                        ///< --strict: scanners' traffic fails the run, too
  bool mask_users{};
  unsigned jobs{};  ///< --jobs; 0: one for each core
};

struct ReachArguments {
  CommonArguments common;
  DeploymentArguments deployment;
  std::vector<std::string> files;  ///< FILE: more of what describes the deployment
  std::string from;                ///< --from: address, CIDR or tag
  std::string instance;            ///< --instance; empty: all
  std::string now;                 ///< --now: when the account is looked at; empty: not judged
};

struct EffectiveArguments {
  CommonArguments common;
  DeploymentArguments deployment;
  std::vector<std::pair<Format, std::string>> outputs;  ///< -o FORMAT=FILE
  std::string instance;                                 ///< --instance; empty: all
  bool expand_tags{};                                   ///< --expand-tags
};

struct RdpArguments {
  CommonArguments common;
  DeploymentArguments deployment;
  std::vector<std::string> files;                                  ///< paths, directories, or "-"
  std::vector<std::pair<Format, std::string>> outputs;             ///< -o FORMAT=FILE
  std::string from;                                                ///< --from: address, CIDR or tag
  std::string now;                                                 ///< --now; empty: the expiration is not judged
  std::optional<policy::Severity> fail_on{policy::Severity::Low};  ///< empty: never
  std::string write;                                               ///< --write: directory; empty: files are checked
  std::string server;                                              ///< --server: host to write; empty: first frontend
  bool force{};                                                    ///< --force: replace files that are there
};

using Arguments = std::variant<AuditArguments, ExplainArguments, DiffArguments, PoliciesArguments, ReplayArguments,
                               ReachArguments, RdpArguments, EffectiveArguments, SimplifyArguments, FixArguments,
                               ImpactArguments, ImportSarifArguments>;

/// Why there is nothing to run: --help, --version, completion and man (to standard output, Clean) or a usage error.
struct NothingToRun {
  Exit exit{Exit::Clean};
  std::string text;
};

/// Parses the command line with the settings of the environment and of a configuration file (docs/configuration.md); a
/// first word that is no command means audit.
[[nodiscard]] tl::expected<Arguments, NothingToRun> parse_arguments(const std::vector<std::string>& args,
                                                                    Process& process);

}  // namespace nsgcheck::cli
