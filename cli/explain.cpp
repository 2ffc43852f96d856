// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/io/policy_reader.hpp"
#include "analyzer/io/render_flow_line.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/model/deployment.hpp"
#include "analyzer/net/text.hpp"
#include "cli/audit_networks.hpp"
#include "cli/commands.hpp"
#include "cli/explain.hpp"
#include "cli/flow_list.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/shown_remedies.hpp"

namespace nsgcheck::cli {
namespace {

using engine::Verdict;

/// The NSGs that are asked, and what outputs need to point into their files.
struct ExplainSubject {
  LoadedInputs loaded;
  io::AuditReport places;
  std::vector<const model::Nsg*> nsgs;

  [[nodiscard]] std::vector<std::size_t> named(const std::string& name) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < nsgs.size(); ++i)
      if (name.empty() || net::same_word(nsgs[i]->name, name)) out.push_back(i);
    return out;
  }
};

void load_subject(const ExplainArguments& arguments, Process& process, ExplainSubject& subject) {
  subject.loaded = load_inputs(arguments.inputs, process, arguments.common.quiet);
  say_errors(subject.loaded, process);
  subject.places.documents = &subject.loaded.documents;
  subject.places.files = subject.loaded.files;
  if (subject.loaded.context.virtual_network_assumed)
    subject.places.assumptions = policy::assumptions({"virtual-network-default"}, subject.loaded.context, {});
  for (const model::Nsg& nsg : subject.loaded.nsgs)
    if (arguments.nsg.empty() || net::same_word(nsg.name, arguments.nsg)) subject.nsgs.push_back(&nsg);
  const bool conditional = std::any_of(subject.nsgs.begin(), subject.nsgs.end(),
                                       [](const model::Nsg* nsg) { return !nsg->conditions.empty(); });
  if (conditional) add_assumption(subject.places.assumptions, "conditions-hold");
}

io::ExplainReport explain(const ExplainSubject& subject, const io::FlowRow& flow,
                          const std::vector<std::size_t>& stages) {
  io::ExplainReport report{&subject.places, flow, {}};
  for (const std::size_t stage : stages)
    report.stages.push_back(
        {subject.nsgs[stage], policy::explain_stage(*subject.nsgs[stage], subject.loaded.context, flow.query)});
  return report;
}

/// The smallest changes of each NSG that would flip its verdict: what is not allowed in whole would be.
void add_why_not(const ExplainSubject& subject, const std::vector<policy::Policy>& policies,
                 const policy::AuditOptions& options, io::ExplainReport& report) {
  const policy::FlowQuery& query = report.flow.query;
  policy::FlowPattern flows{
      query.direction, query.protocols, {query.from}, {query.to}, net::PortSet::all(), {}, {}, {}};
  if (query.destination_port) flows.ports = net::PortSet::range(*query.destination_port, *query.destination_port);
  for (const io::StageReport& stage : report.stages) {
    const auto index = static_cast<std::size_t>(stage.nsg - subject.loaded.nsgs.data());
    const auto number = static_cast<std::uint32_t>(index);
    const bool allowed = stage.answer.judgement.verdict == Verdict::Allow;
    const model::Access wanted = allowed ? model::Access::Deny : model::Access::Allow;
    const policy::NsgAudit audit = policy::audit_nsg(*stage.nsg, number, subject.loaded.context, policies, options);
    const policy::Audited on{*stage.nsg, number, subject.loaded.context, policies, options, audit, {}};
    report.why_not.push_back({wanted, shown_remedies(subject.loaded, index, policy::find_flips(on, flows, wanted))});
  }
}

/// Answers flows: packets from tables made once, sets by asking anew.
class FlowRun {
 public:
  FlowRun(const ExplainArguments& arguments, const ExplainSubject& subject)
      : arguments_{arguments},
        subject_{subject},
        writer_{subject.places, subject.nsgs},
        filters_(subject.nsgs.size()) {}

  void answer(const io::FlowRow& flow, std::vector<FlowOutput>& outputs, FlowAnswer& answer) {
    const std::vector<std::size_t> asked = subject_.named(flow.nsg);
    if (asked.empty()) {
      answer.error = fmt::format("no NSG has the name \"{}\"", flow.nsg);
      return;
    }
    if (!flow.query.is_packet() || arguments_.ladder) {
      const io::ExplainReport report = explain(subject_, flow, asked);
      for (const io::StageReport& stage : report.stages) answer.verdicts.push_back(stage.answer.judgement.verdict);
      for (FlowOutput& out : outputs)
        out.text += out.format == Format::Text ? io::render_explain_text(report, out.style) + '\n'
                                               : io::render_explain_json(report, -1);
      return;
    }
    classify(flow, asked);
    std::optional<Verdict> common = stages_.front().verdict;
    for (const policy::PacketStage& stage : stages_) {
      answer.verdicts.push_back(stage.verdict);
      if (stage.verdict != stages_.front().verdict) common.reset();
    }
    if (stages_.size() == 1 && stages_.front().rule)
      answer.rule = subject_.nsgs[asked.front()]->rules[*stages_.front().rule].name;
    for (FlowOutput& out : outputs)
      if (out.format == Format::Text)
        writer_.text(out.text, flow, stages_, common);
      else
        writer_.json(out.text, flow, stages_, common);
  }

 private:
  /// An NSG's tables, made when the first packet asks for them.
  struct Tables {
    explicit Tables(engine::ResolvedRules rules) : filter{std::move(rules)}, classifier{filter} {}
    engine::Filter filter;
    engine::Classifier classifier;
  };

  const Tables& tables(std::size_t nsg, net::Direction direction) {
    auto& slot = filters_[nsg][direction == net::Direction::Inbound ? 0 : 1];
    if (!slot)
      slot = std::make_unique<Tables>(engine::resolve(*subject_.nsgs[nsg], direction, subject_.loaded.context));
    return *slot;
  }

  void classify(const io::FlowRow& flow, const std::vector<std::size_t>& asked) {
    const net::FiveTuple packet = policy::packet_of(flow.query);
    stages_.clear();
    for (const std::size_t nsg : asked) {
      const Tables& here = tables(nsg, flow.query.direction);
      const engine::Decision decision = policy::decide(here.filter, here.classifier, packet);
      policy::PacketStage stage{};
      stage.kind = policy::StageKind::Nsg;
      stage.direction = flow.query.direction;
      stage.list = nsg;
      stage.verdict = decision.verdict;
      if (decision.decider) stage.rule = here.filter.origin(*decision.decider);
      stages_.push_back(stage);
    }
  }

  const ExplainArguments& arguments_;
  const ExplainSubject& subject_;
  io::FlowLineWriter writer_;
  std::vector<std::array<std::unique_ptr<Tables>, 2>> filters_;
  std::vector<policy::PacketStage> stages_;
};

Exit run_one(const ExplainArguments& arguments, const ExplainSubject& subject, Process& process) {
  const auto flow = flow_of(arguments, process);
  if (!flow) return Exit::Usage;
  io::ExplainReport report = explain(subject, *flow, subject.named({}));
  // What changes bring is judged by the usual policies; the report points to them.
  const policy::AuditOptions options{};
  std::vector<policy::Policy> policies;
  if (arguments.why_not) {
    policies = io::built_in_policies();
    std::erase_if(policies, policy::is_about_deployments);
    std::erase_if(policies, policy::is_about_networks);
    std::erase_if(policies, policy::is_about_intent);
    add_why_not(subject, policies, options, report);
  }
  const auto rendered = [&](Format format, const io::TextStyle& style) {
    return render_explained(report, format, style);
  };
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (subject.loaded.incomplete) return Exit::Incomplete;
  for (const io::StageReport& stage : report.stages)
    if (stage.answer.judgement.verdict == Verdict::Unknown) return Exit::Findings;
  return Exit::Clean;
}

}  // namespace

std::string render_explained(const io::ExplainReport& report, Format format, const io::TextStyle& style) {
  switch (format) {
    case Format::Json:
      return io::render_explain_json(report, 2);
    case Format::Jsonl:
      return io::render_explain_json(report, -1);
    default:
      return io::render_explain_text(report, style);
  }
}

std::optional<io::FlowRow> flow_of(const ExplainArguments& arguments, Process& process) {
  const auto port = [](const std::optional<net::Port>& p) { return p ? std::to_string(*p) : std::string{}; };
  const std::string source_port = port(arguments.source_port);
  const std::string destination_port = port(arguments.port);
  auto flow = io::parse_flow(
      {arguments.direction, arguments.protocol, arguments.from, source_port, arguments.to, destination_port, {}, {}});
  if (flow) return std::move(*flow);
  process.err << fmt::format("nsgcheck: {}\n", io::printable(flow.error()));
  return std::nullopt;
}

Exit run_explain(const ExplainArguments& arguments, Process& process) {
  const bool one_given = !arguments.direction.empty() || !arguments.protocol.empty() || !arguments.from.empty() ||
                         !arguments.to.empty() || arguments.port || arguments.source_port;
  if (!arguments.flows.empty() && one_given) {
    process.err << "nsgcheck: --flows asks the flows of a file; it does not go with --direction, --protocol, --from, "
                   "--to, --port or --source-port\n";
    return Exit::Usage;
  }
  if (arguments.flows.empty() && arguments.direction.empty()) {
    process.err << "nsgcheck: --direction is required, or --flows\n";
    return Exit::Usage;
  }
  if (!arguments.deployment.empty()) return explain_deployment(arguments, process);
  ExplainSubject subject;
  load_subject(arguments, process, subject);
  if (subject.nsgs.empty()) {
    if (arguments.nsg.empty())
      process.err << "nsgcheck: no network security group in any input\n";
    else
      process.err << fmt::format("nsgcheck: no NSG has the name \"{}\"\n", io::printable(arguments.nsg));
    return Exit::Usage;
  }
  if (arguments.flows.empty()) return run_one(arguments, subject, process);
  FlowRun run{arguments, subject};
  return answer_flows(arguments, subject.nsgs, subject.loaded.incomplete, process,
                      [&](const io::FlowRow& flow, std::vector<FlowOutput>& outputs, FlowAnswer& answer) {
                        run.answer(flow, outputs, answer);
                      });
}

}  // namespace nsgcheck::cli
