// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/text.hpp"

#include <gtest/gtest.h>

namespace nsgcheck::net::text_test {
namespace {

TEST(SameWord, ComparesAsciiWithoutCase) {
  EXPECT_TRUE(same_word("Internet", "INTERNET"));
  EXPECT_TRUE(same_word("", ""));
  EXPECT_FALSE(same_word("Internet", "Internet "));
  EXPECT_FALSE(same_word("Tcp", "Tc"));
  EXPECT_FALSE(same_word("@", "`"));  // 32 apart, as letters of different case are
  EXPECT_FALSE(same_word("[", "{"));
}

TEST(Lower, LeavesOtherBytesAlone) {
  EXPECT_EQ(lower("AZ09._-"), "az09._-");
  EXPECT_EQ(lower("\xC3\x84"), "\xC3\x84");  // U+00C4 in UTF-8
}

}  // namespace
}  // namespace nsgcheck::net::text_test
