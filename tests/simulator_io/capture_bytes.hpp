// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "simulator/io/capture_file.hpp"

namespace nsgcheck::io {

inline std::string capture_path(const std::string& name) { return NSGCHECK_SOURCE_DIR "/captures/" + name; }

inline std::string file_bytes(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

/// A record that outlives its reader.
struct KeptRecord {
  std::int64_t time{};
  std::string bytes;
  std::uint32_t original_length{};
  int link_type{};
  friend bool operator==(const KeptRecord&, const KeptRecord&) = default;
};

/// All that a reader says of a file.
struct ReadCapture {
  std::vector<KeptRecord> records;
  std::vector<CaptureDamage> damage;
  bool truncated{};
  std::vector<int> link_types;
};

inline ReadCapture read_all(CaptureReader& reader) {
  ReadCapture capture;
  CaptureRecord record;
  while (reader.next(record)) {
    capture.records.push_back({record.time,
                               {reinterpret_cast<const char*>(record.bytes.data()), record.bytes.size()},
                               record.original_length,
                               record.link_type});
  }
  capture.damage = reader.damage();
  capture.truncated = reader.truncated();
  capture.link_types = reader.link_types();
  return capture;
}

/// Reads bytes from memory; a file that cannot be opened has its error as the one damage, and no link types.
inline ReadCapture read_bytes(const std::string& bytes) {
  std::istringstream stream{bytes};
  auto reader = CaptureReader::open(stream);
  if (!reader) return {{}, {reader.error()}, false, {}};
  return read_all(*reader);
}

/// The same bytes in gzip.
inline std::string gzip(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace nsgcheck::io
