// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "analyzer/io/rule_reader.hpp"
#include "tests/analyzer_io/rule_line.hpp"

namespace nsgcheck::io::nsg_reader_test {
namespace {

using testing::ElementsAre;

constexpr const char* kRule =
    R"({"name":"a","priority":100,"access":"Allow","direction":"Inbound","protocol":"*","sourceAddressPrefix":"*",
        "sourcePortRange":"*","destinationAddressPrefix":"*","destinationPortRange":"*"})";
constexpr const char* kRuleLine = "a 100 Allow inbound * *:* > *:*";

TEST(Nsgs, OfRestHaveNameIdAttachmentsAndDefaults) {
  const Document document = document_of(R"({"name":"web","id":"/s/networkSecurityGroups/web","properties":{
    "securityRules":[)" + std::string{kRule} +
                                        R"(],"defaultSecurityRules":[)" + kRule + R"(],
    "subnets":[{"id":"/v/subnets/s1"}],"networkInterfaces":[{"id":"/n/nic1"},{"id":"/n/nic2"}]}})");
  const model::Nsg nsg = read_nsg(document.root, "fallback");
  EXPECT_EQ(nsg.name, "web");
  EXPECT_EQ(nsg.id, "/s/networkSecurityGroups/web");
  EXPECT_EQ(nsg.span, document.root.span);
  EXPECT_THAT(lines_of(nsg), ElementsAre(kRuleLine, std::string{"default "} + kRuleLine));
  EXPECT_THAT(nsg.subnets, ElementsAre("/v/subnets/s1"));
  EXPECT_THAT(nsg.nics, ElementsAre("/n/nic1", "/n/nic2"));
  EXPECT_THAT(faults_of(nsg.faults), ElementsAre());
}

struct NameCase {
  const char* name;
  const char* text;
  const char* expected;
};

TEST(Nsgs, TakeTheirNameFromNameIdOrFile) {
  const NameCase cases[] = {{"Name", R"({"name":"a","id":"/x/b"})", "a"},
                            {"IdOnly", R"({"id":"/x/networkSecurityGroups/b"})", "b"},
                            {"ResourceName", R"({"ResourceName":"c","ResourceId":"/x/d"})", "c"},
                            {"Neither", R"({"securityRules":[]})", "fallback"},
                            {"Empty", R"({"name":"","securityRules":[]})", "fallback"}};
  for (const NameCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(read_nsg(document_of(c.text).root, "fallback").name, c.expected);
  }
}

struct ListCase {
  const char* name;
  std::string list;  ///< what stands as securityRules
  std::vector<std::string> origins;
  std::vector<std::string> faults;
};

/// How many rules of which origin: a gap must never vanish.
std::vector<std::string> origins_of(const model::Nsg& nsg) {
  std::vector<std::string> out;
  for (const auto& rule : nsg.rules) out.push_back(rule.origin == model::Origin::Gap ? "gap" : "user");
  return out;
}

TEST(RuleLists, ThatCannotBeReadLeaveAGap) {
  const std::string rule = kRule;
  const std::string no_list = "wrong-type: no list where the list of rules belongs";
  const ListCase cases[] = {{"List", "[" + rule + "," + rule + "]", {"user", "user"}, {}},
                            {"Empty", "[]", {}, {}},
                            {"Null", "null", {}, {}},
                            {"OneRuleWithoutList", rule, {"user"}, {}},
                            {"Number", "5", {"gap"}, {no_list}},
                            {"Text", R"("Microsoft.Azure.Commands.Network.Models.PSSecurityRule")", {"gap"}, {no_list}},
                            {"EmptyText", R"("")", {"gap"}, {no_list}},
                            {"OtherObject", R"({"a":1})", {"gap"}, {no_list}},
                            {"OneOddEntry", "[" + rule + ",null]", {"user", "gap"}, {}}};
  for (const ListCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Document document = document_of(R"({"name":"n","properties":{"securityRules":)" + c.list + "}}");
    const model::Nsg nsg = read_nsg(document.root, "");
    EXPECT_EQ(origins_of(nsg), c.origins);
    EXPECT_EQ(faults_of(nsg.faults), c.faults);
  }
}

TEST(RuleLists, ThatStandTwiceLeaveAGap) {
  const std::string rule = kRule;
  const Document document = document_of(R"({"name":"n","securityRules":[],"securityRules":[)" + rule + "]}");
  const model::Nsg nsg = read_nsg(document.root, "");
  EXPECT_THAT(origins_of(nsg), ElementsAre("gap"));
  EXPECT_THAT(faults_of(nsg.faults),
              ElementsAre("duplicate-key: the list of rules stands in the group more than once"));
}

TEST(RuleLists, OfExpressionsAreUnresolved) {
  Document document = document_of(R"({"name":"n","securityRules":1})");
  Node& list = document.root.members().at(1).second;
  list.kind = Node::Kind::Unknown;
  list.text = "[parameters('rules')]";
  const model::Nsg nsg = read_nsg(document.root, "");
  ASSERT_THAT(origins_of(nsg), ElementsAre("gap"));
  EXPECT_EQ(nsg.rules[0].access.reason, Reason::UnresolvedExpression);
  EXPECT_EQ(nsg.rules[0].access.text, "[parameters('rules')]");
}

}  // namespace
}  // namespace nsgcheck::io::nsg_reader_test
