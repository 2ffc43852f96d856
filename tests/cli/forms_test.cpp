// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "cli/run.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Result {
  Exit exit{};
  std::string out, err;
};

Result call(std::vector<std::string> args) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit = run(args, Process{in, out, err});
  return {exit, out.str(), err.str()};
}

/// A folder that is the current directory while a test runs, and a PATH that holds it alone.
class FormFiles : public testing::Test {
 protected:
  FormFiles() : folder_{fs::temp_directory_path() / ("nsgcheck-forms-" + std::to_string(::getpid()))} {
    fs::create_directories(folder_ / "bin");
    fs::current_path(folder_);
    ::setenv("PATH", (folder_ / "bin").c_str(), 1);
  }
  ~FormFiles() override {
    ::setenv("PATH", path_.c_str(), 1);
    fs::current_path(before_);
    fs::remove_all(folder_);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder_ / name, std::ios::binary} << text;
  }
  void program(const std::string& name, const std::string& script) const {
    write("bin/" + name, "#!/bin/sh\n" + script);
    fs::permissions(folder_ / "bin" / name, fs::perms::owner_all);
  }

 private:
  fs::path before_{fs::current_path()};
  std::string path_{std::getenv("PATH")};
  fs::path folder_;
};

std::string rule(const std::string& name, const std::string& source, const std::string& priority) {
  return R"({"name":")" + name + R"(","properties":{"priority":)" + priority +
         R"(,"direction":"Inbound","access":"Allow",
    "protocol":"Tcp","sourceAddressPrefix":")" +
         source + R"(","sourcePortRange":"*","destinationAddressPrefix":"*",
    "destinationPortRange":"3389"}})";
}

std::string arm(const std::string& sections, const std::string& resources) {
  return R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion":"1.0.0.0",)" +
         sections + R"("resources":)" + resources + "}";
}

std::string group(const std::string& rules) {
  return R"({"type":"Microsoft.Network/networkSecurityGroups","name":"n","properties":{"securityRules":)" + rules +
         "}}";
}

TEST_F(FormFiles, ParametersAreSetByHand) {
  write(
      "t.json",
      arm(R"("parameters":{"source":{"type":"string"},"offset":{"type":"int"}},)",
          "[" + group("[" + rule("r", "[parameters('source')]", "\"[add(100, parameters('offset'))]\"") + "]") + "]"));
  write("p.json", R"({"parameters":{"source":{"value":"198.51.100.0/24"},"offset":{"value":1}}})");
  const Result set = call({"t.json", "--parameters", "p.json", "--set", "source=203.0.113.0/24", "-f", "json"});
  EXPECT_THAT(set.out, HasSubstr("\"203.0.113.0/24\""));
  EXPECT_THAT(set.out, testing::Not(HasSubstr("198.51.100.0/24")));
  // A string stays text even when it looks like a number; what is no string is JSON.
  EXPECT_THAT(call({"t.json", "--set", "source=3389", "--set", "offset=7"}).out, HasSubstr("\"3389\""));
  const Result wrong = call({"t.json", "--set", "source=*", "--set", "offset=seven"});
  EXPECT_EQ(wrong.exit, Exit::Incomplete);
  EXPECT_THAT(wrong.err, HasSubstr("t.json:2:82: --set offset=seven is no JSON"));
  EXPECT_EQ(call({"t.json", "--set", "source"}).exit, Exit::Usage);
  const Result other = call({"t.json", "--parameters", "t.json"});
  EXPECT_EQ(other.exit, Exit::Incomplete);
  EXPECT_THAT(other.err, HasSubstr("t.json:1:1: no parameter file"));
}

// Azure refuses a template that is given what it does not declare; a misspelt name must not pass for the default.
TEST_F(FormFiles, NamesThatNoTemplateDeclaresAreErrors) {
  const auto with = [&](const std::string& parameter) {
    return arm("\"parameters\":{\"" + parameter + R"(":{"type":"string","defaultValue":"203.0.113.7"}},)",
               "[" + group("[" + rule("r", "[parameters('" + parameter + "')]", "100") + "]") + "]");
  };
  write("t.json", with("source"));
  write("u.json", with("sauce"));
  write("typo.json", "{\"parameters\": {\n  \"sauce\": {\"value\": \"*\"}}}");
  write("list.json", "[]");
  const Result set = call({"t.json", "--set", "sauce=*"});
  EXPECT_EQ(set.exit, Exit::Incomplete);
  EXPECT_EQ(set.err, "nsgcheck: --set sauce=*: no template of the inputs declares such a parameter\n");
  EXPECT_THAT(set.out, HasSubstr("203.0.113.7"));
  // What is closed by the default only is not proven for the value that was meant.
  std::string closed = with("source");
  const std::string open_to = "203.0.113.7";
  write("closed.json", closed.replace(closed.find(open_to), open_to.size(), "10.0.0.5"));
  const std::string proven = "  proven   ";
  const std::string so_far = "  so far   ";
  EXPECT_THAT(call({"closed.json"}).out, testing::AllOf(HasSubstr(proven), testing::Not(HasSubstr(so_far))));
  const Result typo = call({"closed.json", "--set", "sauce=*"});
  EXPECT_THAT(typo.out, testing::AllOf(HasSubstr(so_far), testing::Not(HasSubstr(proven))));
  EXPECT_THAT(typo.out, HasSubstr("closed.json:1:1: --set sauce=*: no template"));
  EXPECT_EQ(typo.err, "nsgcheck: --set sauce=*: no template of the inputs declares such a parameter\n");
  const Result file = call({"t.json", "--parameters", "typo.json"});
  EXPECT_EQ(file.exit, Exit::Incomplete);
  EXPECT_THAT(file.err,
              HasSubstr("typo.json:2:12: \"sauce\" is given a value, and no template of the inputs declares"));
  // One template of several is enough, and in a comparison one side.
  EXPECT_EQ(call({"t.json", "u.json", "--parameters", "typo.json"}).exit, Exit::Findings);
  EXPECT_EQ(call({"t.json", "--set", "SOURCE=198.51.100.7"}).err, "");
  for (const std::string direction : {"forth", "back"}) {
    const bool forth = direction == "forth";
    const Result diff =
        call({"diff", forth ? "t.json" : "u.json", forth ? "u.json" : "t.json", "--set", "sauce=198.51.100.7"});
    EXPECT_EQ(diff.exit, Exit::Findings) << direction;
    EXPECT_EQ(diff.err, "") << direction;
  }
  const Result neither = call({"diff", "t.json", "t.json", "--set", "sauce=*"});
  EXPECT_EQ(neither.exit, Exit::Incomplete);
  EXPECT_EQ(neither.err, "nsgcheck: --set sauce=*: no template of the inputs declares such a parameter\n");
  EXPECT_THAT(call({"list.json", "--set", "sauce=*"}).err, HasSubstr("note: --parameters and --set change nothing"));
}

TEST_F(FormFiles, BicepIsCompiledWhereItsCompilerIs) {
  write("main.bicep", "resource n 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {\n}\n");
  const Result without = call({"main.bicep"});
  EXPECT_EQ(without.exit, Exit::Usage);
  EXPECT_THAT(without.err,
              HasSubstr("main.bicep:1:1: Bicep is read as the JSON that it compiles to, and neither bicep nor "
                        "az is on the PATH; run \"bicep build main.bicep\" and give the .json file\n"));
  write("out.json", arm("", "[" + group("[" + rule("r", "203.0.113.0/24", "100") + "]") + "]") + "\n");
  program("bicep",
          R"([ "$*" = "build main.bicep --stdout --no-restore" ] && while read -r l; do echo "$l"; done < out.json)");
  const Result with = call({"main.bicep"});
  EXPECT_EQ(with.exit, Exit::Findings) << with.err;
  EXPECT_THAT(with.out, HasSubstr("main.bicep (compiled):"));
  EXPECT_THAT(with.out, HasSubstr("203.0.113.0/24"));
  program("bicep", "echo 'main.bicep(1,1) : Error BCP018' >&2; exit 1");
  const Result failing = call({"main.bicep"});
  EXPECT_EQ(failing.exit, Exit::Usage);
  EXPECT_THAT(failing.err, HasSubstr("bicep build failed: main.bicep(1,1) : Error BCP018"));
}

TEST_F(FormFiles, BicepParametersAreCompiledToo) {
  write("t.json", arm(R"("parameters":{"s":{"type":"string"}},)",
                      "[" + group("[" + rule("r", "[parameters('s')]", "100") + "]") + "]"));
  write("p.bicepparam", "using './main.bicep'\nparam s = '203.0.113.0/24'\n");
  EXPECT_THAT(call({"t.json", "--parameters", "p.bicepparam"}).err,
              HasSubstr("run \"bicep build-params p.bicepparam\""));
  program("az", R"([ "$*" = "bicep build-params --file p.bicepparam --stdout --no-restore" ] && echo )"
                R"('{"parametersJson":"{\"parameters\":{\"s\":{\"value\":\"203.0.113.0/24\"}}}"}')");
  EXPECT_THAT(call({"t.json", "--parameters", "p.bicepparam"}).out, HasSubstr("203.0.113.0/24"));
}

TEST_F(FormFiles, WhatJsonIsMadeFromIsToldApart) {
  struct Row {
    const char* file;
    std::string text;
    const char* message;
  };
  const std::vector<Row> rows{
      {"main.tf", "resource \"azurerm_network_security_group\" \"n\" {}\n", "terraform show -json tfplan > plan.json"},
      {"tfplan", std::string{"PK\x03\x04"} + "x", "run \"terraform show -json tfplan > plan.json\""},
      {"ui.json", "{\"@level\":\"info\"}\n{\"@level\":\"info\"}\n", "messages of terraform -json, not the plan"},
  };
  for (const Row& row : rows) {
    write(row.file, row.text);
    const Result result = call({row.file});
    EXPECT_EQ(result.exit, Exit::Usage) << row.file;
    EXPECT_THAT(result.err, HasSubstr(row.message));
  }
}

// What is written in another way is the same traffic: an empty diff.
TEST_F(FormFiles, TwinTemplatesDoNotDiffer) {
  write(
      "written.json",
      arm("", "[" + group("[" + rule("a", "203.0.113.0/25", "100") + "," + rule("b", "203.0.113.128/25", "101") + "]") +
                  "]"));
  const std::string looped =
      rule("[concat('r', copyIndex('securityRules'))]", "[variables('halves')[copyIndex('securityRules')]]",
           "\"[copyIndex('securityRules', 200)]\"");
  write("loop.json", arm(R"("variables":{"halves":["203.0.113.128/25","203.0.113.0/25"]},)",
                         R"([{"type":"Microsoft.Network/networkSecurityGroups","name":"n","properties":{"copy":[{
                         "name":"securityRules","count":"[length(variables('halves'))]","input":)" +
                             looped + "}]}}]"));
  write("symbolic.json",
        arm(R"("languageVersion":"2.0",)",
            R"({"group":)" + group("[]") + R"(,"whole":{
    "type":"Microsoft.Network/networkSecurityGroups/securityRules","name":"n/whole","dependsOn":["group"],"properties":)" +
                rule("whole", "203.0.113.0/24", "300").substr(std::string{R"({"name":"whole","properties":)"}.size()) +
                "}"));
  for (const char* twin : {"loop.json", "symbolic.json"}) {
    const Result same = call({"diff", "written.json", twin});
    EXPECT_EQ(same.exit, Exit::Clean) << twin << same.out << same.err;
  }
  write("other.json", arm("", "[" + group("[" + rule("a", "203.0.113.0/25", "100") + "]") + "]"));
  EXPECT_EQ(call({"diff", "written.json", "other.json"}).exit, Exit::Findings);
}

}  // namespace
}  // namespace nsgcheck::cli
