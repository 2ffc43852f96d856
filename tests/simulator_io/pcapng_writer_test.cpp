// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/pcapng_writer.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/simulator_io/capture_bytes.hpp"

namespace nsgcheck::io::pcapng_writer_test {
namespace {

struct WrittenCase {
  const char* name;
  std::size_t capture;
  KeptRecord record;
  std::vector<std::string> comments;
};

// What is written in one file, in this order.
const std::vector<WrittenCase>& cases() {
  using Limits = std::numeric_limits<std::int64_t>;
  static const std::vector<WrittenCase> out{
      {"nanoseconds", 0, {1'700'000'000'123'456'789, "four", 4, 1}, {}},
      {"no_bytes", 0, {1, "", 0, 1}, {}},
      {"cut_by_the_snap_length", 0, {2, "abc", 1500, 1}, {"a comment"}},
      {"longer_than_it_was", 0, {2, "abc", 0, 1}, {}},
      {"another_link_type", 0, {3, "abcde", 5, 101}, {"one", "two"}},
      {"another_capture", 1, {3, "abcde", 5, 1}, {""}},
      {"before_1970", 1, {-1, "x", 1, 1}, {}},
      {"the_earliest", 1, {-(Limits::max() / 2), "x", 1, 1}, {}},
      {"the_latest", 1, {Limits::max() / 2, "x", 1, 1}, {}},
      {"the_longest_link_type", 2, {0, "x", 1, 65535}, {}},
      {"a_comment_too_long", 2, {0, "x", 1, 1}, {std::string(70000, 'c')}},
      {"cut_in_a_character", 2, {0, "x", 1, 1}, {std::string(65534, 'c') + "\xC3\xA9"}},
  };
  return out;
}

std::string file_of(const std::vector<WrittenCase>& all) {
  PcapngWriter writer;
  std::string out = PcapngWriter::section_header();
  for (const WrittenCase& one : all) {
    CaptureRecord record;
    record.time = one.record.time;
    record.bytes = std::as_bytes(std::span{one.record.bytes});
    record.original_length = one.record.original_length;
    record.link_type = one.record.link_type;
    out += writer.packet(one.capture, "a.pcap", record, one.comments);
  }
  return out;
}

TEST(PcapngWriter, IsReadBackAsItWasGiven) {
  const ReadCapture read = read_bytes(file_of(cases()));
  EXPECT_TRUE(read.damage.empty());
  EXPECT_EQ(read.link_types, (std::vector<int>{1, 101, 65535}));
  ASSERT_EQ(read.records.size(), cases().size());
  for (std::size_t i = 0; i < cases().size(); ++i) {
    SCOPED_TRACE(cases()[i].name);
    EXPECT_EQ(read.records[i], cases()[i].record);
  }
}

// Block by block as draft-ietf-opsawg-pcapng sections 4.1, 4.2 and 4.3 lay them out.
TEST(PcapngWriter, WritesTheBytesOfTheDraft) {
  using namespace std::string_literals;
  const std::string section =
      "\x0A\x0D\x0D\x0A\x2C\0\0\0\x4D\x3C\x2B\x1A\x01\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s
      "\x04\0\x08\0nsgcheck\0\0\0\0\x2C\0\0\0"s;
  const std::string interface =
      "\x01\0\0\0\x2C\0\0\0\x01\0\0\0\0\0\0\0"s
      "\x02\0\x06\0a.pcap\0\0\x09\0\x01\0\x09\0\0\0\0\0\0\0\x2C\0\0\0"s;
  const std::string packet =
      "\x06\0\0\0\x30\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x05\0\0\0"s
      "abc\0\x01\0\x02\0hi\0\0\0\0\0\0\x30\0\0\0"s;
  const std::vector<WrittenCase> one{{"", 0, {0x100000002, "abc", 5, 1}, {"hi"}}};
  EXPECT_EQ(file_of(one), section + interface + packet);
}

}  // namespace
}  // namespace nsgcheck::io::pcapng_writer_test
