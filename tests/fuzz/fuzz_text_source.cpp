// SPDX-License-Identifier: Apache-2.0
// Read as a stream, in whatever portions, text with a UTF-16 mark is what it is as a whole, up to the same fault; bytes
// without such a mark come as they are.
#include <cstdint>
#include <sstream>
#include <string>

#include "analyzer/io/encoding.hpp"
#include "simulator/io/utf16_source.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;

struct Read {
  std::string text;
  std::optional<io::SourceFault> fault;
};

Read read(const std::string& bytes, std::size_t portion) {
  std::istringstream in{bytes};
  const auto source = io::as_utf8(io::decompressed(io::open_source(in)));
  Read out;
  std::string buffer(portion, '\0');
  while (const std::size_t got = source->read(std::as_writable_bytes(std::span{buffer})))
    out.text.append(buffer, 0, got);
  out.fault = source->fault();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  const bool marked = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  const bool compressed = bytes.starts_with("\x1F\x8B") || bytes.starts_with("\x28\xB5\x2F\xFD");
  if (compressed) return 0;
  for (const std::size_t portion : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 16}) {
    const Read stream = read(bytes, portion);
    if (!marked) {
      fuzz::require(stream.text == bytes && !stream.fault);
      continue;
    }
    const auto whole = io::to_utf8(std::string{bytes});
    fuzz::require(whole.has_value() == !stream.fault);
    fuzz::require(stream.text == (whole ? *whole : whole.error().decoded));
    if (!whole)
      fuzz::require(stream.fault->offset == whole.error().offset && stream.fault->what == whole.error().message);
  }
  return 0;
}
