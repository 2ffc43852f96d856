// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"
#include "simulator/io/render_replay_pcapng.hpp"
#include "simulator/io/replay_expect.hpp"
#include "simulator/io/replay_run.hpp"

namespace nsgcheck::cli {
namespace {

bool render(const io::ReplayReport& report, Format format, const io::TextStyle& style, const io::TextSink& sink) {
  switch (format) {
    case Format::Json:
      return io::render_replay_json(report, sink);
    case Format::Jsonl:
      return io::render_replay_jsonl(report, sink);
    case Format::Junit:
      return io::render_replay_junit(report, sink);
    default:
      return io::render_replay_text(report, style, sink);
  }
}

/// Gathers pieces to blocks, so that a long result is written as it is made.
class BlockWriter {
 public:
  explicit BlockWriter(Process& process) : process_{process} {}
  bool add(std::string_view text) {
    block_ += text;
    return block_.size() < kBlock || flush();
  }
  bool flush() {
    const bool written = write_result(process_, block_);
    block_.clear();
    return written;
  }

 private:
  static constexpr std::size_t kBlock = 1U << 16;
  Process& process_;
  std::string block_;
};

/// Writes one output file. Returns the failure, or "".
std::string write_output(const io::ReplayReport& report, const ReplayArguments& arguments, Format format,
                         const std::string& path) {
  FileWriter file{path};
  const auto sink = [&](std::string_view piece) { return file.add(piece); };
  if (format == Format::Pcapng) {
    const auto written = io::render_replay_pcapng(report, arguments.captures, sink);
    if (!written && !written.error().empty()) return written.error();
  } else {
    render(report, format, {false, 80}, sink);
  }
  return file.finish();
}

bool write_outputs(const io::ReplayReport& report, const ReplayArguments& arguments, Process& process) {
  for (const auto& [format, path] : arguments.outputs) {
    const std::string failure = write_output(report, arguments, format, path);
    if (failure.empty()) continue;
    say_not_written(process, path, failure);
    return false;
  }
  BlockWriter writer{process};
  const auto sink = [&](std::string_view piece) { return writer.add(piece); };
  return render(report, arguments.common.format, style_of(arguments.common, process), sink) && writer.flush();
}

/// Why the captures cannot be written again as pcapng; "" when they can, or when that is not asked for.
std::string why_not_twice(const ReplayArguments& arguments) {
  namespace fs = std::filesystem;
  for (const auto& [format, path] : arguments.outputs) {
    if (format != Format::Pcapng) continue;
    for (const std::string& capture : arguments.captures) {
      std::error_code error;
      const bool pipe = capture == "-" || (fs::exists(capture, error) && !fs::is_regular_file(capture, error));
      if (pipe)
        return fmt::format("-o pcapng reads each capture twice, which \"{}\" does not allow; name a file",
                           io::printable(capture));
      if (fs::equivalent(capture, path, error))
        return fmt::format("-o pcapng={0} would replace the capture {0}", io::printable(path));
    }
  }
  return {};
}

std::vector<io::CaptureContent> read_captures(const ReplayArguments& arguments, const std::vector<net::Port>& ports,
                                              Process& process) {
  const bool progress = process.progress && !arguments.common.quiet;
  std::vector<io::CaptureContent> captures;
  bool shown = false;
  for (const std::string& path : arguments.captures) {
    io::CaptureOptions options;
    options.server_ports = ports;
    options.ahead = threads_for(arguments.jobs) > 1;
    if (progress)
      options.progress = [&](std::uint64_t packets) {
        process.err << fmt::format("\r{}: {} packets", io::printable(path), packets) << std::flush;
        shown = true;
      };
    captures.push_back(io::read_capture(path, shown_path(path), process.in, options));
    if (shown) process.err << "\r\033[K" << std::flush;
    for (const io::CaptureDamage& damage : captures.back().damage)
      process.err << fmt::format("nsgcheck: {}: {}\n", io::printable(captures.back().file),
                                 io::printable(damage.text()));
  }
  return captures;
}

/// Freed blocks of the flow table go back to the system at once. Left alone, the C library stops doing so after the
/// first large block, and a capture of a million connections would take up their memory twice.
void give_back_large_blocks() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
#endif
}

/// A connection that should get through and does not, or of which that cannot be told.
bool is_failure(const io::ConnectionRow& row, bool strict) {
  const std::string& verdict = row.outcome.verdict;
  if (verdict == "reached") return false;
  return strict || (verdict != "not-rdp" && verdict != "unroutable");
}

/// The expected outcomes; empty when none are asked for.
using Expectations = std::optional<io::ExpectedOutcomes>;

bool load_expectations(const ReplayArguments& arguments, Process& process, io::Documents& documents,
                       Expectations& expectations) {
  if (arguments.expect.empty()) return true;
  const std::string shown = shown_path(arguments.expect);
  const auto bytes = read_bytes(arguments.expect, process.in);
  if (!bytes) {
    process.err << fmt::format("nsgcheck: {}: {}\n", io::printable(shown), bytes.error());
    return false;
  }
  auto document = io::parse_json(shown, *bytes, 0);
  if (!document) {
    process.err << "nsgcheck: " << located(document.error()) << '\n';
    return false;
  }
  documents.push_back(std::move(*document));
  auto read = io::ExpectedOutcomes::read(documents.back());
  if (!read) {
    process.err << "nsgcheck: " << located(read.error()) << '\n';
    return false;
  }
  expectations = std::move(*read);
  return true;
}

/// Visits all rows once before anything is written: counts, failures, expectations. True when nothing fails. A
/// connection whose end was expected is held against the expectation alone: a test may expect a failure.
bool judge(io::ReplayReport& report, const ReplayArguments& arguments, Expectations& expectations, Process& process) {
  bool fails = false;
  const auto count = [&](const io::ConnectionRow& row, bool expected) {
    report.summary.count(row.outcome.verdict);
    fails = fails || (!expected && is_failure(row, arguments.strict));
  };
  const auto visit = [&](const io::ConnectionRow& row) {
    count(row, expectations && expectations->compare(row.outcome));
    return true;
  };
  report.each_row(visit, [&](const io::ConnectionRow& alike, std::uint64_t) {
    if (!expectations) count(alike, false);
    return !expectations;
  });
  if (!expectations) return !fails;
  expectations->finish();
  for (const io::Diagnostic& difference : expectations->differences())
    process.err << "nsgcheck: " << located(difference) << '\n';
  return !fails && expectations->differences().empty();
}

}  // namespace

Exit run_replay(const ReplayArguments& arguments, Process& process) {
  if (const std::string reason = why_not_twice(arguments); !reason.empty()) {
    process.err << "nsgcheck: " << reason << '\n';
    return Exit::Usage;
  }
  give_back_large_blocks();
  DeploymentInputs inputs;
  if (!load_deployment(arguments.deployment, process, inputs)) return Exit::Usage;
  model::doubt_conditional_nsgs(inputs.deployment);
  io::Documents expectation_documents;
  Expectations expectations;
  if (!load_expectations(arguments, process, expectation_documents, expectations)) return Exit::Usage;

  auto captures = read_captures(arguments, io::server_ports(inputs.deployment), process);
  const auto readable = [](const io::CaptureContent& capture) { return capture.readable; };
  const bool any_read = std::any_of(captures.begin(), captures.end(), readable);
  const bool damaged = std::any_of(captures.begin(), captures.end(),
                                   [](const io::CaptureContent& capture) { return !capture.damage.empty(); });
  const path::CompiledDeployment compiled{inputs.deployment};
  const io::Replay replay{compiled, walk_options(arguments.deployment), arguments.mask_users, std::move(captures)};
  io::ReplayReport report = replay.report(inputs.places);
  const bool passes = judge(report, arguments, expectations, process);
  if (!write_outputs(report, arguments, process)) return Exit::OutputFailed;
  if (!any_read) return Exit::Usage;
  if (damaged) return Exit::Incomplete;
  return answered(inputs, passes ? Exit::Clean : Exit::Findings);
}

}  // namespace nsgcheck::cli
