// SPDX-License-Identifier: Apache-2.0
// nsgcheck-verify as a user meets it: what it accepts, what it refuses and why, what it cannot read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/verify/run.hpp"
#include "tests/verify/made_evidence.hpp"

namespace nsgcheck::verify::verify_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Ran {
  int exit{};
  std::string out, err;
};

Ran ran(const std::string& text, std::vector<std::string> args = {"-"}) {
  std::istringstream in{text};
  std::ostringstream out;
  std::ostringstream err;
  const int exit = run(std::move(args), in, out, err);
  return {exit, out.str(), err.str()};
}

// Office, twin and late decide nothing that is not decided before them.
const std::vector<std::string> kRules{"100 Allow Inbound Tcp 203.0.113.0/24 * * 3389",
                                      "110 Allow Inbound Tcp Sql * * 3389", "200 Deny Inbound * * * * 3389",
                                      "300 Allow Inbound Tcp 198.51.100.0/24 * * 3389",
                                      "310 Allow Inbound Tcp 203.0.113.7 * * 3389"};

const std::string& audited() {
  static const std::string text = audit_evidence(kRules, model::default_context());
  return text;
}

TEST(Verify, AcceptsWhatAnAuditSays) {
  const Ran result = ran(audited());
  EXPECT_EQ(result.exit, 0) << result.out;
  EXPECT_EQ(result.out,
            "accepted: 11 claims (3 allow, 5 deny, 1 partial, 1 redundant, 1 shadowed); 0 unknown, not claimed\n"
            "findings: 2 of 2 shown (2 violated)\n");
}

TEST(Verify, ListsTheRulesThatItChecked) {
  const Ran result = ran(audited(), {"--list", "-"});
  EXPECT_THAT(result.out, HasSubstr("  200 R2\n"));
  EXPECT_THAT(result.out, HasSubstr("  65500 DenyAllInBound\n"));
}

TEST(Verify, DoesNotTakeTheUnknownForAnAnswer) {
  const Ran result = ran(audit_evidence({"100 Allow Inbound Tcp ? * * 3389"}, model::default_context()), {"-l", "-"});
  EXPECT_EQ(result.exit, 0);
  EXPECT_THAT(result.out, HasSubstr("not claimed: nsg inbound, tcp 3389 from Internet to VirtualNetwork: "));
  EXPECT_THAT(result.out, HasSubstr("1 unknown, not claimed"));
}

TEST(Verify, AcceptsComparisons) {
  auto fewer = kRules;
  fewer.pop_back();
  EXPECT_EQ(ran(diff_evidence(kRules, fewer, model::default_context())).out,
            "accepted: 2 claims (2 equivalent); 0 unknown, not claimed\n");
  fewer.erase(fewer.begin() + 2);
  EXPECT_EQ(ran(diff_evidence(kRules, fewer, model::default_context())).out,
            "accepted: 2 claims (1 differs, 1 equivalent); 0 unknown, not claimed\n");
}

/// A change of the text, and what is then said.
struct Spoilt {
  const char* name;
  std::string from, to;
  int exit;
  std::string says;
};

class VerifySpoilt : public testing::TestWithParam<Spoilt> {};

TEST_P(VerifySpoilt, IsRefused) {
  const Spoilt& row = GetParam();
  std::string text = audited();
  const std::size_t at = text.find(row.from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, row.from.size(), row.to);
  const Ran result = ran(text);
  EXPECT_EQ(result.exit, row.exit);
  EXPECT_THAT(row.exit == 1 ? result.out : result.err, HasSubstr(row.says));
}

const Spoilt kSpoilt[]{
    {"priority", R"("priority": 100,)", R"("priority": 250,)", 1, R"("R1" is looked at after "R0")"},
    {"access", R"("access": "Deny")", R"("access": "Allow")", 1, "has another answer"},
    {"verdict", R"("claims": "partial")", R"("claims": "allow")", 1, "not every box is answered with yes"},
    {"incomplete", R"("complete": true)", R"("complete": false)", 1, "not proven: the evidence is not complete"},
    {"witness", R"("source": "Sql",)", R"("source": "203.0.114.0",)", 1, "the witness does not show it"},
    {"schema", "nsgcheck.evidence/1", "nsgcheck.evidence/2", 2, R"(/schema: is not "nsgcheck.evidence/1")"},
    {"unknown access", R"("access": "Allow")", R"("access": "Permit")", 2, R"(/access: "Permit" is not known here)"},
    {"no such rule", R"("rule": 0,)", R"("rule": 99,)", 2, "there is no number 99"},
    {"reversed range", "203.0.113.0-203.0.113.255", "203.0.113.255-203.0.113.0", 2, "is no range"},
    {"no range", "203.0.113.0-203.0.113.255", "203.0.113-203.0.113.255", 2, "is no range"},
    {"missing member", R"("order")", R"("ordre")", 2, R"(/lists/0: "order" is missing)"},
    {"another form", R"("shows": "shadowed")", R"("shows": "redundant")", 1, "its claims do not show it"},
    {"another NSG", "\"nsg\": \"nsg\",\n      \"rule\"", "\"nsg\": \"other\",\n      \"rule\"", 1,
     "is about another NSG"},
    {"another rule", R"("rule": "R3")", R"("rule": "R1")", 1, "its claims do not show it"},
    {"unknown form", R"("shows": "shadowed")", R"("shows": "shaded")", 2, R"(/shows: "shaded" is not known here)"},
    {"no JSON", "{", "[", 2, "parse error"},
};
INSTANTIATE_TEST_SUITE_P(Changes, VerifySpoilt, testing::ValuesIn(kSpoilt), [](const auto& row) {
  std::string name = row.param.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
});

TEST(Verify, TellsOfItself) {
  EXPECT_EQ(ran("", {"--help"}).exit, 0);
  EXPECT_THAT(ran("", {"--help"}).out, HasSubstr("Usage: nsgcheck-verify"));
  EXPECT_EQ(ran("", {}).exit, 2);
  EXPECT_EQ(ran("", {"--verbose"}).exit, 2);
  EXPECT_THAT(ran("", {"/nowhere/e.json"}).err, StartsWith("nsgcheck-verify: /nowhere/e.json: cannot be read"));
}

TEST(Verify, ShowsNoControlCharacters) {
  std::string text = audited();
  for (std::size_t at = 0; (at = text.find("\"R2\"", at)) != std::string::npos;) text.replace(at, 4, R"("R\u001b[2J")");
  const std::string& out = ran(text, {"-l", "-"}).out;
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_THAT(out, HasSubstr("R?[2J"));
}

}  // namespace
}  // namespace nsgcheck::verify::verify_test
