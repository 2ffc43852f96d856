// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/io/cloud_files.hpp"
#include "analyzer/io/xml_fields.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using model::Endpoint;
using model::EndpointKind;

class DefinitionReader {
 public:
  DefinitionReader(const Document& document, CloudFiles& files)
      : fields_{document, files.errors}, service_{files.service} {}

  void read(const Node& root) {
    service_.has_definition = true;
    if (service_.name.empty()) service_.name = XmlFields::text(root, "name");
    for (const std::string_view kind : {"WebRole", "WorkerRole", "VirtualMachineRole"})
      XmlFields::each(root, kind, [&](const Node& node) { role(node); });
    XmlFields::each_in(root, "LoadBalancerProbes", "LoadBalancerProbe", [&](const Node& node) {
      service_.probes.push_back(
          {fields_.needed(node, "name", "a load balancer probe"), XmlFields::text(node, "port"), node.span});
    });
    XmlFields::each_in(root, "NetworkTrafficRules", "OnlyAllowTrafficTo", [&](const Node& node) { traffic(node); });
  }

 private:
  void role(const Node& node) {
    const std::string name = fields_.needed(node, "name", "a role");
    if (name.empty()) {
      service_.definition_doubt = XmlFields::unread(node, "the name of a role");
      return;
    }
    model::CloudRole& role = service_.role_for(name, node.span);
    if (role.defined) {
      role.doubt = XmlFields::unread(node, "which of two roles of one name counts");
      return fields_.fault(node, fmt::format("two roles are called \"{}\"", name));
    }
    role.defined = true;
    role.name = name;
    role.span = node.span;
    XmlFields::each_in(node, "Imports", "Import", [&](const Node& each) {
      role.imports.push_back({fields_.needed(each, "moduleName", "an import"), "", each.span});
      if (role.imports.back().name.empty()) role.doubt = XmlFields::unread(each, "what it imports");
    });
    XmlFields::each_in(node, "Startup", "Task", [&](const Node& each) {
      role.startup_tasks.push_back({XmlFields::text(each, "commandLine"), "", each.span});
    });
    XmlFields::each(node, "Endpoints", [&](const Node& list) { endpoints(list, role); });
  }

  void endpoints(const Node& list, model::CloudRole& role) {
    for (const auto& [kind, node] : list.members()) {
      if (kind == "InputEndpoint")
        role.endpoints.push_back(input(node));
      else if (kind == "InternalEndpoint")
        role.endpoints.push_back(internal(node));
      else if (kind == "InstanceInputEndpoint")
        role.endpoints.push_back(instance_input(node));
    }
  }

  Endpoint common(const Node& node, EndpointKind kind) {
    Endpoint out;
    out.kind = kind;
    out.name = fields_.needed(node, "name", "an endpoint");
    out.protocol = XmlFields::text(node, "protocol");
    out.span = node.span;
    return out;
  }

  Endpoint input(const Node& node) {
    Endpoint out = common(node, EndpointKind::Input);
    if (const Node* port = XmlFields::attribute(node, "port")) out.port = this->port(*port, "port", out);
    const Node* local = XmlFields::attribute(node, "localPort");
    out.automatic_port = local != nullptr && local->text == "*";
    if (local != nullptr && !out.automatic_port) out.local_port = port(*local, "localPort", out);
    out.probe = XmlFields::text(node, "loadBalancerProbe");
    return out;
  }

  Endpoint internal(const Node& node) {
    Endpoint out = common(node, EndpointKind::Internal);
    const Node* port = XmlFields::attribute(node, "port");
    const Node* range = node.find("FixedPortRange");
    const Node* fixed = node.find("FixedPort");
    if (port != nullptr && port->text != "*")
      out.port = this->port(*port, "port", out);
    else if (fixed != nullptr && XmlFields::attribute(*fixed, "port") != nullptr)
      out.port = this->port(*XmlFields::attribute(*fixed, "port"), "port", out);
    else if (range != nullptr)
      this->range(*range, out);
    else
      out.automatic_port = true;
    return out;
  }

  Endpoint instance_input(const Node& node) {
    Endpoint out = common(node, EndpointKind::InstanceInput);
    if (const Node* local = XmlFields::attribute(node, "localPort"); local != nullptr && local->text != "*")
      out.local_port = port(*local, "localPort", out);
    XmlFields::each_in(node, "AllocatePublicPortFrom", "FixedPortRange", [&](const Node& each) { range(each, out); });
    return out;
  }

  void range(const Node& node, Endpoint& out) {
    const Node* low = XmlFields::attribute(node, "min");
    const Node* high = XmlFields::attribute(node, "max");
    out.doubt = XmlFields::unread(node, fmt::format("the ports of endpoint {}", out.name));
    if (low == nullptr || high == nullptr) return fields_.fault(node, "a port range has \"min\" and \"max\"");
    const auto first = fields_.port(*low, "min");
    const auto last = fields_.port(*high, "max");
    if (!first || !last) return;
    if (*last < *first) return fields_.fault(*high, fmt::format("the port range {}-{} runs backwards", *first, *last));
    out.doubt.reset();
    out.port = first;
    out.port_end = *last;
  }

  std::optional<net::Port> port(const Node& node, std::string_view called, Endpoint& of) {
    const auto out = fields_.port(node, called);
    if (!out) of.doubt = XmlFields::unread(node, fmt::format("the {} of endpoint {}", called, of.name));
    return out;
  }

  void traffic(const Node& node) {
    model::TrafficRule rule;
    rule.span = node.span;
    XmlFields::each_in(node, "Destinations", "RoleEndpoint", [&](const Node& each) {
      rule.destinations.push_back({XmlFields::text(each, "roleName"), XmlFields::text(each, "endpointName")});
    });
    XmlFields::each_in(node, "WhenSource", "FromRole", [&](const Node& each) {
      rule.from_roles.push_back(fields_.needed(each, "roleName", "a source role"));
      if (rule.from_roles.back().empty()) rule.doubt = XmlFields::unread(each, "whom a network traffic rule lets in");
    });
    service_.traffic_rules.push_back(std::move(rule));
  }

  XmlFields fields_;
  model::CloudService& service_;
};

}  // namespace

CloudForm cloud_form(const Node& root) {
  if (root.members().size() != 1) return CloudForm::None;
  const auto& [name, element] = root.members().front();
  if (name == "ServiceDefinition") return CloudForm::Definition;
  if (name == "ServiceConfiguration") return CloudForm::Configuration;
  if (name == "SharedConfig") return CloudForm::Topology;
  const bool deployment = name == "Deployment" && element.find("RoleInstanceList") != nullptr;
  const bool service = name == "HostedService" && element.find("Deployments") != nullptr;
  return deployment || service ? CloudForm::GetDeployment : CloudForm::None;
}

std::string_view format_name(CloudForm form) {
  switch (form) {
    case CloudForm::Definition:
      return "service-definition";
    case CloudForm::Configuration:
      return "service-configuration";
    case CloudForm::Topology:
      return "shared-config";
    case CloudForm::GetDeployment:
      return "get-deployment";
    case CloudForm::None:
      break;
  }
  return "";
}

void read_definition(const Document& document, const Node& element, CloudFiles& files) {
  DefinitionReader{document, files}.read(element);
}

void read_cloud_file(const Document& document, CloudFiles& files) {
  const Node& element = document.root.members().front().second;
  switch (cloud_form(document.root)) {
    case CloudForm::Definition:
      return read_definition(document, element, files);
    case CloudForm::Configuration:
      return read_configuration(document, element, files);
    case CloudForm::Topology:
      return read_topology(document, element, files);
    case CloudForm::GetDeployment:
      return read_get_deployment(document, element, files);
    case CloudForm::None:
      return;
  }
}

}  // namespace nsgcheck::io
