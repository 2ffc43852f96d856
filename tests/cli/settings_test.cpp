// SPDX-License-Identifier: Apache-2.0
// Options from a configuration file and from variables; what is made of the parser (completion, the manual page).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/io/yaml.hpp"
#include "tests/cli/call.hpp"

namespace nsgcheck::cli::settings_test {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/";

using Variables = std::vector<std::pair<std::string, std::string>>;

Result call_in(const std::string& directory, const std::vector<std::string>& args, const Variables& environment = {}) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Process process{in, out, err};
  process.environment = environment;
  process.directory = directory;
  // As in the program, that is the current directory.
  const fs::path before = fs::current_path();
  if (!directory.empty()) fs::current_path(directory);
  const Exit exit = run(args, process);
  fs::current_path(before);
  return {exit, out.str(), err.str()};
}

// The forwarder port is open to 512 addresses: a finding of severity medium, and none worse.
const std::string kMedium =
    R"({"name": "web", "securityRules": [{"name": "A", "priority": 100, "direction": "Inbound", "access": "Allow",
    "protocol": "Tcp", "sourceAddressPrefix": "198.51.100.0/23", "sourcePortRange": "*",
    "destinationAddressPrefix": "*", "destinationPortRange": "20000"}]})";

// Which --fail-on wins? Exit 1 means medium or lower.
TEST(Settings, TheCommandLineWinsOverVariablesAndTheyOverTheFile) {
  struct Row {
    const char* name;
    std::string file;
    Variables environment;
    std::vector<std::string> args;
    Exit exit;
  };
  const Row rows[]{
      {"Default", "", {}, {}, Exit::Clean},
      {"File", "fail-on: medium", {}, {}, Exit::Findings},
      {"Section", "audit: {fail-on: medium}", {}, {}, Exit::Findings},
      {"SectionOverAll", "fail-on: never\naudit: {fail-on: medium}", {}, {}, Exit::Findings},
      {"OtherSection", "rdp: {fail-on: medium}", {}, {}, Exit::Clean},
      {"Variable", "", {{"NSGCHECK_FAIL_ON", "medium"}}, {}, Exit::Findings},
      {"VariableOverFile", "fail-on: never", {{"NSGCHECK_FAIL_ON", "medium"}}, {}, Exit::Findings},
      {"LineOverVariable", "fail-on: medium", {{"NSGCHECK_FAIL_ON", "medium"}}, {"--fail-on", "high"}, Exit::Clean},
      {"LineWithEquals", "fail-on: medium", {}, {"--fail-on=high"}, Exit::Clean},
      {"NoConfig", "fail-on: medium", {}, {"--no-config"}, Exit::Clean},
      {"NoConfigLeavesVariables", "", {{"NSGCHECK_FAIL_ON", "medium"}}, {"--no-config"}, Exit::Findings},
      {"EmptyVariableIsNone", "fail-on: medium", {{"NSGCHECK_FAIL_ON", ""}}, {}, Exit::Findings},
      {"UnknownVariable", "", {{"NSGCHECK_VERSION", "1"}}, {}, Exit::Clean},
      {"Flag", "quiet: true", {}, {}, Exit::Clean},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Folder folder;
    if (!row.file.empty()) folder.write(".nsgcheck.yaml", row.file);
    std::vector<std::string> args{folder.write("rules.json", kMedium)};
    args.insert(args.end(), row.args.begin(), row.args.end());
    const Result result = call_in(folder.path(), args, row.environment);
    EXPECT_EQ(result.exit, row.exit) << result.err;
    EXPECT_EQ(result.err.empty(), std::string_view{row.name} != "UnknownVariable") << result.err;
  }
}

TEST(Settings, ShortOptionsCountAsGiven) {
  const Folder folder;
  folder.write(".nsgcheck.yaml", "format: csv");
  const std::string rules = kSamples + "hardened.json";
  EXPECT_THAT(call_in(folder.path(), {rules}).out, testing::StartsWith("id,severity"));
  for (const std::vector<std::string>& args : std::vector<std::vector<std::string>>{
           {rules, "-f", "json"}, {rules, "-fjson"}, {rules, "-qf", "json"}, {rules, "--format=json"}})
    EXPECT_THAT(call_in(folder.path(), args).out, testing::StartsWith("{")) << args.back();
}

TEST(Settings, FaultsHaveTheirPlace) {
  struct Row {
    const char* name;
    std::string file;
    Variables environment;
    std::string message;
  };
  const Row rows[]{
      {"UnknownKey",
       "fail-on: high\nfial-on: high",
       {},
       ".nsgcheck.yaml:2:10: \"fial-on\" is no option of any command"},
      {"UnknownKeyOfACommand", "audit:\n  nsg: web", {}, ".nsgcheck.yaml:2:8: \"nsg\" is no option of audit"},
      {"UnknownCommand", "audti:\n  fail-on: high", {}, ".nsgcheck.yaml:2:12: \"audti\" is no command"},
      {"ItsOwnOption", "config: other.yaml", {}, "\"config\" is no option"},
      {"BadValue", "fail-on: hihg", {}, ".nsgcheck.yaml:1:10: --fail-on: \"hihg\" is none of critical"},
      {"BadFlag", "quiet: perhaps", {}, ".nsgcheck.yaml:1:8: "},
      {"BadVariable", "", {{"NSGCHECK_FAIL_ON", "x"}}, "NSGCHECK_FAIL_ON: --fail-on: \"x\" is none of critical"},
      {"NotAText", "fail-on: {a: {b: c}}", {}, ".nsgcheck.yaml:1:"},
      {"NoMapping", "- fail-on", {}, ".nsgcheck.yaml:1:1: a configuration file is a mapping"},
      {"Twice", "fail-on: low\nfail-on: high", {}, ".nsgcheck.yaml:2:1: the key \"fail-on\" stands twice"},
      {"NoFile", "", {{"NSGCHECK_CONFIG", "/no/such/file.yaml"}}, "/no/such/file.yaml"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Folder folder;
    if (!row.file.empty()) folder.write(".nsgcheck.yaml", row.file);
    const Result result = call_in(folder.path(), {kSamples + "hardened.json"}, row.environment);
    EXPECT_EQ(result.exit, Exit::Usage);
    EXPECT_THAT(result.err, HasSubstr(row.message));
    EXPECT_EQ(call_in(folder.path(), {"audit", "--help"}, row.environment).exit, Exit::Clean) << "help is always there";
  }
}

// Paths in the file are relative to it; the nearest file wins, and none above the repository's root is looked at.
TEST(Settings, AreFoundUpward) {
  const Folder folder;
  fs::create_directories(folder.path("repository/.git"));
  fs::create_directories(folder.path("repository/a/b"));
  folder.write(".nsgcheck.yaml", "fail-on: [bad]");
  folder.write("repository/.nsgcheck.yaml", "audit: {suppressions: s.yaml, now: 2026-06-01}");
  folder.write("repository/s.yaml", "- {id: NSG-RDP-001, owner: o, until: 2026-07-01, reason: r}");
  const std::string rules = kSamples + "suppressions/nsg.json";
  const Result found = call_in(folder.path("repository/a/b"), {rules, "-f", "json"});
  EXPECT_THAT(found.out, HasSubstr("\"suppressed\": 1")) << found.err;
  EXPECT_THAT(found.out, HasSubstr("\"file\": \"../../s.yaml\""));
  folder.write("repository/a/.nsgcheck.yaml", "fail-on: medium");
  EXPECT_THAT(call_in(folder.path("repository/a/b"), {rules, "-f", "json"}).out, HasSubstr("\"suppressed\": 0"));
  fs::remove(folder.path("repository/.nsgcheck.yaml"));
  fs::remove(folder.path("repository/a/.nsgcheck.yaml"));
  EXPECT_EQ(call_in(folder.path("repository/a/b"), {rules}).err, "") << "nothing above the repository is read";
  EXPECT_EQ(call_in("", {rules}).err, "") << "no directory: nothing is looked for";
}

TEST(Settings, ConfigNamesTheFile) {
  const Folder folder;
  const std::string file = folder.write("team.yaml", "fail-on: medium");
  const std::string rules = folder.write("rules.json", kMedium);
  EXPECT_EQ(call({rules}).exit, Exit::Clean);
  EXPECT_EQ(call({rules, "--config", file}).exit, Exit::Findings);
  EXPECT_EQ(call({rules, "--config=" + file}).exit, Exit::Findings);
  EXPECT_EQ(call_in("", {rules}, {{"NSGCHECK_CONFIG", file}}).exit, Exit::Findings);
  EXPECT_EQ(call({rules, "--config", file, "--no-config"}).exit, Exit::Usage);
}

const std::vector<std::string> kCommands{"audit",     "explain",  "diff", "policies", "replay",     "reach", "rdp",
                                         "effective", "simplify", "fix",  "impact",   "completion", "man"};

TEST(Completion, HasEveryCommandAndOption) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const Result script = call({"completion", shell});
    EXPECT_EQ(script.exit, Exit::Clean);
    for (const std::string& command : kCommands) EXPECT_THAT(script.out, HasSubstr(command));
    for (const std::string option : {"suppressions", "forwarder-port", "hash-seed", "finding", "no-config"})
      EXPECT_THAT(script.out, HasSubstr((shell == "fish" ? "-l " : "--") + option)) << shell;
  }
  EXPECT_EQ(call({"completion", "tcsh"}).exit, Exit::Usage);
  EXPECT_EQ(call({"completion"}).exit, Exit::Usage);
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, count);
  ::pclose(pipe);
  return out;
}

TEST(Completion, WorksInBash) {
  struct Row {
    const char* words;  ///< the last is completed
    const char* gives;
  };
  const Row rows[]{
      {"nsgcheck expl", "explain\n"},
      {"nsgcheck explain --dir", "--direction\n"},
      {"nsgcheck audit --fail-on me", "medium\n"},
      {"nsgcheck rules.json --fail-on hi", "high\n"},
      {"nsgcheck audit -f sa", "sarif\n"},
      {"nsgcheck replay --names ex", "exact\n"},
      {"nsgcheck diff --color al", "always\n"},
      {"nsgcheck completion z", "zsh\n"},
      {"nsgcheck diff --supp", ""},
  };
  const Folder folder;
  const std::string script = folder.write("c.bash", call({"completion", "bash"}).out);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.words);
    const std::string test = folder.write("t.bash", ". " + script + "\ncd /\nCOMP_WORDS=(" + row.words +
                                                        ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_nsgcheck\n"
                                                        "for reply in \"${COMPREPLY[@]}\"; do echo \"$reply\"; done\n");
    EXPECT_EQ(output_of("bash " + test + " 2>&1"), row.gives);
  }
}

TEST(Completion, IsWellFormedForTheOtherShells) {
  const Folder folder;
  for (const std::string shell : {"zsh", "fish"}) {
    if (std::system(("command -v " + shell + " >/dev/null 2>&1").c_str()) != 0) continue;
    const std::string script = folder.write("c." + shell, call({"completion", shell}).out);
    EXPECT_EQ(output_of(shell + " -n " + script + " 2>&1; echo $?"), "0\n") << shell;
  }
}

// Each line of the page is text or a request of man(7); all options are there.
TEST(ManPage, HasEveryOptionAndNoStrayRequest) {
  const Result page = call({"man"});
  EXPECT_EQ(page.exit, Exit::Clean);
  std::istringstream lines{page.out};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('.')) continue;
    const std::string request = line.substr(0, line.find(' '));
    EXPECT_THAT((std::vector<std::string>{".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi"}),
                testing::Contains(request));
  }
  for (const std::string& command : kCommands) EXPECT_THAT(page.out, HasSubstr("\n.SS nsgcheck " + command + "\n"));
  EXPECT_THAT(page.out, HasSubstr("\\fB\\-\\-fail\\-on\\fR \\fISEVERITY\\fR"));
  EXPECT_THAT(page.out, Not(HasSubstr("\n\n\n")));
}

// What we hand out for other tools is YAML, and calls nsgcheck with options that it has.
TEST(FilesForOtherTools, CallCommandsThatExist) {
  struct Row {
    const char* file;
    std::vector<std::string_view> steps;  ///< where the commands are: a list of mappings
    const char* key;
    std::size_t calls;
  };
  const Row rows[]{{".pre-commit-hooks.yaml", {}, "entry", 1},
                   {"action.yml", {"runs", "steps"}, "run", 2},
                   {"docs/azure-pipelines.yml", {"steps"}, "script", 2}};
  const std::string help = call({"audit", "--help"}).out;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.file);
    std::ifstream in{std::string{NSGCHECK_SOURCE_DIR} + '/' + row.file, std::ios::binary};
    const auto document = io::parse_yaml(row.file, std::string{std::istreambuf_iterator<char>{in}, {}});
    ASSERT_TRUE(document) << document.error().position.line << ": " << document.error().message;
    const io::Node* steps = &document->root;
    for (const std::string_view key : row.steps) {
      steps = steps->find(key);
      ASSERT_NE(steps, nullptr) << key;
    }
    std::size_t calls = 0;
    for (const io::Node& step : steps->items()) {
      const io::Node* command = step.find(row.key);
      if (command == nullptr) continue;
      ++calls;
      const std::string& text = command->text;
      EXPECT_EQ(text.find("${{"), std::string::npos) << "an input that could be a command";
      const auto audit = text.find(" audit ");
      std::istringstream words{audit == std::string::npos ? "" : text.substr(audit)};
      for (std::string word; words >> word;) {
        if (!word.starts_with('-')) continue;
        EXPECT_THAT(help, HasSubstr(word.substr(0, word.find('=')))) << word;
      }
    }
    EXPECT_EQ(calls, row.calls);
  }
}

}  // namespace
}  // namespace nsgcheck::cli::settings_test
