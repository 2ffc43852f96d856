// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "tests/path/base_deployment.hpp"

namespace nsgcheck::path::walk_test {
namespace {

using testing::HasSubstr;

/// One connection in one variant of the base deployment, and the end that semantics 4 gives it.
struct WalkCase {
  std::string name;
  std::function<void(model::Deployment&)> change;
  std::string cookie;
  std::function<void(Observed&, WalkOptions&)> observe;
  Verdict verdict;
  Reason reason;
  std::string reached;
  std::string message;  ///< part of it
};

const auto kAsIs = [](model::Deployment&) {};
const auto kWhole = [](Observed&, WalkOptions&) {};

model::Instance& web0(model::Deployment& d) { return d.roles[0].instances[0]; }
model::Instance& web1(model::Deployment& d) { return d.roles[0].instances[1]; }
model::Instance& worker(model::Deployment& d) { return d.roles[1].instances[0]; }
void expire(model::Deployment& d, std::int64_t at) { d.remote_desktop.expiration = at; }

constexpr std::int64_t kJune2026 = 1'780'272'000;

std::vector<WalkCase> blocked_cases() {
  return {
      {"only 3389 is open", [](auto& d) { d.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp * * * 3389"}); },
       kToWorker, kWhole, Verdict::Blocked, Reason::NsgDeniedForwarderPort, "", "DenyAllInBound of web-nsg"},
      {"the forwarder listens elsewhere", [](auto& d) { d.forwarder_port = 20005; }, kToWorker, kWhole,
       Verdict::Blocked, Reason::NsgDeniedForwarderPort, "", "forwarder"},
      {"the first hop is closed and the cookie unknown",
       [](auto& d) { d.nsgs[0] = nsg("web-nsg", {"100 Deny Inbound Tcp Internet * * *"}); }, "mstshash=x#y", kWhole,
       Verdict::Blocked, Reason::NsgDeniedForwarderPort, "", ""},
      {"the first hop is closed and only a SYN was seen", [](auto& d) { d.nsgs[0] = nsg("web-nsg", {}); }, "",
       [](auto& o, auto&) {
         o.request = nullptr;
         o.handshake = flow::Handshake::SynOnly;
       },
       Verdict::Blocked, Reason::NsgDeniedForwarderPort, "", ""},
      {"outbound 3389 is denied",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp * * * 20000", "100 Deny Outbound Tcp * * * 3389"});
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::NsgDeniedOutbound, "", "R1 of web-nsg"},
      {"3389 is denied at the target",
       [](auto& d) { d.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound Tcp * * * 3389"}); }, kToWorker, kWhole,
       Verdict::Blocked, Reason::NsgDeniedSecondHop, "", "R0 of work-nsg"},
      {"the target's own NIC denies",
       [](auto& d) {
         d.nsgs.push_back(nsg("nic-nsg", {"100 Deny Inbound * * * * *"}));
         worker(d).nsg = 2;
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::NsgDeniedSecondHop, "", "nic-nsg"},
      {"an admin rule denies the forwarder port",
       [](auto& d) { d.admin_rules = {admin_rule("10 Deny Inbound Tcp * * * 20000")}; }, kToWorker, kWhole,
       Verdict::Blocked, Reason::AdminRuleDenied, "", "rule Admin"},
      {"an admin rule denies the second hop",
       [](auto& d) { d.admin_rules = {admin_rule("10 Deny Inbound Tcp * * * 3389")}; }, kToWorker, kWhole,
       Verdict::Blocked, Reason::AdminRuleDenied, "", "rule Admin"},
      {"the probe is denied",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp Internet * * 20000", "200 Deny Inbound * * * * *"});
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::ProbeDenied, "", "health probe"},
      {"no forwarder is Ready",
       [](auto& d) {
         web0(d).state = model::InstanceState::Busy;
         web1(d).state = model::InstanceState::Stopped;
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::NoHealthyForwarder, "", "not Ready"},
      {"every forwarder crashed", [](auto& d) { web0(d).forwarder_crashed = web1(d).forwarder_crashed = true; },
       kToWorker, kWhole, Verdict::Blocked, Reason::ForwarderCrashed, "", "does not run"},
      {"the target is not Ready", [](auto& d) { worker(d).state = model::InstanceState::Busy; }, kToWorker, kWhole,
       Verdict::Blocked, Reason::InstanceNotReady, "", "WorkerRole1_IN_0 is not Ready"},
      {"refused", kAsIs, "",
       [](auto& o, auto&) {
         o.request = nullptr;
         o.handshake = flow::Handshake::RefusedByRst;
       },
       Verdict::Blocked, Reason::Refused, "", ""},
  };
}

std::vector<WalkCase> unroutable_cases() {
  return {
      {"no cookie", kAsIs, "", kWhole, Verdict::Unroutable, Reason::NoCookie, "", ""},
      {"a user's name", kAsIs, "mstshash=eltons", kWhole, Verdict::Unroutable, Reason::UserCookie, "", ""},
      {"a routing token", kAsIs, "msts=3640205228.15629.0000", kWhole, Verdict::Unroutable, Reason::MstsToken, "", ""},
      {"four parts", kAsIs, "mstshash=a#b#c#d", kWhole, Verdict::Unroutable, Reason::MalformedRequest, "", ""},
      {"a role that is not there", kAsIs, "mstshash=WebRole2#WebRole2_IN_0", kWhole, Verdict::Unroutable,
       Reason::UnknownRole, "", "\"WebRole1\""},
      {"an instance that is not there", kAsIs, "mstshash=WebRole1#WebRole1_IN_7", kWhole, Verdict::Unroutable,
       Reason::UnknownInstance, "", "\"WebRole1_IN_0\""},
      {"another endpoint", kAsIs, "mstshash=WebRole1#WebRole1_IN_0#Http", kWhole, Verdict::Unroutable,
       Reason::UnknownEndpoint, "", "\"Http\""},
      {"remote access is off", [](auto& d) { d.roles[1].remote_access = false; }, kToWorker, kWhole,
       Verdict::Unroutable, Reason::RemoteAccessDisabled, "", "WorkerRole1"},
      {"remote desktop is for another role",
       [](auto& d) {
         d.remote_desktop.all_roles = false;
         d.remote_desktop.roles = {"webrole1"};
       },
       kToWorker, kWhole, Verdict::Unroutable, Reason::RemoteAccessDisabled, "", ""},
      {"the account expired at that second", [](auto& d) { expire(d, kJune2026); }, kToWorker, kWhole,
       Verdict::Unroutable, Reason::AccountExpired, "", "expired"},
      {"the expiration cannot be read", [](auto& d) { d.remote_desktop.expiration_unreadable = true; }, kToWorker,
       kWhole, Verdict::Unroutable, Reason::AccountExpired, "", "no date"},
      {"no role forwards", [](auto& d) { d.roles[0].remote_forwarder = false; }, kToWorker, kWhole, Verdict::Unroutable,
       Reason::NoForwarderRole, "", "RemoteForwarder"},
      {"a forwarder that does not reassemble", kAsIs, "",
       [](auto& o, auto& options) {
         static const auto split = request_of_bytes(request_bytes(kToWorker), true, true);
         o.request = &split;
         options.first_segment_only = true;
       },
       Verdict::Unroutable, Reason::MalformedRequest, "", "several segments"},
      {"names in another case for a forwarder that compares exactly", kAsIs, "mstshash=workerrole1#WorkerRole1_IN_0",
       [](auto&, auto& options) { options.names = NameMode::Exact; }, Verdict::Unroutable, Reason::UnknownRole, "",
       "\"WorkerRole1\""},
      {"not RDP", kAsIs, "",
       [](auto& o, auto&) {
         static const auto http = request_of_bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
         o.request = &http;
       },
       Verdict::NotRdp, Reason::NotRdp, "", ""},
      {"RDP over UDP at the balancer", kAsIs, "",
       [](auto& o, auto&) {
         o.request = nullptr;
         o.tuple.protocol = net::kUdp;
         o.handshake = flow::Handshake::None;
       },
       Verdict::NotRdp, Reason::NotRdp, "", "TCP only"},
  };
}

// A request whose X.224 length indicator is wrong, as clients with a wrapped length byte send it.
const wire::ConnectionRequest& wrong_length() {
  static const auto read = [] {
    std::string bytes = request_bytes(kToWorker);
    bytes[4] = static_cast<char>(bytes[4] - 1);
    return request_of_bytes(bytes);
  }();
  return read;
}

std::vector<WalkCase> unknown_cases() {
  return {
      {"the request is incomplete", kAsIs, "",
       [](auto& o, auto&) {
         static const auto part = request_of_bytes(request_bytes(kToWorker).substr(0, 20), false);
         o.request = &part;
       },
       Verdict::Unknown, Reason::IncompleteRequest, "", ""},
      {"the request was cut by the snap length", kAsIs, "",
       [](auto& o, auto&) {
         static const auto part = request_of_bytes(request_bytes(kToWorker).substr(0, 20), false);
         o.request = &part;
         o.snaplen_cut = true;
       },
       Verdict::Unknown, Reason::SnaplenCut, "", ""},
      {"the client sent nothing", kAsIs, "",
       [](auto& o, auto&) {
         o.request = nullptr;
         o.handshake = flow::Handshake::Full;
       },
       Verdict::Unknown, Reason::NoData, "", ""},
      {"only a SYN", kAsIs, "",
       [](auto& o, auto&) {
         o.request = nullptr;
         o.handshake = flow::Handshake::SynOnly;
       },
       Verdict::Unknown, Reason::SynOnly, "", ""},
      {"the capture starts later", kAsIs, kToWorker,
       [](auto& o, auto&) {
         o.mid_stream = true;
         o.handshake = flow::Handshake::MidStream;
       },
       Verdict::Unknown, Reason::MidStream, "", ""},
      {"a tag without data may open the forwarder port",
       [](auto& d) { d.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp MyTag * * 20000"}); }, kToWorker, kWhole,
       Verdict::Unknown, Reason::UnknownTag, "", "service tag without data"},
      {"a tag without data may open the first hop, the second is closed",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp MyTag * * 20000"});
         d.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound Tcp * * * 3389"});
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::NsgDeniedSecondHop, "", ""},
      {"only a tolerant forwarder finds the instance", kAsIs, "", [](auto& o, auto&) { o.request = &wrong_length(); },
       Verdict::Unknown, Reason::ReadingDiffers, "", "WorkerRole1_IN_0"},
      {"only a tolerant forwarder finds the instance, but it has no remote desktop",
       [](auto& d) { d.roles[1].remote_access = false; }, "", [](auto& o, auto&) { o.request = &wrong_length(); },
       Verdict::Unroutable, Reason::MalformedRequest, "", ""},
      {"names in another case", kAsIs, "mstshash=WorkerRole1#workerrole1_in_0", kWhole, Verdict::Unknown,
       Reason::NameCaseDiffers, "", "case"},
      {"the endpoint in another case", kAsIs, kToWorker + "#microsoft.windowsazure.plugins.remoteaccess.rdp", kWhole,
       Verdict::Unknown, Reason::NameCaseDiffers, "", "case"},
      {"an address that is not in the deployment", kAsIs, kToWorker,
       [](auto& o, auto&) { o.tuple.destination = ip("192.0.2.1"); }, Verdict::Unknown, Reason::NotAModelledAddress, "",
       "192.0.2.1"},
      {"another port of the balancer", kAsIs, kToWorker, [](auto& o, auto&) { o.tuple.destination_port = 443; },
       Verdict::Unknown, Reason::NotAModelledAddress, "", "443"},
      {"answered although the model says that the port is closed", [](auto& d) { d.nsgs[0] = nsg("web-nsg", {}); },
       kToWorker, [](auto& o, auto&) { o.handshake = flow::Handshake::Full; }, Verdict::Unknown,
       Reason::CaptureContradictsModel, "", "nsg-denied-forwarder-port"},
      {"one forwarder crashed", [](auto& d) { web1(d).forwarder_crashed = true; }, kToWorker, kWhole, Verdict::Unknown,
       Reason::ForwarderCrashed, "", "through WebRole1_IN_0: ok, through WebRole1_IN_1: forwarder-crashed"},
      {"no forwarder works, each for another reason",
       [](auto& d) {
         web1(d).forwarder_crashed = true;
         worker(d).state = model::InstanceState::Stopped;
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::InstanceNotReady, "", "forwarder-crashed"},
      {"a rule that cannot be read may deny the probe",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp Internet * * 20000", "200 Deny Inbound Tcp ? * * 16001"});
       },
       kToWorker, kWhole, Verdict::Unknown, Reason::InvalidRule, "", ""},
      {"a group without members may be denied the second hop",
       [](auto& d) { d.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound Tcp asg:web * * 3389"}); }, kToWorker, kWhole,
       Verdict::Unknown, Reason::AsgWithoutMembers, "", "application security group without members"},
      {"a rule whose condition is open may deny the second hop",
       [](auto& d) { d.nsgs[1] = nsg("work-nsg", {"100~ Deny Inbound Tcp * * * 3389"}); }, kToWorker, kWhole,
       Verdict::Unknown, Reason::UnresolvedExpression, "", "an unresolved expression; one of these decides: R0"},
      {"two rules of one priority",
       [](auto& d) {
         d.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound Tcp * * * 3389", "100 Allow Inbound Tcp * * * 3389"});
       },
       kToWorker, kWhole, Verdict::Unknown, Reason::DuplicatePriority, "", "two rules of one priority"},
      {"a rule that cannot be read may deny the second hop",
       [](auto& d) { d.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound Tcp ? * * 3389"}); }, kToWorker, kWhole,
       Verdict::Unknown, Reason::InvalidRule, "", "a value that cannot be read"},
      {"some source ports of the forwarder's own connection are denied",
       [](auto& d) {
         d.nsgs[0] =
             nsg("web-nsg", {"100 Allow Inbound Tcp * * * 20000", "100 Deny Outbound Tcp * 50000-60000 * 3389"});
       },
       kToWorker, kWhole, Verdict::Unknown, Reason::UndefinedPorts, "", "source port"},
      {"an admin rule on a value that cannot be read may deny",
       [](auto& d) { d.admin_rules = {admin_rule("10 Deny Inbound Tcp ? * * 20000")}; }, kToWorker, kWhole,
       Verdict::Unknown, Reason::InvalidRule, "", ""},
  };
}

std::vector<WalkCase> reached_cases() {
  return {
      {"another role's instance", kAsIs, kToWorker, kWhole, Verdict::Reached, Reason::Ok, "WorkerRole1_IN_0", ""},
      {"an instance of the forwarder's role", kAsIs, kToWeb1, kWhole, Verdict::Reached, Reason::Ok, "WebRole1_IN_1",
       ""},
      {"with its endpoint", kAsIs, kToWeb0 + "#Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp", kWhole,
       Verdict::Reached, Reason::Ok, "WebRole1_IN_0", ""},
      {"a second before the account expires", [](auto& d) { expire(d, kJune2026 + 1); }, kToWorker, kWhole,
       Verdict::Reached, Reason::Ok, "WorkerRole1_IN_0", ""},
      {"names in another case for a forwarder that ignores it", kAsIs, "mstshash=WORKERROLE1#WorkerRole1_IN_0",
       [](auto&, auto& options) { options.names = NameMode::IgnoreCase; }, Verdict::Reached, Reason::Ok,
       "WorkerRole1_IN_0", ""},
      {"a wrong length for a tolerant forwarder", kAsIs, "",
       [](auto& o, auto& options) {
         o.request = &wrong_length();
         options.reading = ReadingMode::Tolerant;
       },
       Verdict::Reached, Reason::Ok, "WorkerRole1_IN_0", ""},
      {"one forwarder not Ready", [](auto& d) { web0(d).state = model::InstanceState::Busy; }, kToWorker, kWhole,
       Verdict::Reached, Reason::Ok, "WorkerRole1_IN_0", ""},
      {"over IPv6", kAsIs, kToWeb1,
       [](auto& o, auto&) {
         o.tuple.source = ip("2001:db8:113::10");
         o.tuple.destination = ip("2001:db8:198::20");
       },
       Verdict::Reached, Reason::Ok, "WebRole1_IN_1", ""},
      {"an admin rule delivers past a closed NSG",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {});
         d.admin_rules = {admin_rule("10 Allow Inbound Tcp * * * 20000", true)};
       },
       kToWorker, kWhole, Verdict::Reached, Reason::Ok, "WorkerRole1_IN_0", ""},
      {"straight to an instance", [](auto& d) { d.nsgs[1] = nsg("work-nsg", {"100 Allow Inbound Tcp * * * 3389"}); },
       "", [](auto& o, auto&) { o.tuple.destination = ip("10.0.1.6"); }, Verdict::Reached, Reason::Ok,
       "WorkerRole1_IN_0", ""},
  };
}

// A plain Allow of an admin rule goes on to the NSGs; a default route in the user-defined routes makes everything
// VirtualNetwork, which the default rule 65000 lets in (semantics 2).
std::vector<WalkCase> network_cases() {
  return {
      {"an admin rule that only allows leaves it to the NSG",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {});
         d.admin_rules = {admin_rule("10 Allow Inbound Tcp * * * 20000")};
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::NsgDeniedForwarderPort, "", ""},
      {"an admin rule on a tag without data may deliver",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {});
         d.admin_rules = {admin_rule("10 Allow Inbound Tcp MyTag * * 20000", true)};
       },
       kToWorker, kWhole, Verdict::Unknown, Reason::UnknownTag, "", ""},
      {"an admin rule on a tag without data may deny, and the NSG surely does",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {});
         d.admin_rules = {admin_rule("10 Deny Inbound Tcp MyTag * * 20000")};
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::NsgDeniedForwarderPort, "", ""},
      {"a closed NSG without routes", [](auto& d) { d.nsgs[0] = nsg("web-nsg", {}); }, kToWorker, kWhole,
       Verdict::Blocked, Reason::NsgDeniedForwarderPort, "", ""},
      {"a closed NSG behind a default route",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {});
         d.subnets[0].routes = {{net::parse_prefix("0.0.0.0/0")->prefix, "VirtualAppliance"}};
       },
       kToWorker, kWhole, Verdict::Reached, Reason::Ok, "WorkerRole1_IN_0", ""},
      {"the default route of another subnet does not count",
       [](auto& d) {
         d.nsgs[0] = nsg("web-nsg", {});
         d.subnets[1].routes = {{net::parse_prefix("0.0.0.0/0")->prefix, "VirtualAppliance"}};
       },
       kToWorker, kWhole, Verdict::Blocked, Reason::NsgDeniedForwarderPort, "", ""},
      {"IPv6 to an instance without an IPv6 address", kAsIs, kToWorker,
       [](auto& o, auto&) {
         o.tuple.source = ip("2001:db8:113::10");
         o.tuple.destination = ip("2001:db8:198::20");
       },
       Verdict::Unknown, Reason::NotAModelledAddress, "", "no address of the family"},
  };
}

std::vector<WalkCase> all_cases() {
  std::vector<WalkCase> out;
  for (auto list : {blocked_cases(), unroutable_cases(), unknown_cases(), reached_cases(), network_cases()})
    out.insert(out.end(), list.begin(), list.end());
  return out;
}

TEST(Walk, EndsAsTheTableSays) {
  for (const WalkCase& row : all_cases()) {
    SCOPED_TRACE(row.name);
    model::Deployment deployment = base_deployment();
    row.change(deployment);
    const CompiledDeployment compiled{deployment};
    const wire::ConnectionRequest read = request(row.cookie);
    Observed observed = connection("198.51.100.20", 3389, &read);
    WalkOptions options;
    row.observe(observed, options);
    const Trace trace = walk(compiled, observed, options);
    EXPECT_EQ(word(trace.verdict), word(row.verdict));
    EXPECT_EQ(code(trace.reason), code(row.reason));
    EXPECT_EQ(trace.reached == nullptr ? "" : trace.reached->name, row.reached);
    EXPECT_THAT(trace.message, HasSubstr(row.message));
    EXPECT_FALSE(trace.message.empty());
  }
}

TEST(Walk, TableHasEveryReason) {
  std::set<Reason> seen;
  for (const WalkCase& row : all_cases()) seen.insert(row.reason);
  for (int i = 0; i <= static_cast<int>(Reason::SnaplenCut); ++i)
    EXPECT_TRUE(seen.count(static_cast<Reason>(i)) != 0) << code(static_cast<Reason>(i));
}

}  // namespace
}  // namespace nsgcheck::path::walk_test
