// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/fragment_table.hpp"

#include <gtest/gtest.h>

#include "simulator/wire/bytes.hpp"
#include "simulator/wire/frame.hpp"
#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing::fragment_test {
namespace {

FragmentKey key(std::uint32_t identification = 1) {
  return {*net::parse_address("203.0.113.10"), *net::parse_address("198.51.100.20"), identification, 6};
}

struct Part {
  std::size_t offset;
  bool more;
  std::string text;
};

struct Row {
  const char* name;
  std::vector<Part> parts;
  std::string whole;    // empty: nothing comes of it
  std::string refusal;  // of the last part
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Fragments : public ::testing::TestWithParam<Row> {};

TEST_P(Fragments, GiveTheDatagramOrAReason) {
  FragmentTable table;
  const auto& parts = GetParam().parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Bytes bytes = from_text(parts[i].text);
    const auto datagram = table.add(Fragment{key(), parts[i].offset, parts[i].more, 6, bytes});
    if (i + 1 < parts.size()) {
      EXPECT_FALSE(datagram);
    } else if (GetParam().whole.empty()) {
      ASSERT_FALSE(datagram);
      EXPECT_EQ(datagram.error(), GetParam().refusal);
    } else {
      ASSERT_TRUE(datagram) << datagram.error();
      EXPECT_EQ(as_text(datagram->payload), GetParam().whole);
      EXPECT_EQ(table.pending(), 0U);
    }
  }
}

constexpr const char* kPending = "fragment of a datagram that is not complete yet";
constexpr const char* kOverlap = "overlapping fragments";
constexpr const char* kSpoiled = "fragment of a datagram with overlapping fragments";
constexpr const char* kLength = "fragments disagree on the length";

INSTANTIATE_TEST_SUITE_P(
    All, Fragments,
    ::testing::Values(
        Row{"InOrder", {{0, true, "01234567"}, {8, true, "89abcdef"}, {16, false, "xyz"}}, "0123456789abcdefxyz", ""},
        Row{"LastFirst", {{16, false, "xyz"}, {8, true, "89abcdef"}, {0, true, "01234567"}}, "0123456789abcdefxyz", ""},
        Row{"FirstTwice", {{0, true, "01234567"}, {0, true, "01234567"}, {8, false, "xyz"}}, "01234567xyz", ""},
        Row{"Hole", {{0, true, "01234567"}, {16, false, "xyz"}}, "", kPending},
        Row{"NoEnd", {{0, true, "01234567"}, {8, true, "89abcdef"}}, "", kPending},
        Row{"OtherContent", {{0, true, "01234567"}, {0, true, "76543210"}}, "", kOverlap},
        Row{"PartlyOver", {{0, true, "0123456789abcdef"}, {8, true, "89abcdef01234567"}}, "", kOverlap},
        Row{"InsideOne", {{0, true, "0123456789abcdef"}, {8, false, "x"}}, "", kOverlap},
        Row{"AroundOne", {{8, true, "89abcdef"}, {0, true, "0123456789abcdef01234567"}}, "", kOverlap},
        Row{"RefusedStaysRefused",
            {{0, true, "01234567"}, {0, true, "76543210"}, {0, true, "01234567"}, {8, false, "x"}},
            "",
            kSpoiled},
        Row{"TwoEnds", {{8, false, "xyz"}, {16, false, "xyz"}}, "", kLength},
        Row{"BeyondTheEnd", {{8, false, "xyz"}, {16, true, "01234567"}}, "", kLength},
        Row{"EndBeforeTheRest", {{16, true, "01234567"}, {8, false, "xyz"}}, "", kLength},
        Row{"NoMultipleOf8", {{0, true, "0123"}}, "", "fragment length is no multiple of 8"},
        Row{"Empty", {{0, true, ""}}, "", "fragment without data"},
        Row{"Beyond64K", {{65528, false, "01234567"}}, "", "fragment ends beyond 65535 bytes"}),
    [](const auto& row) { return row.param.name; });

TEST(FragmentTable, KeepsDatagramsApart) {
  FragmentTable table;
  const Bytes one = from_text("11111111");
  const Bytes two = from_text("22222222");
  EXPECT_FALSE(table.add(Fragment{key(1), 0, true, 6, one}));
  EXPECT_FALSE(table.add(Fragment{key(2), 0, true, 6, two}));
  const auto datagram = table.add(Fragment{key(1), 8, false, 6, two});
  ASSERT_TRUE(datagram);
  EXPECT_EQ(as_text(datagram->payload), "1111111122222222");
}

TEST(FragmentTable, ForgetsTheOldestBeyondItsBound) {
  FragmentTable table;
  const Bytes bytes = from_text("01234567");
  for (std::uint32_t id = 0; id <= FragmentTable::kDatagrams; ++id)
    EXPECT_FALSE(table.add(Fragment{key(id), 0, true, 6, bytes}));
  EXPECT_EQ(table.pending(), FragmentTable::kDatagrams);
  EXPECT_TRUE(table.add(Fragment{key(1), 8, false, 6, bytes})) << "the second oldest is still there";
  EXPECT_FALSE(table.add(Fragment{key(0), 8, false, 6, bytes})) << "the oldest is not";
}

TEST(FragmentTable, PutsFramesTogether) {
  FragmentTable table;
  const Bytes first = from_hex(
      "45 00 002c 0007 2000 40 06 0000 cb00710a c6336414"
      "c351 0d3d 01020304 0a0b0c0d 50 18 2000 0000 0000 61626364");
  const Bytes last = from_hex("45 00 0016 0007 0003 40 06 0000 cb00710a c6336414 6566");
  const auto pending = decode_frame(LinkType::RawIp, first, &table);
  ASSERT_FALSE(pending);
  EXPECT_EQ(pending.error().kind, FrameFault::Kind::Fragment);
  const auto packet = decode_frame(LinkType::RawIp, last, &table);
  ASSERT_TRUE(packet) << packet.error().what;
  EXPECT_EQ(packet->tuple.destination_port, 3389);
  EXPECT_EQ(as_text(packet->payload), "abcdef");
}

TEST(FragmentTable, PutsIpv6FramesTogether) {
  FragmentTable table;
  const std::string addresses = "20010db8 01130000 00000000 00000010 20010db8 01980000 00000000 00000020";
  // The fragmentable part begins with destination options.
  const Bytes first = from_hex("60000000 0028 2c 40" + addresses +
                               "3c 00 0001 00000009 06 00 010400000000"
                               "c351 0d3d 01020304 0a0b0c0d 50 18 2000 0000 0000 61626364");
  const Bytes last = from_hex("60000000 000a 2c 40" + addresses + "3c 00 0020 00000009 6566");
  EXPECT_FALSE(decode_frame(LinkType::RawIp, first, &table));
  const auto packet = decode_frame(LinkType::RawIp, last, &table);
  ASSERT_TRUE(packet) << packet.error().what;
  EXPECT_EQ(packet->tuple.destination_port, 3389);
  EXPECT_EQ(as_text(packet->payload), "abcdef");
}

TEST(FragmentTable, TakesNoFragmentThatTheSnapLengthCut) {
  FragmentTable table;
  const Bytes first = from_hex("45 00 002c 0007 2000 40 06 0000 cb00710a c6336414 c351 0d3d");
  const auto packet = decode_frame(LinkType::RawIp, first, &table);
  ASSERT_FALSE(packet);
  EXPECT_EQ(packet.error().what, "fragment is cut by the snap length");
  EXPECT_EQ(table.pending(), 0U);
}

}  // namespace
}  // namespace nsgcheck::wire::testing::fragment_test
