// SPDX-License-Identifier: Apache-2.0
// Any bytes are an intent, or none at a place inside them. What is an intent can be judged: each expectation about the
// NSG gets one verdict, and one that is not held has a finding.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/io/intent_reader.hpp"
#include "analyzer/policy/intent.hpp"
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

const std::vector<policy::Policy>& policies() {
  static const std::vector<policy::Policy> all = [] {
    std::vector<policy::Policy> out;
    for (const policy::Breach breach : policy::kBreaches) {
      policy::Policy one;
      one.id = policy::code(breach);
      one.asks = {policy::IntentAsk{breach}};
      out.push_back(one);
    }
    return out;
  }();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto intent = io::read_intent("input.yaml", bytes);
  if (!intent) {
    fuzz::require_place(intent.error(), bytes);
    return 0;
  }
  fuzz::require(!intent->expectations.empty());
  policy::AuditOptions options;
  options.intent = &*intent;
  const auto judged = policy::judge_intent(subject(), 0, model::default_context(), policies(), options);
  const auto& all = intent->expectations;
  const auto about =
      std::count_if(all.begin(), all.end(), [](const auto& one) { return policy::concerns(one, subject().name); });
  fuzz::require(judged.verdicts.size() == static_cast<std::size_t>(about));
  for (const policy::ExpectationVerdict& one : judged.verdicts) {
    const bool found = std::any_of(judged.findings.begin(), judged.findings.end(), [&](const policy::Finding& finding) {
      return finding.expected && finding.expected->expectation == one.expectation;
    });
    fuzz::require(found == (one.verdict != policy::Fulfilment::Held));
  }
  return 0;
}
