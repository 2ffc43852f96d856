// SPDX-License-Identifier: Apache-2.0
#include "cli/flow_list.hpp"

#include <fmt/format.h>

#include <fstream>
#include <istream>
#include <ostream>

#include "analyzer/io/report.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

using engine::Verdict;

class FlowList {
 public:
  FlowList(const ExplainArguments& arguments, bool incomplete, Process& process, const FlowAnswerer& answerer)
      : arguments_{arguments}, incomplete_{incomplete}, process_{process}, answerer_{answerer} {}

  Exit run(std::istream& flows) {
    io::FlowFile file{arguments_.flows, flows};
    const bool progress = process_.progress && !arguments_.common.quiet;
    std::size_t answered = 0;
    bool broken = false;
    while (auto row = file.next()) {
      if (!*row) {
        process_.err << "nsgcheck: " << located(row->error()) << '\n';
        broken = true;
        continue;
      }
      if (!answer(**row)) {
        broken = true;
        continue;
      }
      ++answered;
      if (out_.size() >= kFlowBlock && !flush()) return Exit::OutputFailed;
      if (progress && answered % 100'000 == 0) process_.err << fmt::format("\r{} flows", answered) << std::flush;
    }
    if (progress && answered >= 100'000) process_.err << "\r\033[K" << std::flush;
    if (arguments_.common.format == Format::Text)
      out_ += fmt::format("{} flows answered, {} differ from what was expected\n", answered, different_);
    if (!flush()) return Exit::OutputFailed;
    if (broken || incomplete_) return Exit::Incomplete;
    return different_ > 0 || unknown_ > 0 ? Exit::Findings : Exit::Clean;
  }

 private:
  bool answer(const io::FlowRow& flow) {
    answer_.error.clear();
    answer_.verdicts.clear();
    answerer_(flow, out_, answer_);
    if (!answer_.error.empty()) {
      process_.err << fmt::format("nsgcheck: {}:{}: {}\n", io::printable(arguments_.flows), flow.line,
                                  io::printable(answer_.error));
      return false;
    }
    compare(flow);
    return true;
  }

  void compare(const io::FlowRow& flow) {
    for (const Verdict verdict : answer_.verdicts) {
      if (flow.expect && verdict != *flow.expect) {
        ++different_;
        process_.err << fmt::format("nsgcheck: {}:{}: {} expected, {} found\n", io::printable(arguments_.flows),
                                    flow.line, engine::name(*flow.expect), engine::name(verdict));
        break;
      }
      if (!flow.expect && verdict == Verdict::Unknown) ++unknown_;
    }
  }

  bool flush() {
    const bool written = write_result(process_, out_);
    out_.clear();
    return written;
  }

  const ExplainArguments& arguments_;
  bool incomplete_;
  Process& process_;
  const FlowAnswerer& answerer_;
  std::string out_;
  FlowAnswer answer_;
  std::size_t different_{};
  std::size_t unknown_{};
};

}  // namespace

Exit answer_flows(const ExplainArguments& arguments, bool incomplete, Process& process, const FlowAnswerer& answerer) {
  FlowList list{arguments, incomplete, process, answerer};
  if (arguments.flows == "-") return list.run(process.in);
  std::ifstream file{arguments.flows, std::ios::binary};
  if (!file) {
    process.err << fmt::format("nsgcheck: {}: cannot be opened\n", io::printable(arguments.flows));
    return Exit::Usage;
  }
  return list.run(file);
}

}  // namespace nsgcheck::cli
