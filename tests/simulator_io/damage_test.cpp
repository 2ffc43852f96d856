// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include "tests/simulator_io/capture_bytes.hpp"

namespace nsgcheck::io::damage_test {
namespace {

using testing::HasSubstr;

std::string zstd(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

std::string base() { return file_bytes(capture_path("base.client.pcap")); }

struct OpenCase {
  const char* name;
  std::string bytes;
  std::uint64_t offset;
  const char* says;
};

TEST(Open, SaysWhyAFileIsNone) {
  const std::string pcapng = file_bytes(capture_path("nanosecond.client.pcapng"));
  std::string version = base();
  version[4] = 1;
  std::string no_magic = pcapng;
  no_magic[8] = 'x';
  const OpenCase cases[]{
      {"no bytes", "", 0, "empty"},
      {"one byte", "\xD4", 0, "neither a pcap nor a pcapng"},
      {"text", "this is a letter, not a capture of packets", 0, "neither a pcap nor a pcapng"},
      {"snoop", file_bytes(capture_path("not-pcap.client.snoop")), 0, "snoop"},
      {"Network Monitor", std::string{"GMBU"} + std::string(200, '\0'), 0, "Network Monitor"},
      {"header cut", base().substr(0, 20), 20, "ends inside the pcap header"},
      {"magic only", base().substr(0, 4), 4, "ends inside the pcap header"},
      {"version of long ago", version, 0, "archaic"},
      {"pcapng cut in its first block", pcapng.substr(0, 20), 0, "ends inside"},
      {"pcapng magic only", pcapng.substr(0, 4), 0, "ends inside"},
      {"pcapng without byte-order magic", no_magic, 0, "byte-order magic"},
      {"gzip of nothing", gzip(""), 0, "empty"},
      {"gzip of text", gzip("this is a letter, not a capture of packets"), 0, "neither a pcap nor a pcapng"},
      {"gzip in gzip", gzip(gzip(base())), 0, "neither a pcap nor a pcapng"},
      {"gzip magic only", "\x1F\x8B", 2, "ends inside the gzip"},
      {"zstd magic only", "\x28\xB5\x2F\xFD", 4, "ends inside the zstd"},
  };
  for (const OpenCase& c : cases) {
    SCOPED_TRACE(c.name);
    std::istringstream stream{c.bytes};
    const auto reader = CaptureReader::open(stream);
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().what, HasSubstr(c.says));
    EXPECT_EQ(reader.error().offset, c.offset);
    EXPECT_EQ(reader.error().frame, 0);
  }
}

TEST(Open, SaysWhyAPathIsNone) {
  for (const auto& [path, says] :
       {std::pair{capture_path("nothing.pcap"), "No such file"}, std::pair{capture_path(""), "Is a directory"}}) {
    const auto reader = CaptureReader::open(path);
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().text(), HasSubstr(says));
  }
}

struct DamageCase {
  const char* name;
  std::string bytes;
  std::size_t records;
  std::uint64_t offset, frame;
  bool truncated;
  const char* says;
  bool uncompressed = false;
};

// The offsets were counted in the files: the last record of the base capture begins at 6964, record 39 at 3601, the
// last block of the pcapng at 8556 (of 8634). A decompressor notices damage behind the field
// that is wrong: a checksum or magic of four bytes, gzip's magic of two.
std::vector<DamageCase> damage_cases() {
  const std::string zipped = gzip(base());
  const std::string shrunk = zstd(base());
  const std::string cut = base().substr(0, 7000);
  std::string flipped = zipped;
  flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1);
  return {
      {"last record cut", file_bytes(capture_path("cut-last-record.client.pcap")), 75, 6964, 76, true, "truncated"},
      {"record header cut", file_bytes(capture_path("cut-record-header.client.pcap")), 75, 6964, 76, true, "truncated"},
      {"record of 2 GiB", file_bytes(capture_path("bad-record-length.client.pcap")), 38, 3601, 39, false, "2147483632"},
      {"block cut", file_bytes(capture_path("cut-block.client.pcapng")), 76, 8556, 77, true, "ends inside"},
      {"cut record in gzip", gzip(cut), 75, 6964, 76, true, "truncated", true},
      {"cut record in zstd", zstd(cut), 75, 6964, 76, true, "truncated", true},
      {"checksum of gzip wrong", flipped, 76, flipped.size() - 4, 77, false, "damaged gzip"},
      {"junk behind gzip", zipped + "junk", 76, zipped.size() + 2, 77, false, "damaged gzip"},
      {"junk behind zstd", shrunk + "junk", 76, shrunk.size() + 4, 77, false, "damaged zstd"},
      {"gzip cut before its checksum", zipped.substr(0, zipped.size() - 8), 76, zipped.size() - 8, 77, true,
       "ends inside the gzip"},
  };
}

TEST(Damage, IsLocatedAndEverythingBeforeItUsed) {
  const auto whole = read_bytes(base()).records;
  for (const DamageCase& c : damage_cases()) {
    SCOPED_TRACE(c.name);
    const ReadCapture capture = read_bytes(c.bytes);
    EXPECT_EQ(capture.records.size(), c.records);
    ASSERT_EQ(capture.damage.size(), 1);
    const CaptureDamage& damage = capture.damage[0];
    EXPECT_EQ(damage.offset, c.offset) << damage.text();
    EXPECT_EQ(damage.frame, c.frame);
    EXPECT_EQ(damage.uncompressed, c.uncompressed);
    EXPECT_THAT(damage.what, HasSubstr(c.says));
    EXPECT_EQ(capture.truncated, c.truncated);
    for (std::size_t i = 0; i < c.records; ++i) EXPECT_EQ(capture.records[i].bytes, whole[i].bytes);
  }
}

TEST(Damage, TextNamesByteAndFrame) {
  EXPECT_EQ((CaptureDamage{6973, 76, false, "broken"}.text()), "byte 6973, frame 76: broken");
  EXPECT_EQ((CaptureDamage{4, 0, true, "broken"}.text()), "byte 4 of the uncompressed data: broken");
}

// Whatever the place of the cut: a prefix of the records, and a word about the cut unless it falls between two records.
TEST(Damage, AnyCutOfAFileGivesAPrefixOfIt) {
  for (const std::string& bytes :
       {base(), file_bytes(capture_path("nanosecond.client.pcapng")), gzip(base()), zstd(base())}) {
    const auto whole = read_bytes(bytes).records;
    ASSERT_EQ(whole.size(), 76);
    for (std::size_t size = 0; size < bytes.size(); size += 7) {
      const ReadCapture capture = read_bytes(bytes.substr(0, size));
      ASSERT_LE(capture.records.size(), whole.size()) << size;
      ASSERT_TRUE(std::equal(capture.records.begin(), capture.records.end(), whole.begin())) << size;
      if (!capture.damage.empty()) {
        ASSERT_LE(capture.damage[0].offset, bytes.size()) << size;
      }
      if (capture.records.size() < 76 && bytes[0] == '\x1F') {
        ASSERT_EQ(capture.damage.size(), 1) << size;
      }
    }
  }
}

TEST(Compressed, MembersAndFramesFollowEachOther) {
  const std::string first = base().substr(0, 1000);
  const std::string second = base().substr(1000);
  for (const std::string& bytes : {gzip(first) + gzip(second), gzip(first) + gzip("") + gzip(second),
                                   gzip(base()) + std::string(512, '\0'), zstd(first) + zstd(second)}) {
    const ReadCapture capture = read_bytes(bytes);
    EXPECT_EQ(capture.records.size(), 76);
    EXPECT_TRUE(capture.damage.empty()) << capture.damage[0].text();
    EXPECT_FALSE(capture.truncated);
  }
}

}  // namespace
}  // namespace nsgcheck::io::damage_test
