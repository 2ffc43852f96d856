// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "cli/run.hpp"

namespace nsgcheck::cli::forms_test {
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

// Azure refuses these before it deploys anything.
TEST_F(FormFiles, ValuesBeyondTheirLimitsAreErrors) {
  write(
      "t.json",
      arm(R"("parameters":{
"source":{"type":"string","allowedValues":["10.0.0.0/8","VirtualNetwork"],"minLength":3},
"offset":{"type":"int","minValue":0,"maxValue":9},
"nets":{"type":"array","defaultValue":[],"minLength":0,"maxLength":2,"allowedValues":["a","b","c"]},
"text":{"type":"string","defaultValue":"x","maxLength":3},
"flag":{"type":"bool","defaultValue":false}},)",
          "[" + group("[" + rule("r", "[parameters('source')]", "\"[add(100, parameters('offset'))]\"") + "]") + "]"));
  struct Row {
    const char* name;
    std::vector<std::string> set;
    std::string error;  ///< "" for a value that is taken
  };
  const Row rows[]{
      {"one of the allowed", {"source=VirtualNetwork", "offset=9"}, ""},
      {"in other case", {"source=virtualnetwork", "offset=0"}, ""},
      {"none of the allowed",
       {"source=*", "offset=0"},
       "t.json:3:10: the value of parameter \"source\" is refused: it takes one of '10.0.0.0/8', 'VirtualNetwork'"},
      {"empty, and not allowed", {"source=", "offset=0"}, "it takes one of '10.0.0.0/8', 'VirtualNetwork'"},
      {"empty text", {"source=VirtualNetwork", "offset=1", "text="}, ""},
      {"no number",
       {"source=VirtualNetwork", "offset="},
       "t.json:4:10: --set offset= gives no value, and only a parameter of type string may be empty; this one is of "
       "type int"},
      {"no list", {"source=VirtualNetwork", "offset=1", "nets="}, "--set nets= gives no value"},
      {"no flag", {"source=VirtualNetwork", "offset=1", "flag="}, "--set flag= gives no value"},
      {"too small", {"source=VirtualNetwork", "offset=-1"}, "\"offset\" is refused: it takes 0 at least (minValue)"},
      {"too large", {"source=VirtualNetwork", "offset=10"}, "\"offset\" is refused: it takes 9 at most (maxValue)"},
      {"too long", {"source=VirtualNetwork", "offset=1", "text=xxxx"}, "it takes a length of 3 at most (maxLength)"},
      {"characters of two bytes", {"source=VirtualNetwork", "offset=1", "text=\u00e4\u00f6\u00fc"}, ""},
      {"items of the allowed", {"source=VirtualNetwork", "offset=1", R"(nets=["a","C"])"}, ""},
      {"an item that is not",
       {"source=VirtualNetwork", "offset=1", R"(nets=["a","d"])"},
       "it takes one of 'a', 'b', 'c'"},
      {"too many items", {"source=VirtualNetwork", "offset=1", R"(nets=["a","b","c"])"}, "a length of 2 at most"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> arguments{"t.json", "--fail-on", "never"};
    for (const std::string& one : row.set) arguments.insert(arguments.end(), {"--set", one});
    const Result result = call(arguments);
    EXPECT_EQ(result.exit, row.error.empty() ? Exit::Clean : Exit::Incomplete) << result.err;
    EXPECT_THAT(result.err, HasSubstr(row.error));
  }
  write("p.json", "{\"parameters\": {\"offset\": {\"value\": 1},\n  \"source\": {\"value\": \"*\"}}}");
  const Result file = call({"t.json", "--parameters", "p.json"});
  EXPECT_EQ(file.exit, Exit::Incomplete);
  EXPECT_THAT(file.err, HasSubstr("p.json:2:23: the value of parameter \"source\" is refused"));
  EXPECT_EQ(call({"t.json", "--fail-on", "never", "--parameters", "p.json", "--set", "source=VirtualNetwork"}).exit,
            Exit::Clean)
      << "a value that is replaced counts no more";
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
}  // namespace nsgcheck::cli::forms_test
