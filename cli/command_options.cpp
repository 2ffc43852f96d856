// SPDX-License-Identifier: Apache-2.0
#include "cli/command_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/help_texts.hpp"
#include "cli/options.hpp"

namespace nsgcheck::cli {
namespace {

const FormatOption& audit_formats() {
  static const FormatOption formats{"text",     "json",   "jsonl",       "sarif", "junit",
                                    "markdown", "github", "azuredevops", "csv",   "baseline"};
  return formats;
}
const FormatOption& explain_formats() {
  static const FormatOption formats{"text", "json", "jsonl"};
  return formats;
}
const FormatOption& diff_formats() {
  static const FormatOption formats{"text", "json", "jsonl", "markdown"};
  return formats;
}
const FormatOption& impact_formats() {
  static const FormatOption formats{"text", "json", "jsonl", "markdown", "csv"};
  return formats;
}
const FormatOption& import_formats() {
  static const FormatOption formats{"text", "json", "markdown"};
  return formats;
}
const FormatOption& policies_formats() {
  static const FormatOption formats{"text", "json"};
  return formats;
}

const FormatOption& replay_formats() {
  static const FormatOption formats{"text", "json", "jsonl", "junit"};
  return formats;
}
const FormatOption& replay_output_formats() {
  static const FormatOption formats{"text", "json", "jsonl", "junit", "pcapng"};
  return formats;
}
const FormatOption& effective_formats() {
  static const FormatOption formats{"text", "json", "azure"};
  return formats;
}
const FormatOption& reach_formats() {
  static const FormatOption formats{"text", "json"};
  return formats;
}

}  // namespace

void add_audit(CLI::App& top, AuditArguments& audit) {
  CLI::App* app =
      top.add_subcommand("audit", "What do these rule sets let through, and which policies do they violate?");
  add_inputs(*app, audit.inputs, audit.deployment);
  add_common(*app, audit.common, audit_formats());
  add_outputs(*app, audit.outputs, audit_formats());
  add_policy_files(*app, audit.policies);
  add_fail_on(*app, audit.fail_on, "high");
  add_port(*app, "--forwarder-port", audit.forwarder_port, "Port on which the RemoteForwarder listens")
      ->default_str("20000");
  app->add_option(
         "--suppressions", audit.suppressions,
         "Findings that somebody answers for until a day (YAML: id or fingerprint, owner, reason, until); may be "
         "repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app->add_option("--baseline", audit.baseline,
                  "Only what this earlier audit did not find counts for the exit code (-f json or -f baseline)")
      ->type_name("FILE");
  app->add_option("--now", audit.now,
                  "Time at which accounts must not have expired and suppressions not have ended, e.g. "
                  "2027-01-01T00:00:00Z; else accounts are not judged, and suppressions as of today")
      ->type_name("TIME");
  auto* expect = add_expect(*app, audit.expect);
  app->add_flag("--mutate", audit.mutate,
                "Change the rules one by one and list the changes that no expectation notices; any is exit code 1")
      ->needs(expect);
  app->add_option("--certificate", audit.certificate,
                  "Certificate that the passwords of a Cloud Service should be encrypted for (PEM, DER, or PFX without "
                  "password); nothing is decrypted")
      ->type_name("FILE");
  add_evidence(*app, audit.evidence, "--evidence");
  add_jobs(*app, audit.jobs);
  app->footer(std::string{kAuditExamples} + std::string{kExitCodes});
}

void add_explain(CLI::App& top, ExplainArguments& explain) {
  CLI::App* app = top.add_subcommand("explain", "Who decides this flow, and why?");
  add_inputs(*app, explain.inputs, explain.deployment);
  add_common(*app, explain.common, explain_formats());
  add_outputs(*app, explain.outputs, explain_formats());
  app->add_option("--direction", explain.direction, "in, inbound, out or outbound")->type_name("DIRECTION");
  app->add_option("--protocol", explain.protocol, "Name (tcp, udp, icmp, ...), number, or any")->type_name("PROTOCOL");
  app->add_option("--from", explain.from, "Source: address, CIDR, service tag or *")->type_name("ADDRESS");
  app->add_option("--to", explain.to, "Destination: address, CIDR, service tag or *")->type_name("ADDRESS");
  add_port(*app, "--port", explain.port, "Destination port; any when missing");
  add_port(*app, "--source-port", explain.source_port, "Source port; any when missing");
  app->add_option("--nsg", explain.nsg, "Ask this NSG only")->type_name("NAME");
  app->add_option("--flows", explain.flows,
                  "Ask every flow of this file (CSV, JSON lines or a flow log, also as .gz; - for standard input)")
      ->type_name("FILE");
  add_pairs(*app, "--acl", "ID=NSG", explain.acls, "The flow log's aclID means the NSG of that name; may be repeated");
  app->add_flag("--why-not", explain.why_not,
                "The smallest changes that would give the other verdict, with what else each changes")
      ->excludes("--flows")
      ->excludes("--deployment");
  add_jobs(*app, explain.inputs.jobs);
  app->add_flag("--ladder", explain.ladder, "With --flows: list the rules evaluated for each flow, too");
  app->footer(std::string{kExplainExamples} + std::string{kExitCodes});
}

static void add_sides(CLI::App& app, SideArguments& sides) {
  app.add_option("OLD", sides.before, "Rule sets before: a file of any form, a directory, or - for standard input")
      ->required();
  app.add_option("NEW", sides.after, "Rule sets after; may be missing when OLD tells of a change itself");
  add_input_options(app, sides.inputs);
  add_jobs(app, sides.inputs.jobs);
  add_pairs(app, "--map", "OLD=NEW", sides.maps, "Compare the NSG called OLD with the one called NEW; may be repeated");
}

void add_diff(CLI::App& top, DiffArguments& diff) {
  CLI::App* app = top.add_subcommand("diff", "Which traffic does a change newly allow, which newly deny? By meaning");
  add_sides(*app, diff.sides);
  add_deployment_files(*app, diff.deployment);
  add_common(*app, diff.common, diff_formats());
  add_outputs(*app, diff.outputs, diff_formats());
  add_evidence(*app, diff.evidence, "--evidence,--certificate");
  app->footer(std::string{kDiffExamples});
}

static void add_direction(CLI::App& app, std::optional<net::Direction>& direction) {
  app.add_option_function<std::string>(
         "--direction",
         [&direction](const std::string& word) {
           if (word == "in" || word == "inbound")
             direction = net::Direction::Inbound;
           else if (word == "out" || word == "outbound")
             direction = net::Direction::Outbound;
           else
             throw CLI::ValidationError("--direction",
                                        fmt::format("\"{}\" is none of in, inbound, out, outbound", word));
         },
         "Ask this direction only: in, inbound, out or outbound")
      ->type_name("DIRECTION");
}

static void add_prefixes(CLI::App& app, const std::string& name, std::vector<net::AnyPrefix>& prefixes,
                         const std::string& help) {
  app.add_option_function<std::vector<std::string>>(
         name,
         [&prefixes, name](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             const auto prefix = net::parse_prefix(text);
             if (!prefix) throw CLI::ValidationError(name, fmt::format("\"{}\" is no address and no CIDR block", text));
             prefixes.push_back(prefix->prefix);
           }
         },
         help)
      ->type_name("CIDR")
      ->allow_extra_args(false);
}

void add_impact(CLI::App& top, ImpactArguments& impact) {
  CLI::App* app =
      top.add_subcommand("impact", "Which conversations seen in captures or flow logs would a change break or open?");
  add_sides(*app, impact.sides);
  app->add_option("--traffic", impact.traffic,
                  "Captures (pcap, pcapng), NSG or VNet flow logs, also as .gz or .zst, or directories of them; - for "
                  "standard input; may be repeated")
      ->required()
      ->type_name("FILE");
  add_pairs(*app, "--acl", "ID=NSG", impact.acls, "The flow log's aclID means the NSG of that name; may be repeated");
  app->add_option("--nsg", impact.nsg, "Ask this NSG only, by its name before or after")->type_name("NAME");
  add_direction(*app, impact.direction);
  add_prefixes(*app, "--inside", impact.inside,
               "Of captures: addresses behind the NSG; may be repeated. Otherwise those of VirtualNetwork");
  add_common(*app, impact.common, impact_formats());
  add_outputs(*app, impact.outputs, impact_formats());
  app->footer(std::string{kImpactExamples});
}

void add_import_sarif(CLI::App& top, ImportSarifArguments& import) {
  CLI::App* app =
      top.add_subcommand("import-sarif", "Which findings of another scanner are right, and what did it miss?");
  app->add_option("SARIF", import.sarif, "Findings of Checkov, Trivy, KICS, PSRule or others (SARIF 2.1.0), or -")
      ->required();
  app->add_option("FILE", import.inputs.files, "The rule sets that it looked at: files of any form, or directories")
      ->required();
  add_input_options(*app, import.inputs);
  add_policy_files(*app, import.policies);
  add_port(*app, "--forwarder-port", import.forwarder_port, "Port on which the RemoteForwarder listens")
      ->default_str("20000");
  add_jobs(*app, import.inputs.jobs);
  add_common(*app, import.common, import_formats());
  add_outputs(*app, import.outputs, import_formats());
  app->footer(std::string{kImportSarifExamples});
}

void add_simplify(CLI::App& top, SimplifyArguments& simplify) {
  CLI::App* app = top.add_subcommand("simplify", "The fewest rules with the same meaning, with proof");
  app->add_option("FILE", simplify.inputs.files, "Rule sets: files of any form, directories, or - for standard input")
      ->required();
  add_input_options(*app, simplify.inputs);
  app->add_option("--nsg", simplify.nsg, "Simplify this NSG only")->type_name("NAME");
  app->add_option("--keep", simplify.keep, "A rule that stays as it is, by name; may be repeated")
      ->type_name("RULE")
      ->allow_extra_args(false);
  app->add_flag("--no-merge", simplify.no_merge, "Only take rules away, merge none");
  app->add_option("-o,--output", simplify.out, "Write the smaller rule set, in the form of FILE")->type_name("OUT");
  add_evidence(*app, simplify.evidence, "--evidence,--certificate");
  add_jobs(*app, simplify.inputs.jobs);
  add_common(*app, simplify.common, reach_formats());
  app->footer(std::string{kSimplifyExamples});
}

void add_fix(CLI::App& top, FixArguments& fix) {
  CLI::App* app = top.add_subcommand("fix", "The smallest proven changes that close findings, ranked, as patches");
  app->add_option("FILE", fix.inputs.files, "Rule sets: files of any form, directories, or - for standard input")
      ->required();
  add_input_options(*app, fix.inputs);
  app->add_option("--finding", fix.findings,
                  "Close these only: policy id, its alias, or the begin of a fingerprint; may be repeated")
      ->type_name("ID")
      ->allow_extra_args(false);
  add_policy_files(*app, fix.policies);
  add_port(*app, "--forwarder-port", fix.forwarder_port, "Port on which the RemoteForwarder listens")
      ->default_str("20000");
  app->add_option_function<std::string>(
         "--fail-on",
         [&fix](const std::string& word) {
           fix.fail_on = policy::parse_severity(word);
           if (!fix.fail_on)
             throw CLI::ValidationError("--fail-on",
                                        fmt::format("\"{}\" is none of critical, high, medium, low, info", word));
         },
         "Close findings from this severity on: critical, high, medium, low, info")
      ->type_name("SEVERITY")
      ->default_str("high");
  add_expect(*app, fix.expect);
  add_deployment_files(*app, fix.deployment);
  auto* write = app->add_flag("--write", fix.write, "Write the best change of each finding into its file");
  app->add_option("-o,--output", fix.out, "Write the changed rule set to this file instead")
      ->type_name("OUT")
      ->excludes(write);
  add_jobs(*app, fix.inputs.jobs);
  add_common(*app, fix.common, reach_formats());
  app->footer(std::string{kFixExamples});
}

void add_policies(CLI::App& top, PoliciesArguments& policies) {
  CLI::App* app =
      top.add_subcommand("policies", "The policies in force, or one of them with rationale, references and aliases");
  app->add_option("ID", policies.id, "Policy id, or the id that another tool has for it");
  add_common(*app, policies.common, policies_formats());
  add_policy_files(*app, policies.policies);
}

void add_replay(CLI::App& top, ReplayArguments& replay) {
  CLI::App* app =
      top.add_subcommand("replay", "Where does each captured RDP connection end up, and which hop loses it?");
  app->add_option("CAPTURE", replay.captures,
                  "pcap or pcapng files, also in gzip or Zstandard, or - for standard input; and what describes the "
                  "deployment (.json, .csdef, .cscfg, .xml)")
      ->required();
  add_deployment(*app, replay.deployment);
  add_common(*app, replay.common, replay_formats());
  add_outputs(*app, replay.outputs, replay_output_formats());
  app->add_option("--hash-seed", replay.deployment.hash_seed,
                  "Choose one forwarder by a hash with this seed, instead of all")
      ->type_name("N");
  add_reading(*app, replay.deployment);
  app->add_option("--forwarder-reads", replay.deployment.forwarder_reads,
                  "Whether the forwarder waits for the whole request")
      ->check(CLI::IsMember({"whole", "first-segment"}).description(""))
      ->type_name("whole|first-segment")
      ->default_str("whole");
  app->add_option("--expect", replay.expect,
                  "Compare with the outcomes of this file (JSON); exit with 1 when any differs")
      ->type_name("FILE");
  app->add_flag("--strict", replay.strict, "Exit with 1 on traffic that names no instance (scanners), too");
  app->add_flag("--mask-users", replay.mask_users, "Do not show the user names in cookies");
  add_jobs(*app, replay.jobs);
  app->callback([&replay] {
    take_deployment(replay.captures, replay.deployment);
    if (replay.captures.empty()) throw CLI::RequiredError("CAPTURE");
  });
  app->footer(std::string{kReplayExamples});
}

void add_reach(CLI::App& top, ReachArguments& reach) {
  CLI::App* app =
      top.add_subcommand("reach", "Can remote desktop reach each instance, hop by hop, before anything runs?");
  app->add_option("FILE", reach.files,
                  "What describes the deployment, as --deployment: service.csdef service.cscfg rules.json");
  add_deployment(*app, reach.deployment);
  add_common(*app, reach.common, reach_formats());
  add_clients(*app, reach.from, reach.now);
  app->add_option("--instance", reach.instance, "This instance only")->type_name("NAME");
  app->callback([&reach] {
    auto& files = reach.deployment.files;
    files.insert(files.end(), reach.files.begin(), reach.files.end());
    if (files.empty()) throw CLI::RequiredError("FILE or --deployment");
  });
  app->footer(std::string{kReachExamples});
}

void add_effective(CLI::App& top, EffectiveArguments& effective) {
  CLI::App* app = top.add_subcommand("effective", "The rules that an instance really sees, stage by stage");
  add_deployment(*app, effective.deployment);
  add_common(*app, effective.common, effective_formats());
  add_outputs(*app, effective.outputs, effective_formats());
  app->add_option("--instance", effective.instance, "This instance only")->type_name("NAME");
  app->add_flag("--expand-tags", effective.expand_tags, "Say which addresses tags and groups stand for");
  app->footer(std::string{kEffectiveExamples});
}

void add_rdp(CLI::App& top, RdpArguments& rdp) {
  CLI::App* app =
      top.add_subcommand("rdp", "Does an .rdp file lead to its instance? Or write the file of each instance");
  app->add_option("FILE", rdp.files, ".rdp files, directories of them, or - for standard input");
  add_deployment(*app, rdp.deployment);
  add_common(*app, rdp.common, reach_formats());
  add_outputs(*app, rdp.outputs, reach_formats());
  add_clients(*app, rdp.from, rdp.now);
  add_reading(*app, rdp.deployment);
  add_fail_on(*app, rdp.fail_on, "low");
  auto* write = app->add_option("--write", rdp.write, "Write the .rdp file of each instance into this directory")
                    ->type_name("DIR");
  app->add_option("--server", rdp.server, "With --write: host name or address to connect to")
      ->type_name("HOST")
      ->default_str("the first frontend")
      ->needs(write);
  app->add_flag("--force", rdp.force, "With --write: replace files that are there")->needs(write);
  app->callback([&rdp] {
    take_deployment(rdp.files, rdp.deployment);
    if (rdp.files.empty() && rdp.write.empty()) throw CLI::RequiredError("FILE or --write");
    if (!rdp.files.empty() && !rdp.write.empty()) throw CLI::ExcludesError("--write", "FILE");
  });
  app->footer(std::string{kRdpExamples});
}

}  // namespace nsgcheck::cli
