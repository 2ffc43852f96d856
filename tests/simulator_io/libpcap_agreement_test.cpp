// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <array>
#include <filesystem>
#include <optional>

#include "tests/simulator_io/capture_bytes.hpp"

namespace nsgcheck::io::libpcap_agreement_test {
namespace {

// What libpcap makes of a file; empty when it cannot open it or gives up inside.
std::optional<std::vector<KeptRecord>> with_libpcap(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_t* pcap = pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error.data());
  if (pcap == nullptr) return std::nullopt;
  std::vector<KeptRecord> records;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(pcap, &header, &bytes)) == 1) {
    records.push_back({header->ts.tv_sec * std::int64_t{1'000'000'000} + header->ts.tv_usec,
                       {reinterpret_cast<const char*>(bytes), header->caplen},
                       header->len,
                       pcap_datalink(pcap)});
  }
  pcap_close(pcap);
  if (result == PCAP_ERROR) return std::nullopt;
  return records;
}

// libpcap numbers raw IP as its platform does, files have the number that all platforms share.
int as_libpcap_numbers_it(int link_type) { return link_type == 101 ? DLT_RAW : link_type; }

TEST(CaptureReader, AgreesWithLibpcapOnEveryFileThatLibpcapReads) {
  int pcapng = 0;
  int pcap = 0;
  for (const auto& entry : std::filesystem::directory_iterator{capture_path("")}) {
    const std::string path = entry.path().string();
    const std::string extension = entry.path().extension().string();
    if (extension != ".pcap" && extension != ".pcapng") continue;
    const auto expected = with_libpcap(path);
    if (!expected) continue;
    SCOPED_TRACE(path);
    auto reader = CaptureReader::open(path);
    ASSERT_TRUE(reader) << reader.error().text();
    ReadCapture capture = read_all(*reader);
    for (KeptRecord& record : capture.records) record.link_type = as_libpcap_numbers_it(record.link_type);
    EXPECT_EQ(capture.records, *expected);
    EXPECT_TRUE(capture.damage.empty());
    ++(extension == ".pcapng" ? pcapng : pcap);
  }
  EXPECT_GE(pcapng, 6);
  EXPECT_GE(pcap, 25);
}

TEST(CaptureReader, ReadsWhatLibpcapGivesUpOn) {
  struct Row {
    const char* file;
    std::size_t records;
    std::vector<int> link_types;
  };
  for (const Row& row :
       {Row{"raw-ip.two-linktypes.pcapng", 48, {101, 1}}, Row{"two-sections.client.pcapng", 152, {1}}}) {
    SCOPED_TRACE(row.file);
    EXPECT_FALSE(with_libpcap(capture_path(row.file)));
    auto reader = CaptureReader::open(capture_path(row.file));
    ASSERT_TRUE(reader);
    const ReadCapture capture = read_all(*reader);
    EXPECT_EQ(capture.records.size(), row.records);
    EXPECT_EQ(capture.link_types, row.link_types);
    EXPECT_TRUE(capture.damage.empty());
  }
}

// Files that hold the same packets in other forms.
TEST(CaptureReader, GivesTheSameRecordsWhateverTheForm) {
  struct Row {
    const char *one, *other;
  };
  for (const Row& row :
       {Row{"base.client.pcap", "base.client.pcap.gz"}, Row{"base.client.pcap", "base.client.pcap.zst"},
        Row{"base.client.pcap", "modified-pcap.client.pcap"},
        Row{"nanosecond.client.pcapng", "bigendian.client.pcapng"},
        Row{"nanosecond.client.pcapng", "odd-blocks.client.pcapng"}}) {
    SCOPED_TRACE(row.other);
    const ReadCapture one = read_bytes(file_bytes(capture_path(row.one)));
    EXPECT_EQ(one.records.size(), 76);
    EXPECT_EQ(read_bytes(file_bytes(capture_path(row.other))).records, one.records);
  }
}

}  // namespace
}  // namespace nsgcheck::io::libpcap_agreement_test
