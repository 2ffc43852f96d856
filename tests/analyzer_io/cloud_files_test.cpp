// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/cloud_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/io/cloud_deployment.hpp"
#include "analyzer/io/cloud_resource.hpp"
#include "analyzer/io/xml.hpp"

namespace nsgcheck::io::cloud_files_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Files of one service, read one after the other.
struct Read {
  Documents documents;
  CloudFiles files;
};

Read read(const std::vector<std::string>& texts) {
  Read out;
  for (const std::string& text : texts) {
    auto document = parse_xml("service.xml", text, static_cast<std::uint32_t>(out.documents.size()));
    EXPECT_TRUE(document) << document.error().message;
    if (!document) continue;
    out.documents.push_back(std::move(*document));
    EXPECT_NE(cloud_form(out.documents.back().root), CloudForm::None);
    read_cloud_file(out.documents.back(), out.files);
  }
  return out;
}

std::vector<std::string> errors_of(const std::vector<Diagnostic>& errors) {
  std::vector<std::string> out;
  for (const Diagnostic& one : errors)
    out.push_back(std::to_string(one.position.line) + ':' + std::to_string(one.position.column) + ' ' + one.message);
  return out;
}

model::Deployment deployment_of(const Read& read) {
  const Document nothing = empty_deployment();
  DeploymentFile file = read_deployment(nothing, true);
  apply_service(read.files.service, read.documents, file);
  assume_addresses(file);
  EXPECT_THAT(errors_of(file.errors), IsEmpty());
  return file.deployment;
}

TEST(CloudFiles, ReadsEndpoints) {
  const Read service = read({R"(<ServiceDefinition name="s"><WebRole name="R"><Endpoints>
    <InputEndpoint name="same" protocol="http" port="80"/>
    <InputEndpoint name="fixed" protocol="tcp" port="81" localPort="8081" loadBalancerProbe="P"/>
    <InputEndpoint name="auto" protocol="tcp" port="82" localPort="*"/>
    <InstanceInputEndpoint name="each" protocol="udp" localPort="5000"><AllocatePublicPortFrom>
      <FixedPortRange min="10000" max="10009"/></AllocatePublicPortFrom></InstanceInputEndpoint>
    <InternalEndpoint name="inner" protocol="tcp" port="90"/>
    <InternalEndpoint name="innerauto" protocol="tcp"/>
    <InternalEndpoint name="innerfixed" protocol="tcp"><FixedPort port="91"/></InternalEndpoint>
    <InternalEndpoint name="innerrange" protocol="tcp"><FixedPortRange min="92" max="95"/></InternalEndpoint>
  </Endpoints><Startup><Task commandLine="a.cmd"/></Startup></WebRole>
  <LoadBalancerProbes><LoadBalancerProbe name="P" port="8080"/></LoadBalancerProbes></ServiceDefinition>)"});
  EXPECT_THAT(errors_of(service.files.errors), IsEmpty());
  ASSERT_EQ(service.files.service.roles.size(), 1U);
  const model::CloudRole& role = service.files.service.roles[0];
  std::vector<std::string> lines;
  for (const model::Endpoint& one : role.endpoints)
    lines.push_back(one.name + ' ' + std::to_string(static_cast<int>(one.kind)) + ' ' +
                    std::to_string(one.port.value_or(0)) + '-' + std::to_string(one.port_end) + ' ' +
                    std::to_string(one.local_port.value_or(0)) + (one.automatic_port ? " automatic" : ""));
  EXPECT_THAT(lines, ElementsAre("same 0 80-0 0", "fixed 0 81-0 8081", "auto 0 82-0 0 automatic",
                                 "each 1 10000-10009 5000", "inner 2 90-0 0", "innerauto 2 0-0 0 automatic",
                                 "innerfixed 2 91-0 0", "innerrange 2 92-95 0"));
  EXPECT_EQ(role.startup_tasks.at(0).name, "a.cmd");
  EXPECT_EQ(service.files.service.probes.at(0).value, "8080");
}

/// A file with one value that is not of its form.
struct FaultCase {
  std::string name, text, error;
};

TEST(CloudFiles, SaysFaultsWhereTheyStand) {
  const auto role = [](const std::string& inside) {
    return "<ServiceDefinition>\n<WebRole name='R'>" + inside + "</WebRole></ServiceDefinition>";
  };
  const auto configured = [](const std::string& inside) {
    return "<ServiceConfiguration>\n<Role name='R'>" + inside + "</Role></ServiceConfiguration>";
  };
  const auto line = [](const std::string& attributes) {
    return "<ServiceConfiguration><NetworkConfiguration><AccessControls><AccessControl name='A'>\n<Rule " + attributes +
           "/></AccessControl></AccessControls></NetworkConfiguration></ServiceConfiguration>";
  };
  const std::vector<FaultCase> rows{
      {"a port", role("<Endpoints><InputEndpoint name='E' port='x'/></Endpoints>"), "2:60 \"port\" is \"x\""},
      {"a range backwards",
       role("<Endpoints><InternalEndpoint name='E'><FixedPortRange min='9' max='8'/></InternalEndpoint></Endpoints>"),
       "the port range 9-8 runs backwards"},
      {"a role twice", "<ServiceDefinition><WebRole name='R'/>\n<WorkerRole name='r'/></ServiceDefinition>",
       "2:1 two roles are called \"r\""},
      {"a count", configured("<Instances count='-1'/>"),
       "2:34 \"count\" is \"-1\", not a whole number from 0 to 10000"},
      {"no count", configured("<Instances/>"), "2:16 \"Instances\" has an attribute \"count\""},
      {"an action", line("order='1' action='allow' remoteSubnet='0.0.0.0/0'"),
       "2:25 \"allow\" is neither permit nor deny"},
      {"a subnet", line("order='1' action='permit' remoteSubnet='10.0.0'"), "\"10.0.0\" is no CIDR block"},
      {"an order", line("order='first' action='permit' remoteSubnet='10.0.0.0/8'"), "\"order\" is \"first\""},
      {"a rule without order", line("action='permit' remoteSubnet='10.0.0.0/8'"),
       "2:1 a rule of an access control has"},
      {"an address", "<SharedConfig><Instances>\n<Instance id='R_IN_0' address='10.0'/></Instances></SharedConfig>",
       "2:32 \"10.0\" is no address"},
      {"a local port",
       "<Deployment><RoleInstanceList><RoleInstance><RoleName>R</RoleName><InstanceName>R_IN_0</InstanceName>"
       "<InstanceEndpoints><InstanceEndpoint><Name>Microsoft.WindowsAzure.Plugins.RemoteForwarder.RdpInput</Name>\n"
       "<LocalPort>0</LocalPort></InstanceEndpoint></InstanceEndpoints></RoleInstance></RoleInstanceList></Deployment>",
       "2:1 \"LocalPort\" is \"0\""},
  };
  for (const FaultCase& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(errors_of(read({row.text}).files.errors), ElementsAre(HasSubstr(row.error)));
  }
}

// What shows that remote desktop is on, and what is assumed where a file is missing.
TEST(CloudFiles, SettlesRemoteDesktopByWhatIsThere) {
  const std::string prefix = "Microsoft.WindowsAzure.Plugins.";
  const std::string definition =
      "<ServiceDefinition><WebRole name='R'><Imports><Import moduleName='RemoteAccess'/>"
      "<Import moduleName='RemoteForwarder'/></Imports></WebRole><WorkerRole name='S'/></ServiceDefinition>";
  const auto configuration = [&](const std::string& enabled, const std::string& expiration) {
    const auto setting = [&](const std::string& name, const std::string& value) {
      return "<Setting name='" + prefix + name + "' value='" + value + "'/>";
    };
    return "<ServiceConfiguration><Role name='R'><Instances count='2'/><ConfigurationSettings>" +
           setting("RemoteAccess.Enabled", enabled) + setting("RemoteAccess.AccountUsername", "ops") +
           setting("RemoteAccess.AccountEncryptedPassword", "MII") +
           setting("RemoteAccess.AccountExpiration", expiration) + setting("RemoteForwarder.Enabled", enabled) +
           "</ConfigurationSettings></Role><Role name='S'><Instances count='1'/></Role></ServiceConfiguration>";
  };
  const model::Deployment both = deployment_of(read({definition, configuration("True", "2027-01-01")}));
  EXPECT_TRUE(both.roles.at(0).remote_access && both.roles[0].remote_forwarder);
  EXPECT_FALSE(both.roles.at(1).remote_access || both.roles[1].remote_forwarder);
  EXPECT_EQ(both.account_of(both.roles[0]).expiration, 1'798'761'600);
  EXPECT_EQ(both.account_of(both.roles[0]).missing, "");
  EXPECT_EQ(both.roles[0].instances.at(1).name, "R_IN_1");
  EXPECT_EQ(both.remote_desktop.mode, model::RemoteDesktopMode::Plugin);

  const model::Deployment off = deployment_of(read({definition, configuration("false", "2027-01-01")}));
  EXPECT_FALSE(off.roles.at(0).remote_access || off.roles[0].remote_forwarder);
  const model::Deployment blank = deployment_of(read({definition, configuration("true", "")}));
  EXPECT_THAT(blank.account_of(blank.roles.at(0)).missing, HasSubstr("AccountExpiration is blank"));
  const model::Deployment odd = deployment_of(read({definition, configuration("true", "soon")}));
  EXPECT_THAT(odd.account_of(odd.roles.at(0)).missing, HasSubstr("\"soon\" is no date"));

  const model::Deployment alone = deployment_of(read({definition}));
  EXPECT_TRUE(alone.roles.at(0).remote_access && alone.roles[0].remote_forwarder);
  EXPECT_THAT(alone.assumptions,
              testing::AllOf(Contains("plugin-settings-default"), Contains("instance-count-default")));
  const model::Deployment settings = deployment_of(read({configuration("true", "2027-01-01")}));
  EXPECT_TRUE(settings.roles.at(0).remote_access && settings.roles[0].remote_forwarder);
  EXPECT_THAT(settings.assumptions, Contains("definition-missing"));
}

TEST(CloudFiles, TakesWhatRuns) {
  const Read running = read({R"(<SharedConfig><Deployment name="d"><Service name="svc"/></Deployment><Instances>
    <Instance id="abc.R_IN_0" address="10.9.0.7"><InputEndpoints>
      <Endpoint name="Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp" address="10.9.0.7:3389"/>
      <Endpoint name="Microsoft.WindowsAzure.Plugins.RemoteForwarder.RdpInput" address="10.9.0.7:20005"
        loadBalancedPublicAddress="198.51.100.20:3390"/></InputEndpoints></Instance></Instances></SharedConfig>)"});
  EXPECT_THAT(errors_of(running.files.errors), IsEmpty());
  const model::Deployment out = deployment_of(running);
  EXPECT_EQ(out.name, "svc");
  EXPECT_EQ(out.forwarder_port, 20005);
  EXPECT_EQ(out.balancer.frontend_port, 3390);
  EXPECT_EQ(net::to_string(out.balancer.frontends.at(0)), "198.51.100.20");
  ASSERT_EQ(out.roles.size(), 1U);
  EXPECT_TRUE(out.roles[0].remote_forwarder && out.roles[0].remote_access);
  EXPECT_EQ(out.roles[0].instances.at(0).name, "R_IN_0");
  EXPECT_TRUE(out.roles[0].instances[0].space.empty());
  EXPECT_THAT(out.assumptions, testing::Not(Contains("forwarder-port-default")));
}

CloudFiles resource(const std::string& json) {
  CloudFiles files;
  const auto document = parse_json("service.json", json, 0);
  EXPECT_TRUE(document);
  EXPECT_TRUE(is_cloud_resource(document->root));
  read_cloud_resource(*document, document->root, files);
  return files;
}

std::string with_extension(const std::string& members) {
  return R"({"type": "Microsoft.Compute/cloudServices", "name": "s", "properties": {
    "roleProfile": {"roles": [{"name": "R", "sku": {"capacity": "2"}}, {"name": "S", "sku": {"capacity": 1}}]},
    "extensionProfile": {"extensions": [{"name": "Rdp", "properties": {
      "publisher": "Microsoft.Windows.Azure.Extensions", "type": "RDP")" +
         members + "}}]}}}";
}

TEST(CloudFiles, ReadsTheExtensionOfAResource) {
  const std::string settings =
      R"(, "settings": "<PublicConfig>\r\n <UserName>ops</UserName>\r\n <Expiration>1/21/2022 12:00:00 AM</Expiration>\r\n</PublicConfig>")";
  const CloudFiles all = resource(with_extension(settings));
  EXPECT_THAT(errors_of(all.errors), IsEmpty());
  EXPECT_EQ(all.service.roles.at(0).instance_count, 2);
  EXPECT_EQ(all.service.roles.at(1).instance_count, 1);
  const model::RdpExtension& extension = all.service.extensions.at(0);
  EXPECT_EQ(extension.user_name, "ops");
  EXPECT_EQ(extension.expiration, "1/21/2022 12:00:00 AM");
  EXPECT_TRUE(extension.applies_to("S"));
  EXPECT_TRUE(
      resource(with_extension(settings + R"(, "rolesAppliedTo": ["*"])")).service.extensions.at(0).applies_to("S"));
  const CloudFiles one = resource(with_extension(settings + R"(, "rolesAppliedTo": ["r"])"));
  EXPECT_TRUE(one.service.extensions.at(0).applies_to("R"));
  EXPECT_FALSE(one.service.extensions.at(0).applies_to("S"));
  EXPECT_FALSE(resource(with_extension("")).service.extensions.at(0).settings_known);
  const CloudFiles broken = resource(with_extension(R"(, "settings": "<PublicConfig>")"));
  EXPECT_THAT(errors_of(broken.errors), ElementsAre(HasSubstr("settings of the remote desktop extension: no XML")));
  EXPECT_FALSE(broken.service.extensions.at(0).settings_known);
}

TEST(CloudFiles, ReadsTheConfigurationInsideAResource) {
  const CloudFiles files = resource(
      R"({"type": "Microsoft.Compute/cloudServices", "properties": {
        "roleProfile": {"roles": [{"name": "R", "sku": {"capacity": 3}}]},
        "configuration": "<ServiceConfiguration><Role name=\"R\"><Instances count=\"1\" /></Role><NetworkConfiguration><VirtualNetworkSite name=\"v\" /></NetworkConfiguration></ServiceConfiguration>"}})");
  EXPECT_THAT(errors_of(files.errors), IsEmpty());
  EXPECT_EQ(files.service.roles.at(0).instance_count, 3) << "the role profile wins";
  EXPECT_EQ(files.service.virtual_network, "v");
  const CloudFiles bad = resource(
      R"({"type": "Microsoft.Compute/cloudServices", "properties": {"configuration": "<!DOCTYPE x><ServiceConfiguration/>"}})");
  EXPECT_THAT(errors_of(bad.errors), ElementsAre(HasSubstr("\"configuration\": a DOCTYPE")));
}

TEST(CloudFiles, TakeTheDeploymentInProduction) {
  const std::string two = R"(<HostedService><ServiceName>s</ServiceName><Deployments>
    <Deployment><Name>next</Name><DeploymentSlot>Staging</DeploymentSlot><Url>http://abc.cloudapp.net/</Url>
      <RoleInstanceList><RoleInstance><RoleName>R</RoleName><InstanceName>R_IN_0</InstanceName>
        <IpAddress>10.0.0.9</IpAddress></RoleInstance></RoleInstanceList>
      <VirtualIPs><VirtualIP><Address>198.51.100.21</Address></VirtualIP></VirtualIPs></Deployment>
    <Deployment><Name>now</Name><DeploymentSlot>Production</DeploymentSlot><Url>http://s.cloudapp.net/</Url>
      <RoleInstanceList><RoleInstance><RoleName>R</RoleName><InstanceName>R_IN_0</InstanceName>
        <IpAddress>10.0.0.4</IpAddress></RoleInstance></RoleInstanceList>
      <VirtualIPs><VirtualIP><Address>198.51.100.20</Address></VirtualIP></VirtualIPs></Deployment>
  </Deployments></HostedService>)";
  const Read files = read({two});
  const model::CloudService& service = files.files.service;
  EXPECT_EQ(service.name, "now");
  ASSERT_EQ(service.instances.size(), 1U);
  EXPECT_EQ(service.instances[0].address, net::parse_address("10.0.0.4"));
  EXPECT_THAT(service.frontends, ElementsAre(*net::parse_address("198.51.100.20")));
  EXPECT_EQ(service.slot.host, "s.cloudapp.net");
  ASSERT_EQ(service.other_slots.size(), 1U);
  EXPECT_EQ(service.other_slots[0].name, "Staging");
  EXPECT_EQ(service.other_slots[0].host, "abc.cloudapp.net");
  EXPECT_THAT(service.other_slots[0].frontends, ElementsAre(*net::parse_address("198.51.100.21")));
  EXPECT_THAT(deployment_of(files).assumptions, Contains("other-slot-left-aside"));
}

TEST(CloudFiles, ReadsTheConfigurationThatGetDeploymentCarries) {
  // <ServiceConfiguration>\n<Role name="R"><Instances count="two"/></Role></ServiceConfiguration>, in two lines.
  const std::string inside =
      "PFNlcnZpY2VDb25maWd1cmF0aW9uPgo8Um9sZSBuYW1lPSJSIj48SW5zdGFuY2Vz\n"
      "IGNvdW50PSJ0d28iLz48L1JvbGU+PC9TZXJ2aWNlQ29uZmlndXJhdGlvbj4=";
  struct Row {
    std::string name, configuration, fault;
  };
  const std::vector<Row> rows{
      {"right", inside, ""},
      {"none", "", ""},
      {"no base64", "!", "get.xml:1:27 \"Configuration\" is no base64"},
      {"no XML", "Zm9v", "get.xml (Configuration):1:1 "},
      {"other XML", "PGEvPg==", "get.xml (Configuration):1:1 <a>, not <ServiceConfiguration>"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto document = parse_xml("get.xml",
                                    "<Deployment><Name>s</Name><Configuration>" + row.configuration +
                                        "</Configuration><RoleInstanceList/></Deployment>",
                                    0);
    ASSERT_TRUE(document);
    const auto carried = carried_configuration(*document, 1);
    ASSERT_EQ(carried.has_value(), row.fault.empty());
    if (!carried) {
      const Diagnostic& fault = carried.error();
      EXPECT_THAT(fault.file + ':' + errors_of({fault}).at(0), testing::StartsWith(row.fault));
      continue;
    }
    EXPECT_EQ(carried->has_value(), row.name == "right");
    if (!*carried) continue;
    // Its places are those of what was decoded.
    CloudFiles files;
    read_cloud_file(**carried, files);
    EXPECT_THAT(errors_of(files.errors), ElementsAre(testing::StartsWith("2:")));
  }
}

}  // namespace
}  // namespace nsgcheck::io::cloud_files_test
