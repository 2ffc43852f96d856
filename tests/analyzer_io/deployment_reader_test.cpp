// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/deployment_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/io/deployment_fields.hpp"
#include "tests/analyzer_io/rule_line.hpp"

namespace nsgcheck::io::deployment_reader_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The file of the interface, with its one NSG.
constexpr std::string_view kWhole = R"({
  "name": "contoso",
  "nsgs": ["rules.json"],
  "forwarderPort": 20005,
  "virtualNetwork": {"addressPrefixes": ["10.0.0.0/16"], "peers": ["10.1.0.0/16"], "onPremises": ["192.168.0.0/24"],
    "subnets": [{"name": "web", "addressPrefix": "10.0.0.0/24", "nsg": "WEB-nsg",
                 "routes": [{"addressPrefix": "172.16.0.0/16", "nextHop": "VirtualAppliance"}]}]},
  "loadBalancer": {"frontends": ["198.51.100.20", "2001:db8::20"], "frontendPort": 3390, "distribution": "source-ip",
    "idleTimeoutMinutes": 30, "probe": {"protocol": "http", "port": 8080}},
  "roles": [{"name": "WebRole1", "remoteForwarder": true, "remoteAccess": true, "subnet": "Web",
    "instances": [{"name": "WebRole1_IN_0", "address": ["10.0.0.4", "fd00::4"], "nsg": null, "state": "busy",
                   "forwarder": "crashed"}]}],
  "remoteDesktop": {"mode": "plugin", "roles": ["webrole1"], "userName": "ops",
    "expiration": "2027-01-01T00:00:00Z", "certificate": null},
  "serviceTags": "tags.json", "applicationSecurityGroups": {"Ops": ["10.0.0.9"]},
  "adminRules": [{"name": "NoRdp", "priority": 5, "direction": "Inbound", "access": "AlwaysAllow", "protocol": "Tcp",
    "sources": ["10.0.0.0/8"], "sourcePorts": [], "destinations": ["*"], "destinationPorts": ["3389"]}]
})";

model::Nsg nsg_called(std::string name, std::vector<std::string> subnets = {}) {
  model::Nsg out;
  out.name = std::move(name);
  out.subnets = std::move(subnets);
  return out;
}

std::vector<std::string> errors_of(const DeploymentFile& file) {
  std::vector<std::string> out;
  for (const Diagnostic& one : file.errors)
    out.push_back(std::to_string(one.position.line) + ':' + std::to_string(one.position.column) + ' ' + one.message);
  return out;
}

TEST(DeploymentReader, ReadsEveryField) {
  const Document document = document_of(kWhole);
  DeploymentFile file = read_deployment(document);
  attach_nsgs(file, {nsg_called("web-nsg")}, document);
  EXPECT_THAT(errors_of(file), IsEmpty());
  EXPECT_THAT(file.nsg_files, ElementsAre("rules.json"));
  EXPECT_EQ(file.service_tags, "tags.json");
  const model::Deployment& d = file.deployment;
  EXPECT_THAT(d.assumptions, IsEmpty());
  EXPECT_EQ(d.name, "contoso");
  EXPECT_EQ(d.forwarder_port, 20005);
  EXPECT_THAT(net::to_strings(d.network.virtual_network),
              ElementsAre("10.0.0.0/15", "168.63.129.16/32", "192.168.0.0/24"));
  EXPECT_THAT(net::to_strings(d.context(0).virtual_network),
              ElementsAre("10.0.0.0/15", "168.63.129.16/32", "172.16.0.0/16", "192.168.0.0/24"));
  EXPECT_EQ(d.balancer.frontends.size(), 2U);
  EXPECT_EQ(d.balancer.frontend_port, 3390);
  EXPECT_EQ(d.balancer.distribution, model::Distribution::SourceIp);
  EXPECT_EQ(d.balancer.idle_timeout_minutes, 30);
  EXPECT_EQ(d.balancer.probe_port, 8080);
  ASSERT_EQ(d.roles.size(), 1U);
  EXPECT_TRUE(d.roles[0].remote_forwarder && d.roles[0].remote_access);
  EXPECT_EQ(d.roles[0].subnet, std::size_t{0});
  const model::Instance& instance = d.roles[0].instances.at(0);
  EXPECT_EQ(instance.addresses.size(), 2U);
  EXPECT_EQ(instance.state, model::InstanceState::Busy);
  EXPECT_TRUE(instance.forwarder_crashed);
  EXPECT_FALSE(instance.nsg);
  EXPECT_EQ(d.subnets.at(0).nsg, std::size_t{0});
  EXPECT_EQ(d.nsgs.at(0).rules.size(), 6U);
  EXPECT_EQ(d.remote_desktop.mode, model::RemoteDesktopMode::Plugin);
  EXPECT_FALSE(d.remote_desktop.all_roles);
  EXPECT_EQ(d.remote_desktop.user_name, "ops");
  EXPECT_EQ(d.remote_desktop.expiration, 1'798'761'600);
  EXPECT_EQ(net::to_strings(d.network.asg_members.at("ops")), std::vector<std::string>{"10.0.0.9/32"});
  ASSERT_EQ(d.admin_rules.size(), 1U);
  EXPECT_TRUE(d.admin_rules[0].always_allow);
  EXPECT_EQ(line_of(d.admin_rules[0].rule), "NoRdp 5 Allow inbound tcp 10.0.0.0/8:* > *:3389-3389");
}

TEST(DeploymentReader, ListsEveryDefault) {
  const Document document =
      document_of(R"({"roles": [{"name": "R", "instances": [{"name": "R_IN_0", "address": "10.0.0.4"}]}]})");
  DeploymentFile file = read_deployment(document);
  attach_nsgs(file, {}, document);
  EXPECT_THAT(errors_of(file), IsEmpty());
  const model::Deployment& d = file.deployment;
  EXPECT_THAT(d.assumptions, ElementsAre("no-nsg", "forwarder-port-default", "virtual-network-default", "no-frontend",
                                         "frontend-port-default", "distribution-default", "idle-timeout-default",
                                         "probe-default", "remote-forwarder-default", "remote-access-default",
                                         "instance-state-default", "remote-desktop-default"));
  for (const std::string& code : d.assumptions) EXPECT_FALSE(model::assumption_text(code).empty()) << code;
  EXPECT_EQ(d.forwarder_port, 20000);
  EXPECT_EQ(d.balancer.frontend_port, 3389);
  EXPECT_EQ(d.balancer.probe_port, 16001);
  EXPECT_EQ(d.network.virtual_network, model::default_virtual_network());
  EXPECT_TRUE(d.remote_desktop.all_roles);
}

/// A file with one fault, and where and how it is said.
struct FaultCase {
  std::string name;
  std::string text;
  std::string error;
};

std::string with_role(const std::string& members) {
  return R"({"roles": [{"name": "R", "instances": [{"name": "I", "address": "10.0.0.4"}]}], )" + members + "}";
}
std::string with_instance(const std::string& members) {
  return R"({"roles": [{"name": "R", "instances": [{)" + members + "}]}]}";
}

TEST(DeploymentReader, SaysFaultsWhereTheyStand) {
  const std::vector<FaultCase> rows{
      {"no object", "[]", "1:1 a deployment file is a JSON object, not a list"},
      {"no roles", R"({"name": "x"})", "1:1 a deployment has \"roles\""},
      {"a key that is nearly right", with_role(R"("forwarderport": 20000)"), "did you mean \"forwarderPort\"?"},
      {"a key that is nothing like one", with_role(R"("zzzzzzzzzzzzzzz": 1)"), "known are name, nsgs, forwarderPort"},
      {"a nested key", with_instance(R"("name": "I", "addres": "10.0.0.4", "address": "10.0.0.4")"),
       "an instance has no key \"addres\"; did you mean \"address\"?"},
      {"a port out of range", with_role(R"("forwarderPort": 70000)"),
       "1:98 \"forwarderPort\" is 70000, not a whole number from 1 to 65535"},
      {"a port as text", with_role(R"("forwarderPort": "20000")"), "\"forwarderPort\" is \"20000\", not a whole"},
      {"a bad address", with_instance(R"("name": "I", "address": "10.0.0")"), "\"10.0.0\" is no address"},
      {"no address", with_instance(R"("name": "I")"), "an instance has an \"address\""},
      {"no name", with_instance(R"("address": "10.0.0.4")"), "an instance has a \"name\""},
      {"a bad state", with_instance(R"("name": "I", "address": "10.0.0.4", "state": "Dead")"),
       "\"Dead\" is none of Ready, Busy, Stopped"},
      {"a bad forwarder", with_instance(R"("name": "I", "address": "10.0.0.4", "forwarder": "up")"),
       "\"up\" is neither running nor crashed"},
      {"an address twice",
       R"({"roles": [{"name": "R", "instances": [{"name": "I", "address": "10.0.0.4"}, {"name": "J", "address": "10.0.0.4"}]}]})",
       "\"10.0.0.4\" is the address of I, too"},
      {"host bits", with_role(R"("virtualNetwork": {"addressPrefixes": ["10.0.0.1/16"]})"),
       "\"10.0.0.1/16\" has bits set below its prefix length"},
      {"a bad distribution", with_role(R"("loadBalancer": {"distribution": "random"})"),
       "\"random\" is none of five-tuple, source-ip, source-ip-protocol"},
      {"a role that is not there", with_role(R"("remoteDesktop": {"roles": ["X"]})"), "no role is called \"X\""},
      {"a list that is none", with_role(R"("nsgs": 7)"), "\"nsgs\" is a list, not 7"},
      {"a list of the wrong things", with_role(R"("nsgs": [7])"), "\"nsgs\" holds texts, not 7"},
      {"an admin rule's access",
       with_role(R"("adminRules": [{"name": "A", "priority": 1, "direction": "Inbound", "access": "Block"}])"),
       "access \"Block\" is none of Allow, AlwaysAllow, Deny"},
      {"an admin rule's port",
       with_role(
           R"("adminRules": [{"name": "A", "priority": 1, "direction": "Inbound", "access": "Deny", "destinationPorts": ["99999"]}])"),
       "\"99999\" is no port or range of ports"},
      {"a key twice", with_role(R"("name": "a", "name": "b")"), "key \"name\" is there twice in one object"},
      {"a subnet that is not there", R"({"roles": [{"name": "R", "subnet": "x", "instances": []}]})",
       "no subnet is called \"x\""},
      {"a role between two subnets",
       R"({"virtualNetwork": {"subnets": [{"name": "a", "addressPrefix": "10.0.0.0/24"}, {"name": "b", "addressPrefix": "10.0.1.0/24"}]},
           "roles": [{"name": "R", "instances": [{"name": "I", "address": "10.0.0.4"}, {"name": "J", "address": "10.0.1.4"}]}]})",
       "role \"R\" names no \"subnet\", and none holds all its addresses"},
  };
  for (const FaultCase& row : rows) {
    SCOPED_TRACE(row.name);
    const DeploymentFile file = read_deployment(document_of(row.text));
    EXPECT_THAT(errors_of(file), ElementsAre(HasSubstr(row.error)));
  }
}

TEST(DeploymentReader, PlacesARoleByItsAddresses) {
  const Document document = document_of(
      R"({"virtualNetwork": {"subnets": [{"name": "a", "addressPrefix": "10.0.0.0/24"}, {"name": "b", "addressPrefix": ["10.0.1.0/24"]}]},
          "roles": [{"name": "R", "instances": [{"name": "I", "address": "10.0.1.4"}]}]})");
  const DeploymentFile file = read_deployment(document);
  EXPECT_THAT(errors_of(file), IsEmpty());
  EXPECT_EQ(file.deployment.roles.at(0).subnet, std::size_t{1});
  EXPECT_THAT(file.deployment.assumptions, testing::Contains("role-subnet-default"));
}

TEST(DeploymentReader, TellsOfTwoForwarderRoles) {
  const DeploymentFile file = read_deployment(
      document_of(R"({"roles": [{"name": "R", "remoteForwarder": true}, {"name": "S", "remoteForwarder": true}]})"));
  EXPECT_THAT(file.deployment.assumptions, testing::Contains("two-forwarder-roles"));
}

TEST(DeploymentReader, AnExpirationThatCannotBeReadIsAnAssumption) {
  for (const std::string text : {"", "soon", "2027-13-01"}) {
    SCOPED_TRACE(text);
    const DeploymentFile file =
        read_deployment(document_of(with_role(R"("remoteDesktop": {"expiration": ")" + text + "\"}")));
    EXPECT_THAT(errors_of(file), IsEmpty());
    EXPECT_TRUE(file.deployment.remote_desktop.expiration_unreadable);
    EXPECT_THAT(file.deployment.assumptions, testing::Contains("expiration-unreadable"));
  }
}

TEST(DeploymentReader, ReadsExpirations) {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> rows{
      {"1970-01-02", 86400},
      {"2027-01-01T00:00:00Z", 1'798'761'600},
      {"2027-01-01T00:00:00", 1'798'761'600},
      {"2015-11-06T23:59:59.0000000-08:00", 1'446'883'199},
      {"2027-01-01T02:00:00+02:00", 1'798'761'600},
      {"1/21/2022 12:00:00 AM", 1'642'723'200},
      {"1/21/2022 12:00:00 PM", 1'642'766'400},
      {"1/21/2022 1:02:03 pm", 1'642'770'123},
      {"2027-02-29", std::nullopt},
      {"2027-01-01T24:00:00Z", std::nullopt},
      {"2027-01-01T00:00:00+2:00", std::nullopt},
      {"2027-01-01T00:00:00Zx", std::nullopt},
      {"1/21/2022 13:00:00 PM", std::nullopt},
      {"21/1/2022 12:00:00 AM", std::nullopt},
      {"2027", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_expiration(row.first), row.second) << row.first;
}

/// Attachments in the file, the NSGs that are there, and what the subnet `a` and the instance then have.
struct AttachCase {
  std::string name;
  std::string subnet_nsg, instance_nsg;
  std::vector<model::Nsg> nsgs;
  std::optional<std::size_t> at_subnet, at_instance;
  std::string error;
  std::string assumption;
};

TEST(DeploymentReader, AttachesNsgs) {
  const std::string id = "/subscriptions/s/virtualNetworks/v/subnets/A";
  const std::vector<AttachCase> rows{
      {"by name in any case", "WEB", "", {nsg_called("x"), nsg_called("web")}, 1, std::nullopt, "", ""},
      {"at the NIC", "x", "web", {nsg_called("x"), nsg_called("web")}, 0, 1, "", ""},
      {"a name that is not there", "y", "", {nsg_called("x")}, std::nullopt, std::nullopt, "is called \"y\"", ""},
      {"a name that is there twice",
       "x",
       "",
       {nsg_called("x"), nsg_called("X")},
       std::nullopt,
       std::nullopt,
       "more than one NSG",
       ""},
      {"one and no attachment", "", "", {nsg_called("x")}, 0, std::nullopt, "", "nsg-attached-everywhere"},
      {"two and no attachment",
       "",
       "",
       {nsg_called("x"), nsg_called("y")},
       std::nullopt,
       std::nullopt,
       "none of the 2 NSGs is attached",
       ""},
      {"by the rule sets' own word",
       "",
       "",
       {nsg_called("x"), nsg_called("y", {id})},
       1,
       std::nullopt,
       "",
       "nsg-attachment-from-rules"},
  };
  for (const AttachCase& row : rows) {
    SCOPED_TRACE(row.name);
    const auto member = [](const std::string& nsg) { return nsg.empty() ? "null" : '"' + nsg + '"'; };
    const Document document = document_of(
        R"({"nsgs": ["f"], "virtualNetwork": {"subnets": [{"name": "a", "nsg": )" + member(row.subnet_nsg) +
        R"(}]}, "roles": [{"name": "R", "subnet": "a", "instances": [{"name": "I", "address": "10.0.0.4", "nsg": )" +
        member(row.instance_nsg) + "}]}]}");
    DeploymentFile file = read_deployment(document);
    attach_nsgs(file, row.nsgs, document);
    EXPECT_EQ(file.deployment.subnets.at(0).nsg, row.at_subnet);
    EXPECT_EQ(file.deployment.roles.at(0).instances.at(0).nsg, row.at_instance);
    if (row.error.empty())
      EXPECT_THAT(errors_of(file), IsEmpty());
    else
      EXPECT_THAT(errors_of(file), ElementsAre(HasSubstr(row.error)));
    if (!row.assumption.empty()) {
      EXPECT_THAT(file.deployment.assumptions, testing::Contains(row.assumption));
    }
  }
}

}  // namespace
}  // namespace nsgcheck::io::deployment_reader_test
