// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::model {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr std::array kTexts{
    Entry{"virtual-network-default",
          "No address space is given, so VirtualNetwork is taken to hold all private ranges."},
    Entry{"forwarder-port-default", "The RemoteForwarder is taken to listen on port 20000, the usual one."},
    Entry{"frontend-port-default", "The balancer is taken to listen on port 3389."},
    Entry{"distribution-default",
          "The balancer is taken to distribute by 5-tuple; which forwarder it chooses is open."},
    Entry{"idle-timeout-default", "The balancer's idle timeout is taken as 4 minutes."},
    Entry{"other-slot-left-aside",
          "The cloud service has two deployments that can be swapped: the one in production is looked at."},
    Entry{"probe-default", "The guest agent's health probe on port 16001 is taken as the balancer's."},
    Entry{"no-frontend", "No frontend address is given: connections to the balancer cannot be told from others."},
    Entry{"remote-desktop-default",
          "Remote desktop is taken as enabled for every role, with an account that does not expire."},
    Entry{"instance-state-default", "Instances without a state are taken as Ready."},
    Entry{"remote-forwarder-default", "Roles that do not say so are taken not to import RemoteForwarder."},
    Entry{"remote-access-default", "Roles that do not say so are taken to be without RemoteAccess."},
    Entry{"instance-count-default", "Roles without a number of instances are taken to have one."},
    Entry{"instance-address-default",
          "Addresses of instances are not given: verdicts hold for every address of the subnet, or of VirtualNetwork, "
          "and one is shown for all."},
    Entry{"plugin-settings-default",
          "No service configuration is given: remote desktop is taken as switched on wherever the definition imports "
          "it, with an account that does not expire."},
    Entry{"extension-settings-unknown",
          "The settings of the remote desktop extension are not in the input: its account is taken not to expire."},
    Entry{"extension-forwarder-roles",
          "The extension does not say which role takes the connections of clients: every instance with remote desktop "
          "may be the forwarder."},
    Entry{"definition-missing",
          "No service definition is given: imports are taken from the settings of the configuration, and endpoints "
          "are not known."},
    Entry{"network-incomplete",
          "Part of the network is not in the inputs, or not known before deployment: peers, routes or groups that are "
          "named on standard error."},
    Entry{"virtual-network-not-named",
          "The service configuration names no virtual network: the NSGs stand before the service only if it lies in "
          "one all the same."},
    Entry{"subnet-prefix-unknown", "The address prefixes of some subnets are not given."},
    Entry{"role-subnet-default", "Roles without a subnet are taken to lie in the subnet that holds their addresses."},
    Entry{"no-nsg", "The deployment names no rule sets, so no NSG filters anything."},
    Entry{"nsg-attached-everywhere", "The only NSG is taken to be attached to every subnet."},
    Entry{"nsg-attachment-from-rules", "NSGs are taken to be attached to subnets as the rule sets themselves say."},
    Entry{"roles-open",
          "The service has roles, or may have, whose names are not known: nothing is said of them but that they are "
          "there."},
    Entry{"two-forwarder-roles",
          "More than one role imports RemoteForwarder, which Azure refuses; the instances of all are in the pool."},
    Entry{"inside-not-followed",
          "The network is so large that what arrives from inside it is not listed; `explain` answers for one flow."},
    Entry{"scale-set-one-instance", "One address stands for all instances of a scale set."},
    Entry{"conditions-hold",
          "NSGs of which it is not known whether they are deployed (conditions, numbers of copies) are judged as if "
          "they were."},
    Entry{"asg-members-of-inputs",
          "Application security groups are taken to hold the interfaces of the inputs, and no others."},
    Entry{"forwarder-port-inferred",
          "A capture shows cookies on another port of an instance than the forwarder is taken to listen on."},
    Entry{"idle-timeout",
          "A connection was silent for longer than the balancer's idle timeout; it may have been dropped then."},
    Entry{"expiration-not-judged", "The account is taken not to have expired; --now TIME judges it."},
    Entry{"platform-traffic",
          "NSGs do not filter what a machine has to do with the platform (DNS, DHCP, metadata, wire server), but for "
          "rules that name an AzurePlatform tag."},
    Entry{"no-instance-at-address",
          "No instance has the address: the subnet's NSG is judged, one of a NIC there is not known."},
    Entry{"no-nsg-here",
          "Where neither subnet nor NIC has an NSG everything passes; a Standard public address or balancer lets "
          "nothing in without one."},
    Entry{"only-instances-judged", "Of the addresses asked for those of machines of the deployment are judged."},
    Entry{"sent-there",
          "Traffic is taken to be sent to each instance; whether one has a public address of its own is not in the "
          "deployment, and the balancer sends clients to the forwarder port only."},
    Entry{"routes-of-subnets-together",
          "An NSG stands in subnets with different routes: judged by itself its VirtualNetwork holds those of all."},
    Entry{"inside-machine", "Both ends are one machine, whose traffic with itself passes no NSG."},
    Entry{"not-in-deployment",
          "The address is in no subnet of the deployment, so which NSGs stand before it is not known."},
    Entry{"frontend-asked",
          "The address is the balancer's; NSGs see that of an instance behind it. Ask for that one, or use reach."},
    Entry{"expiration-unreadable",
          "The expiration of the account is no date that can be read, so the agent is taken to make no account."}};

}  // namespace

std::string_view assumption_text(std::string_view code) {
  for (const auto& [known, text] : kTexts)
    if (known == code) return text;
  return "";
}

}  // namespace nsgcheck::model
