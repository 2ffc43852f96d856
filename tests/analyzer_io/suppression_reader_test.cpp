// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/suppression_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "analyzer/io/baseline_file.hpp"
#include "analyzer/io/yaml.hpp"
#include "analyzer/model/nsg.hpp"
#include "analyzer/model/value_faults.hpp"

namespace nsgcheck::io::suppression_reader_test {
namespace {

using policy::Suppression;

constexpr std::int64_t kEndOfFirstOfMarch2027 = 1'803'945'600;  // date -u -d 2027-03-02 +%s

// "ID|NSG|RULE|FINGERPRINT|STATUS|UNTIL|OWNER|REASON|FAULT".
std::string line_of(const Suppression& one) {
  std::string out;
  bool first = true;
  for (const std::string& part : {one.id, one.nsg, one.rule, one.fingerprint, std::string{policy::name(one.status)},
                                  one.until, one.owner, one.reason, one.fault})
    out += (std::exchange(first, false) ? "" : "|") + part;
  return out;
}

std::string read(const std::string& yaml) {
  const auto document = parse_yaml("s.yaml", yaml);
  const auto place = [](const Diagnostic& fault) {
    return std::to_string(fault.position.line) + ':' + std::to_string(fault.position.column) + ": " + fault.message;
  };
  if (!document) return place(document.error());
  const auto read = read_suppressions(*document, 7);
  if (!read) return place(read.error());
  std::string out;
  for (const Suppression& one : *read) {
    EXPECT_EQ(one.span.document, 7U);
    EXPECT_EQ(one.ends.has_value(), one.fault.find("until") == std::string::npos) << one.fault;
    out += line_of(one) + '\n';
  }
  return out;
}

const std::string kWhole = "- {id: NSG-RDP-001, owner: ops, until: 2027-03-01, reason: Bastion comes}\n";

TEST(SuppressionReader, ReadsEntriesAndNamesFaults) {
  struct Row {
    const char* name;
    std::string yaml;
    std::string gives;
  };
  const Row rows[]{
      {"Whole", kWhole, "NSG-RDP-001||||violated|2027-03-01|ops|Bastion comes|\n"},
      {"UnderAKey", "suppressions:\n" + kWhole, "NSG-RDP-001||||violated|2027-03-01|ops|Bastion comes|\n"},
      {"None", "[]", ""},
      {"Narrowed",
       "- {fingerprint: 0123456789ABCDEF, nsg: web, rule: R, status: unknown, owner: o, until: 2027-03-01, reason: r}",
       "|web|R|0123456789abcdef|unknown|2027-03-01|o|r|\n"},
      {"NoOwner", "- {id: A-1, until: 2027-03-01, reason: r}", "A-1||||violated|2027-03-01||r|owner is missing\n"},
      {"NothingThatIsDemanded", "- {id: A-1, owner: , reason: ' '}",
       "A-1||||violated||||owner, reason and until are missing\n"},
      {"NoDate", "- {id: A-1, owner: o, reason: r, until: next year}",
       "A-1||||violated|next year|o|r|until \"next year\" is no date such as 2027-03-01\n"},
      {"NoSuchDay", "- {id: A-1, owner: o, reason: r, until: 2027-02-29}",
       "A-1||||violated|2027-02-29|o|r|until \"2027-02-29\" is no date such as 2027-03-01\n"},
      {"ATimeIsNoDay", "- {id: A-1, owner: o, reason: r, until: '2027-03-01T00:00:00Z'}",
       "A-1||||violated|2027-03-01T00:00:00Z|o|r|until \"2027-03-01T00:00:00Z\" is no date such as 2027-03-01\n"},
      {"UnknownKey", "- {id: A-1, untill: 2027-03-01}",
       "1:21: \"untill\" is no key of the suppression; did you mean \"until\"? (allowed: id, nsg, rule, "
       "fingerprint, status, until, owner, reason)"},
      {"AboutNothing", "- {owner: o}", "1:3: the suppression has neither \"id\" nor \"fingerprint\""},
      {"ShortFingerprint", "- {fingerprint: 0123}",
       "1:17: \"0123\" is no fingerprint: 32 hexadecimal digits, or 16 or more of its begin"},
      {"Status", "- {id: A-1, status: open}", "1:21: \"open\" is no status (allowed: violated, unknown)"},
      {"ListForAText", "- {id: [A-1]}", "1:8: id is a list where a text belongs"},
      {"NoList", "suppressions: all", "1:15: \"suppressions\" must be a list; [] for none"},
      {"Text", "all", "1:1: a file of suppressions is a list of them, or has the key \"suppressions\""},
      {"NoYaml", "- {", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    if (std::string_view{row.name} == "NoYaml")
      EXPECT_EQ(read(row.yaml).find("A-1"), std::string::npos);
    else
      EXPECT_EQ(read(row.yaml), row.gives);
  }
}

TEST(SuppressionReader, HoldsUntilTheEndOfItsLastDay) {
  const auto document = parse_yaml("s.yaml", kWhole);
  ASSERT_TRUE(document);
  EXPECT_EQ(read_suppressions(*document, 0).value().at(0).ends, kEndOfFirstOfMarch2027);
}

TEST(SuppressionsInDescriptions, AreAboutTheirRule) {
  struct Row {
    const char* name;
    std::string description;
    std::string gives;
  };
  const std::string good = "nsgcheck:ignore NSG-RDP-001 until=2027-03-01 owner=ops Bastion comes";
  const std::string read = "NSG-RDP-001|web|R||violated|2027-03-01|ops|Bastion comes|";
  const Row rows[]{
      {"None", "Jump host", ""},
      {"Alone", good, read},
      {"BehindWords", "Jump host. " + good, read},
      {"AnyCaseAndAnyBlanks", "NSGCheck:Ignore\tNSG-RDP-001  owner=ops\n until=2027-03-01   Bastion comes ", read},
      {"Two", good + " " + good, read + '\n' + read},
      {"OfUnknownFindings", "nsgcheck:ignore A-1 status=unknown until=2027-03-01 owner=o r",
       "A-1|web|R||unknown|2027-03-01|o|r|"},
      {"KeysBehindTheReasonAreReason", "nsgcheck:ignore A-1 until=2027-03-01 see owner=ops",
       "A-1|web|R||violated|2027-03-01||see owner=ops|owner is missing"},
      {"Bare", "nsgcheck:ignore",
       "|web|R||violated||||the policy's id is missing; owner, reason and until are missing"},
      {"BadStatus", "nsgcheck:ignore A-1 status=all until=2027-03-01 owner=o r",
       "A-1|web|R||violated|2027-03-01|o|r|\"all\" is no status (allowed: violated, unknown)"},
      {"TemplateExpression", "[concat('" + good + "', parameters('x'))]",
       "|web|R||violated||||the description is an expression that is not resolved: " +
           model::quoted("[concat('" + good + "', parameters('x'))]")},
      {"TerraformExpression", good + " ${var.x}",
       "|web|R||violated||||the description is an expression that is not resolved: \"" + good + " ${var.x}\""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    model::Nsg nsg;
    nsg.name = "web";
    nsg.rules.resize(1);
    nsg.rules[0].name = "R";
    nsg.rules[0].description = row.description;
    std::string lines;
    for (const Suppression& one : suppressions_in(nsg, 3)) {
      lines += (lines.empty() ? "" : "\n") + line_of(one);
      ASSERT_TRUE(one.in_rule);
      EXPECT_EQ(one.in_rule->nsg, 3U);
      EXPECT_EQ(one.in_rule->rule, 0U);
    }
    EXPECT_EQ(lines, row.gives);
  }
}

TEST(BaselineFile, ReadsWhatMayBeKnownAndNamesFaults) {
  const std::string print(32, 'a');
  const auto finding = [&](const std::string& more) {
    return R"({"id": "NSG-RDP-001", "severity": "high", "nsg": "web", "fingerprint": ")" + print + "\", " + more + "}";
  };
  const auto file = [](const std::string& findings) {
    return R"({"schema": "nsgcheck.audit/1", "findings": [)" + findings + "]}";
  };
  struct Row {
    const char* name;
    std::string json;
    std::string gives;
  };
  const std::string read = "NSG-RDP-001 web high ";
  const Row rows[]{
      {"Violated", file(finding(R"("status": "violated")")), read + "violated -\n"},
      {"Unknown", file(finding(R"("status": "unknown")")), read + "unknown -\n"},
      {"SuppressedIsNotKnown", file(finding(R"("status": "suppressed")")), ""},
      {"CutRegionIsNotKnown", file(finding(R"("status": "violated", "regionComplete": false)")), ""},
      {"Arrivals", file(finding(R"("status": "violated", "arrivesAt": ["vm0"], "mayArriveAt": ["vm1"])")),
       read + "violated vm0,vm1,\n"},
      {"OfItsOwnFormat", R"({"schema": "nsgcheck.baseline/1", "findings": []})", ""},
      {"OtherSchema", R"({"schema": "nsgcheck.diff/1"})", "1:12: a baseline is what"},
      {"NoSchema", "[]", "1:1: a baseline is what"},
      {"NoFindings", R"({"schema": "nsgcheck.audit/1"})", "1:1: the baseline has no list \"findings\""},
      {"NoStatus", file(finding(R"("x": 1)")), "1:45: a finding of the baseline has no text \"status\""},
      {"BadStatus", file(finding(R"("status": "open")")), "1:45: \"open\" is no status"},
      {"BadFingerprint", file(R"({"id": "A", "fingerprint": "x", "severity": "low", "status": "unknown"})"),
       "1:45: \"x\" is no fingerprint"},
      {"BadSeverity", file(R"({"id": "A", "fingerprint": ")" + print + R"(", "severity": "bad", "status": "unknown"})"),
       "1:45: \"bad\" is no severity"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto document = parse_json("b.json", row.json, 0);
    ASSERT_TRUE(document);
    const auto entries = read_baseline(*document);
    std::string text;
    if (entries) {
      for (const policy::BaselineEntry& one : *entries) {
        text += one.id + ' ' + one.nsg + ' ' + std::string{policy::name(one.severity)} + ' ' +
                std::string{policy::name(one.status)} + ' ';
        if (!one.arrives) text += '-';
        for (const std::string& instance : one.arrives.value_or(std::vector<std::string>{})) text += instance + ',';
        text += '\n';
      }
      EXPECT_EQ(text, row.gives);
    } else {
      const Diagnostic& fault = entries.error();
      text = std::to_string(fault.position.line) + ':' + std::to_string(fault.position.column) + ": " + fault.message;
      EXPECT_EQ(text.substr(0, row.gives.size()), row.gives);
      EXPECT_FALSE(row.gives.empty()) << text;
    }
  }
}

}  // namespace
}  // namespace nsgcheck::io::suppression_reader_test
