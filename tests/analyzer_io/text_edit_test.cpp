// SPDX-License-Identifier: Apache-2.0
// Patches as git and patch read them; expectations are what `diff -u` prints for the same two texts.
#include "analyzer/io/text_edit.hpp"

#include <gtest/gtest.h>

namespace nsgcheck::io::text_edit_test {
namespace {

struct Row {
  const char* name;
  std::string text;
  std::vector<TextEdit> edits;
  std::string after;
  std::string diff;
};

class TextEdits : public testing::TestWithParam<Row> {};

TEST_P(TextEdits, GiveTextAndPatch) {
  EXPECT_EQ(edited(GetParam().text, GetParam().edits), GetParam().after);
  EXPECT_EQ(unified_diff("f", GetParam().text, GetParam().edits), GetParam().diff);
}

const std::string kHead = "--- a/f\n+++ b/f\n";

const Row kRows[] = {
    {"nothing", "a\nb\n", {}, "a\nb\n", ""},
    {"a word", "a\nb\nc\n", {{2, 3, "x"}}, "a\nx\nc\n", kHead + "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
    {"a line gone", "a\nb\nc\n", {{2, 4, ""}}, "a\nc\n", kHead + "@@ -1,3 +1,2 @@\n a\n-b\n c\n"},
    {"a line more", "a\nb\n", {{2, 2, "x\n"}}, "a\nx\nb\n", kHead + "@@ -1,2 +1,3 @@\n a\n+x\n b\n"},
    {"the only line", "a\n", {{0, 1, "b"}}, "b\n", kHead + "@@ -1 +1 @@\n-a\n+b\n"},
    {"no line end",
     "a\nb",
     {{2, 3, "c"}},
     "a\nc",
     kHead + "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"},
    {"far apart",
     "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
     {{0, 1, "x"}, {18, 20, "y"}},
     "x\n2\n3\n4\n5\n6\n7\n8\n9\ny\n",
     kHead + "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-10\n+y\n"},
    {"near each other",
     "1\n2\n3\n4\n",
     {{0, 2, ""}, {6, 7, "y"}},
     "2\n3\ny\n",
     kHead + "@@ -1,4 +1,3 @@\n-1\n 2\n 3\n-4\n+y\n"},
    {"lines shift what follows",
     "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
     {{0, 2, ""}, {18, 20, "y"}},
     "2\n3\n4\n5\n6\n7\n8\n9\ny\n",
     kHead + "@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n@@ -7,4 +6,4 @@\n 7\n 8\n 9\n-10\n+y\n"},
};

INSTANTIATE_TEST_SUITE_P(Rows, TextEdits, testing::ValuesIn(kRows), [](const auto& row) {
  std::string name = row.param.name;
  for (char& c : name)
    if (c == ' ') c = '_';
  return name;
});

}  // namespace
}  // namespace nsgcheck::io::text_edit_test
