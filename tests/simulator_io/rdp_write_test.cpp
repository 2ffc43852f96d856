// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_write.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "analyzer/net/text.hpp"
#include "simulator/io/rdp_check.hpp"
#include "simulator/wire/routing_text.hpp"

namespace nsgcheck::io::rdp_write_test {
namespace {

model::Deployment deployment_of(const std::vector<std::pair<std::string, std::string>>& names) {
  model::Deployment out;
  out.balancer.frontends = {*net::parse_address("52.225.152.33")};
  out.remote_desktop.user_name = "userazure";
  std::uint32_t next = 0x0A000004;
  for (const auto& [role_name, instance_name] : names) {
    model::Role role;
    role.name = role_name;
    role.remote_forwarder = out.roles.empty();
    role.remote_access = true;
    model::Instance instance;
    instance.name = instance_name;
    instance.addresses = {net::Ipv4{next++}};
    role.instances = {instance};
    out.roles.push_back(role);
  }
  return out;
}

// The body that Microsoft's own test recorded: 109 bytes, no mark.
TEST(RdpWrite, IsWhatAzureGives) {
  const auto out = rdp_files_of(deployment_of({{"WebRole", "WebRole_IN_0"}}), "", std::nullopt);
  ASSERT_EQ(out.files.size(), 1);
  EXPECT_EQ(out.files[0].name, "WebRole_IN_0.rdp");
  EXPECT_EQ(out.files[0].bytes,
            "full address:s:52.225.152.33\r\nusername:s:userazure\r\n"
            "LoadBalanceInfo:s:Cookie: mstshash=WebRole#WebRole_IN_0\r\n");
  EXPECT_EQ(out.files[0].bytes.size(), 109);
}

struct NameCase {
  const char* name;
  std::string instance, file;
};

class RdpFileNames : public testing::TestWithParam<NameCase> {};

TEST_P(RdpFileNames, AreSafe) { EXPECT_EQ(rdp_file_name(GetParam().instance), GetParam().file); }

INSTANTIATE_TEST_SUITE_P(
    Of, RdpFileNames,
    testing::Values(NameCase{"usual", "WebRole1_IN_0", "WebRole1_IN_0.rdp"},
                    NameCase{"blanks_inside", "Convicts For A Cause_IN_0", "Convicts For A Cause_IN_0.rdp"},
                    NameCase{"up_and_away", "../../etc/passwd", "_.._.._etc_passwd.rdp"},
                    NameCase{"backslash", "a\\b", "a_b.rdp"}, NameCase{"colon", "a:b", "a_b.rdp"},
                    NameCase{"option", "-rf", "_-rf.rdp"}, NameCase{"hidden", ".a", "_.a.rdp"},
                    NameCase{"points_only", "..", "_.rdp"}, NameCase{"nothing", "", "_.rdp"},
                    NameCase{"device", "con", "_con.rdp"}, NameCase{"device_with_ending", "NUL.x", "_NUL.x.rdp"},
                    NameCase{"port_device", "COM1", "_COM1.rdp"}, NameCase{"no_device", "COM10", "COM10.rdp"},
                    NameCase{"trailing_point", "a.", "a.rdp"}, NameCase{"nul", std::string("a\0b", 3), "a_b.rdp"},
                    NameCase{"line_feed", "a\nb", "a_b.rdp"},
                    NameCase{"beyond_ascii", "R\xC3\xB6lle_IN_0", "R_lle_IN_0.rdp"},
                    NameCase{"long", std::string(300, 'a'), std::string(200, 'a') + ".rdp"}),
    [](const auto& entry) { return std::string{entry.param.name}; });

TEST(RdpWrite, NamesThatDifferInCaseOnlyGetFilesOfTheirOwn) {
  const auto out = rdp_files_of(deployment_of({{"Web", "Web_IN_0"}, {"WEB", "WEB_IN_0"}, {"a/", "a/"}, {"a_", "a_"}}),
                                "", std::nullopt);
  std::vector<std::string> names;
  for (const RdpFileToWrite& file : out.files) names.push_back(file.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Web_IN_0.rdp", "WEB_IN_0-2.rdp", "a_.rdp", "a_-2.rdp"}));
}

struct LeftOutCase {
  const char* name;
  std::string role, instance, user, reason;
};

class RdpLeftOuts : public testing::TestWithParam<LeftOutCase> {};

TEST_P(RdpLeftOuts, HaveAReason) {
  model::Deployment deployment = deployment_of({{GetParam().role, GetParam().instance}});
  deployment.remote_desktop.user_name = GetParam().user;
  const auto out = rdp_files_of(deployment, "", std::nullopt);
  EXPECT_TRUE(out.files.empty());
  ASSERT_EQ(out.left_out.size(), 1);
  EXPECT_EQ(out.left_out[0].reason, GetParam().reason);
}

// 259 bytes less header 11, negotiation 8, CR LF 2 and "Cookie: mstshash=" 17 leave 221 for role, "#" and instance.
INSTANTIATE_TEST_SUITE_P(
    Of, RdpLeftOuts,
    testing::Values(LeftOutCase{"hash_in_role", "a#b", "a_IN_0", "ops", "bad-name"},
                    LeftOutCase{"blank_at_end", "a", "a_IN_0 ", "ops", "bad-name"},
                    LeftOutCase{"no_role", "", "a_IN_0", "ops", "bad-name"},
                    LeftOutCase{"line_feed_in_instance", "a", "a_IN_0\nx:s:y", "ops", "bad-name"},
                    LeftOutCase{"line_feed_in_user", "a", "a_IN_0", "ops\r\nfull address:s:evil", "bad-name"},
                    LeftOutCase{"too_long", std::string(110, 'a'), std::string(111, 'b'), "ops", "oversize"}),
    [](const auto& entry) { return std::string{entry.param.name}; });

TEST(RdpWrite, TheLongestNamesThatFitAreWritten) {
  const auto out = rdp_files_of(deployment_of({{std::string(110, 'a'), std::string(110, 'b')}}), "", std::nullopt);
  EXPECT_EQ(out.files.size(), 1);
}

TEST(RdpWrite, RolesWithoutRemoteDesktopHaveNoFile) {
  model::Deployment deployment = deployment_of({{"A", "A_IN_0"}, {"B", "B_IN_0"}});
  deployment.roles[1].remote_access = false;
  const auto out = rdp_files_of(deployment, "", std::nullopt);
  EXPECT_EQ(out.files.size(), 1);
  ASSERT_EQ(out.left_out.size(), 1);
  EXPECT_EQ(out.left_out[0].instance, "B_IN_0");
  EXPECT_EQ(out.left_out[0].reason, "remote-access-disabled");
}

TEST(RdpWrite, AddressIsThatOfTheFrontendOrTheOneGiven) {
  struct Row {
    const char* name;
    const char* frontend;
    net::Port port;
    std::string server, line;
  };
  const Row rows[]{{"usual", "52.225.152.33", 3389, "", "full address:s:52.225.152.33\r\n"},
                   {"other_port", "52.225.152.33", 13389, "", "full address:s:52.225.152.33:13389\r\n"},
                   {"ipv6", "2001:db8::1", 3389, "", "full address:s:[2001:db8::1]\r\n"},
                   {"ipv6_other_port", "2001:db8::1", 13389, "", "full address:s:[2001:db8::1]:13389\r\n"},
                   {"name", "52.225.152.33", 3389, "contoso.test", "full address:s:contoso.test\r\n"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    model::Deployment deployment = deployment_of({{"A", "A_IN_0"}});
    deployment.balancer.frontends = {*net::parse_address(row.frontend)};
    deployment.balancer.frontend_port = row.port;
    const auto out = rdp_files_of(deployment, row.server, std::nullopt);
    ASSERT_EQ(out.files.size(), 1);
    EXPECT_EQ(out.files[0].bytes.substr(0, row.line.size()), row.line);
  }
}

// Whatever the names are: every instance has a file or a reason; each file leads to its instance without a finding.
TEST(RdpWrite, EveryFileReadBackLeadsToItsInstance) {
  const auto letter = rc::gen::element<char>('a', 'B', '0', '_', '-', '.', ' ', '#', '"', '/', '\\', '\n', '\xC3', '=');
  const auto plain = rc::gen::element<char>('a', 'B', '0', '_', '-', ' ');
  const auto word = rc::gen::oneOf(rc::gen::container<std::string>(plain), rc::gen::container<std::string>(plain),
                                   rc::gen::container<std::string>(letter));
  std::size_t written = 0;
  const bool holds = rc::check([&] {
    auto names = *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(rc::gen::pair(word, word));
    // Longer ones are near the limit of the request, which is a finding.
    for (auto& [role, instance] : names)
      role.resize(std::min<std::size_t>(role.size(), 80)), instance.resize(std::min<std::size_t>(instance.size(), 80));
    // Names of Azure are unique without regard to case; with doubles the cookie names the first.
    std::set<std::string> seen;
    std::erase_if(names, [&](const auto& pair) { return !seen.insert(net::lower(pair.first)).second; });
    if (names.size() > 50) names.resize(50);
    const model::Deployment deployment = deployment_of(names);
    const auto out = rdp_files_of(deployment, "", std::nullopt);
    RC_ASSERT(out.files.size() + out.left_out.size() == names.size());
    const path::CompiledDeployment compiled{deployment};
    const RdpCheck check{compiled, {net::AddressSet::of(*net::parse_address("203.0.113.7")), std::nullopt, {}, false}};
    std::set<std::string> files;
    for (const RdpFileToWrite& one : out.files) {
      RC_ASSERT(files.insert(net::lower(one.name)).second);
      const RdpFile file = read_rdp_file(one.name, one.bytes);
      RC_ASSERT(file.errors.empty());
      RC_ASSERT(file.lines.settings.size() == 3U);
      const wire::RoutingText text = wire::read_routing_text(file.lines.settings[2].value);
      RC_ASSERT(text.outcome == wire::CookieOutcome::Azure);
      RC_ASSERT(text.names == (wire::CookieNames{one.role->name, one.instance->name, std::nullopt}));
      const RdpAnswer answer = check.check(file);
      RC_ASSERT(answer.verdict == "reached");
      RC_ASSERT(answer.reached == one.instance->name);
      RC_ASSERT(answer.findings.empty());
      ++written;
    }
  });
  EXPECT_TRUE(holds);
  EXPECT_GT(written, 100);
}

}  // namespace
}  // namespace nsgcheck::io::rdp_write_test
