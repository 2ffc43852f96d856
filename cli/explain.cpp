// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <istream>
#include <memory>
#include <ostream>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/classifier.hpp"
#include "analyzer/engine/explain.hpp"
#include "analyzer/io/flow_file.hpp"
#include "analyzer/io/render_explain.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/net/text.hpp"
#include "cli/commands.hpp"
#include "cli/flow_input.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

using engine::Verdict;

/// The NSGs that are asked, and what outputs need to point into their files.
struct Subject {
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

void load_subject(const ExplainArguments& arguments, Process& process, Subject& subject) {
  subject.loaded = load_inputs(arguments.inputs, process, arguments.common.quiet);
  say_errors(subject.loaded, process);
  subject.places.documents = &subject.loaded.documents;
  subject.places.files = subject.loaded.files;
  if (subject.loaded.context.virtual_network_assumed)
    subject.places.assumptions = policy::assumptions({"virtual-network-default"}, subject.loaded.context, {});
  for (const model::Nsg& nsg : subject.loaded.nsgs)
    if (arguments.nsg.empty() || net::same_word(nsg.name, arguments.nsg)) subject.nsgs.push_back(&nsg);
}

io::ExplainReport explain(const Subject& subject, const io::FlowRow& flow, const std::vector<std::size_t>& stages) {
  io::ExplainReport report{&subject.places, flow, {}};
  for (const std::size_t stage : stages)
    report.stages.push_back(
        {subject.nsgs[stage], policy::explain_stage(*subject.nsgs[stage], subject.loaded.context, flow.query)});
  return report;
}

std::string render(const io::ExplainReport& report, const ExplainArguments& arguments, const Process& process) {
  switch (arguments.common.format) {
    case Format::Json:
      return io::render_explain_json(report, 2);
    case Format::Jsonl:
      return io::render_explain_json(report, -1);
    default:
      return io::render_explain_text(report, style_of(arguments.common, process));
  }
}

/// Answers a file of flows row by row: packets from tables made once, sets by asking anew.
class FlowRun {
 public:
  FlowRun(const ExplainArguments& arguments, const Subject& subject, Process& process)
      : arguments_{arguments},
        subject_{subject},
        process_{process},
        writer_{subject.places, subject.nsgs},
        filters_(subject.nsgs.size()) {}

  Exit run() {
    FlowInput input{arguments_, subject_.nsgs};
    std::size_t answered = 0;
    bool broken = false;
    bool written = true;
    const bool readable = input.for_each(process_.in, [&](const tl::expected<io::FlowRow, io::Diagnostic>& row) {
      if (!row) process_.err << "nsgcheck: " << located(row.error()) << '\n';
      if (!row || !ask(*row)) {
        broken = true;
        return true;
      }
      ++answered;
      if (out_.size() >= kBlock) written = flush();
      if (process_.progress && !arguments_.common.quiet && answered % 100'000 == 0)
        process_.err << fmt::format("\r{} flows", answered) << std::flush;
      return written;
    });
    if (!written) return Exit::OutputFailed;
    if (!readable) return Exit::Usage;
    if (process_.progress && !arguments_.common.quiet && answered >= 100'000) process_.err << "\r\033[K" << std::flush;
    if (arguments_.common.format == Format::Text) summarise(input.tally(), answered);
    if (!flush()) return Exit::OutputFailed;
    const bool whole = say_tally(input.tally(), arguments_, process_);
    if (broken || !whole || subject_.loaded.incomplete) return Exit::Incomplete;
    return different_ > 0 || unknown_ > 0 ? Exit::Findings : Exit::Clean;
  }

 private:
  static constexpr std::size_t kBlock = 1U << 20;

  void summarise(const FlowLogTally& tally, std::size_t answered) {
    if (!tally.is_log) {
      out_ += fmt::format("{} flows answered, {} differ from what was expected\n", answered, different_);
      return;
    }
    out_ += fmt::format("{} entries logged, {} distinct flows answered, {} differ from what was logged\n",
                        tally.entries, answered, different_);
    if (other_rule_ > 0)
      out_ += fmt::format("{} as logged, but by another rule, first {}\n", other_rule_, first_other_rule_);
  }

  /// False when the flow names an NSG that no input has.
  bool ask(const io::FlowRow& flow) {
    const std::vector<std::size_t> stages = subject_.named(flow.nsg);
    if (stages.empty())
      process_.err << fmt::format("nsgcheck: {}: no NSG has the name \"{}\"\n", place(flow), io::printable(flow.nsg));
    else
      answer(flow, stages);
    return !stages.empty();
  }

  [[nodiscard]] std::string place(const io::FlowRow& flow) const {
    const std::string line = fmt::format("{}:{}", io::printable(arguments_.flows), flow.line);
    return flow.column == 0 ? line : fmt::format("{}:{}", line, flow.column);
  }

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

  void answer(const io::FlowRow& flow, const std::vector<std::size_t>& stages) {
    verdicts_.clear();
    rules_.clear();
    if (!flow.query.is_packet() || arguments_.ladder) {
      const io::ExplainReport report = explain(subject_, flow, stages);
      for (const io::StageReport& stage : report.stages) verdicts_.push_back(stage.answer.judgement.verdict);
      if (arguments_.common.format == Format::Text)
        out_ += render(report, arguments_, process_) + '\n';
      else
        out_ += io::render_explain_json(report, -1);
    } else {
      classify(flow, stages);
      if (arguments_.common.format == Format::Text)
        writer_.text(out_, flow, stages, verdicts_, rules_);
      else
        writer_.json(out_, flow, stages, verdicts_, rules_);
    }
    compare(flow, stages);
  }

  void classify(const io::FlowRow& flow, const std::vector<std::size_t>& stages) {
    const auto address = [](const model::AddressItem& item) -> net::IpAddress {
      const auto& prefix = std::get<model::Block>(item.value).prefix;
      if (const auto* v4 = std::get_if<net::Prefix4>(&prefix)) return v4->network();
      return std::get<net::Prefix6>(prefix).network();
    };
    net::FiveTuple packet;
    for (unsigned p = 0; p < flow.query.protocols.size(); ++p)
      if (flow.query.protocols[p]) packet.protocol = net::Protocol{static_cast<std::uint8_t>(p)};
    packet.source = address(flow.query.from);
    packet.destination = address(flow.query.to);
    packet.source_port = flow.query.source_port.value_or(0);
    packet.destination_port = flow.query.destination_port.value_or(0);
    rules_.clear();
    for (const std::size_t stage : stages) {
      const Tables& here = tables(stage, flow.query.direction);
      engine::Decision decision = here.classifier.classify(packet);
      // What is known of tags may settle more than the walk; where there are none, the walk is all there is.
      if (decision.verdict == Verdict::Unknown && here.filter.symbols().size() > 0)
        decision.verdict = engine::verdict(engine::ask(here.filter, engine::flow_set(packet, false)));
      verdicts_.push_back(decision.verdict);
      rules_.push_back(decision.decider ? std::optional{here.filter.origin(*decision.decider)} : std::nullopt);
    }
  }

  /// Flow logs may attribute a flow to another NSG's rule of that name, and cut long names (nsg-semantics 3.1, 1.1): a
  /// difference is worth a line and no fault.
  void compare_rule(const io::FlowRow& flow, const std::vector<std::size_t>& stages) {
    constexpr std::size_t kCutAt = 65;
    if (flow.logged_rule.empty() || stages.size() != 1 || rules_.empty() || !rules_.front()) return;
    std::string_view here = subject_.nsgs[stages.front()]->rules[*rules_.front()].name;
    if (flow.logged_rule.size() >= kCutAt) here = here.substr(0, flow.logged_rule.size());
    if (net::same_word(here, flow.logged_rule)) return;
    if (other_rule_++ == 0)
      first_other_rule_ =
          fmt::format("{}: {}, logged {}", place(flow), io::printable(here), io::printable(flow.logged_rule));
  }

  void compare(const io::FlowRow& flow, const std::vector<std::size_t>& stages) {
    for (const Verdict verdict : verdicts_) {
      if (flow.expect && verdict != *flow.expect) {
        ++different_;
        process_.err << fmt::format("nsgcheck: {}: {} {}, {} found\n", place(flow), engine::name(*flow.expect),
                                    flow.logged_rule.empty() ? "expected" : "logged", engine::name(verdict));
        return;
      }
      if (!flow.expect && verdict == Verdict::Unknown) ++unknown_;
    }
    compare_rule(flow, stages);
  }

  bool flush() {
    const bool written = write_result(process_, out_);
    out_.clear();
    return written;
  }

  const ExplainArguments& arguments_;
  const Subject& subject_;
  Process& process_;
  io::FlowLineWriter writer_;
  std::vector<std::array<std::unique_ptr<Tables>, 2>> filters_;
  std::string out_;
  std::vector<Verdict> verdicts_;
  std::vector<std::optional<policy::ModelRule>> rules_;
  std::size_t different_{};
  std::size_t unknown_{};
  std::size_t other_rule_{};
  std::string first_other_rule_;
};

Exit run_one(const ExplainArguments& arguments, const Subject& subject, Process& process) {
  const auto port = [](const std::optional<net::Port>& p) { return p ? std::to_string(*p) : std::string{}; };
  const std::string source_port = port(arguments.source_port);
  const std::string destination_port = port(arguments.port);
  const auto flow = io::parse_flow(
      {arguments.direction, arguments.protocol, arguments.from, source_port, arguments.to, destination_port, {}, {}});
  if (!flow) {
    process.err << fmt::format("nsgcheck: {}\n", io::printable(flow.error()));
    return Exit::Usage;
  }
  const io::ExplainReport report = explain(subject, *flow, subject.named({}));
  if (!write_result(process, render(report, arguments, process))) return Exit::OutputFailed;
  if (subject.loaded.incomplete) return Exit::Incomplete;
  for (const io::StageReport& stage : report.stages)
    if (stage.answer.judgement.verdict == Verdict::Unknown) return Exit::Findings;
  return Exit::Clean;
}

}  // namespace

Exit run_explain(const ExplainArguments& arguments, Process& process) {
  const bool one_given = !arguments.direction.empty() || !arguments.protocol.empty() || !arguments.from.empty() ||
                         !arguments.to.empty() || arguments.port || arguments.source_port;
  if (!arguments.flows.empty() && one_given) {
    process.err << "nsgcheck: --flows asks the flows of a file; it does not go with --direction, --protocol, --from, "
                   "--to, --port or --source-port\n";
    return Exit::Usage;
  }
  Subject subject;
  load_subject(arguments, process, subject);
  if (subject.nsgs.empty()) {
    if (arguments.nsg.empty())
      process.err << "nsgcheck: no network security group in any input\n";
    else
      process.err << fmt::format("nsgcheck: no NSG has the name \"{}\"\n", io::printable(arguments.nsg));
    return Exit::Usage;
  }
  return arguments.flows.empty() ? run_one(arguments, subject, process) : FlowRun{arguments, subject, process}.run();
}

}  // namespace nsgcheck::cli
