// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/cursor.hpp"

#include <gtest/gtest.h>

#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing::cursor_test {
namespace {

TEST(Cursor, ReadsBothByteOrders) {
  const Bytes bytes = from_hex("01 0203 04050607 0203 04050607 08090a0b0c0d0e0f");
  Cursor cursor{bytes};
  EXPECT_EQ(cursor.u8(), 0x01);
  EXPECT_EQ(cursor.be16(), 0x0203);
  EXPECT_EQ(cursor.be32(), 0x04050607U);
  EXPECT_EQ(cursor.le16(), 0x0302);
  EXPECT_EQ(cursor.le32(), 0x07060504U);
  EXPECT_EQ(cursor.be64(), 0x08090a0b0c0d0e0fULL);
  EXPECT_TRUE(cursor.ok());
  EXPECT_EQ(cursor.remaining(), 0U);
}

TEST(Cursor, StaysFailedAfterAReadThatDoesNotFit) {
  const Bytes bytes = from_hex("aa bb cc");
  Cursor cursor{bytes};
  EXPECT_EQ(cursor.be32(), 0U);
  EXPECT_FALSE(cursor.ok());
  EXPECT_EQ(cursor.position(), 0U);
  EXPECT_EQ(cursor.u8(), 0) << "a later read that would fit must not look like data";
  EXPECT_FALSE(cursor.ok());
}

TEST(Cursor, TakesExactlyTheRest) {
  const Bytes bytes = from_hex("aa bb cc");
  Cursor cursor{bytes};
  EXPECT_EQ(cursor.take(3).size(), 3U);
  EXPECT_TRUE(cursor.ok());
  EXPECT_TRUE(cursor.take(0).empty());
  EXPECT_TRUE(cursor.ok());
  EXPECT_TRUE(cursor.take(1).empty());
  EXPECT_FALSE(cursor.ok());
}

}  // namespace
}  // namespace nsgcheck::wire::testing::cursor_test
