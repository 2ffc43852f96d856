// SPDX-License-Identifier: Apache-2.0
#include "tests/verify/made_evidence.hpp"

#include <array>

#include "analyzer/io/render_evidence.hpp"
#include "analyzer/model/rule_text.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::verify {
namespace {

policy::Policy policy_of(const char* id, policy::Ask ask) {
  policy::Policy out;
  out.id = id;
  out.asks = {std::move(ask)};
  return out;
}

std::vector<policy::Policy> hygiene() {
  return {policy_of("NSG-HYG-001", policy::Hygiene{engine::HygieneKind::Shadowed}),
          policy_of("NSG-HYG-002", policy::Hygiene{engine::HygieneKind::Redundant})};
}

const io::AuditReport& nowhere() {
  static const io::AuditReport report;
  return report;
}

std::string evidence_of(const std::vector<std::string>& lines, const model::NetworkContext& context,
                        const std::vector<policy::Policy>& policies, const policy::AuditOptions& options) {
  const model::Nsg nsg = support::nsg_of(lines);
  const policy::NsgAudit audit = policy::audit_nsg(nsg, 0, context, policies, options);
  policy::Evidence evidence;
  policy::add_evidence(evidence, nsg, context, policies, options, audit);
  return io::render_evidence(evidence, "audit", {nowhere(), nowhere()});
}

/// Random flows, of values that random rules have, too.
class Flows {
 public:
  explicit Flows(std::mt19937& rng) : rng_{rng} {}

  policy::FlowPattern operator()() {
    static const std::array<net::ProtocolSet, 4> kProtocols{net::protocol_set({net::kTcp}),
                                                            net::protocol_set({net::kTcp}),
                                                            net::protocol_set({net::kUdp}), net::all_protocols()};
    static const std::array<std::pair<net::Port, net::Port>, 5> kPorts{
        {{0, 65535}, {3389, 3389}, {22, 22}, {0, 100}, {1, 2}}};
    const auto [low, high] = kPorts[rng_() % kPorts.size()];
    return {net::Direction::Inbound,
            kProtocols[rng_() % kProtocols.size()],
            side(),
            side(),
            net::PortSet::range(low, high),
            false};
  }

 private:
  std::vector<model::AddressItem> side() {
    static const std::array<const char*, 10> kItems{"Internet",       "VirtualNetwork", "*",       "203.0.113.0/24",
                                                    "10.0.0.0/30",    "10.0.0.0/31",    "Storage", "Sql",
                                                    "203.0.113.0/31", "10.0.0.2"};
    return {model::parse_address_item(kItems[rng_() % kItems.size()], {}, false)};
  }

  std::mt19937& rng_;
};

std::vector<policy::Policy> every_form(Flows& flows) {
  auto out = hygiene();
  out.push_back(policy_of("HYG-3", policy::Hygiene{engine::HygieneKind::PartiallyShadowed}));
  out.push_back(policy_of("HYG-4", policy::Hygiene{engine::HygieneKind::NeverMatches}));
  out.push_back(policy_of("HYG-5", policy::Hygiene{engine::HygieneKind::Correlated}));
  out.push_back(policy_of("HYG-6", policy::CoveredEntry{}));
  out.push_back(policy_of("FORBID", policy::Forbid{flows()}));
  out.push_back(policy_of("WHOLE", policy::ForbidWhole{flows()}));
  out.push_back(policy_of("REQUIRE", policy::Require{flows()}));
  out.push_back(policy_of("SOME", policy::RequireSome{flows(), flows()}));
  const policy::FlowPattern named = flows();
  out.push_back(policy_of("ALL-OF", policy::Prerequisite{named, flows(), true}));
  out.push_back(policy_of("ANY-OF", policy::Prerequisite{named, flows(), false}));
  out.push_back(policy_of("SOURCE", policy::OpenSourcePort{flows()}));
  for (const policy::Breach breach : policy::kBreaches) out.push_back(policy_of("INTENT", policy::IntentAsk{breach}));
  return out;
}

policy::Intent intent_of(Flows& flows) {
  policy::Intent out;
  out.expectations.resize(3);
  out.expectations[0] = {policy::ExpectationKind::Must, "must", {}, false, {}, flows(), {}, 1, 1};
  out.expectations[1] = {policy::ExpectationKind::MustNot, "must not", {}, false, {}, flows(), {}, 2, 1};
  out.expectations[2] = {policy::ExpectationKind::Only, "only", {}, false, {}, flows(), {flows(), flows()}, 3, 1};
  return out;
}

}  // namespace

std::string audit_evidence(const std::vector<std::string>& lines, const model::NetworkContext& context) {
  return evidence_of(lines, context, hygiene(), {});
}

std::string full_evidence(const std::vector<std::string>& lines, const model::NetworkContext& context,
                          std::mt19937& rng) {
  Flows flows{rng};
  const auto policies = every_form(flows);
  const policy::Intent intent = intent_of(flows);
  policy::AuditOptions options;
  options.intent = &intent;
  return evidence_of(lines, context, policies, options);
}

std::string diff_evidence(const std::vector<std::string>& before, const std::vector<std::string>& after,
                          const model::NetworkContext& context) {
  const model::Nsg old_nsg = support::nsg_of(before);
  const model::Nsg new_nsg = support::nsg_of(after);
  policy::Evidence evidence;
  policy::add_evidence(evidence, {&old_nsg, &new_nsg}, context, false);
  return io::render_evidence(evidence, "diff", {nowhere(), nowhere()});
}

}  // namespace nsgcheck::verify
