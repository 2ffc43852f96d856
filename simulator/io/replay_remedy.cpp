// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io {
namespace {

using Remedy = std::pair<std::string_view, std::string_view>;

constexpr std::array kRemedies{
    Remedy{
        "nsg-denied-forwarder-port",
        "Allow TCP from the clients' addresses to the forwarder port, at a priority before the rule that denies. The "
        "group sees the forwarder port, not 3389, as the balancer translates first."},
    Remedy{"nsg-denied-outbound",
           "Allow outbound TCP 3389 from the forwarding instance to the instances inside the virtual network."},
    Remedy{"nsg-denied-second-hop",
           "Allow inbound TCP 3389 from the instances' own addresses (VirtualNetwork will do); clients need no such "
           "rule."},
    Remedy{"admin-rule-denied", "An admin rule decides before every security group: change it, or its order."},
    Remedy{
        "endpoint-acl-denied",
        "Permit the clients' addresses in the access control of the remote desktop endpoint (service configuration)."},
    Remedy{"network-traffic-rule-denied",
           "Name the role that forwards in the network traffic rule of the service definition, or take the rule away."},
    Remedy{"probe-denied", "Allow the probe: source AzureLoadBalancer, to the probe's port."},
    Remedy{"no-healthy-forwarder",
           "Get an instance of the role that imports RemoteForwarder to Ready, with its forwarder running."},
    Remedy{"forwarder-crashed",
           "Restart the forwarder on that instance. The probe does not see that it is gone, so the balancer goes on "
           "choosing it."},
    Remedy{"no-cookie", "Connect with the instance's .rdp file: it holds the cookie that names the instance."},
    Remedy{"user-cookie",
           "The client sent a user name instead of the instance. Connect with the instance's .rdp file; its line "
           "`loadbalanceinfo` names the instance."},
    Remedy{"msts-token", "The client sent a session broker's token. Connect with the instance's .rdp file."},
    Remedy{"malformed-request",
           "The request is not as the forwarder reads it; the faults of the cookie say where. Mend the client or what "
           "rewrites its first bytes."},
    Remedy{"unknown-role", "The cookie names a role that the deployment does not have: download the .rdp file anew."},
    Remedy{"unknown-instance",
           "The cookie names an instance that the role does not have: download the .rdp file anew, or scale out."},
    Remedy{"unknown-endpoint",
           "The third part of the cookie must be Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp, or be left out."},
    Remedy{"instance-not-ready", "Wait until the instance is Ready, or restart it."},
    Remedy{"remote-access-disabled", "Enable remote desktop (RemoteAccess) for the role."},
    Remedy{"account-expired", "Set a later expiration date for the remote desktop account."},
    Remedy{"no-forwarder-role", "One role must import RemoteForwarder."},
    Remedy{
        "refused",
        "Nothing listens there, or the machine's own firewall rejects: see whether the forwarder, or remote desktop, "
        "runs."},
    Remedy{"unknown-tag", "Give the tag's addresses with --service-tags."},
    Remedy{"unresolved-expression", "Give the values that are open with --parameters or --set."},
    Remedy{"asg-without-members",
           "Give the group's addresses in \"applicationSecurityGroups\" of the deployment file."},
    Remedy{"invalid-rule", "Mend the value that cannot be read; `audit` and standard error say where it stands."},
    Remedy{"duplicate-priority", "Give each rule of a direction a priority of its own."},
    Remedy{"undefined-ports", "Leave the source ports of the rules open: clients take whatever port is free."},
    Remedy{"missing-attachment", "Give the files that the inputs refer to."},
    Remedy{"reading-differs",
           "Strict and tolerant forwarders differ on this request. Mend the client, or say with --reading which kind "
           "this one is."},
    Remedy{"name-case-differs", "Write the names in the case of the deployment, or settle it with --names."},
    Remedy{"capture-contradicts-model",
           "The capture shows what the deployment file says cannot be: compare addresses, ports and rules with what "
           "runs."},
    Remedy{"not-a-modelled-address", "Add the address to the deployment file if it belongs to it."},
    Remedy{"snaplen-cut", "Capture whole packets (tcpdump -s 0)."},
    Remedy{"mid-stream", "Start the capture before the client connects."},
    Remedy{"incomplete-request", "Capture until the request is whole; if the client stops there, look at the client."},
    Remedy{"syn-only",
           "No answer was captured, although the model lets the connection through: look for what drops it outside the "
           "model, or capture at the instance."},
};

}  // namespace

std::string_view remedy(std::string_view reason) {
  for (const auto& [code, text] : kRemedies)
    if (code == reason) return text;
  return {};
}

void ReplaySummary::count(std::string_view verdict) {
  ++connections;
  const std::array<std::pair<std::string_view, std::size_t*>, 6> counters{{{"reached", &reached},
                                                                           {"blocked", &blocked},
                                                                           {"misrouted", &misrouted},
                                                                           {"unroutable", &unroutable},
                                                                           {"unknown", &unknown},
                                                                           {"not-rdp", &not_rdp}}};
  for (const auto& [word, counter] : counters)
    if (word == verdict) ++*counter;
}

}  // namespace nsgcheck::io
