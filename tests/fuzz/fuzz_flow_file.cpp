// SPDX-License-Identifier: Apache-2.0
// Any bytes are rows of flows and faults of rows, each at its line, in order. A row that was read is a question: it has
// protocols, and read again from its own values it is the same.
#include <cstdint>
#include <sstream>
#include <string>

#include "analyzer/io/flow_file.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;

void judge(const io::FlowRow& row) {
  fuzz::require(row.query.protocols.any());
  const auto port = [](const auto& value) { return value ? std::to_string(*value) : std::string{}; };
  const std::string source_port = port(row.query.source_port);
  const std::string destination_port = port(row.query.destination_port);
  const auto again = io::parse_flow({row.query.direction == net::Direction::Inbound ? "inbound" : "outbound",
                                     row.protocol,
                                     row.query.from.text,
                                     source_port,
                                     row.query.to.text,
                                     destination_port,
                                     row.nsg,
                                     {}});
  fuzz::require(again.has_value());
  fuzz::require(again->query.protocols == row.query.protocols && again->query.source_port == row.query.source_port &&
                again->query.destination_port == row.query.destination_port &&
                again->query.from.value == row.query.from.value && again->query.to.value == row.query.to.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  std::istringstream in{bytes};
  io::FlowFile file{"flows", in};
  std::size_t line = 0;
  while (const auto row = file.next()) {
    if (!*row) {
      fuzz::require_place(row->error(), bytes);
      continue;
    }
    fuzz::require((*row)->line > line);
    line = (*row)->line;
    judge(**row);
  }
  return 0;
}
