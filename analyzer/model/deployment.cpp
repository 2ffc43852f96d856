// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/deployment.hpp"

#include <array>
#include <utility>

namespace nsgcheck::model {

std::optional<net::IpAddress> Instance::address(net::Family family) const {
  for (const net::IpAddress& one : addresses)
    if (net::family_of(one) == family) return one;
  return std::nullopt;
}

NetworkContext Deployment::context(std::optional<std::size_t> subnet) const {
  NetworkContext context = network;
  if (!subnet) return context;
  for (const Route& route : subnets[*subnet].routes)
    context.virtual_network = context.virtual_network | net::AddressSet::of(route.prefix);
  return context;
}

std::string_view assumption_text(std::string_view code) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTexts{
      {{"virtual-network-default", "No virtual network is given, so VirtualNetwork is taken as the private ranges."},
       {"forwarder-port-default", "The RemoteForwarder is taken to listen on port 20000, the usual one."},
       {"frontend-port-default", "The balancer is taken to listen on port 3389."},
       {"distribution-default", "The balancer is taken to distribute by 5-tuple; which forwarder it chooses is open."},
       {"idle-timeout-default", "The balancer's idle timeout is taken as 4 minutes."},
       {"probe-default", "The guest agent's health probe on port 16001 is taken as the balancer's."},
       {"no-frontend", "No frontend address is given: connections to the balancer cannot be told from others."},
       {"remote-desktop-default",
        "Remote desktop is taken as enabled for every role, with an account that does not expire."},
       {"instance-state-default", "Instances without a state are taken as Ready."}}};
  for (const auto& [known, text] : kTexts)
    if (known == code) return text;
  return "";
}

}  // namespace nsgcheck::model
