// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zstd.h>

#include <limits>

#include "tests/simulator_io/capture_bytes.hpp"

namespace nsgcheck::io::pcapng_test {
namespace {

// Writes pcapng blocks in either byte order.
class Blocks {
 public:
  explicit Blocks(bool big_endian = false) : big_endian_{big_endian} {}

  std::string number(std::uint64_t value, int bytes) const {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
      const int shift = 8 * (big_endian_ ? bytes - 1 - i : i);
      text += static_cast<char>(value >> shift & 0xFF);
    }
    return text;
  }
  std::string u16(std::uint64_t value) const { return number(value, 2); }
  std::string u32(std::uint64_t value) const { return number(value, 4); }
  std::string block(std::uint32_t type, std::string body) const {
    body.resize((body.size() + 3) / 4 * 4);
    const auto length = u32(body.size() + 12);
    return u32(type) + length + body + length;
  }
  std::string section() const { return block(0x0A0D0D0A, u32(0x1A2B3C4D) + u16(1) + u16(0) + number(~0ULL, 8)); }
  std::string interface(int link_type, std::uint32_t snap_length = 0, const std::string& options = {}) const {
    return block(1, u16(static_cast<std::uint64_t>(link_type)) + u16(0) + u32(snap_length) + options);
  }
  std::string option(std::uint16_t code, std::string value) const {
    const auto length = u16(value.size());
    value.resize((value.size() + 3) / 4 * 4);
    return u16(code) + length + value;
  }
  std::string packet(std::uint32_t interface, std::uint64_t ticks, const std::string& bytes,
                     std::uint32_t sent = 0) const {
    return block(6, u32(interface) + u32(ticks >> 32) + u32(ticks) + u32(bytes.size()) +
                        u32(sent == 0 ? bytes.size() : sent) + bytes);
  }

 private:
  bool big_endian_;
};

TEST(Pcapng, TimeFollowsResolutionAndOffset) {
  struct Row {
    const char* name;
    int resolution;  // -1: no option
    std::int64_t offset;
    std::uint64_t ticks;
    std::int64_t nanoseconds;
  };
  for (const Row& row : {
           Row{"microseconds unless said otherwise", -1, 0, 1'700'000'000'123'456, 1'700'000'000'123'456'000},
           Row{"seconds", 0, 0, 7, 7'000'000'000},
           Row{"milliseconds", 3, 0, 1234, 1'234'000'000},
           Row{"nanoseconds", 9, 0, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789},
           Row{"picoseconds, rounded down", 12, 0, 1'999, 1},
           Row{"the finest power of ten", 19, 0, 10'000'000'000'000'000'000U, 1'000'000'000},
           Row{"1/1024 s", 0x80 | 10, 0, 1536, 1'500'000'000},
           Row{"2^-63 s", 0x80 | 63, 0, 1ULL << 62, 500'000'000},
           Row{"offset", 6, 1000, 1, 1'000'000'001'000},
           Row{"offset to before 1970", 6, -1, 250'000, -750'000'000},
           Row{"beyond what 64 bits hold between two", 0, 0, ~0ULL, std::numeric_limits<std::int64_t>::max() / 2},
       }) {
    for (const bool big_endian : {false, true}) {
      SCOPED_TRACE(testing::Message() << row.name << ", big-endian " << big_endian);
      const Blocks blocks{big_endian};
      std::string options;
      if (row.resolution >= 0) options += blocks.option(9, std::string(1, static_cast<char>(row.resolution)));
      if (row.offset != 0) options += blocks.option(14, blocks.number(static_cast<std::uint64_t>(row.offset), 8));
      options += blocks.option(0, "");
      const ReadCapture capture =
          read_bytes(blocks.section() + blocks.interface(1, 0, options) + blocks.packet(0, row.ticks, "abc"));
      ASSERT_EQ(capture.records.size(), 1);
      EXPECT_EQ(capture.records[0].time, row.nanoseconds);
      EXPECT_EQ(capture.records[0].bytes, "abc");
    }
  }
}

TEST(Pcapng, EveryKindOfPacketBlock) {
  const Blocks blocks;
  const ReadCapture capture =
      read_bytes(blocks.section() + blocks.interface(1, 4) + blocks.interface(101) +
                 blocks.packet(1, 5, "hello", 900) +                                              // enhanced
                 blocks.block(3, blocks.u32(6) + "abcd") +                                        // simple, cut at 4
                 blocks.block(3, blocks.u32(2) + "xy") +                                          // simple, whole
                 blocks.block(2, blocks.u16(1) + blocks.u16(9) + blocks.u32(0) + blocks.u32(7) +  // obsolete
                                     blocks.u32(3) + blocks.u32(4) + "old"));
  const std::vector<KeptRecord> expected{
      {5000, "hello", 900, 101}, {0, "abcd", 6, 1}, {0, "xy", 2, 1}, {7000, "old", 4, 101}};
  EXPECT_EQ(capture.records, expected);
  EXPECT_EQ(capture.link_types, (std::vector<int>{1, 101}));
  EXPECT_TRUE(capture.damage.empty());
}

TEST(Pcapng, ASectionForgetsTheInterfacesOfTheOneBefore) {
  const Blocks little{false};
  const Blocks big{true};
  const std::string first = little.section() + little.interface(1) + little.packet(0, 1, "one");
  const ReadCapture good = read_bytes(first + big.section() + big.interface(228) + big.packet(0, 2, "two"));
  ASSERT_EQ(good.records.size(), 2);
  EXPECT_EQ(good.records[1].link_type, 228);
  EXPECT_EQ(good.records[1].time, 2000);
  const ReadCapture bad = read_bytes(first + big.section() + big.packet(0, 2, "two"));
  EXPECT_EQ(bad.records.size(), 1);
  ASSERT_EQ(bad.damage.size(), 1);
  EXPECT_EQ(bad.damage[0].offset, first.size() + big.section().size());
}

struct BadBlock {
  const char* name;
  std::string block;
  const char* says;
  bool truncated = false;
};

TEST(Pcapng, DamagedBlocksAreNamedWithTheirPlace) {
  const Blocks b;
  const std::string before = b.section() + b.interface(1) + b.packet(0, 1, "good");
  std::string other_trailer = b.packet(0, 2, "abcd");
  other_trailer[other_trailer.size() - 4] = 99;
  const std::string no_packet = b.u32(0) + b.u32(0) + b.u32(0);
  const BadBlock cases[]{
      {"length of 8", b.u32(6) + b.u32(8) + b.u32(8), "block of 8 bytes"},
      {"length that is no multiple of 4", b.u32(6) + b.u32(35) + std::string(40, 'x'), "block of 35 bytes"},
      {"two lengths", other_trailer, "two lengths"},
      {"two lengths of an unknown block", b.u32(99) + b.u32(16) + b.u32(0) + b.u32(20), "two lengths"},
      {"larger than 16 MiB", b.u32(6) + b.u32(0x01000004) + b.u32(0), "above 16 MiB"},
      {"unknown block that runs past the end", b.u32(99) + b.u32(0xFFFFFFFC) + b.u32(0), "ends inside", true},
      {"packet block too short", b.block(6, b.u32(0)), "packet block of 16 bytes"},
      {"interface that is not there", b.packet(1, 2, "abcd"), "interface 1, of which the section has 1"},
      {"packet longer than its block", b.block(6, no_packet + b.u32(5) + b.u32(5) + "abcd"), "packet of 5 bytes"},
      {"packet of 4 GiB", b.block(6, no_packet + b.u32(0xFFFFFFFF) + b.u32(4) + "abcd"), "packet of 4294967295"},
      {"simple packet longer than its block", b.block(3, b.u32(5) + "abcd"), "packet of 5 bytes"},
      {"simple packet block without a length", b.block(3, ""), "simple packet block"},
      {"short interface", b.block(1, b.u32(1)), "too short"},
      {"option past its block", b.interface(1, 0, b.u16(2) + b.u16(5) + "abcd"), "option 2 runs past"},
      {"resolution of 10^-20", b.interface(1, 0, b.option(9, "\x14")), "resolution (20)"},
      {"resolution of 2^-64", b.interface(1, 0, b.option(9, "\xC0")), "resolution (192)"},
      {"section of version 2", b.block(0x0A0D0D0A, b.u32(0x1A2B3C4D) + b.u16(2) + b.u16(0) + b.number(~0ULL, 8)),
       "version 2"},
      {"section without its magic", b.block(0x0A0D0D0A, b.u32(7) + b.u32(1) + b.number(~0ULL, 8)), "byte-order magic"},
      {"section too short", b.block(0x0A0D0D0A, b.u32(0x1A2B3C4D)), "section header of 16 bytes"},
  };
  for (const BadBlock& c : cases) {
    SCOPED_TRACE(c.name);
    const ReadCapture capture = read_bytes(before + c.block);
    EXPECT_EQ(capture.records.size(), 1);
    ASSERT_EQ(capture.damage.size(), 1);
    EXPECT_THAT(capture.damage[0].what, testing::HasSubstr(c.says));
    EXPECT_EQ(capture.damage[0].offset, before.size());
    EXPECT_EQ(capture.damage[0].frame, 2);
    EXPECT_EQ(capture.truncated, c.truncated);
  }
  const ReadCapture simple = read_bytes(b.section() + b.block(3, b.u32(4) + "abcd"));
  ASSERT_EQ(simple.damage.size(), 1);
  EXPECT_THAT(simple.damage[0].what, testing::HasSubstr("without interface"));
}

TEST(Pcapng, InterfacesAreBounded) {
  const Blocks b;
  std::string bytes = b.section();
  for (int i = 0; i < 65536; ++i) bytes += b.interface(1);
  EXPECT_TRUE(read_bytes(bytes).damage.empty());
  EXPECT_EQ(read_bytes(bytes + b.interface(1)).damage.size(), 1);
}

TEST(Pcapng, LargestPacketBlockIsRead) {
  const Blocks b;
  const std::string large(16'000'000, 'x');
  const ReadCapture capture =
      read_bytes(b.section() + b.interface(1) + b.packet(0, 1, "a") + b.packet(0, 2, large) + b.packet(0, 3, "b"));
  ASSERT_EQ(capture.records.size(), 3);
  EXPECT_EQ(capture.records[1].bytes, large);
  EXPECT_EQ(capture.records[2].bytes, "b");
}

std::size_t most_resident_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss);
}

// 20 kB that unfold to 256 MiB in one block nobody asked for.
TEST(Pcapng, AnUnknownBlockOfAnySizeTakesNoMemory) {
  const Blocks b;
  constexpr std::size_t kSize = 256U << 20;
  std::string compressed;
  {
    const std::string head = b.section() + b.interface(1) + b.u32(99) + b.u32(kSize + 12);
    const std::string tail = b.u32(kSize + 12) + b.packet(0, 1, "behind");
    const std::string zeros(1U << 20, '\0');
    const auto add = [&](const std::string& bytes) {
      std::string out(ZSTD_compressBound(bytes.size()), '\0');
      out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1));
      compressed += out;
    };
    add(head);
    for (std::size_t i = 0; i < kSize / zeros.size(); ++i) add(zeros);
    add(tail);
  }
  const std::size_t before = most_resident_kib();
  const ReadCapture capture = read_bytes(compressed);
  ASSERT_EQ(capture.records.size(), 1);
  EXPECT_EQ(capture.records[0].bytes, "behind");
  EXPECT_LT(most_resident_kib() - before, 32 << 10);
}

}  // namespace
}  // namespace nsgcheck::io::pcapng_test
