// SPDX-License-Identifier: Apache-2.0
// What others need just to read the same file: peer_loops pcap|nlohmann|simdjson FILE. Prints how many packets, or
// rules in lists of NSGs, it held.
#include <fmt/format.h>
#include <simdjson.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tests/bench/bare_loop.hpp"

namespace nsgcheck::bench {
namespace {

std::size_t rules_by_nlohmann(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  const auto document = nlohmann::json::parse(in);
  std::size_t count = 0;
  for (const auto& group : document.at("value")) count += group.at("properties").at("securityRules").size();
  return count;
}

std::size_t rules_by_simdjson(const std::string& path) {
  simdjson::dom::parser parser;
  std::size_t count = 0;
  for (const simdjson::dom::element group : parser.load(path)["value"].get_array())
    count += group["properties"]["securityRules"].get_array().size();
  return count;
}

}  // namespace
}  // namespace nsgcheck::bench

int main(int argc, char** argv) {
  using namespace nsgcheck::bench;
  if (argc != 3) return 2;
  const std::string_view way = argv[1];
  fmt::print("{}\n", way == "pcap"       ? bare_loop(argv[2])
                     : way == "nlohmann" ? rules_by_nlohmann(argv[2])
                                         : rules_by_simdjson(argv[2]));
}
