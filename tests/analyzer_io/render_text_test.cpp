// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "analyzer/io/report.hpp"
#include "tests/analyzer_io/render_sample.hpp"

namespace nsgcheck::io::render_text_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AuditText : public testing::Test {
 protected:
  AuditText() { fill_full(sample_); }
  [[nodiscard]] std::string text() const { return render_text(sample_.report, {}); }
  [[nodiscard]] policy::NsgAudit& audit(std::size_t nsg) { return sample_.report.nsgs[nsg].audit; }

  Sample sample_;
};

TEST_F(AuditText, QuotesTheRuleUnderACaret) {
  EXPECT_THAT(text(), HasSubstr("  nsgs/web.json:7:9\n"
                                "       8 |   \"name\": \"AllowRdp\",\n"
                                "         |           ^^^^^^^^^^\n"));
}

TEST_F(AuditText, CutsALongLineAroundTheValue) {
  EXPECT_THAT(text(), HasSubstr("      36 | ..tionPortRange\": \"9000-8000\"\n"
                                "         |                   ^^^^^^^^^^^\n"));
}

TEST_F(AuditText, HasColoursOnlyWhenAsked) {
  EXPECT_THAT(text(), Not(HasSubstr("\x1b")));
  const std::string colored = render_text(sample_.report, {true, 80});
  EXPECT_THAT(colored, HasSubstr("\x1b[1;31mCRITICAL\x1b[0m"));
  std::string plain;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b')
      i = colored.find('m', i);
    else
      plain += colored[i];
  }
  EXPECT_EQ(plain, text()) << "colours change nothing else";
}

TEST_F(AuditText, SaysSoWhenAnNsgIsFine) {
  Sample fine;
  fine.add("db.json", R"({"name": "db", "properties": {"securityRules": []}})");
  EXPECT_EQ(render_text(fine.report, {}),
            "db  db.json:1  0 inbound and 0 outbound rules\n"
            "  inbound    Internet         VirtualNetwork   AzureLoadBalancer\n"
            "  3389/tcp   deny    default  allow   default  allow   default (+1)\n"
            "  3389/udp   deny    default  allow   default  -\n"
            "  20000/tcp  deny    default  allow   default  allow   default (+1)\n"
            "  outbound   3389/tcp to VirtualNetwork  allow   default\n"
            "  proven   for every packet: this NSG lets nothing from the Internet through to\n"
            "           3389/tcp, 3389/udp or 20000/tcp\n"
            "  ok       no findings: all 7 policies in force hold\n"
            "\n"
            "1 NSG with 0 rules in 1 input: no findings\n");
}

TEST_F(AuditText, NeverSaysFineWhenTheBudgetRanOut) {
  audit(1).undecided = {0};
  EXPECT_THAT(text(), AllOf(HasSubstr("the work budget ran out for AllowSqlFromPartner (200)"),
                            Not(HasSubstr("no findings: all 7")), HasSubstr("1 rule not judged in full")));
}

TEST_F(AuditText, NeverSaysFineWhenNoPolicyIsInForce) {
  // Findings point to their policies.
  for (NsgReport& nsg : sample_.report.nsgs) nsg.audit.findings.clear();
  sample_.report.policies.clear();
  EXPECT_THAT(text(), Not(HasSubstr("  ok ")));
}

TEST_F(AuditText, ProvesNothingClosedThatIsNotSettled) {
  const std::string all = text();
  EXPECT_THAT(all.substr(all.find("\nops-nsg")), Not(HasSubstr("proven")));
}

TEST_F(AuditText, ExplainsAPolicyOnce) {
  const std::string all = text();
  const std::size_t first = all.find("found by scanners");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(all.find("found by scanners", first + 1), std::string::npos);
  EXPECT_THAT(all, HasSubstr("  fix  see NSG-RDP-001 above\n"));
}

TEST_F(AuditText, ShortensManyFindingsOfOneKind) {
  auto& findings = audit(0).findings;
  const policy::Finding covered = findings[0];
  findings.assign(30, covered);
  EXPECT_THAT(text(), AllOf(HasSubstr("(30 findings)"), HasSubstr("  and 17 more of this kind")));
}

TEST_F(AuditText, PutsLikeSkippedPartsTogether) {
  EXPECT_THAT(text(),
              HasSubstr("  nsgs/db.json:1:1: resource of type Microsoft.Web/sites (and 1 more of this\n  kind)\n"
                        "  nsgs/db.json:1:1: output `subnetId`\n"
                        "  nsgs/empty.json: no network security group in this input\n"));
}

TEST_F(AuditText, EndsInOneLineThatSumsUp) {
  EXPECT_THAT(text(), testing::EndsWith("\n\n3 NSGs with 8 rules in 5 inputs: 2 critical, 2 high, 2 medium, 1 info (2\n"
                                        "unknown, 1 suppressed); 1 input could not be read in full\n"));
}

TEST(AuditTextEmpty, SaysThatThereIsNothing) {
  EXPECT_EQ(render_text(AuditReport{}, {}), "0 NSGs with 0 rules in 0 inputs: nothing to judge\n");
}

struct QuoteCase {
  const char* name;
  std::string json;
  std::string quote;
};

class AuditTextQuote : public testing::TestWithParam<QuoteCase> {};

TEST_P(AuditTextQuote, UnderlinesTheName) {
  Sample sample;
  sample.add("a.json", GetParam().json);
  EXPECT_THAT(render_text(sample.report, {}), HasSubstr(GetParam().quote));
}

const std::string kOpen =
    R"("priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "*", "sourceAddressPrefix": "*",)"
    "\n"
    R"("sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "3389"})";

INSTANTIATE_TEST_SUITE_P(
    Lines, AuditTextQuote,
    testing::Values(
        QuoteCase{
            "TabsTakeOneColumn",
            "{\"name\": \"n\", \"properties\": {\"securityRules\": [{\n\t\t\t\"name\":\t\"Open\",\n\"properties\": {" +
                kOpen + "}]}}",
            "       2 |   \"name\": \"Open\",\n         |           ^^^^^^\n"},
        QuoteCase{"WideCharactersBefore",
                  "{\"name\": \"n\", \"properties\": {\"securityRules\": [{\n\"\u00fc\": 1, \"name\": "
                  "\"Open\",\n\"properties\": {" +
                      kOpen + "}]}}",
                  "       2 | \"\u00fc\": 1, \"name\": \"Open\",\n         |                 ^^^^^^\n"},
        QuoteCase{"ControlCharactersAreShown",
                  "{\"name\": \"n\", \"properties\": {\"securityRules\": [{\n\"\u202e\": 1, \"name\": "
                  "\"Open\",\n\"properties\": {" +
                      kOpen + "}]}}",
                  "       2 | \"\\u{202e}\": 1, \"name\": \"Open\",\n         |                        ^^^^^^\n"},
        QuoteCase{
            "WindowsLineEnds",
            "{\"name\": \"n\", \"properties\": {\"securityRules\": [{\r\n\"name\": \"Open\",\r\n\"properties\": {" +
                kOpen + "}]}}",
            "       2 | \"name\": \"Open\",\n         |         ^^^^^^\n"}),
    [](const auto& test) { return std::string{test.param.name}; });

// A file without line breaks is one line of megabytes: quoting it must not cost the line each time.
TEST(AuditTextMinified, QuotesFromALongLine) {
  std::string json = R"({"name": "n", "properties": {"securityRules": [)";
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(100 + i);
    json += (i == 0 ? "" : ",") + (R"({"name": "Rule)" + number + R"(", "properties": {"priority": )" + number +
                                   R"(, "direction": "Inbound", "access": "Allow", "protocol": "Udp", )"
                                   R"("sourceAddressPrefix": "*", "sourcePortRange": "*", )"
                                   R"("destinationAddressPrefix": "*", "destinationPortRange": "2-1"}})");
  }
  Sample sample;
  sample.add("a.json", json + std::string(4'000'000, ' ') + "]}}");
  const std::string text = render_text(sample.report, {});
  EXPECT_THAT(text,
              HasSubstr("       1 | ..tionPortRange\": \"2-1\"}},{\"name\": \"Rule101\", \"properties\": {\"prior..\n"
                        "         |                   ^^^^^\n"));
}

}  // namespace
}  // namespace nsgcheck::io::render_text_test
