// SPDX-License-Identifier: Apache-2.0
// Cloud Services in templates with values that are open: nothing is said to be wrong, or right, that depends on them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/cli/call.hpp"
#include "tests/cli/reach_text.hpp"

namespace nsgcheck::cli::cloud_open_values_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kSample = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/cloud-service-files/cloud-service.json";
const std::string kOpen = "[parameters('open')]";
const std::string kSays = "parameter `open` has no value";

/// One value of the template that is left open.
struct OpenCase {
  std::string name;
  std::function<void(json& properties)> change;  ///< of the service
  std::set<std::string> unknown;                 ///< policies whose findings are unknown, all for unresolved-expression
  std::string says;                              ///< in each of them
  std::string web, worker;                       ///< what becomes of the first instance of each role
};

json& extension(json& properties) { return properties["extensionProfile"]["extensions"][0]["properties"]; }

const std::string kReached = "reached ok";
const std::string kUnknown = "unknown unresolved-expression";

std::vector<OpenCase> rows() {
  const std::set<std::string> account{"NSG-CS-010", "NSG-CS-011", "NSG-CS-012"};
  const std::set<std::string> whole{"NSG-CS-010", "NSG-CS-011", "NSG-CS-012", "NSG-CS-014", "NSG-CS-016"};
  return {
      {"nothing", [](json&) {}, {}, "", kReached, kReached},
      {"the extension profile", [](json& p) { p["extensionProfile"] = kOpen; }, whole, kSays, kUnknown, kUnknown},
      {"the list", [](json& p) { p["extensionProfile"]["extensions"] = kOpen; }, whole, kSays, kUnknown, kUnknown},
      {"an extension", [](json& p) { p["extensionProfile"]["extensions"][0] = kOpen; }, whole, kSays, kUnknown,
       kUnknown},
      {"its properties", [](json& p) { p["extensionProfile"]["extensions"][0]["properties"] = kOpen; }, whole, kSays,
       kUnknown, kUnknown},
      {"its type",
       [](json& p) { extension(p)["type"] = kOpen; },
       {"NSG-CS-014", "NSG-CS-016"},
       kSays,
       kUnknown,
       kUnknown},
      {"a type of something else",
       [](json& p) {
         json other = p["extensionProfile"]["extensions"][0];
         other["properties"]["type"] = "Antimalware";
         other["properties"]["settings"] = kOpen;
         p["extensionProfile"]["extensions"].push_back(other);
       },
       {},
       "",
       kReached,
       kReached},
      {"its settings", [](json& p) { extension(p)["settings"] = kOpen; }, account, kSays, kUnknown, kUnknown},
      {"settings with an open part",
       [](json& p) {
         extension(p)["settings"] =
             "[concat('<PublicConfig><UserName>ops</UserName><Expiration>', "
             "parameters('open'), '</Expiration></PublicConfig>')]";
       },
       account, kSays, kUnknown, kUnknown},
      {"settings known at run time", [](json& p) { extension(p)["settings"] = "[reference('other').settings]"; },
       account, "reference() is known at run time only", kUnknown, kUnknown},
      {"the Expiration",
       [](json& p) {
         extension(p)["settings"] = {{"UserName", "ops"}, {"Expiration", kOpen}};
       },
       {"NSG-CS-010", "NSG-CS-011"},
       kSays,
       kUnknown,
       kUnknown},
      {"the user name",
       [](json& p) {
         extension(p)["settings"] = {{"UserName", kOpen}, {"Expiration", "2027-01-01"}};
       },
       {"NSG-CS-011", "NSG-CS-012"},
       kSays,
       kUnknown,
       kUnknown},
      {"a role that it applies to",
       [](json& p) {
         extension(p)["rolesAppliedTo"] = {"WebRole1", kOpen};
       },
       {"NSG-CS-008"},
       kSays,
       kReached,
       kUnknown},
      {"all roles that it applies to",
       [](json& p) { extension(p)["rolesAppliedTo"] = kOpen; },
       {"NSG-CS-016"},
       kSays,
       kUnknown,
       kUnknown},
      {"the number of instances",
       [](json& p) { p["roleProfile"]["roles"][0]["sku"]["capacity"] = kOpen; },
       {"NSG-CS-009"},
       kSays,
       kReached,
       kReached},
      {"certificates from a Key Vault",
       [](json& p) {
         p["osProfile"] = {{"secrets", kOpen}};
       },
       {"NSG-CS-014"},
       kSays,
       kReached,
       kReached},
      {"the configuration, without an extension",
       [](json& p) {
         p.erase("extensionProfile");
         p["configuration"] = kOpen;
       },
       {"NSG-CS-010", "NSG-CS-011", "NSG-CS-012", "NSG-CS-015", "NSG-CS-016", "NSG-CS-023", "NSG-CS-027", "NSG-CS-029"},
       kSays,
       kUnknown,
       kUnknown},
  };
}

class CloudOpenValues : public testing::Test {
 protected:
  CloudOpenValues() : template_(json::parse(std::ifstream{kSample})) {
    template_["parameters"]["open"] = {{"type", "string"}};
    for (json& one : template_["resources"])
      if (one["type"] == "Microsoft.Compute/cloudServices") properties_ = &one["properties"];
  }

  json run(const std::string& command, std::vector<std::string> more = {}) {
    std::vector<std::string> args{command, folder_.write("template.json", template_.dump(1)), "-f", "json"};
    args.insert(args.end(), more.begin(), more.end());
    const Result result = call(args);
    exit_ = result.exit;
    err_ = result.err;
    return json::parse(result.out);
  }

  // Policies of Cloud Services with findings of a status.
  static std::set<std::string> found(const json& report, const std::string& status) {
    std::set<std::string> out;
    for (const json& one : report["findings"])
      if (one["status"] == status && one["id"].get<std::string>().starts_with("NSG-CS-"))
        out.insert(one["id"].get<std::string>());
    return out;
  }

  Folder folder_;
  json template_;
  json* properties_{};
  Exit exit_{};
  std::string err_;
};

TEST_F(CloudOpenValues, AreUnknownAndNamed) {
  const json whole = template_;
  const std::vector<std::string> now{"--now", "2026-06-01T00:00:00Z"};
  const auto violated = found(run("audit", now), "violated");
  for (const OpenCase& row : rows()) {
    SCOPED_TRACE(row.name);
    template_ = whole;
    for (json& one : template_["resources"])
      if (one["type"] == "Microsoft.Compute/cloudServices") row.change(one["properties"]);
    const json report = run("audit", now);
    EXPECT_EQ(err_, "");
    EXPECT_EQ(found(report, "unknown"), row.unknown);
    for (const std::string& id : found(report, "violated")) EXPECT_TRUE(violated.contains(id)) << id;
    for (const json& one : report["findings"]) {
      if (one["status"] != "unknown" || !one["id"].get<std::string>().starts_with("NSG-CS-")) continue;
      EXPECT_EQ(one["reason"], "unresolved-expression");
      EXPECT_THAT(one["message"].get<std::string>(), HasSubstr(row.says));
      EXPECT_FALSE(one["line"].is_null());
    }
    const json reach = run("reach");
    EXPECT_EQ(became(reach, "WebRole1_IN_0"), row.web);
    EXPECT_EQ(became(reach, "WorkerRole1_IN_0"), row.worker);
    EXPECT_EQ(exit_, row.web == kReached && row.worker == kReached ? Exit::Clean : Exit::Findings);
    if (row.worker == kUnknown) {
      EXPECT_THAT(reach.dump(), HasSubstr(row.says));
    }
  }
}

TEST_F(CloudOpenValues, AreSettledByAParameter) {
  extension(*properties_)["type"] = kOpen;
  EXPECT_TRUE(found(run("audit", {"--set", "open=RDP"}), "unknown").empty());
  EXPECT_EQ(became(run("reach", {"--set", "open=RDP"}), "WebRole1_IN_0"), kReached);
  const json other = run("audit", {"--set", "open=Antimalware"});
  EXPECT_TRUE(found(other, "violated").contains("NSG-CS-016"));
}

// Roles whose names are not known are said.
TEST_F(CloudOpenValues, OfRolesAreLeftAsideAndSaid) {
  (*properties_)["roleProfile"]["roles"][1]["name"] = kOpen;
  const json reach = run("reach");
  EXPECT_EQ(exit_, Exit::Findings);
  EXPECT_EQ(became(reach, "WebRole1_IN_0"), kUnknown) << "the other may forward";
  EXPECT_THAT(err_, HasSubstr(kSays));
  EXPECT_THAT(reach["assumptions"].dump(), HasSubstr("roles-open"));
  (*properties_)["roleProfile"] = kOpen;
  EXPECT_TRUE(run("reach")["instances"].empty());
  EXPECT_EQ(exit_, Exit::Findings);
  EXPECT_EQ(found(run("audit"), "unknown"), (std::set<std::string>{"NSG-CS-016", "NSG-CS-024"}));
}

}  // namespace
}  // namespace nsgcheck::cli::cloud_open_values_test
