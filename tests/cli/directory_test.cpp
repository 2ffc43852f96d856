// SPDX-License-Identifier: Apache-2.0
// Directories that hold more than rule sets: files of a Cloud Service, .rdp files, templates that link to each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "rdp_case.hpp"
#include "tests/cli/call.hpp"

namespace nsgcheck::cli::directory_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

const fs::path kSamples = fs::path{NSGCHECK_SOURCE_DIR} / "rules/samples/cloud-service-files";

/// A directory with copies of samples, and files of its own.
class Directory : public testing::Test {
 protected:
  void copy(const std::string& sample, const std::string& name = "") const {
    const fs::path to = folder_.path(name.empty() ? sample : name);
    fs::create_directories(to.parent_path());
    fs::copy_file(kSamples / sample, to);
  }
  void put(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path{folder_.path(name)}.parent_path());
    (void)folder_.put(name, text);
  }
  [[nodiscard]] std::string path(const std::string& name = "") const { return folder_.path(name); }
  [[nodiscard]] Result audit(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"audit", path(), "-f", "json"});
    return call(more);
  }

 private:
  RdpFolder folder_;
};

/// What became of each input, by its file's name.
std::map<std::string, std::string> inputs_of(const json& report) {
  std::map<std::string, std::string> out;
  for (const json& input : report["inputs"]) {
    std::string said = input["format"].is_string() ? input["format"].get<std::string>() : "";
    for (const json& skipped : input["skipped"]) said += '|' + skipped["what"].get<std::string>();
    out[fs::path{input["file"].get<std::string>()}.filename()] = said;
  }
  return out;
}

std::vector<std::string> ids_of(const json& report) {
  std::vector<std::string> out;
  for (const json& finding : report["findings"]) out.push_back(finding["id"]);
  return out;
}

TEST_F(Directory, FilesOfOneServiceAreReadAsIfTheyWereNamed) {
  copy("service.csdef");
  copy("administrator.cscfg", "config/service.cscfg");
  copy("rules.json");
  copy("gone-instance.rdp");
  put("pom.xml", "<!DOCTYPE project>\n<project/>");
  put("layout.xml", "<layout/>");
  const Result found = audit();
  EXPECT_EQ(found.err, "");
  const json report = json::parse(found.out);
  EXPECT_THAT(ids_of(report), testing::IsSupersetOf({"NSG-CS-012", "NSG-CS-035"}));
  EXPECT_EQ(report["arrivals"].empty(), false);
  const auto inputs = inputs_of(report);
  EXPECT_EQ(inputs.at("service.csdef"), "service-definition");
  EXPECT_EQ(inputs.at("service.cscfg"), "service-configuration");
  EXPECT_EQ(inputs.at("gone-instance.rdp"), "rdp");
  EXPECT_THAT(inputs.at("pom.xml"), HasSubstr("no XML of a known form"));
  EXPECT_THAT(inputs.at("layout.xml"), HasSubstr("no known form"));
  const Result named = call({"audit", path("service.csdef"), path("config/service.cscfg"), path("rules.json"),
                             path("gone-instance.rdp"), "-f", "json"});
  EXPECT_EQ(ids_of(json::parse(named.out)), ids_of(report));
  EXPECT_EQ(named.exit, found.exit);
}

TEST_F(Directory, ClassicGroupsInXmlAreRuleSets) {
  copy("classic-nsg.xml");
  const json report = json::parse(audit().out);
  ASSERT_EQ(report["nsgs"].size(), 1U);
  EXPECT_EQ(inputs_of(report).at("classic-nsg.xml"), "classic-nsg");
}

TEST_F(Directory, ADamagedClassicGroupIsAnError) {
  copy("rules.json");
  put("group.xml", "<NetworkSecurityGroup><Name>n</Name>");
  const Result result = audit();
  EXPECT_EQ(result.exit, Exit::Incomplete);
  EXPECT_THAT(result.err, HasSubstr("group.xml"));
}

TEST_F(Directory, TheEmulatorsConfigurationGivesWay) {
  copy("service.csdef");
  copy("service.cscfg", "ServiceConfiguration.Cloud.cscfg");
  copy("administrator.cscfg", "ServiceConfiguration.Local.cscfg");
  copy("rules.json");
  const json report = json::parse(audit().out);
  EXPECT_THAT(ids_of(report), testing::Not(testing::Contains("NSG-CS-012")));
  EXPECT_THAT(inputs_of(report).at("ServiceConfiguration.Local.cscfg"), HasSubstr("emulator"));
}

TEST_F(Directory, SeveralServicesAreNotGuessedTogether) {
  copy("service.csdef", "a/service.csdef");
  copy("one-role.csdef", "b/one-role.csdef");
  copy("rules.json");
  const Result result = audit();
  const json report = json::parse(result.out);
  EXPECT_EQ(report["nsgs"].size(), 1U);
  for (const char* file : {"service.csdef", "one-role.csdef"})
    EXPECT_THAT(inputs_of(report).at(file), HasSubstr("several of its kind"));
  EXPECT_EQ(result.err, "");
}

/// What one damaged file of a service does to a directory: an error of its own, and the rest is answered.
struct Damage {
  const char* name;
  const char* file;
  const char* text;
  const char* error;
};

TEST_F(Directory, AServiceThatCannotBeReadIsAnErrorAndLeavesTheRuleSets) {
  const Damage cases[] = {
      {"a role without a name", "service.cscfg", "<ServiceConfiguration><Role/></ServiceConfiguration>",
       "service.cscfg:1:23: a role has an attribute \"name\""},
      {"tags that do not match", "service.cscfg", "<ServiceConfiguration><Role></ServiceConfiguration>",
       "service.cscfg:1:31: no XML: start-end tags mismatch"},
      {"a definition that ends early", "service.csdef", "<ServiceDefinition>", "service.csdef:1:"},
  };
  copy("rules.json");
  for (const Damage& damage : cases) {
    SCOPED_TRACE(damage.name);
    for (const char* file : {"service.csdef", "service.cscfg"}) {
      fs::remove(path(file));
      if (std::string{file} != damage.file) copy(file);
    }
    put(damage.file, damage.text);
    const Result result = audit();
    EXPECT_EQ(result.exit, Exit::Incomplete);
    EXPECT_THAT(result.err, HasSubstr(damage.error));
    const json report = json::parse(result.out);
    EXPECT_EQ(report["nsgs"].size(), 1U);
    std::string errors;
    for (const json& input : report["inputs"])
      if (fs::path{input["file"].get<std::string>()}.filename() == damage.file) errors += input["errors"].dump();
    EXPECT_NE(errors, "[]");
    EXPECT_NE(errors, "");
  }
}

// What can be read and is no deployment together is not asked for: a line says that it is left aside.
TEST_F(Directory, AServiceThatIsNoDeploymentIsLeftAside) {
  put("service.csdef", "<ServiceDefinition/>");
  copy("rules.json");
  const Result result = audit();
  EXPECT_EQ(result.exit, Exit::Clean);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(inputs_of(json::parse(result.out)).at("service.csdef"), HasSubstr("not judged with the rule sets"));
}

// Files that the user names are meant to be read: then that is an error, too.
TEST_F(Directory, RuleSetsOfADeploymentThatIsNoneAreJudgedByThemselves) {
  copy("rules.json");
  put("deployment.json", R"({"nsgs": ["rules.json", "broken.json"], "roles": [{"name": "A", "remoteForwarder": 3}]})");
  put("broken.json", "{");
  put("service.csdef", "<ServiceDefinition><WebRole/></ServiceDefinition>");
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"deployment.json:1:", {"audit", path("deployment.json"), "-f", "json"}},
      {"deployment.json:1:", {"audit", path("rules.json"), "--deployment", path("deployment.json"), "-f", "json"}},
      {"service.csdef:1:20: a role", {"audit", path("service.csdef"), path("rules.json"), "-f", "json"}}};
  for (const auto& [error, args] : cases) {
    SCOPED_TRACE(args[1]);
    const Result result = call(args);
    EXPECT_EQ(result.exit, Exit::Incomplete);
    EXPECT_THAT(result.err, HasSubstr(error));
    const json report = json::parse(result.out);
    ASSERT_EQ(report["nsgs"].size(), 1U);
    EXPECT_EQ(report["nsgs"][0]["name"], "web-nsg");
  }
  EXPECT_EQ(call({"reach", path("deployment.json")}).exit, Exit::Usage);
  EXPECT_EQ(call({"audit", path("service.csdef")}).exit, Exit::Incomplete) << "there are roles, whoever they are";
}

// A rule set of which nothing can be read counts where the deployment does not name the groups before its subnets.
TEST_F(Directory, ARuleSetThatIsNotNeededMayBeBroken) {
  copy("rules.json");
  put("broken.json", "{");
  const auto deployment = [](const std::string& attached) {
    return R"({"nsgs": ["rules.json", "broken.json"], "virtualNetwork": {"addressPrefixes": ["10.0.0.0/16"], "subnets":
      [{"name": "web", "addressPrefix": "10.0.0.0/24")" +
           attached +
           R"(}]}, "loadBalancer": {"frontends": ["198.51.100.20"]}, "roles": [{"name": "A", "remoteForwarder": true,
      "remoteAccess": true, "subnet": "web", "instances": [{"name": "A_IN_0", "address": "10.0.0.4"}]}]})";
  };
  put("named.json", deployment(R"(, "nsg": "web-nsg")"));
  put("other.json", deployment(R"(, "nsg": "lost-nsg")"));
  put("silent.json", deployment(""));
  const std::vector<std::string> commands[] = {
      {"reach", path("named.json")}, {"audit", path("named.json")}, {"effective", "--deployment", path("named.json")}};
  for (const std::vector<std::string>& command : commands) {
    SCOPED_TRACE(command.front());
    const Result named = call(command);
    EXPECT_EQ(named.exit, Exit::Incomplete);
    EXPECT_THAT(named.err, HasSubstr("broken.json:1:"));
    EXPECT_THAT(named.out, HasSubstr("A_IN_0"));
  }
  for (const char* file : {"other.json", "silent.json"}) {
    SCOPED_TRACE(file);
    EXPECT_EQ(call({"reach", path(file)}).exit, Exit::Usage);
    EXPECT_THAT(call({"audit", path(file)}).out, testing::Not(HasSubstr("A_IN_0")));
  }
}

TEST_F(Directory, RdpFilesWantADeployment) {
  copy("rules.json");
  copy("gone-instance.rdp");
  const Result walked = audit();
  EXPECT_EQ(walked.err, "");
  EXPECT_THAT(inputs_of(json::parse(walked.out)).at("gone-instance.rdp"), HasSubstr("no input describes"));
  const Result named = call({"audit", path("rules.json"), path("gone-instance.rdp"), "-f", "json"});
  EXPECT_EQ(named.exit, Exit::Incomplete);
  EXPECT_THAT(named.err, HasSubstr("nsgcheck rdp"));
  EXPECT_EQ(json::parse(named.out)["nsgs"].size(), 1U) << "the rest is answered";
}

TEST_F(Directory, AnRdpFileThatCannotBeReadIsSaid) {
  put("bad.rdp", "nothing\n");
  std::vector<std::string> args{"audit"};
  for (const char* name : {"service.csdef", "service.cscfg", "rules.json"}) args.push_back((kSamples / name).string());
  args.push_back(path("bad.rdp"));
  const Result result = call(args);
  EXPECT_EQ(result.exit, Exit::Incomplete);
  EXPECT_THAT(result.err, HasSubstr("bad.rdp:1:1"));
}

std::string template_of(const std::string& sections, const std::string& resources) {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",)" +
         sections + R"("resources": [)" + resources + "]}";
}

std::string link_to(const std::string& path) {
  return R"({"type": "Microsoft.Resources/deployments", "name": "inner", "properties": {"mode": "Incremental",
    "templateLink": {"relativePath": ")" +
         path + R"("}, "parameters": {"port": {"value": "3389"}}}})";
}

const std::string kGroup =
    R"({"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "properties": {"securityRules": [{"name": "r",
    "properties": {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
    "sourceAddressPrefix": "203.0.113.7", "sourcePortRange": "*", "destinationAddressPrefix": "*",
    "destinationPortRange": "[parameters('port')]"}}]}})";

TEST_F(Directory, LinkedTemplatesAreReadOnceAndWithTheirValues) {
  put("main.json", template_of("", link_to("nested/group.json")));
  put("nested/group.json", template_of(R"("parameters": {"port": {"type": "string"}},)", kGroup));
  const std::vector<std::pair<const char*, std::vector<std::string>>> rows{
      {"a directory", {"audit", path(), "-f", "json"}}, {"the file", {"audit", path("main.json"), "-f", "json"}}};
  for (const auto& [name, args] : rows) {
    SCOPED_TRACE(name);
    const Result result = call(args);
    EXPECT_EQ(result.err, "");
    const json report = json::parse(result.out);
    ASSERT_EQ(report["nsgs"].size(), 1U);
    EXPECT_THAT(report["nsgs"][0]["file"].get<std::string>(), testing::EndsWith("nested/group.json"));
    EXPECT_EQ(report["nsgs"][0]["ports"][0]["verdict"], "partial");
  }
  EXPECT_THAT(inputs_of(json::parse(audit().out)).at("group.json"), HasSubstr("read as a part of"));
}

TEST_F(Directory, NothingOutsideIsOpened) {
  put("group.json", template_of(R"("parameters": {"port": {"type": "string"}},)", kGroup));
  put("deep/main.json", template_of("", link_to("../group.json")));
  const Result file = call({"audit", path("deep/main.json"), "-f", "json"});
  EXPECT_TRUE(json::parse(file.out)["nsgs"].empty());
  EXPECT_THAT(file.err, HasSubstr("it lies outside of the template's directory"));
  EXPECT_EQ(json::parse(audit().out)["nsgs"].size(), 1U) << "the directory given holds both";
  fs::create_symlink(path("group.json"), path("deep/link.json"));
  put("deep/other.json", template_of("", link_to("link.json")));
  const Result link = call({"audit", path("deep/other.json"), "-f", "json"});
  EXPECT_THAT(link.err, HasSubstr("it lies outside")) << "by a link of the file system, too";
}

TEST_F(Directory, TemplatesThatLinkToEachOtherAreNotLost) {
  put("a.json", template_of("", link_to("b.json") + "," + kGroup));
  put("b.json", template_of("", link_to("a.json")));
  const json report = json::parse(audit().out);
  EXPECT_FALSE(report["nsgs"].empty());
}

}  // namespace
}  // namespace nsgcheck::cli::directory_test
