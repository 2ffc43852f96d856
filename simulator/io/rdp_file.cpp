// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/encoding.hpp"
#include "analyzer/io/position.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kLittleMark = "\xFF\xFE";

// The first line begins with an ASCII letter, which in UTF-16 has a zero byte behind (or before) it.
bool is_little_without_mark(std::string_view bytes) {
  return bytes.size() >= 4 && bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0;
}

RdpEncoding encoding_of(std::string_view bytes) {
  if (bytes.substr(0, 2) == kLittleMark) return RdpEncoding::Utf16Little;
  if (bytes.substr(0, 2) == "\xFE\xFF") return RdpEncoding::Utf16Big;
  if (is_little_without_mark(bytes)) return RdpEncoding::Utf16LittleNoMark;
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") return RdpEncoding::Utf8Mark;
  const bool ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  return ascii ? RdpEncoding::Ascii : RdpEncoding::Utf8;
}

void add_error(RdpFile& file, std::size_t begin, std::size_t end, std::string message) {
  file.errors.push_back(
      {file.document.file,
       position_in(file.document.text, file.document.line_starts, begin, end, file.document.code_point_marks),
       std::move(message)});
}

void set_text(Document& document, std::string text) {
  document.text = std::move(text);
  document.line_starts = line_starts_of(document.text);
  document.code_point_marks = code_point_marks_of(document.text);
}

}  // namespace

std::string_view word(RdpEncoding encoding) {
  switch (encoding) {
    case RdpEncoding::Ascii:
      return "ascii";
    case RdpEncoding::Utf8:
      return "utf-8";
    case RdpEncoding::Utf8Mark:
      return "utf-8-bom";
    case RdpEncoding::Utf16Little:
      return "utf-16le";
    case RdpEncoding::Utf16LittleNoMark:
      return "utf-16le-no-bom";
    case RdpEncoding::Utf16Big:
      return "utf-16be";
  }
  return "ascii";
}

RdpFile read_rdp_file(std::string shown, std::string_view bytes) {
  RdpFile file;
  file.document.file = std::move(shown);
  set_text(file.document, "");
  if (bytes.size() > kLargestRdpFile) {
    add_error(file, 0, 0, fmt::format("over {} bytes: this is no .rdp file", kLargestRdpFile));
    return file;
  }
  file.encoding = encoding_of(bytes);
  const bool mark_missing = file.encoding == RdpEncoding::Utf16LittleNoMark;
  auto text = to_utf8(mark_missing ? std::string{kLittleMark} + std::string{bytes} : std::string{bytes});
  if (text) {
    set_text(file.document, std::move(*text));
  } else {
    EncodingFault& fault = text.error();
    file.truncated = true;
    set_text(file.document, std::move(fault.decoded));
    const std::size_t end = file.document.text.size();
    add_error(file, end, end, std::move(fault.message) + "; nothing behind it is read");
  }
  file.lines = wire::read_rdp_lines(file.document.text);
  for (const wire::RdpLineFault& fault : file.lines.faults) add_error(file, fault.begin, fault.end, fault.message);
  if (file.lines.more_faults > 0) {
    const std::size_t end = file.document.text.size();
    add_error(file, end, end,
              fmt::format("{} further lines are not of the form key:type:value", file.lines.more_faults));
  }
  file.readable = !file.lines.settings.empty();
  if (!file.readable && file.errors.empty()) add_error(file, 0, 0, "the file is empty");
  return file;
}

}  // namespace nsgcheck::io
