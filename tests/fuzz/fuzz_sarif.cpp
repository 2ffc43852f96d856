// SPDX-License-Identifier: Apache-2.0
// Any bytes are a log, or a fault at a place in the input; every result has an id, lines that count from 1, and a
// place.
#include <cstdint>
#include <string>

#include "analyzer/io/sarif_reader.hpp"
#include "tests/fuzz/fault_place.hpp"

using namespace nsgcheck;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  const auto document = io::parse_json("log", bytes, 0);
  if (!document) return 0;
  const auto log = io::read_sarif(*document);
  if (!log) {
    fuzz::require_place(log.error(), bytes);
    return 0;
  }
  for (const io::Diagnostic& error : log->errors) fuzz::require_place(error, bytes);
  for (const io::SarifRun& run : log->runs)
    for (const io::SarifResult& result : run.results) {
      fuzz::require(!result.rule_id.empty() && result.position.line >= 1);
      fuzz::require(result.line.has_value() == result.end_line.has_value());
      fuzz::require(!result.line || (*result.line >= 1 && *result.end_line >= *result.line));
      fuzz::require(result.file.find('\\') == std::string::npos);
    }
  return 0;
}
