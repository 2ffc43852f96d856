// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "simulator/io/capture_file.hpp"

namespace nsgcheck::io {

/// Makes the blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, one section, times in nanoseconds. Its
/// packets are those of one or of many captures; each capture has an interface for each of its link types.
class PcapngWriter {
 public:
  /// The section header, with which the file begins.
  [[nodiscard]] static std::string section_header();

  /// A packet with its comments, before it the description of its interface where that is new. `capture` tells captures
  /// apart, `name` (UTF-8) is what the interface is called. Comments are UTF-8; what is beyond 65535 bytes, the most
  /// that an option holds, is cut off.
  [[nodiscard]] std::string packet(std::size_t capture, std::string_view name, const CaptureRecord& record,
                                   const std::vector<std::string>& comments);

 private:
  /// Capture, link type, whether its times lie before 1970: pcapng counts up from an offset of the interface.
  using Key = std::tuple<std::size_t, int, bool>;
  std::map<Key, std::uint32_t> interfaces_;
};

}  // namespace nsgcheck::io
