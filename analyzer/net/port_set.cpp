// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/port_set.hpp"

namespace nsgcheck::net {

std::vector<std::string> to_strings(const PortSet& ports) {
  std::vector<std::string> out;
  for (const auto& run : ports.intervals()) {
    std::string text = std::to_string(run.low);
    if (run.low != run.high) text += '-' + std::to_string(run.high);
    out.push_back(std::move(text));
  }
  return out;
}

}  // namespace nsgcheck::net
