// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "analyzer/io/report.hpp"
#include "analyzer/io/xml_text.hpp"
#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io {
namespace {

struct Counts {
  std::size_t tests{}, failures{}, errors{}, skipped{};
  [[nodiscard]] std::string text() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", tests, failures, errors, skipped);
  }
};

// What is no attempt to reach an instance is no test of the deployment; what cannot be told is an error of the test.
enum class Result : std::uint8_t { Passed, Failed, Error, Skipped };

Result result_of(const ConnectionRow& row) {
  const std::string& verdict = row.outcome.verdict;
  if (verdict == "reached") return Result::Passed;
  if (verdict == "unknown") return Result::Error;
  if (verdict == "not-rdp") return Result::Skipped;
  return Result::Failed;
}

void count(Counts& counts, Result result) {
  ++counts.tests;
  counts.failures += result == Result::Failed ? 1 : 0;
  counts.errors += result == Result::Error ? 1 : 0;
  counts.skipped += result == Result::Skipped ? 1 : 0;
}

std::string case_text(const ConnectionRow& row) {
  const OutcomeRow& o = row.outcome;
  std::string out = fmt::format("    <testcase classname=\"{}\" name=\"packet {} {}:{} to {}:{}{}\"",
                                xml_text(o.capture), o.first_packet, o.client, o.client_port, o.server, o.server_port,
                                o.wanted ? " wants " + xml_text(*o.wanted) : "");
  const std::string type = xml_text(o.verdict + ' ' + o.reason);
  switch (result_of(row)) {
    case Result::Passed:
      return out + "/>\n";
    case Result::Skipped:
      return out + fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", type);
    case Result::Failed:
    case Result::Error:
      break;
  }
  const std::string_view tag = result_of(row) == Result::Failed ? "failure" : "error";
  return out + fmt::format(">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>\n", tag, type,
                           xml_text(row.message), xml_text(remedy(o.reason)));
}

std::string damage_case(const CaptureContent& capture) {
  const std::string file = xml_text(capture.file);
  std::string text;
  for (const CaptureDamage& damage : capture.damage) text += xml_text(damage.text()) + '\n';
  return fmt::format(
      "    <testcase classname=\"{0}\" name=\"the capture is whole\">\n      <error type=\"damaged\" "
      "message=\"{1}\">{2}</error>\n    </testcase>\n",
      file, xml_text(capture.damage.front().text()), text);
}

}  // namespace

bool render_replay_junit(const ReplayReport& report, const TextSink& sink) {
  // The counts of a suite stand before its cases, so the rows are visited twice.
  std::vector<Counts> counts(report.captures->size());
  Counts all;

  const auto add = [&](const ConnectionRow& row) {
    count(counts[row.capture_index], result_of(row));
    count(all, result_of(row));
    return true;
  };
  report.each_row(add, [&](const ConnectionRow& alike, std::uint64_t) { return add(alike); });
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if ((*report.captures)[i].damage.empty()) continue;
    count(counts[i], Result::Error);
    count(all, Result::Error);
  }
  bool good =
      sink(fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"nsgcheck\" {}>\n", all.text()));
  std::size_t begun = 0;  // suites that were opened; all but the last are closed
  const auto open_until = [&](std::size_t end) {
    for (; good && begun < end; ++begun) {
      const CaptureContent& capture = (*report.captures)[begun];
      good = sink((begun > 0 ? "  </testsuite>\n" : "") +
                  fmt::format("  <testsuite name=\"{}\" {}>\n", xml_text(capture.file), counts[begun].text()) +
                  (capture.damage.empty() ? "" : damage_case(capture)));
    }
  };
  report.each_row(
      [&](const ConnectionRow& row) {
        open_until(row.capture_index + 1);
        good = good && sink(case_text(row));
        return good;
      },
      {});
  open_until(counts.size());
  return good && sink(std::string{begun > 0 ? "  </testsuite>\n" : ""} + "</testsuites>\n");
}

}  // namespace nsgcheck::io
