// SPDX-License-Identifier: Apache-2.0
#include "cli/flow_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <istream>
#include <ostream>

#include "analyzer/io/report.hpp"
#include "analyzer/net/text.hpp"
#include "cli/flow_input.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

using engine::Verdict;

class FlowList {
 public:
  FlowList(const ExplainArguments& arguments, bool incomplete, Process& process, const FlowAnswerer& answerer)
      : arguments_{arguments}, incomplete_{incomplete}, process_{process}, answerer_{answerer} {
    outputs_.push_back({arguments.common.format, style_of(arguments.common, process), {}});
    for (const auto& [format, path] : arguments.outputs) {
      outputs_.push_back({format, {false, 80}, {}});
      files_.emplace_back(path);
    }
  }

  Exit run(FlowInput& input) {
    const bool progress = process_.progress && !arguments_.common.quiet;
    std::size_t answered = 0;
    bool broken = false;
    bool written = true;
    const bool readable = input.for_each(process_.in, [&](const tl::expected<io::FlowRow, io::Diagnostic>& row) {
      if (!row) process_.err << "nsgcheck: " << located(row.error()) << '\n';
      if (!row || !answer(*row)) {
        broken = true;
        return true;
      }
      ++answered;
      const bool full = std::any_of(outputs_.begin(), outputs_.end(),
                                    [](const FlowOutput& out) { return out.text.size() >= kFlowBlock; });
      if (full) written = flush();
      if (progress && answered % 100'000 == 0) process_.err << fmt::format("\r{} flows", answered) << std::flush;
      return written;
    });
    if (!written) return Exit::OutputFailed;
    if (!readable) return Exit::Usage;
    if (progress && answered >= 100'000) process_.err << "\r\033[K" << std::flush;
    for (FlowOutput& out : outputs_)
      if (out.format == Format::Text) out.text += summary(input.tally(), answered);
    if (!flush() || !finish()) return Exit::OutputFailed;
    const bool whole = say_tally(input.tally(), arguments_, process_);
    if (broken || !whole || incomplete_) return Exit::Incomplete;
    return different_ > 0 || unknown_ > 0 ? Exit::Findings : Exit::Clean;
  }

 private:
  [[nodiscard]] std::string summary(const FlowLogTally& tally, std::size_t answered) const {
    if (!tally.is_log)
      return fmt::format("{} flows answered, {} differ from what was expected\n", answered, different_);
    std::string out = fmt::format("{} entries logged, {} distinct flows answered, {} differ from what was logged\n",
                                  tally.entries, answered, different_);
    if (other_rule_ > 0)
      out += fmt::format("{} as logged, but by another rule, first {}\n", other_rule_, first_other_rule_);
    return out;
  }

  [[nodiscard]] std::string place(const io::FlowRow& flow) const {
    const std::string line = fmt::format("{}:{}", io::printable(arguments_.flows), flow.line);
    return flow.column == 0 ? line : fmt::format("{}:{}", line, flow.column);
  }

  bool answer(const io::FlowRow& flow) {
    answer_.error.clear();
    answer_.verdicts.clear();
    answer_.rule.clear();
    answerer_(flow, outputs_, answer_);
    if (!answer_.error.empty()) {
      process_.err << fmt::format("nsgcheck: {}: {}\n", place(flow), io::printable(answer_.error));
      return false;
    }
    compare(flow);
    return true;
  }

  void compare(const io::FlowRow& flow) {
    for (const Verdict verdict : answer_.verdicts) {
      if (flow.expect && verdict != *flow.expect) {
        ++different_;
        process_.err << fmt::format("nsgcheck: {}: {} {}, {} found\n", place(flow), engine::name(*flow.expect),
                                    flow.logged_rule.empty() ? "expected" : "logged", engine::name(verdict));
        return;
      }
      if (!flow.expect && verdict == Verdict::Unknown) ++unknown_;
    }
    compare_rule(flow);
  }

  /// Flow logs may attribute a flow to another NSG's rule of that name, and cut long names (nsg-semantics 3.1, 1.1): a
  /// difference is worth a line and no fault.
  void compare_rule(const io::FlowRow& flow) {
    constexpr std::size_t kCutAt = 65;
    if (flow.logged_rule.empty() || answer_.rule.empty()) return;
    std::string_view here = answer_.rule;
    if (flow.logged_rule.size() >= kCutAt) here = here.substr(0, flow.logged_rule.size());
    if (net::same_word(here, flow.logged_rule)) return;
    if (other_rule_++ == 0)
      first_other_rule_ =
          fmt::format("{}: {}, logged {}", place(flow), io::printable(here), io::printable(flow.logged_rule));
  }

  // What a file refuses is said when it is finished.
  bool flush() {
    for (std::size_t i = 1; i < outputs_.size(); ++i) {
      files_[i - 1].add(outputs_[i].text);
      outputs_[i].text.clear();
    }
    const bool written = write_result(process_, outputs_.front().text);
    outputs_.front().text.clear();
    return written;
  }

  bool finish() {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const std::string failure = files_[i].finish();
      if (failure.empty()) continue;
      say_not_written(process_, arguments_.outputs[i].second, failure);
      return false;
    }
    return true;
  }

  const ExplainArguments& arguments_;
  bool incomplete_;
  Process& process_;
  const FlowAnswerer& answerer_;
  std::vector<FlowOutput> outputs_;  ///< the first is standard output
  std::deque<FileWriter> files_;     ///< of the others
  FlowAnswer answer_;
  std::size_t different_{};
  std::size_t unknown_{};
  std::size_t other_rule_{};
  std::string first_other_rule_;
};

}  // namespace

Exit answer_flows(const ExplainArguments& arguments, const std::vector<const model::Nsg*>& nsgs, bool incomplete,
                  Process& process, const FlowAnswerer& answerer) {
  FlowInput input{arguments, nsgs};
  return FlowList{arguments, incomplete, process, answerer}.run(input);
}

}  // namespace nsgcheck::cli
