// SPDX-License-Identifier: Apache-2.0
// Any JSON is a deployment, or has faults at places inside it. A deployment without faults keeps what the rest rests
// on: names are there and unique, every instance has an address, every index points at something.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "analyzer/io/deployment_reader.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;

void judge(const model::Deployment& deployment) {
  std::set<std::string> instances;
  for (const model::Role& role : deployment.roles) {
    fuzz::require(!role.name.empty());
    fuzz::require(!role.subnet || *role.subnet < deployment.subnets.size());
    for (const model::Instance& instance : role.instances) {
      fuzz::require(!instance.name.empty() && !instance.addresses.empty());
      fuzz::require(instances.insert(instance.name).second);
      fuzz::require(!instance.nsg || *instance.nsg < deployment.nsgs.size());
    }
  }
  for (const model::Subnet& subnet : deployment.subnets)
    fuzz::require(!subnet.nsg || *subnet.nsg < deployment.nsgs.size());
  for (const std::string& code : deployment.assumptions) fuzz::require(!model::assumption_text(code).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto document = io::parse_json("deployment.json", bytes, 0);
  if (!document) return 0;
  io::DeploymentFile file = io::read_deployment(*document);
  model::Nsg nsg;
  nsg.name = "web-nsg";
  io::attach_nsgs(file, {nsg}, *document);
  for (const io::Diagnostic& fault : file.errors) fuzz::require_place(fault, bytes);
  if (file.errors.empty()) judge(file.deployment);
  return 0;
}
