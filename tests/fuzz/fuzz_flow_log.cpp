// SPDX-License-Identifier: Apache-2.0
// Any bytes are flows and faults, each at a place in the input; flows come in the order of their places but for records
// within records; what is read twice is the same; what one line holds does not depend on the line before it.
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/io/flow_log.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;

struct Read {
  std::vector<io::LoggedFlow> flows;
  std::size_t faults{};
};

Read read(const std::string& bytes) {
  Read out;
  std::istringstream in{bytes};
  io::read_flow_log("log", in, [&](tl::expected<io::LoggedFlow, io::Diagnostic> flow) {
    if (flow) {
      out.flows.push_back(std::move(*flow));
    } else {
      fuzz::require_place(flow.error(), bytes);
      ++out.faults;
    }
    return true;
  });
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  const Read first = read(bytes);
  for (const io::LoggedFlow& flow : first.flows) {
    fuzz::require(flow.position.line >= 1 && flow.position.column >= 1 && flow.position.column <= size + 1);
    fuzz::require(flow.tuple.time >= 0);
    fuzz::require(net::family_of(flow.tuple.packet.source) == net::family_of(flow.tuple.packet.destination));
    fuzz::require(flow.nsg.empty() == flow.nsg_id.empty());
  }
  // A whole log in front changes nothing but lines.
  const std::string front = R"({"records":[{"flowTuples":["1,10.0.0.1,10.0.0.2,1,2,T,I,A"]}]})"
                            "\n";
  const Read again = read(front + bytes);
  fuzz::require(again.flows.size() == first.flows.size() + 1 && again.faults == first.faults);
  for (std::size_t i = 0; i < first.flows.size(); ++i) {
    fuzz::require(again.flows[i + 1].tuple.packet == first.flows[i].tuple.packet);
    fuzz::require(again.flows[i + 1].position.line == first.flows[i].position.line + 1);
    fuzz::require(again.flows[i + 1].rule == first.flows[i].rule);
  }
  return 0;
}
