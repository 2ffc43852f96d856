// SPDX-License-Identifier: Apache-2.0
#include "cli/fix_ways.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"

namespace nsgcheck::cli {
namespace {

// Held wherever it is judged, and judged somewhere.
bool is_held(const std::vector<io::WaysReport>& ways, std::size_t expectation) {
  bool judged = false;
  for (const io::WaysReport& network : ways)
    for (const policy::ExpectationVerdict& one : network.verdicts) {
      if (one.expectation != expectation) continue;
      if (one.verdict != policy::Fulfilment::Held) return false;
      judged = true;
    }
  return judged;
}

}  // namespace

WayWatch::Nsgs WayWatch::nsgs() const {
  Nsgs out;
  for (const model::Nsg& nsg : loaded_.nsgs) out.push_back(&nsg);
  return out;
}

io::WaysReport WayWatch::judge(const policy::IntentNetwork& network) const {
  return {network.deployment.name, policy::judge_path_intent(network, intent_, {}, forwarder_port_).verdicts};
}

std::vector<io::WaysReport> WayWatch::judge(const Nsgs& nsgs) const {
  if (deployment_ != nullptr) {
    model::Deployment now = *deployment_;
    for (model::Nsg& one : now.nsgs)
      for (const model::Nsg* nsg : nsgs)
        if (net::same_word(one.name, nsg->name)) one = *nsg;
    const policy::FlowPaths paths{now, policy::AskedOf::Sets};
    return {judge({now, paths, {}, {}, false})};
  }
  std::vector<io::WaysReport> out;
  const std::vector<std::string> unplaced = model::unplaced_interfaces(loaded_.topology);
  for (const model::NetworkDeployment& network : model::deployments_of(loaded_.topology, nsgs)) {
    const OpenOfNetwork open = open_of(network, unplaced);
    const policy::FlowPaths paths{network.deployment, policy::AskedOf::Sets};
    out.push_back(judge({network.deployment, paths, open.open, open.unplaced, false}));
  }
  return out;
}

std::string WayWatch::broken_by(std::size_t nsg, const model::Nsg& after) const {
  Nsgs changed = nsgs();
  const std::vector<io::WaysReport> before = judge(changed);
  changed[nsg] = &after;
  const std::vector<io::WaysReport> then = judge(changed);
  for (std::size_t i = 0; i < intent_.expectations.size(); ++i)
    if (is_held(before, i) && !is_held(then, i)) return "the expectation \"" + intent_.expectations[i].name + '"';
  return {};
}

void WayWatch::show(io::AuditReport& report) {
  report.deployment = deployment_;
  report.ways = judge(nsgs());
  if (deployment_ != nullptr) return;
  shown_ = model::deployments_of(loaded_.topology, nsgs());
  for (const model::NetworkDeployment& network : shown_) report.networks.push_back({&network, {}, true});
}

}  // namespace nsgcheck::cli
