// SPDX-License-Identifier: Apache-2.0
// Any bytes are a policy, or no policy at a place inside them. What is a policy can be judged: an audit with it alone
// ends, and every finding is its own.
#include <cstdint>
#include <string_view>

#include "analyzer/io/policy_reader.hpp"
#include "analyzer/policy/audit.hpp"
#include "tests/fuzz/fault_place.hpp"
#include "tests/support/rule_line.hpp"

namespace {

using namespace nsgcheck;

const model::Nsg& subject() {
  static const model::Nsg nsg = support::nsg_of(
      {"100 Allow Inbound Tcp Internet * VirtualNetwork 3389", "110 Deny Inbound * GatewayManager * * 0-1024",
       "120 Allow Inbound Udp fd00::/8 * * *", "100 Deny Outbound Tcp * * Storage 443"});
  return nsg;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto file = io::read_policy("input.yaml", bytes);
  if (!file) {
    fuzz::require_place(file.error(), bytes);
    return 0;
  }
  fuzz::require(!file->policy.id.empty() && !file->policy.asks.empty());
  const policy::Policy policies[]{file->policy};
  const auto audit = policy::audit_nsg(subject(), 0, model::default_context(), policies, {20000, true});
  for (const policy::Finding& finding : audit.findings) fuzz::require(finding.policy == &policies[0]);
  return 0;
}
