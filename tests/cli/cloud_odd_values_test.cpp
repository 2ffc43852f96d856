// SPDX-License-Identifier: Apache-2.0
// Files of a Cloud Service with one value that cannot be read: it is said where it stands, what depends on it is
// unknown, and the rest is answered (interface 1, exit 3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"
#include "tests/cli/reach_text.hpp"

namespace nsgcheck::cli::cloud_odd_values_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/cloud-service-files/";

/// One place of one of the files, and what stands there instead.
struct OddCase {
  std::string name;
  std::string file;  ///< of kSamples; the others of the service are as they are
  std::string old_text, new_text;
  std::string error;        ///< "FILE:LINE:COLUMN: ..."
  std::string web, worker;  ///< what becomes of the first instance of each role
};

const std::string kOpen = "reached ok";
const std::string kInvalid = "unknown invalid-rule";
const std::string kMissing = "unknown missing-attachment";

const std::vector<OddCase> kRows{
    {"a port of another endpoint", "service.csdef", "port=\"443\"", "port=\"https\"",
     "service.csdef:12:58: \"port\" is \"https\", not a whole number", kOpen, kOpen},
    {"the number of instances", "service.cscfg", "count=\"1\"", "count=\"one\"",
     "service.cscfg:17:23: \"count\" is \"one\", not a whole number", kOpen, kOpen},
    {"a role without a name in the definition", "service.csdef", "<WorkerRole name=\"WorkerRole1\"", "<WorkerRole ",
     "service.csdef:19:3: a role has an attribute \"name\"", kInvalid, kInvalid},
    {"a role without a name in the configuration", "service.cscfg", "<Role name=\"WorkerRole1\"", "<Role ",
     "service.cscfg:16:3: a role has an attribute \"name\"", kOpen, kInvalid},
    {"an import without a module", "service.csdef", "<Import moduleName=\"RemoteForwarder\" />", "<Import />",
     "service.csdef:16:7: an import has an attribute \"moduleName\"", kInvalid, kInvalid},
    {"a setting without a name beside those that count", "service.cscfg",
     "<Setting name=\"Microsoft.WindowsAzure.Plugins.RemoteForwarder.Enabled\" value=\"true\" />",
     "<Setting name=\"Microsoft.WindowsAzure.Plugins.RemoteForwarder.Enabled\" value=\"true\" />"
     "<Setting value=\"1\" />",
     "service.cscfg:10:93: a setting has an attribute \"name\"", kOpen, kOpen},
    {"a line of an ACL", "acl.cscfg", "action=\"permit\"", "action=\"let in\"",
     "acl.cscfg:32:35: \"let in\" is neither permit nor deny", kInvalid, kInvalid},
    {"an ACL that names no list", "acl.cscfg", " accessControl=\"Operators\"", "",
     "acl.cscfg:36:7: an endpoint ACL has an attribute \"accessControl\"", kInvalid, kInvalid},
    {"an ACL whose list is not there", "acl.cscfg", "<AccessControl name=\"Operators\"", "<AccessControl name=\"Ops\"",
     "acl.cscfg:36:7: no access control is called \"Operators\"", kInvalid, kInvalid},
    {"an address assignment without a role", "service.cscfg", "<InstanceAddress roleName=\"WorkerRole1\"",
     "<InstanceAddress ", "service.cscfg:36:7: an instance address has an attribute \"roleName\"", kOpen, kMissing},
    {"a role in two subnets", "service.cscfg", "<Subnet name=\"web\" />",
     "<Subnet name=\"web\" /><Subnet name=\"b\" />", "service.cscfg:33:32: role \"WebRole1\" lies in 2 subnets",
     kMissing, kMissing},
    {"the port of the forwarder", "SharedConfig.xml", "address=\"10.0.0.4:20000\"", "address=\"10.0.0.4:rdp\"",
     "SharedConfig.xml:12:91: \"port\" is \"rdp\", not a whole number", kInvalid, kInvalid},
    {"forwarders on two ports", "SharedConfig.xml", "address=\"10.0.0.5:20000\"", "address=\"10.0.0.5:20001\"",
     "SharedConfig.xml:24:5: the forwarder listens on 20001 at WebRole1_IN_1 and on 20000 elsewhere", kInvalid,
     kInvalid},
    {"the address of an instance", "SharedConfig.xml", "<Instance id=\"WorkerRole1_IN_0\" address=\"10.0.0.6\">",
     "<Instance id=\"WorkerRole1_IN_0\" address=\"10.0\">", "SharedConfig.xml:39:46: \"10.0\" is no address", kOpen,
     kOpen},
};

class CloudOddValues : public testing::Test {
 protected:
  /// The files of the service with the row's change.
  std::vector<std::string> files(const OddCase& row) {
    std::string text = bytes_of(kSamples + row.file);
    const std::size_t at = text.find(row.old_text);
    EXPECT_NE(at, std::string::npos);
    text.replace(at, row.old_text.size(), row.new_text);
    const std::string changed = folder_.write(row.file, text);
    std::vector<std::string> out;
    for (const char* name : {"service.csdef", "service.cscfg"})
      out.push_back(row.file.ends_with(std::string{name}.substr(7)) ? changed : kSamples + name);
    if (row.file.ends_with(".xml")) out.push_back(changed);
    out.push_back(kSamples + "rules.json");
    return out;
  }

  static Result run(const std::string& command, const std::vector<std::string>& files,
                    const std::vector<std::string>& more) {
    std::vector<std::string> args{command};
    for (const std::string& file : files) args.insert(args.end(), {"--deployment", file});
    args.insert(args.end(), more.begin(), more.end());
    return call(args);
  }

  Folder folder_;
};

TEST_F(CloudOddValues, LeaveTheRestAnswered) {
  for (const OddCase& row : kRows) {
    SCOPED_TRACE(row.name);
    const std::vector<std::string> inputs = files(row);
    const Result reached = run("reach", inputs, {"-f", "json"});
    EXPECT_EQ(reached.exit, Exit::Incomplete);
    EXPECT_THAT(reached.err, HasSubstr(row.error));
    const json reach = json::parse(reached.out, nullptr, false);
    ASSERT_FALSE(reach.is_discarded()) << reached.err;
    EXPECT_EQ(became(reach, "WebRole1_IN_0"), row.web);
    EXPECT_EQ(became(reach, "WorkerRole1_IN_0"), row.worker);
    const Result effective = run("effective", inputs, {"--instance", "WebRole1_IN_0", "-f", "json"});
    EXPECT_EQ(effective.exit, Exit::Incomplete);
    EXPECT_THAT(effective.err, HasSubstr(row.error));
    EXPECT_FALSE(json::parse(effective.out, nullptr, false).is_discarded());
    const Result explained = run("explain", inputs,
                                 {"--direction", "in", "--protocol", "tcp", "--from", "203.0.113.7", "--to", "10.0.0.4",
                                  "--port", "443", "-f", "json"});
    EXPECT_EQ(explained.exit, Exit::Incomplete);
    EXPECT_FALSE(json::parse(explained.out, nullptr, false).is_discarded());
    std::vector<std::string> named{"audit", "-f", "json"};
    named.insert(named.end(), inputs.begin(), inputs.end());
    const Result audited = call(named);
    EXPECT_EQ(audited.exit, Exit::Incomplete);
    const json report = json::parse(audited.out, nullptr, false);
    ASSERT_FALSE(report.is_discarded());
    std::size_t errors = 0;
    for (const json& input : report["inputs"]) errors += input["errors"].size();
    EXPECT_EQ(errors, 1U) << report["inputs"].dump(1);
  }
}

TEST_F(CloudOddValues, OfATemplateLikewise) {
  json sample = json::parse(bytes_of(kSamples + "cloud-service.json"));
  struct Row {
    std::string name;
    std::function<void(json& properties)> change;
    std::string error, web;
  };
  const std::vector<Row> rows{
      {"settings that are no XML",
       [](json& p) { p["extensionProfile"]["extensions"][0]["properties"]["settings"] = "ops"; },
       "settings of the remote desktop extension: text outside", kInvalid},
      {"settings that are no text",
       [](json& p) { p["extensionProfile"]["extensions"][0]["properties"]["settings"] = 1; },
       "settings of the remote desktop extension: they are no text", kInvalid},
      {"roles of the extension that are no list",
       [](json& p) { p["extensionProfile"]["extensions"][0]["properties"]["rolesAppliedTo"] = "WorkerRole1"; },
       "\"rolesAppliedTo\" is a list of names of roles", kInvalid},
      {"a capacity", [](json& p) { p["roleProfile"]["roles"][0]["sku"]["capacity"] = "many"; },
       "\"capacity\" is \"many\"", kOpen},
      {"a role without a name", [](json& p) { p["roleProfile"]["roles"][1].erase("name"); },
       "a role of the role profile has a \"name\"", kInvalid},
      {"a configuration that is none",
       [](json& p) {
         p.erase("extensionProfile");
         p["configuration"] = "<ServiceDefinition/>";
       },
       "\"configuration\" holds <ServiceDefinition>", kInvalid},
  };
  const json whole = sample;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    sample = whole;
    for (json& one : sample["resources"])
      if (one["type"].get<std::string>() == "Microsoft.Compute/cloudServices") row.change(one["properties"]);
    const Result reached = call({"reach", folder_.write("template.json", sample.dump(1)), "-f", "json"});
    EXPECT_EQ(reached.exit, Exit::Incomplete);
    EXPECT_THAT(reached.err, HasSubstr(row.error));
    EXPECT_EQ(became(json::parse(reached.out, nullptr, false), "WebRole1_IN_0"), row.web);
  }
}

/// An endpoint of the role that forwards.
struct PortCase {
  std::string name, endpoint;
  std::vector<std::string> options;
  std::string web;
  std::string status;  ///< of NSG-CS-003; "" when it is silent
};

// One port of a machine has one listener: then the forwarder is elsewhere, wherever that is.
TEST_F(CloudOddValues, AnEndpointOnTheForwardersPort) {
  const std::string input = "<InputEndpoint name=\"E\" protocol=\"tcp\" port=";
  const std::string inner = "<InternalEndpoint name=\"E\" protocol=\"tcp\"";
  const std::vector<PortCase> rows{
      {"a local port", input + "\"81\" localPort=\"20000\" />", {}, kMissing, "violated"},
      {"a port that is the local one, too", input + "\"20000\" />", {}, kMissing, "violated"},
      {"an internal endpoint", inner + " port=\"20000\" />", {}, kMissing, "violated"},
      {"a range that holds it",
       inner + "><FixedPortRange min=\"19990\" max=\"20010\" /></InternalEndpoint>",
       {},
       kMissing,
       "violated"},
      {"of each instance",
       "<InstanceInputEndpoint name=\"E\" protocol=\"tcp\" localPort=\"20000\"><AllocatePublicPortFrom>"
       "<FixedPortRange min=\"9000\" max=\"9009\" /></AllocatePublicPortFrom></InstanceInputEndpoint>",
       {},
       kMissing,
       "violated"},
      {"the given port is another",
       input + "\"81\" localPort=\"20000\" />",
       {"--forwarder-port", "20001"},
       "blocked nsg-denied-forwarder-port",
       ""},
      {"the given port is the same",
       input + "\"81\" localPort=\"20000\" />",
       {"--forwarder-port", "20000"},
       kOpen,
       "violated"},
      {"a public port only", input + "\"20000\" localPort=\"81\" />", {}, kOpen, ""},
      {"over UDP", "<InputEndpoint name=\"E\" protocol=\"udp\" port=\"20000\" />", {}, kOpen, ""},
      {"an automatic one", input + "\"81\" localPort=\"*\" />", {}, kOpen, "unknown"},
  };
  for (const PortCase& row : rows) {
    SCOPED_TRACE(row.name);
    std::string text = bytes_of(kSamples + "service.csdef");
    text.insert(text.find("    </Endpoints>"), "      " + row.endpoint + "\n");
    std::vector<std::string> args{folder_.write("service.csdef", text), kSamples + "service.cscfg",
                                  kSamples + "rules.json", "-f", "json"};
    args.insert(args.end(), row.options.begin(), row.options.end());
    args.insert(args.begin(), "reach");
    const Result reached = call(args);
    EXPECT_EQ(became(json::parse(reached.out, nullptr, false), "WebRole1_IN_0"), row.web) << reached.err;
    args.front() = "audit";
    std::string status;
    const json report = json::parse(call(args).out, nullptr, false);
    for (const json& finding : report["findings"])
      if (finding["id"] == "NSG-CS-003") {
        status += finding["status"].get<std::string>();
        EXPECT_EQ(finding["line"], 13);
        EXPECT_THAT(finding["message"].get<std::string>(), HasSubstr("endpoint E of role WebRole1"));
      }
    EXPECT_EQ(status, row.status);
  }
}

}  // namespace
}  // namespace nsgcheck::cli::cloud_odd_values_test
