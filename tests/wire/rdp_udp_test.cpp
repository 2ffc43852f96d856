// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/rdp_udp.hpp"

#include <gtest/gtest.h>

#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing::rdp_udp_test {
namespace {

struct Row {
  const char* name;
  const char* hex;
  bool rdp;
};

TEST(RdpUdp, IsRecognisedByItsOpening) {
  const Row rows[] = {
      {"SYN", "ffffffff 0040 0001 8ae3bfc4 04d0 04d0", true},
      {"lossy SYN", "ffffffff 0040 0201 7b23cc75 04d0 04d0", true},
      {"SYN of version 2", "ffffffff 0040 1001 afab1509 04d0 04d0 0001 0002", true},
      {"SYN and ACK", "8ae3bfc4 0040 0005 00000001 046c 04d0", true},
      {"SYN that acknowledges", "8ae3bfc4 0040 0001 00000001 04d0 04d0", false},
      {"no SYN", "ffffffff 0040 0004 8ae3bfc4 04d0 04d0", false},
      {"SYN with data", "ffffffff 0040 0009 8ae3bfc4 04d0 04d0", false},
      {"MTU too small", "ffffffff 0040 0001 8ae3bfc4 046b 04d0", false},
      {"MTU too large", "ffffffff 0040 0001 8ae3bfc4 04d0 04d1", false},
      {"cut", "ffffffff 0040 0001 8ae3bfc4 04d0 04", false},
      {"empty", "", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(looks_like_rdp_udp(from_hex(row.hex)), row.rdp);
  }
}

}  // namespace
}  // namespace nsgcheck::wire::testing::rdp_udp_test
