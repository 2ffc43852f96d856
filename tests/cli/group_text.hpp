// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace nsgcheck::cli {

/// An inbound TCP rule on one line, as an ARM template has it.
inline std::string rule_text(const std::string& name, int priority, const std::string& access,
                             const std::string& source, const std::string& port, const std::string& destination = "*") {
  return R"({"name": ")" + name + R"(", "properties": {"priority": )" + std::to_string(priority) + R"(, "access": ")" +
         access + R"(", "direction": "Inbound", "protocol": "Tcp", "sourceAddressPrefix": ")" + source +
         R"(", "sourcePortRange": "*", "destinationAddressPrefix": ")" + destination +
         R"(", "destinationPortRange": ")" + port + R"("}})";
}

/// One whose destination is the virtual network, where the policies look.
inline std::string inside_rule_text(const std::string& name, int priority, const std::string& access,
                                    const std::string& source, const std::string& port) {
  return rule_text(name, priority, access, source, port, "VirtualNetwork");
}

/// An NSG with a rule a line, the first on line 5.
inline std::string group_text(const std::vector<std::string>& rules) {
  std::string list;
  for (const std::string& one : rules) list += (list.empty() ? "      " : ",\n      ") + one;
  return "{\n  \"name\": \"web-nsg\",\n  \"properties\": {\n    \"securityRules\": [\n" + list + "\n    ]\n  }\n}\n";
}

inline std::string bytes_of(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace nsgcheck::cli
