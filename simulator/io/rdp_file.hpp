// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/document.hpp"
#include "simulator/wire/rdp_lines.hpp"

namespace nsgcheck::io {

/// Files beyond this size are no .rdp files: those of mstsc have 2 or 3 KiB, signed ones some more.
inline constexpr std::size_t kLargestRdpFile = 1U << 20;

/// How the bytes of an .rdp file stand for text. mstsc saves UTF-16 little endian with byte order mark.
enum class RdpEncoding : std::uint8_t { Ascii, Utf8, Utf8Mark, Utf16Little, Utf16LittleNoMark, Utf16Big };
/// "ascii", "utf-8", "utf-8-bom", "utf-16le", "utf-16le-no-bom", "utf-16be".
[[nodiscard]] std::string_view word(RdpEncoding encoding);

/// An .rdp file as read.
struct RdpFile {
  Document document;  ///< its text, for places and quotes; there is no tree
  RdpEncoding encoding{RdpEncoding::Ascii};
  wire::RdpLines lines;
  std::vector<Diagnostic> errors;  ///< what could not be read; located in the file
  bool readable{};                 ///< at least one setting was read
  bool truncated{};                ///< the encoding is wrong somewhere, nothing from there on was read
};

/// Reads the bytes of an .rdp file. Never fails: what cannot be read is an error, and lines that can are read.
[[nodiscard]] RdpFile read_rdp_file(std::string shown, std::string_view bytes);

}  // namespace nsgcheck::io
