// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "analyzer/io/policy_reader.hpp"
#include "rules/embedded_policies.hpp"

namespace nsgcheck::io {
namespace {

std::vector<policy::Policy> parse_embedded() {
  std::vector<policy::Policy> out;
  for (const std::string_view json : rules::embedded_policies()) {
    const auto document = parse_json("built-in policy", json, 0);
    auto file = document ? read_policy(*document) : tl::unexpected{document.error()};
    // The build has read every one of them, so this program would not be what was built.
    if (!file) throw std::logic_error{"built-in policy: " + file.error().message};
    out.push_back(std::move(file->policy));
  }
  return out;
}

}  // namespace

const std::vector<policy::Policy>& built_in_policies() {
  static const std::vector<policy::Policy> policies = parse_embedded();
  return policies;
}

}  // namespace nsgcheck::io
