// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/reach.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/path/base_deployment.hpp"

namespace nsgcheck::path::reach_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

net::AddressSet block(const std::string& text) { return net::AddressSet::of(net::parse_prefix(text)->prefix); }

std::vector<std::string> endings(const std::vector<ReachAnswer>& answers) {
  std::vector<std::string> out;
  for (const ReachAnswer& one : answers)
    out.push_back(one.instance->name + ' ' + std::string{word(one.verdict)} + ' ' + std::string{code(one.reason)});
  return out;
}

TEST(Reach, EveryInstanceOfASoundDeployment) {
  const model::Deployment deployment = base_deployment();
  const CompiledDeployment compiled{deployment};
  const auto answers = reach(compiled, block("203.0.113.0/24"), std::nullopt);
  EXPECT_THAT(endings(answers),
              ElementsAre("WebRole1_IN_0 reached ok", "WebRole1_IN_1 reached ok", "WorkerRole1_IN_0 reached ok"));
  for (const ReachAnswer& one : answers) {
    EXPECT_EQ(one.paths.size(), 2U);
    EXPECT_EQ(net::to_strings(one.sources), std::vector<std::string>{"203.0.113.0/24"});
    EXPECT_TRUE(one.nearest_miss.empty());
  }
  // Through itself nothing leaves the machine; through the other there are two filters more.
  EXPECT_THAT(lines_of(answers[0].paths[0].hops),
              ElementsAre("nsg-inbound forwarder subnet allow R0", "forwarder forwarder allow",
                          "remote-access instance allow"));
  EXPECT_EQ(answers[0].paths[1].hops.size(), 5U);
}

/// Rules and admin rules of the forwarders, and the clients of 203.0.113.0/24 that then get in.
struct SourcesCase {
  std::string name;
  std::vector<std::string> rules;
  std::vector<model::AdminRule> admin;
  std::vector<std::string> sources;
  bool some_unknown;
  Reason why{Reason::UnknownTag};  ///< when it is of some
};

TEST(Reach, FindsTheExactSources) {
  const std::vector<SourcesCase> rows{
      {"one block", {"100 Allow Inbound Tcp 203.0.113.64/26 * * 20000"}, {}, {"203.0.113.64/26"}, false},
      {"a block less another",
       {"100 Deny Inbound Tcp 203.0.113.0/25 * * *", "110 Allow Inbound Tcp * * * 20000"},
       {},
       {"203.0.113.128/25"},
       false},
      {"some source ports only count for nobody",
       {"100 Allow Inbound Tcp * 50000-50010 * 20000"},
       {},
       {},
       true,
       Reason::UndefinedPorts},
      {"source ports in two rules",
       {"100 Allow Inbound Tcp * 0-1023 * 20000", "110 Allow Inbound Tcp 203.0.113.0/25 1024-65535 * 20000"},
       {},
       {"203.0.113.0/25"},
       true,
       Reason::UndefinedPorts},
      {"an admin rule takes a part away",
       {"100 Allow Inbound Tcp * * * 20000"},
       {admin_rule("10 Deny Inbound Tcp 203.0.113.0/25 * * *")},
       {"203.0.113.128/25"},
       false},
      {"an admin rule delivers a part",
       {},
       {admin_rule("10 Allow Inbound Tcp 203.0.113.0/25 * * 20000", true)},
       {"203.0.113.0/25"},
       false},
      {"an earlier admin rule keeps a later one from delivering",
       {},
       {admin_rule("10 Deny Inbound Tcp 203.0.113.0/26 * * *"),
        admin_rule("20 Allow Inbound Tcp 203.0.113.0/25 * * 20000", true)},
       {"203.0.113.64/26"},
       false},
      {"a tag without data adds nobody for certain",
       {"100 Allow Inbound Tcp 203.0.113.0/25 * * 20000", "110 Allow Inbound Tcp MyTag * * 20000"},
       {},
       {"203.0.113.0/25"},
       true},
      {"a rule whose condition is open",
       {"100~ Allow Inbound Tcp 203.0.113.0/25 * * 20000"},
       {},
       {},
       true,
       Reason::UnresolvedExpression},
      {"a rule that cannot be read", {"100 Allow Inbound Tcp ? * * 20000"}, {}, {}, true, Reason::InvalidRule},
      {"what one filter leaves open a later one denies, and leaves open others",
       {"100 Deny Inbound Tcp 203.0.113.0/25 * * *", "110 Allow Inbound Tcp * 1024-65535 * 20000"},
       {admin_rule("10~ Deny Inbound Tcp 203.0.113.0/25 * * 20000")},
       {},
       true,
       Reason::UndefinedPorts},
      {"two rules of one priority",
       {"100 Allow Inbound Tcp * * * 20000", "100 Deny Inbound Tcp * * * 20000"},
       {},
       {},
       true,
       Reason::DuplicatePriority},
  };
  for (const SourcesCase& row : rows) {
    SCOPED_TRACE(row.name);
    model::Deployment deployment = base_deployment();
    deployment.nsgs[0] = nsg("web-nsg", row.rules);
    deployment.admin_rules = row.admin;
    const CompiledDeployment compiled{deployment};
    const ReachAnswer worker = reach(compiled, block("203.0.113.0/24"), std::nullopt).back();
    EXPECT_EQ(net::to_strings(worker.sources), row.sources);
    EXPECT_EQ(worker.verdict == Verdict::Reached, !row.sources.empty());
    ASSERT_FALSE(worker.paths.empty());
    EXPECT_EQ(worker.paths[0].some_unknown, row.some_unknown);
    EXPECT_EQ(code(worker.paths[0].open), code(row.some_unknown ? row.why : Reason::Ok));
    if (row.some_unknown && row.sources.empty()) {
      EXPECT_EQ(code(worker.reason), code(row.why));
    }
  }
}

/// A variant of the base where it is open whether WorkerRole1_IN_0 has remote desktop, or an account.
struct OpenAccessCase {
  std::string name;
  std::function<void(model::Deployment&)> change;
  Verdict verdict;
  Reason reason;
  std::string text;  ///< of the hop that says so
};

TEST(Reach, SaysWhatIsOpenAboutRemoteDesktop) {
  const auto open = [](const std::string& what) {
    return model::Doubt{what + " is open", model::Reason::UnresolvedExpression, {}};
  };
  const auto account = [&](auto& d) -> model::Account& { return d.roles[1].account.emplace(); };
  const std::vector<OpenAccessCase> rows{
      {"whether it is on", [&](auto& d) { d.roles[1].access_doubt = open("the list"); }, Verdict::Unknown,
       Reason::UnresolvedExpression, "the list is open"},
      {"when the account expires", [&](auto& d) { account(d).expiration_doubt = open("the date"); }, Verdict::Unknown,
       Reason::UnresolvedExpression, "the date is open"},
      {"who it is for", [&](auto& d) { account(d).user_doubt = open("the name"); }, Verdict::Unknown,
       Reason::UnresolvedExpression, "the name is open"},
      {"a value that cannot be read",
       [&](auto& d) {
         d.roles[1].access_doubt = model::Doubt{"it cannot be read", model::Reason::InvalidRule, {}};
       },
       Verdict::Unknown, Reason::InvalidRule, "it cannot be read"},
      {"the second hop is closed whatever the date",
       [&](auto& d) {
         account(d).expiration_doubt = open("the date");
         d.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound Tcp * * * 3389"});
       },
       Verdict::Blocked, Reason::NsgDeniedSecondHop, "the date is open"},
      {"there may be no remote desktop, and surely no account",
       [&](auto& d) {
         d.roles[1].access_doubt = open("the list");
         account(d).missing = "the name is blank";
       },
       Verdict::Unroutable, Reason::AccountExpired, "the name is blank"},
  };
  for (const OpenAccessCase& row : rows) {
    SCOPED_TRACE(row.name);
    model::Deployment deployment = base_deployment();
    row.change(deployment);
    const CompiledDeployment compiled{deployment};
    const auto answers = reach(compiled, block("203.0.113.0/24"), std::nullopt);
    EXPECT_EQ(answers.front().verdict, Verdict::Reached) << "the others are answered";
    const ReachAnswer& worker = answers.back();
    EXPECT_EQ(word(worker.verdict), word(row.verdict));
    EXPECT_EQ(code(worker.reason), code(row.reason));
    std::string said;
    for (const Hop& hop : worker.paths.at(0).hops)
      if (hop.kind == HopKind::RemoteAccess) said += hop.text;
    EXPECT_EQ(said, row.text);
    // A connection of a client comes to the same.
    const auto asked = request(kToWorker);
    const Trace trace = walk(compiled, connection("198.51.100.20", 3389, &asked), {});
    EXPECT_EQ(word(trace.verdict), word(row.verdict)) << trace.message;
    EXPECT_EQ(code(trace.reason), code(row.reason));
  }
}

/// A variant of the base where WorkerRole1_IN_0 cannot be reached, and the nearest miss.
struct MissCase {
  std::string name;
  std::function<void(model::Deployment&)> change;
  Reason reason;
  std::string through;
  std::vector<std::string> openings;
};

TEST(Reach, NamesTheNearestMiss) {
  const std::vector<MissCase> rows{
      {"two hops closed",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {});
         d.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound Tcp * * * 3389"});
       },
       Reason::NsgDeniedForwarderPort,
       "WebRole1_IN_0",
       {"allow tcp 20000 from 203.0.113.0 to 10.0.0.4 inbound in web-nsg before rule DenyAllInBound",
        "allow tcp 3389 from 10.0.0.4 to 10.0.1.6 inbound in work-nsg before rule R0"}},
      {"through the other forwarder one obstacle less",
       [](auto& d) {
         d.roles[0].instances[0].forwarder_crashed = true;
         d.roles[1].instances[0].state = model::InstanceState::Busy;
       },
       Reason::ForwarderCrashed,
       "WebRole1_IN_1",
       {"bring WorkerRole1_IN_0 to the state Ready"}},
      {"nobody is in the pool",
       [](auto& d) {
         d.roles[0].instances[0].state = model::InstanceState::Stopped;
         d.roles[0].instances[1].state = model::InstanceState::Stopped;
       },
       Reason::NoHealthyForwarder,
       "WebRole1_IN_0",
       {"bring WebRole1_IN_0 to the state Ready"}},
      {"remote access is off",
       [](auto& d) { d.roles[1].remote_access = false; },
       Reason::RemoteAccessDisabled,
       "WebRole1_IN_0",
       {"enable remote desktop for the role of WorkerRole1_IN_0"}},
      {"no role forwards", [](auto& d) { d.roles[0].remote_forwarder = false; }, Reason::NoForwarderRole, "", {}},
  };
  for (const MissCase& row : rows) {
    SCOPED_TRACE(row.name);
    model::Deployment deployment = base_deployment();
    row.change(deployment);
    const CompiledDeployment compiled{deployment};
    const ReachAnswer worker = reach(compiled, block("203.0.113.0/24"), std::nullopt).back();
    EXPECT_EQ(code(worker.reason), code(row.reason));
    EXPECT_EQ(worker.nearest == nullptr ? "" : worker.nearest->name, row.through);
    std::vector<std::string> openings;
    for (const Obstacle& one : worker.nearest_miss) openings.push_back(one.opening);
    EXPECT_EQ(openings, row.openings);
  }
}

TEST(Reach, OneForwarderOfTwoIsNotEnough) {
  model::Deployment deployment = base_deployment();
  deployment.roles[0].instances[1].forwarder_crashed = true;
  const CompiledDeployment compiled{deployment};
  EXPECT_THAT(endings(reach(compiled, block("203.0.113.0/24"), std::nullopt)),
              ElementsAre("WebRole1_IN_0 unknown forwarder-crashed", "WebRole1_IN_1 unknown forwarder-crashed",
                          "WorkerRole1_IN_0 unknown forwarder-crashed"));
}

TEST(Reach, FamiliesAreAnsweredApart) {
  model::Deployment deployment = base_deployment();
  deployment.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp 2001:db8::/32 * * 20000"});
  const CompiledDeployment compiled{deployment};
  const auto both = reach(compiled, block("203.0.113.0/24") | block("2001:db8:1::/48"), std::nullopt);
  EXPECT_EQ(net::to_strings(both[0].sources), std::vector<std::string>{"2001:db8:1::/48"});
  EXPECT_EQ(both[0].verdict, Verdict::Reached);
  // WorkerRole1_IN_0 has no IPv6 address.
  EXPECT_THAT(endings(reach(compiled, block("2001:db8:1::/48"), std::nullopt)).back(),
              HasSubstr("unknown not-a-modelled-address"));
}

TEST(Reach, TheAccountExpiresOnlyForATimeThatIsAskedFor) {
  model::Deployment deployment = base_deployment();
  deployment.remote_desktop.expiration = 1'000;
  const CompiledDeployment compiled{deployment};
  const auto at = [&](std::optional<std::int64_t> time) {
    return reach(compiled, block("203.0.113.0/24"), time).front().reason;
  };
  EXPECT_EQ(at(std::nullopt), Reason::Ok);
  EXPECT_EQ(at(999'000'000'000), Reason::Ok);
  EXPECT_EQ(at(1'000'000'000'000), Reason::AccountExpired);
}

}  // namespace
}  // namespace nsgcheck::path::reach_test
