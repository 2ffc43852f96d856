// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::explain_deployment_test {
namespace {

const std::string kDeployments = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/deployments/";

std::vector<std::string> asked(const std::string& deployment, const std::string& from, const std::string& to,
                               const std::string& port) {
  return {"explain",
          "--deployment",
          kDeployments + deployment,
          "--direction",
          "in",
          "--protocol",
          "tcp",
          "--from",
          from,
          "--to",
          to,
          "--port",
          port,
          "--source-port",
          "50000",
          "-f",
          "json"};
}

TEST(ExplainDeployment, ListsEveryStageWithWhereItIsApplied) {
  const Result result = call(asked("narrow-nic.json", "198.51.100.7", "10.0.0.4", "3389"));
  EXPECT_EQ(result.exit, Exit::Clean) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "deny");
  ASSERT_EQ(json["stages"].size(), 2U);
  const auto& subnet = json["stages"][0];
  EXPECT_EQ(subnet["nsg"], "web-nsg");
  EXPECT_EQ(subnet["appliedTo"], "subnet");
  EXPECT_EQ(subnet["subnet"], "web");
  EXPECT_EQ(subnet["instances"], nlohmann::json({"WebRole1_IN_0"}));
  EXPECT_EQ(subnet["verdict"], "allow");
  EXPECT_EQ(subnet["decidedBy"]["name"], "AllowRdp");
  const auto& nic = json["stages"][1];
  EXPECT_EQ(nic["appliedTo"], "nic");
  EXPECT_EQ(nic["decidedBy"]["name"], "DenyAllInBound");
  EXPECT_EQ(nic["rulesEvaluated"].size(), 5U);
}

TEST(ExplainDeployment, PlatformTrafficHasOneStageOfItsOwn) {
  const Result result =
      call({"explain", "--deployment", kDeployments + "works.json", "--direction", "out", "--protocol", "udp", "--from",
            "10.0.0.4", "--to", "168.63.129.16", "--port", "53", "-f", "json"});
  const auto json = nlohmann::json::parse(result.out);
  ASSERT_EQ(json["stages"].size(), 1U);
  EXPECT_EQ(json["stages"][0]["nsg"], nullptr);
  EXPECT_EQ(json["stages"][0]["appliedTo"], "platform");
  EXPECT_EQ(json["stages"][0]["verdict"], "allow");
  EXPECT_EQ(json["assumptions"], nlohmann::json({"platform-traffic"}));
}

TEST(ExplainDeployment, FlowsAreJudgedOverAllStages) {
  const Folder folder;
  const std::string flows = folder.write("flows.csv",
                                         "direction,protocol,source,sourcePort,destination,destinationPort,expect\n"
                                         "in,tcp,203.0.113.7,50000,10.0.0.4,20000,allow\n"
                                         "in,tcp,198.51.100.7,50000,10.0.0.4,20000,deny\n"
                                         "in,tcp,10.0.0.4,50000,10.0.0.6,3389,allow\n"
                                         "in,tcp,Internet,,10.0.0.4,20000,partial\n"
                                         "in,tcp,203.0.113.7,50000,10.7.0.4,20000,unknown\n");
  const std::vector<std::string> command{"explain", "--deployment", kDeployments + "narrow-nic.json", "--flows", flows};
  const Result good = call(command);
  EXPECT_EQ(good.exit, Exit::Clean) << good.err;
  const std::string wrong = folder.write("wrong.csv",
                                         "direction,protocol,source,sourcePort,destination,destinationPort,expect\n"
                                         "in,tcp,198.51.100.7,50000,10.0.0.4,3389,allow\n");
  EXPECT_EQ(call({"explain", "--deployment", kDeployments + "narrow-nic.json", "--flows", wrong}).exit, Exit::Findings);
  const std::string named = folder.write("named.csv",
                                         "direction,protocol,source,sourcePort,destination,destinationPort,nsg\n"
                                         "in,tcp,198.51.100.7,50000,10.0.0.4,3389,web-nsg\n");
  const Result refused = call({"explain", "--deployment", kDeployments + "narrow-nic.json", "--flows", named});
  EXPECT_EQ(refused.exit, Exit::Incomplete);
  EXPECT_NE(refused.err.find("named.csv:2: a deployment says itself"), std::string::npos) << refused.err;
}

// The quick line of a list and the full answer with its ladder are made apart.
TEST(ExplainDeployment, TheFastLineEqualsTheFullAnswerButForItsLadder) {
  const Folder folder;
  const std::string flows = folder.write("flows.csv",
                                         "direction,protocol,source,sourcePort,destination,destinationPort\n"
                                         "in,tcp,10.0.0.4,50000,10.0.0.6,3389\n"
                                         "in,tcp,203.0.113.7,50000,10.0.0.4,3389\n"
                                         "out,tcp,10.0.0.4,50000,203.0.113.7,443\n");
  for (const std::string sample : {"narrow-nic.json", "admin-rule.json", "works.json"}) {
    SCOPED_TRACE(sample);
    std::vector<std::string> command{"explain", "--deployment", kDeployments + sample, "--flows", flows, "-f", "jsonl"};
    std::istringstream fast{call(command).out};
    command.emplace_back("--ladder");
    std::istringstream full{call(command).out};
    std::string a, b;
    std::size_t lines = 0;
    for (; std::getline(fast, a) && std::getline(full, b); ++lines) {
      auto answer = nlohmann::json::parse(b);
      for (auto& stage : answer["stages"]) {
        EXPECT_FALSE(stage["rulesEvaluated"].empty() && stage["appliedTo"] != "virtual-network");
        stage.erase("rulesEvaluated");
      }
      EXPECT_EQ(nlohmann::json::parse(a), answer);
    }
    EXPECT_EQ(lines, 3U);
  }
}

TEST(ExplainDeployment, FilesAndFurtherDeploymentFilesAreRuleSetsOfIt) {
  const Folder folder;
  const std::string deployment = folder.write("d.json", R"({"virtualNetwork": {"addressPrefixes": ["10.0.0.0/16"],
    "subnets": [{"name": "web", "addressPrefix": "10.0.0.0/24", "nsg": "web-nsg"}]},
    "roles": [{"name": "R", "subnet": "web", "instances": [{"name": "R_IN_0", "address": "10.0.0.4"}]}]})");
  const std::string rules = kDeployments + "works-nsg.json";
  const auto stage_of = [](const Result& result) {
    return result.out.empty() ? nlohmann::json() : nlohmann::json::parse(result.out)["stages"][0]["decidedBy"]["name"];
  };
  const std::vector<std::string> flow{
      "--direction", "in",   "--protocol", "tcp",    "--from", "203.0.113.7", "--source-port",
      "5",           "--to", "10.0.0.4",   "--port", "20000",  "-f",          "json"};
  struct Row {
    const char* name;
    std::vector<std::string> files;
    Exit exit;
    const char* said;
  };
  const Row rows[]{
      {"AsFile", {rules, "--deployment", deployment}, Exit::Clean, ""},
      {"AsDeploymentFile", {"--deployment", rules, "--deployment", deployment}, Exit::Clean, ""},
      {"TwiceIsOnce", {rules, "--deployment", deployment, "--deployment", rules}, Exit::Clean, ""},
      {"NotThere", {"--deployment", deployment}, Exit::Usage, "no NSG of the files in \"nsgs\" is called \"web-nsg\""},
      {"TwoDeployments",
       {"--deployment", deployment, "--deployment", kDeployments + "works.json"},
       Exit::Usage,
       "both describe a deployment"},
      {"NoDeployment", {"--deployment", rules, "--deployment", rules}, Exit::Usage, "has a list of roles"},
      {"OneNsgOfIt", {"--deployment", deployment, rules, "--nsg", "web-nsg"}, Exit::Usage, "--nsg does not go with"},
      {"Nothing", {}, Exit::Usage, "FILE or --deployment"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> args{"explain"};
    args.insert(args.end(), row.files.begin(), row.files.end());
    args.insert(args.end(), flow.begin(), flow.end());
    const Result result = call(args);
    EXPECT_EQ(result.exit, row.exit) << result.err;
    EXPECT_NE(result.err.find(row.said), std::string::npos) << result.err;
    if (row.exit == Exit::Clean) {
      EXPECT_EQ(stage_of(result), "AllowForwarder");
    }
  }
}

/// What a Cloud Service filters itself: a sample, a packet, and what is said of it.
struct ServiceFilterCase {
  const char* name;
  std::vector<std::string> files;  ///< in place of service.csdef and service.cscfg
  const char *from, *to, *port;
  const char* verdict;
  std::vector<std::string> stages;  ///< "appliedTo verdict rule"
};

class ServiceFilters : public testing::TestWithParam<ServiceFilterCase> {};

// The quick answer to many packets and the full one to one packet say the same.
TEST_P(ServiceFilters, AreStagesOfTheWay) {
  const std::string samples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/cloud-service-files/";
  std::vector<std::string> files;
  for (const std::string& file : GetParam().files) files.insert(files.end(), {"--deployment", samples + file});
  std::vector<std::string> one{"explain",       "--direction",   "in",    "--protocol",  "tcp",
                               "--from",        GetParam().from, "--to",  GetParam().to, "--port",
                               GetParam().port, "--source-port", "50000", "-f",          "json"};
  one.insert(one.end(), files.begin(), files.end());
  std::vector<std::string> many{"explain", "--flows", "-", "-f", "jsonl"};
  many.insert(many.end(), files.begin(), files.end());
  const std::string row = std::string{"in,tcp,"} + GetParam().from + ",50000," + GetParam().to + ',' + GetParam().port;
  const Result full = call(one);
  const Result quick = call(many, "direction,protocol,source,sourcePort,destination,destinationPort\n" + row + '\n');
  for (const Result* result : {&full, &quick}) {
    SCOPED_TRACE(result == &full ? "full" : "quick");
    const auto json = nlohmann::json::parse(result->out);
    EXPECT_EQ(json["verdict"], GetParam().verdict);
    std::vector<std::string> stages;
    for (const auto& stage : json["stages"]) {
      if (stage["direction"] == "outbound") continue;
      const std::string rule = stage["decidedBy"].is_null() ? "-" : stage["decidedBy"]["name"].get<std::string>();
      stages.push_back(stage["appliedTo"].get<std::string>() + ' ' + stage["verdict"].get<std::string>() + ' ' + rule);
    }
    EXPECT_EQ(stages, GetParam().stages);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Samples, ServiceFilters,
    testing::Values(ServiceFilterCase{"acl_permits",
                                      {"get-deployment.xml", "service.csdef", "acl.cscfg", "rules.json"},
                                      "203.0.113.20",
                                      "10.0.0.4",
                                      "20000",
                                      "allow",
                                      {"endpoint allow Operators", "subnet allow AllowForwarder"}},
                    ServiceFilterCase{"acl_denies_the_rest",
                                      {"get-deployment.xml", "service.csdef", "acl.cscfg", "rules.json"},
                                      "203.0.113.40",
                                      "10.0.0.4",
                                      "20000",
                                      "deny",
                                      {"endpoint deny everybody else", "subnet allow AllowForwarder"}},
                    ServiceFilterCase{"acl_is_about_its_endpoint_only",
                                      {"get-deployment.xml", "service.csdef", "acl.cscfg", "rules.json"},
                                      "203.0.113.40",
                                      "10.0.0.4",
                                      "443",
                                      "deny",
                                      {"subnet deny DenyAllInBound"}},
                    ServiceFilterCase{"inside_comes_by_no_endpoint",
                                      {"get-deployment.xml", "service.csdef", "acl.cscfg", "rules.json"},
                                      "10.0.0.6",
                                      "10.0.0.4",
                                      "20000",
                                      "allow",
                                      {"subnet allow AllowVnetInBound"}},
                    ServiceFilterCase{"traffic_rule_keeps_a_role_out",
                                      {"get-deployment.xml", "traffic-rule.csdef", "service.cscfg", "rules.json"},
                                      "10.0.0.4",
                                      "10.0.0.6",
                                      "3389",
                                      "deny",
                                      {"subnet allow AllowVnetInBound", "role deny role WebRole1"}},
                    ServiceFilterCase{"traffic_rule_is_about_remote_desktop_only",
                                      {"get-deployment.xml", "traffic-rule.csdef", "service.cscfg", "rules.json"},
                                      "10.0.0.4",
                                      "10.0.0.6",
                                      "80",
                                      "allow",
                                      {"subnet allow AllowVnetInBound"}},
                    ServiceFilterCase{"others_are_no_matter_of_traffic_rules",
                                      {"get-deployment.xml", "traffic-rule.csdef", "service.cscfg", "rules.json"},
                                      "10.0.0.77",
                                      "10.0.0.6",
                                      "3389",
                                      "allow",
                                      {"subnet allow AllowVnetInBound"}}),
    [](const auto& row) { return std::string{row.param.name}; });

// Over a set: who gets through is the ACL's clients.
TEST(ServiceFilters, NarrowWhatArrives) {
  const std::string samples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/cloud-service-files/";
  const Result result = call({"explain",
                              "--deployment",
                              samples + "get-deployment.xml",
                              "--deployment",
                              samples + "service.csdef",
                              "--deployment",
                              samples + "acl.cscfg",
                              "--deployment",
                              samples + "rules.json",
                              "--direction",
                              "in",
                              "--protocol",
                              "tcp",
                              "--from",
                              "Internet",
                              "--to",
                              "10.0.0.4",
                              "--port",
                              "20000",
                              "-f",
                              "json"});
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "partial");
  ASSERT_EQ(json["region"].size(), 1U);
  EXPECT_EQ(json["region"][0]["source"], nlohmann::json({"203.0.113.16/28"}));
}

/// A machine with remote desktop, behind an NSG of a template that lets Internet in at `port` if `condition`.
class ConditionalNsg : public testing::Test {
 protected:
  std::string deployment(const std::string& condition, const std::string& port) {
    folder_.write("t.json", R"({"contentVersion": "1.0.0.0", "parameters": {"q": {"type": "bool"}}, "resources": [
      {"type": "Microsoft.Network/networkSecurityGroups", "name": "g")" +
                                condition + R"(, "properties": {"securityRules": [
      {"name": "in", "properties": {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
        "sourceAddressPrefix": "Internet", "sourcePortRange": "*", "destinationAddressPrefix": "*",
        "destinationPortRange": ")" +
                                port + R"("}}]}}]})");
    return folder_.write("d.json", R"({"nsgs": ["t.json"], "virtualNetwork": {"addressPrefixes": ["10.0.0.0/16"],
      "subnets": [{"name": "web", "addressPrefix": "10.0.0.0/24", "nsg": "g"}]},
      "loadBalancer": {"frontends": ["198.51.100.20"]},
      "roles": [{"name": "R", "remoteForwarder": true, "remoteAccess": true, "subnet": "web",
        "instances": [{"name": "R_IN_0", "address": "10.0.0.4", "state": "Ready"}]}]})");
  }

  Folder folder_;
};

// What is listed is in force only where the group is there.
TEST_F(ConditionalNsg, IsListedWithADoubt) {
  const Result open = call({"effective", "--deployment", deployment(R"(, "condition": "[parameters('q')]")", "80")});
  EXPECT_EQ(open.exit, Exit::Findings);
  EXPECT_NE(open.err.find("g: whether the group is deployed is not settled (unresolved-expression)"),
            std::string::npos);
  EXPECT_NE(flat(open.out).find("judged as if"), std::string::npos) << open.out;
  const Result sure = call({"effective", "--deployment", deployment("", "80")});
  EXPECT_EQ(sure.exit, Exit::Clean) << sure.err;
}

// Semantics 3: with the group and without it the answer has to be the same one.
TEST_F(ConditionalNsg, MayBeMissing) {
  struct Row {
    const char *name, *condition, *port, *explained, *reached;
    std::vector<std::string> more;
  };
  const std::string open = R"(, "condition": "[parameters('q')]")";
  const Row rows[]{
      {"surely there, closed", "", "80", "deny", "blocked nsg-denied-forwarder-port", {}},
      {"surely there, open", "", "20000", "allow", "reached ok", {}},
      {"perhaps there, closed",
       open.c_str(),
       "80",
       "unknown unresolved-expression",
       "unknown unresolved-expression",
       {}},
      {"perhaps there, open", open.c_str(), "20000", "allow", "reached ok", {}},
      {"set to be there", open.c_str(), "80", "deny", "blocked nsg-denied-forwarder-port", {"--set", "q=true"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string file = deployment(row.condition, row.port);
    std::vector<std::string> explain{"explain",    "--deployment", file,     "--direction", "in",
                                     "--protocol", "tcp",          "--from", "203.0.113.7", "--to",
                                     "10.0.0.4",   "--port",       "20000",  "-f",          "json"};
    explain.insert(explain.end(), row.more.begin(), row.more.end());
    for (const std::vector<std::string>& source_port : {std::vector<std::string>{}, {"--source-port", "50000"}}) {
      std::vector<std::string> asked = explain;
      asked.insert(asked.end(), source_port.begin(), source_port.end());
      const auto json = nlohmann::json::parse(call(asked).out, nullptr, false);
      std::string said = json["verdict"];
      if (json.contains("reason")) said += ' ' + json["reason"].get<std::string>();
      EXPECT_EQ(said, row.explained);
    }
    std::vector<std::string> reach{"reach", "--deployment", file, "-f", "json"};
    reach.insert(reach.end(), row.more.begin(), row.more.end());
    const auto json = nlohmann::json::parse(call(reach).out, nullptr, false)["instances"][0];
    EXPECT_EQ(json["verdict"].get<std::string>() + ' ' + json["reason"].get<std::string>(), row.reached);
  }
}

// The group itself is judged as if it were there, what arrives is not.
TEST_F(ConditionalNsg, InAnAudit) {
  const auto json = nlohmann::json::parse(
      call({"audit", "--deployment", deployment(R"(, "condition": "[parameters('q')]")", "80"), "-f", "json"}).out,
      nullptr, false);
  const auto verdict = [](const nlohmann::json& rows) {
    for (const nlohmann::json& one : rows)
      if (one["port"] == 3389 && one["protocol"] == "tcp" && one["source"] == "Internet")
        return one["verdict"].get<std::string>();
    return std::string{};
  };
  EXPECT_EQ(verdict(json["nsgs"][0]["ports"]), "deny");
  EXPECT_EQ(verdict(json["arrivals"]), "unknown");
}

}  // namespace
}  // namespace nsgcheck::cli::explain_deployment_test
