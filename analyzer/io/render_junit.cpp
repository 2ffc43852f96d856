// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/io/xml_text.hpp"

namespace nsgcheck::io {
namespace {

struct Suite {
  std::string cases;
  std::size_t tests{}, failures{}, errors{}, skipped{};
};

std::string details(const AuditReport& report, const NsgReport& nsg, const policy::Finding& finding) {
  const Place place = place_of(report, anchor_of(nsg, finding));
  std::string out = fmt::format("{} {}: {}\n", policy::name(finding.severity), policy::name(finding.status),
                                xml_text(finding.message));
  if (place.position) out = xml_text(to_string(place)) + ": " + out;
  if (finding.witness) out += "e.g. " + xml_text(to_string(*finding.witness)) + '\n';
  return out;
}

/// One policy on one NSG: passed, failed with all its findings, or skipped when all of them are suppressed or known.
void add_policy(Suite& suite, const AuditReport& report, const NsgReport& nsg, const policy::Policy& policy) {
  std::string text;
  const policy::Finding* first = nullptr;
  std::string passed_over;
  for (const policy::Finding& finding : nsg.audit.findings) {
    if (finding.policy->id != policy.id) continue;
    const bool suppressed = finding.status == policy::Status::Suppressed;
    if (suppressed || is_known(finding)) {
      const std::string why = !suppressed          ? "known: in the baseline"
                              : finding.suppressed ? "suppressed " + suppressed_text(finding)
                                                   : "suppressed";
      if (passed_over.find(why) == std::string::npos) passed_over += (passed_over.empty() ? "" : "; ") + why;
      continue;
    }
    if (first == nullptr) first = &finding;
    text += details(report, nsg, finding);
  }
  ++suite.tests;
  const std::string file = place_of(report, nsg.nsg.span).file;
  suite.cases += fmt::format("    <testcase classname=\"{}\" name=\"{} {}\"", xml_text(nsg.nsg.name),
                             xml_text(policy.id), xml_text(policy.title));
  if (!file.empty()) suite.cases += fmt::format(" file=\"{}\"", xml_text(file));
  if (first != nullptr) {
    ++suite.failures;
    suite.cases +=
        fmt::format(">\n      <failure type=\"{}\" message=\"{}\">{}{}</failure>\n    </testcase>\n",
                    policy::name(first->status), xml_text(first->message), text, xml_text(policy.remediation));
  } else if (!passed_over.empty()) {
    ++suite.skipped;
    suite.cases += fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", xml_text(passed_over));
  } else {
    suite.cases += "/>\n";
  }
}

Suite suite_of(const AuditReport& report, const NsgReport& nsg) {
  Suite suite;
  for (const policy::Policy& policy : report.policies)
    if (is_judged_on(report, nsg, policy)) add_policy(suite, report, nsg, policy);
  for (const policy::ModelRule rule : nsg.audit.undecided) {
    ++suite.tests;
    ++suite.errors;
    suite.cases += fmt::format(
        "    <testcase classname=\"{0}\" name=\"structure of {1}\">\n      <error type=\"budget-exceeded\" "
        "message=\"the "
        "work budget ran out\"/>\n    </testcase>\n",
        xml_text(nsg.nsg.name), xml_text(nsg.nsg.rules[rule].name));
  }
  return suite;
}

/// What the inputs are as inputs: read, read in part, or without an NSG.
Suite suite_of_inputs(const AuditReport& report) {
  Suite suite;
  for (const InputReport& input : report.inputs) {
    ++suite.tests;
    const std::string file = xml_text(input.file);
    suite.cases += fmt::format("    <testcase classname=\"inputs\" name=\"{0}\" file=\"{0}\"", file);
    if (!input.errors.empty()) {
      ++suite.errors;
      std::string text;
      for (const Diagnostic& error : input.errors)
        text += xml_text(to_string(Place{input.file, error.position, ""})) + ": " + xml_text(error.message) + '\n';
      suite.cases += fmt::format(">\n      <error type=\"not-understood\" message=\"{}\">{}</error>\n    </testcase>\n",
                                 xml_text(input.errors.front().message), text);
    } else if (input.has_no_nsg) {
      ++suite.skipped;
      suite.cases += fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", kNoNsg);
    } else if (!input.skipped.empty()) {
      std::string text;
      for (const Skipped& one : input.skipped) {
        const Place place = place_of(report, one.span);
        text += "skipped: " + xml_text((place.position ? to_string(place) + ": " : "") + one.what) + '\n';
      }
      suite.cases += fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n", text);
    } else {
      suite.cases += "/>\n";
    }
  }
  return suite;
}

std::string counts(const Suite& suite) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", suite.tests, suite.failures,
                     suite.errors, suite.skipped);
}

}  // namespace

std::string render_junit(const AuditReport& report) {
  Suite all;
  const auto add = [&](std::string_view name, const Suite& suite) {
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
    all.skipped += suite.skipped;
    all.cases +=
        fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", xml_text(name), counts(suite), suite.cases);
  };
  add("inputs", suite_of_inputs(report));
  for (const NsgReport& nsg : report.nsgs) add(nsg.nsg.name, suite_of(report, nsg));
  if (report.whole) {
    add(whole_heading(report), suite_of(report, *report.whole));
  }
  if (report.governance) add("suppressions", suite_of(report, *report.governance));
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"nsgcheck\" {}>\n{}</testsuites>\n",
                     counts(all), all.cases);
}

}  // namespace nsgcheck::io
