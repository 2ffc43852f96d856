// SPDX-License-Identifier: Apache-2.0
// Templates that link to files beside them: what Azure's documentation calls linked templates, with relativePath, and
// with a URI made of the template's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "analyzer/io/arm/template.hpp"
#include "arm_case.hpp"

namespace nsgcheck::io::arm_case::arm_links_test {
namespace {

using testing::HasSubstr;

std::string whole(const std::string& sections, const std::string& resources) {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", )" +
         sections + R"( "resources": [)" + resources + "]}";
}

std::string linked(const std::string& link, const std::string& more = "") {
  return R"({"type": "Microsoft.Resources/deployments", "name": "inner", "properties": {"mode": "Incremental",
    "templateLink": {)" +
         link + "}" + more + "}}";
}

const std::string kDeclared = R"("parameters": {"a": {"type": "string", "defaultValue": "10.2.0.0/16"}}, )";
const std::string kPassed = R"(, "parameters": {"a": {"value": "10.9.0.0/16"}})";

using Files = std::map<std::string, std::string>;

struct ReadLinks {
  std::string rules, notes;
  std::vector<std::string> faults, asked;
};

ReadLinks read_links(const std::string& text, const Files& files) {
  ReadLinks out;
  std::map<std::string, Document> documents;
  ReadOptions options;
  options.linked = [&](const std::string& path) -> LinkedFile {
    out.asked.push_back(path);
    const auto found = files.find(path);
    if (found == files.end()) return {nullptr, "there is no such file", false};
    auto parsed = parse_json(path, found->second, static_cast<std::uint32_t>(documents.size() + 1));
    if (!parsed) return {nullptr, parsed.error().message, true};
    return {&documents.try_emplace(path, std::move(*parsed)).first->second, "", false};
  };
  const Document root = document(text);
  const RuleSource source = read_template(root, options);
  for (const model::Nsg& each : source.nsgs) out.rules += each.name + ":\n" + rules_of(each);
  out.notes = skipped(source);
  for (const Diagnostic& fault : source.errors)
    out.faults.push_back(fault.file + ':' + std::to_string(fault.position.line) + ' ' + fault.message);
  return out;
}

struct LinkCase {
  const char* name;
  std::string text;
  Files files;
  std::string rules;
};

const std::string kInner = whole(kDeclared, nsg("n", "[parameters('a')]"));
const std::string kOwn = "deployment().properties.templateLink.uri";
const std::string kLocation = R"("parameters": {"_artifactsLocation": {"type": "string",
    "defaultValue": "[)" + kOwn +
                              R"(]"}, "_artifactsLocationSasToken": {"type": "securestring", "defaultValue": ""}}, )";
const std::vector<LinkCase> kLinks{
    {"relative path",
     whole("", linked(R"("relativePath": "nested/n.json")")),
     {{"nested/n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"its parameters are passed, in inner scope",
     whole(R"("parameters": {"a": {"type": "string", "defaultValue": "10.1.0.0/16"}},)",
           linked(R"("relativePath": "n.json")", kPassed)),
     {{"n.json", kInner}},
     source_is("n", "10.9.0.0/16")},
    {"the path is an expression",
     whole(R"("variables": {"which": "n"},)", linked(R"("relativePath": "[concat(variables('which'), '.json')]")")),
     {{"n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"uri of the template's own",
     whole("", linked(R"("uri": "[uri()" + kOwn + R"(, 'nested/n.json')]")")),
     {{"nested/n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"uri by way of _artifactsLocation and a token",
     whole(kLocation, linked(R"("uri": "[uri(parameters('_artifactsLocation'), concat('nested/n.json',
         parameters('_artifactsLocationSasToken')))]")")),
     {{"nested/n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"uri with the template's own name replaced",
     whole("", linked(R"("uri": "[replace()" + kOwn + R"(, 'template.json', 'n.json')]")")),
     {{"n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"uri with a token behind it",
     whole("", linked(R"("uri": "[concat(uri()" + kOwn + R"(, 'n.json'), '?sv=1&sig=x')]")")),
     {{"n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"a link inside a linked template is relative to that one",
     whole("", linked(R"("relativePath": "nested/outer.json")")),
     {{"nested/outer.json", whole("", linked(R"("relativePath": "../n.json")"))}, {"n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"its own uri is that of its place",
     whole("", linked(R"("relativePath": "nested/outer.json")")),
     {{"nested/outer.json", whole("", linked(R"("uri": "[uri()" + kOwn + R"(, 'n.json')]")"))},
      {"nested/n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"a location that the outer template passes on",
     whole(kLocation, linked(R"("relativePath": "nested/outer.json")",
                             R"(, "parameters": {"base": {"value": "[parameters('_artifactsLocation')]"}})")),
     {{"nested/outer.json", whole(R"("parameters": {"base": {"type": "string"}}, )",
                                  linked(R"("uri": "[uri(parameters('base'), 'n.json')]")"))},
      {"n.json", kInner}},
     source_is("n", "10.2.0.0/16")},
    {"a linked parameter file",
     whole("", linked(R"("relativePath": "n.json")",
                      R"(, "parametersLink": {"uri": "[uri()" + kOwn + R"(, 'n.parameters.json')]"})")),
     {{"n.json", kInner}, {"n.parameters.json", R"({"parameters": {"a": {"value": "10.8.0.0/16"}}})"}},
     source_is("n", "10.8.0.0/16")},
    {"a parameter file that is not there leaves the values open",
     whole("", linked(R"("relativePath": "n.json")", R"(, "parametersLink": {"uri": "https://x/p.json"})")),
     {{"n.json", kInner}},
     source_is("n", "?")},
    {"one file twice, with other values",
     whole("", linked(R"("relativePath": "n.json")") + "," + linked(R"("relativePath": "n.json")", kPassed)),
     {{"n.json", kInner}},
     source_is("n", "10.2.0.0/16") + source_is("n", "10.9.0.0/16")},
};

TEST(ArmLinks, AreReadWhereTheFileIsBeside) {
  for (const LinkCase& row : kLinks) {
    SCOPED_TRACE(row.name);
    const ReadLinks read = read_links(row.text, row.files);
    EXPECT_EQ(read.rules, row.rules) << read.notes;
    EXPECT_THAT(read.faults, testing::IsEmpty());
  }
}

struct MissingCase {
  const char* name;
  std::string text;
  Files files;
  std::string fault;
  std::string note;
};

TEST(ArmLinks, SayWhatIsNotRead) {
  const std::string self = whole("", linked(R"("relativePath": "self.json")"));
  const std::vector<MissingCase> cases{
      {"not there", whole("", linked(R"("relativePath": "n.json")")), {}, "there is no such file", ""},
      {"on the network",
       whole("", linked(R"("uri": "https://example.net/n.json")")),
       {},
       "the linked template https://example.net/n.json is not part of the input",
       ""},
      {"a template spec", whole("", linked(R"("id": "/subscriptions/s/x")")), {}, "is not part of the input", ""},
      {"links to itself", self, {{"self.json", self}}, "", "links to itself"},
  };
  for (const MissingCase& row : cases) {
    SCOPED_TRACE(row.name);
    const ReadLinks read = read_links(row.text, row.files);
    EXPECT_EQ(read.rules, "");
    EXPECT_THAT(read.notes, HasSubstr(row.note));
    // It may hold rules: an input without it is not whole.
    ASSERT_EQ(read.faults.size(), row.fault.empty() ? 0U : 1U);
    if (!row.fault.empty()) {
      EXPECT_THAT(read.faults[0], HasSubstr(row.fault));
    }
  }
}

TEST(ArmLinks, AFileThatCannotBeReadIsAFault) {
  const std::string text = whole("", nsg("here", "10.1.0.0/16") + ",\n" + linked(R"("relativePath": "n.json")"));
  const ReadLinks broken = read_links(text, {{"n.json", "{"}});
  EXPECT_EQ(broken.rules, source_is("here", "10.1.0.0/16"));
  ASSERT_EQ(broken.faults.size(), 1U);
  EXPECT_THAT(broken.faults[0], testing::StartsWith("template.json:3 nested deployment \"inner\""));
  const ReadLinks other = read_links(text, {{"n.json", "\n{\"name\": \"package\"}"}});
  ASSERT_EQ(other.faults.size(), 1U);
  EXPECT_THAT(other.faults[0], testing::StartsWith("n.json:2 the template of nested deployment"));
}

// Where a template stands is known to links alone: elsewhere its URI may be any.
TEST(ArmLinks, TheUriIsUnknownElsewhere) {
  const std::string text =
      whole(R"("variables": {"base": "[deployment().properties.templateLink.uri]"}, )",
            linked(R"("uri": "[uri(variables('base'), 'n.json')]")") + "," + nsg("n", "[variables('base')]"));
  EXPECT_EQ(read_links(text, {{"n.json", whole("", "")}}).rules, source_is("n", "?"));
}

// Each level asks for the next, so that a file is asked for no more often than deployments may nest.
TEST(ArmLinks, NestAsDeepAsDeploymentsDo) {
  Files files;
  for (int i = 0; i < 100; ++i)
    files["l" + std::to_string(i) + ".json"] =
        whole("", linked("\"relativePath\": \"l" + std::to_string(i + 1) + ".json\""));
  const ReadLinks read = read_links(whole("", linked(R"("relativePath": "l0.json")")), files);
  EXPECT_LT(read.asked.size(), 40U);
  EXPECT_THAT(read.notes, HasSubstr("nested deeper than"));
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::arm_links_test
