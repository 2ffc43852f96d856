// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>

#include "tests/simulator_io/capture_bytes.hpp"

namespace nsgcheck::io::record_batch_test {
namespace {

KeptRecord kept(const CaptureRecord& record) {
  return {record.time,
          {reinterpret_cast<const char*>(record.bytes.data()), record.bytes.size()},
          record.original_length,
          record.link_type};
}

// All bytes of a batch are looked at behind its last record: they must be there together.
ReadCapture read_in_batches(const std::string& bytes, std::size_t size) {
  std::istringstream stream{bytes};
  auto reader = CaptureReader::open(stream);
  if (!reader) return {{}, {reader.error()}, false, {}};
  ReadCapture capture;
  std::vector<CaptureRecord> records(size);
  while (const std::size_t count = reader->next(records)) {
    for (const CaptureRecord& record : std::span{records}.first(count)) capture.records.push_back(kept(record));
    EXPECT_EQ(records[count - 1].frame, capture.records.size());
  }
  capture.damage = reader->damage();
  capture.truncated = reader->truncated();
  capture.link_types = reader->link_types();
  return capture;
}

std::string damage_text(const ReadCapture& capture) {
  std::string out = capture.truncated ? "truncated " : "whole ";
  for (const CaptureDamage& one : capture.damage) out += one.text() + (one.uncompressed ? " (uncompressed)" : "") + ';';
  return out;
}

void expect_same(const ReadCapture& a, const ReadCapture& b) {
  ASSERT_EQ(a.records.size(), b.records.size());
  EXPECT_EQ(a.records, b.records);
  EXPECT_EQ(damage_text(a), damage_text(b));
  EXPECT_EQ(a.link_types, b.link_types);
}

TEST(RecordBatch, GivesWhatOneRecordAtATimeGives) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{capture_path("")}) {
    if (entry.path().filename().string().find(".pcap") == std::string::npos) continue;
    SCOPED_TRACE(entry.path().string());
    const std::string bytes = file_bytes(entry.path().string());
    const ReadCapture single = read_bytes(bytes);
    for (const std::size_t size : {std::size_t{1}, std::size_t{3}, std::size_t{64}})
      expect_same(read_in_batches(bytes, size), single);
    ++files;
  }
  EXPECT_GT(files, 50);
}

void append(std::string& bytes, std::initializer_list<std::uint32_t> words) {
  for (const std::uint32_t word : words) bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
}

/// A pcap file of the machine's byte order with records of all sizes and a few oddities, cut off anywhere.
std::string odd_file(std::mt19937& random) {
  static constexpr std::uint32_t kMagic[]{0xA1B2C3D4, 0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34, 0xD4C3B2A1};
  static constexpr std::uint32_t kVersion[]{0x00040002, 0x00040002, 0x00040002, 0x00030002, 0x00050002};
  static constexpr std::uint32_t kLinkType[]{1, 1, 101, 113, 220, 1 | 0x14000000};
  const std::uint32_t snap_length = random() % 3 == 0 ? 100 : 262144;
  const auto one_of = [&](const auto& values) { return values[random() % std::size(values)]; };
  std::string bytes;
  append(bytes, {one_of(kMagic), one_of(kVersion), 0, 0, snap_length, one_of(kLinkType)});
  const auto records = 1 + random() % 400;
  for (unsigned i = 0; i < records; ++i) {
    const bool odd = random() % 200 == 0;
    const auto any = [&] { return static_cast<std::uint32_t>(random()); };
    std::uint32_t captured = any() % (random() % 50 == 0 ? 5000 : 120);
    const std::uint32_t seconds = odd && any() % 2 == 0 ? any() : 1'700'000'000 + i;
    const std::uint32_t fraction = odd && any() % 2 == 0 ? any() : any() % 1'000'000;
    append(bytes, {seconds, fraction, odd && any() % 4 == 0 ? 300'000 : captured, captured + any() % 3});
    bytes.append(captured, static_cast<char>('a' + i % 26));
  }
  if (random() % 2 == 0) bytes.resize(bytes.size() - random() % std::min<std::size_t>(bytes.size(), 300));
  return bytes;
}

struct FromLibpcap {
  std::vector<KeptRecord> records;
  std::string error;
};

FromLibpcap with_libpcap(std::string bytes) {
  std::FILE* file = fmemopen(bytes.data(), bytes.size(), "rb");
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_t* pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error.data());
  if (pcap == nullptr) {
    std::fclose(file);
    return {{}, error.data()};
  }
  FromLibpcap out;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(pcap, &header, &data)) == 1)
    out.records.push_back({header->ts.tv_sec * std::int64_t{1'000'000'000} + header->ts.tv_usec,
                           {reinterpret_cast<const char*>(data), header->caplen},
                           header->len,
                           0});
  if (result == PCAP_ERROR) out.error = pcap_geterr(pcap);
  pcap_close(pcap);
  return out;
}

// Ordinary records are read without libpcap; what is odd must look as libpcap alone sees it.
TEST(RecordBatch, AgreesWithLibpcapOnOddFiles) {
  std::mt19937 random{5};
  std::size_t whole = 0;
  std::size_t damaged = 0;
  for (int i = 0; i < 3000; ++i) {
    SCOPED_TRACE(i);
    const std::string bytes = odd_file(random);
    if (bytes.size() < 24) continue;
    const FromLibpcap expected = with_libpcap(bytes);
    ReadCapture found = read_in_batches(bytes, 1 + random() % 64);
    expect_same(found, read_bytes(bytes));
    for (KeptRecord& record : found.records) record.link_type = 0;
    ASSERT_EQ(found.records, expected.records);
    EXPECT_EQ(found.damage.empty() ? "" : found.damage.front().what, expected.error);
    ++(expected.error.empty() ? whole : damaged);
  }
  EXPECT_GT(whole, 500U);
  EXPECT_GT(damaged, 500U);
}

}  // namespace
}  // namespace nsgcheck::io::record_batch_test
