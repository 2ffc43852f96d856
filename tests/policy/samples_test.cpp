// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "analyzer/io/policy_reader.hpp"
#include "analyzer/io/reader.hpp"
#include "tests/policy/audit_rules.hpp"

namespace nsgcheck::samples_test {
namespace {

using Ids = std::set<std::string>;

const std::filesystem::path& samples() {
  static const std::filesystem::path folder = test::source_folder("rules") / "samples";
  return folder;
}

io::Document document_of(const std::string& file) {
  auto document = io::parse_json(file, test::bytes_of(samples() / file), 0);
  EXPECT_TRUE(document.has_value()) << file;
  return document ? *std::move(document) : io::Document{};
}

Ids texts_of(const io::Node* list) {
  Ids out;
  if (list == nullptr) return out;
  for (const io::Node& item : list->items()) out.insert(item.text);
  return out;
}

// expected.json is the table of the samples' README, worked out by hand.
TEST(Samples, HaveTheFindingsOfTheTable) {
  const io::Document expected = document_of("expected.json");
  const io::Node* rows = expected.root.find("samples");
  ASSERT_NE(rows, nullptr);
  ASSERT_GE(rows->items().size(), 16U);
  for (const io::Node& row : rows->items()) {
    const std::string file = row.find("file")->text;
    SCOPED_TRACE(file);
    const io::Document document = document_of(file);
    const io::RuleSource source = io::read_rules(document, {});
    EXPECT_EQ(source.format, row.find("format")->text);
    EXPECT_TRUE(source.errors.empty());
    ASSERT_FALSE(source.nsgs.empty());
    Ids violated;
    Ids unknown;
    for (const model::Nsg& nsg : source.nsgs)
      for (const auto& finding : test::audit_nsg(nsg, io::built_in_policies()).findings)
        (finding.status == policy::Status::Violated ? violated : unknown).insert(finding.policy->id);
    EXPECT_EQ(violated, texts_of(row.find("violated")));
    EXPECT_EQ(unknown, texts_of(row.find("unknown")));
  }
}

TEST(Samples, AreAllInTheTableAndInItsReadme) {
  const io::Document expected = document_of("expected.json");
  const std::string readme = test::bytes_of(samples() / "README.md");
  Ids listed;
  for (const io::Node& row : expected.root.find("samples")->items()) listed.insert(row.find("file")->text);
  Ids present;
  for (const auto& entry : std::filesystem::directory_iterator{samples()})
    if (entry.path().extension() == ".json") present.insert(entry.path().filename().string());
  present.erase("expected.json");
  EXPECT_EQ(listed, present);
  for (const std::string& file : listed) EXPECT_THAT(readme, testing::HasSubstr("| `" + file + "` |"));
}

}  // namespace
}  // namespace nsgcheck::samples_test
