// SPDX-License-Identifier: Apache-2.0
#include "tests/verify/made_evidence.hpp"

#include "analyzer/io/render_evidence.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::verify {
namespace {

std::vector<policy::Policy> hygiene() {
  std::vector<policy::Policy> out(2);
  out[0].id = "NSG-HYG-001";
  out[0].asks = {policy::Hygiene{engine::HygieneKind::Shadowed}};
  out[1].id = "NSG-HYG-002";
  out[1].asks = {policy::Hygiene{engine::HygieneKind::Redundant}};
  return out;
}

const io::AuditReport& nowhere() {
  static const io::AuditReport report;
  return report;
}

}  // namespace

std::string audit_evidence(const std::vector<std::string>& lines, const model::NetworkContext& context) {
  const model::Nsg nsg = support::nsg_of(lines);
  const auto policies = hygiene();
  const policy::AuditOptions options;
  const policy::NsgAudit audit = policy::audit_nsg(nsg, 0, context, policies, options);
  policy::Evidence evidence;
  policy::add_evidence(evidence, nsg, context, policies, options, audit);
  return io::render_evidence(evidence, "audit", {nowhere(), nowhere()});
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
