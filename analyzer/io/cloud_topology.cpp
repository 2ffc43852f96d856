// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/certificate/base64.hpp"
#include "analyzer/io/cloud_files.hpp"
#include "analyzer/io/collector.hpp"
#include "analyzer/io/xml.hpp"
#include "analyzer/io/xml_fields.hpp"
#include "analyzer/net/prefix.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

// "WebRole1" of "WebRole1_IN_0"; the whole name when it is of another form.
std::string role_of(const std::string& instance) {
  const std::size_t at = instance.rfind("_IN_");
  return at == std::string::npos ? instance : instance.substr(0, at);
}

// "contoso.cloudapp.net" of "http://contoso.cloudapp.net/".
std::string host_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return std::string{url.substr(0, url.find_first_of("/:"))};
}

// Get Deployment answers with one, Get Cloud Service with up to two that can be swapped: the one in production counts.
const Node* running_deployment(const Node& element) {
  if (element.find("RoleInstanceList") != nullptr) return &element;
  const Node* chosen = nullptr;
  XmlFields::each_in(element, "Deployments", "Deployment", [&](const Node& each) {
    const bool production = net::same_word(XmlFields::child_text(each, "DeploymentSlot"), "Production");
    if (chosen == nullptr || production) chosen = &each;
  });
  return chosen;
}

class TopologyReader {
 public:
  TopologyReader(const Document& document, CloudFiles& files)
      : fields_{document, files.errors}, service_{files.service} {}

  void shared_config(const Node& root) {
    service_.has_topology = true;
    XmlFields::each_in(root, "Deployment", "Service", [&](const Node& node) {
      if (service_.name.empty()) service_.name = XmlFields::text(node, "name");
    });
    XmlFields::each_in(root, "Instances", "Instance", [&](const Node& node) { instance(node); });
  }

  void get_deployment(const Node& root) {
    service_.has_topology = true;
    if (service_.name.empty()) service_.name = XmlFields::child_text(root, "Name");
    service_.slot = slot(root);
    XmlFields::each_in(root, "RoleInstanceList", "RoleInstance", [&](const Node& node) { role_instance(node); });
    for (const net::IpAddress& address : service_.slot.frontends) frontend(address);
    XmlFields::each(root, "ExtensionConfiguration", [&](const Node& node) { extensions(node); });
    if (service_.virtual_network.empty()) service_.virtual_network = XmlFields::child_text(root, "VirtualNetworkName");
  }

  // Addresses of the other deployment lead elsewhere.
  void other_slot(const Node& root) { service_.other_slots.push_back(slot(root)); }

 private:
  model::DeploymentSlot slot(const Node& root) {
    model::DeploymentSlot out;
    out.name = XmlFields::child_text(root, "DeploymentSlot");
    out.host = host_of(XmlFields::child_text(root, "Url"));
    XmlFields::each_in(root, "VirtualIPs", "VirtualIP", [&](const Node& node) {
      const Node* address = node.find("Address");
      if (const auto one = address == nullptr ? std::nullopt : fields_.address(*address, address->text))
        out.frontends.push_back(*one);
    });
    return out;
  }

  /// "10.0.0.4:20000".
  struct Socket {
    std::optional<net::IpAddress> address;
    std::optional<net::Port> port;
  };

  Socket socket(const Node* node) {
    if (node == nullptr) return {};
    const std::size_t colon = node->text.rfind(':');
    Socket out;
    out.address = fields_.address(*node, node->text.substr(0, colon));
    if (colon == std::string::npos) return out;
    Node port = *node;
    port.text.erase(0, colon + 1);
    out.port = fields_.port(port, "port");
    return out;
  }

  void frontend(const Node& node, const std::string& text) {
    if (const auto one = fields_.address(node, text)) frontend(*one);
  }

  void frontend(const net::IpAddress& one) {
    if (std::find(service_.frontends.begin(), service_.frontends.end(), one) == service_.frontends.end())
      service_.frontends.push_back(one);
  }

  void add(model::RunningInstance instance) {
    if (instance.name.empty()) return;
    for (const model::RunningInstance& other : service_.instances)
      if (other.name == instance.name) return;
    service_.role_for(instance.role, instance.span);
    service_.instances.push_back(std::move(instance));
  }

  void instance(const Node& node) {
    model::RunningInstance out;
    out.span = node.span;
    out.name = fields_.needed(node, "id", "an instance");
    if (out.name.empty()) service_.roles_doubt = XmlFields::unread(node, "the name of an instance");
    // In a goal state the deployment's id stands in front: "<id>.WebRole1_IN_0".
    if (const std::size_t dot = out.name.rfind('.'); dot != std::string::npos && dot < out.name.rfind("_IN_"))
      out.name.erase(0, dot + 1);
    out.role = role_of(out.name);
    if (const Node* address = XmlFields::attribute(node, "address"))
      out.address = fields_.address(*address, address->text);
    XmlFields::each_in(node, "InputEndpoints", "Endpoint", [&](const Node& endpoint) {
      const std::string name = XmlFields::text(endpoint, "name");
      const Socket own = socket(XmlFields::attribute(endpoint, "address"));
      if (net::same_word(name, model::kRdpInternal)) out.takes_remote_desktop = true;
      if (!net::same_word(name, model::kRdpInput)) return;
      out.forwarder_port = own.port;
      if (!own.port) out.port_doubt = XmlFields::unread(endpoint, "the port on which the forwarder listens");
      const Node* published = XmlFields::attribute(endpoint, "loadBalancedPublicAddress");
      const Socket front = socket(published);
      out.frontend_port = front.port;
      if (front.address) frontend(*published, net::to_string(*front.address));
    });
    add(std::move(out));
  }

  void role_instance(const Node& node) {
    model::RunningInstance out;
    out.span = node.span;
    out.role = XmlFields::child_text(node, "RoleName");
    out.name = XmlFields::child_text(node, "InstanceName");
    if (out.role.empty() || out.name.empty()) service_.roles_doubt = XmlFields::unread(node, "the name of an instance");
    if (out.role.empty() || out.name.empty())
      return fields_.fault(node, "a role instance has a \"RoleName\" and an \"InstanceName\"");
    out.status = XmlFields::child_text(node, "InstanceStatus");
    if (const Node* address = node.find("IpAddress"); address != nullptr && !address->text.empty())
      out.address = fields_.address(*address, address->text);
    XmlFields::each_in(node, "InstanceEndpoints", "InstanceEndpoint", [&](const Node& endpoint) {
      const std::string name = XmlFields::child_text(endpoint, "Name");
      if (net::same_word(name, model::kRdpInternal)) out.takes_remote_desktop = true;
      if (!net::same_word(name, model::kRdpInput)) return;
      if (const Node* port = endpoint.find("LocalPort")) {
        out.forwarder_port = fields_.port(*port, "LocalPort");
        if (!out.forwarder_port) out.port_doubt = XmlFields::unread(*port, "the port on which the forwarder listens");
      }
      if (const Node* port = endpoint.find("PublicPort")) out.frontend_port = fields_.port(*port, "PublicPort");
      if (const Node* vip = endpoint.find("Vip"); vip != nullptr && !vip->text.empty()) frontend(*vip, vip->text);
    });
    add(std::move(out));
  }

  // Ids only: `Default-RDP-Ext-0`, `WebRole1-RDP-Production-Ext-0` (azure-rdp 3.2). What is set in them is not shown.
  void extensions(const Node& node) {
    const auto add = [&](const Node& extension, const std::string& role) {
      const std::string id = XmlFields::child_text(extension, "Id");
      if (net::lower(id).find("-rdp-") == std::string::npos) return;
      model::RdpExtension out;
      out.name = id;
      if (!role.empty()) out.roles.push_back(role);
      out.settings_known = false;
      out.unknown_why = "Get Deployment names the extension only";
      out.span = out.expiration_span = extension.span;
      service_.extensions.push_back(std::move(out));
    };
    XmlFields::each_in(node, "AllRoles", "Extension", [&](const Node& each) { add(each, ""); });
    XmlFields::each_in(node, "NamedRoles", "Role", [&](const Node& role) {
      const std::string name = XmlFields::child_text(role, "RoleName");
      XmlFields::each_in(role, "Extensions", "Extension", [&](const Node& each) { add(each, name); });
    });
  }

  XmlFields fields_;
  model::CloudService& service_;
};

}  // namespace

void read_topology(const Document& document, const Node& element, CloudFiles& files) {
  TopologyReader{document, files}.shared_config(element);
}

void read_get_deployment(const Document& document, const Node& element, CloudFiles& files) {
  TopologyReader reader{document, files};
  const Node* running = running_deployment(element);
  if (running == nullptr) return;
  XmlFields::each_in(element, "Deployments", "Deployment", [&](const Node& each) {
    if (&each != running) reader.other_slot(each);
  });
  reader.get_deployment(*running);
}

tl::expected<std::optional<Document>, Diagnostic> carried_configuration(const Document& document, std::uint32_t index) {
  if (cloud_form(document.root) != CloudForm::GetDeployment) return std::nullopt;
  const Node* running = running_deployment(document.root.members().front().second);
  const Node* carried = running == nullptr ? nullptr : running->find("Configuration");
  if (carried == nullptr || carried->text.empty()) return std::nullopt;
  const auto bytes = certificate::decode_base64(carried->text);
  if (!bytes)
    return tl::unexpected(
        diagnostic_at(document, carried->span, "\"Configuration\" is no base64: " + bytes.error().message));
  auto inner = parse_xml(document.file + " (Configuration)", *bytes, index);
  if (!inner) return tl::unexpected(inner.error());
  if (cloud_form(inner->root) != CloudForm::Configuration)
    return tl::unexpected(
        diagnostic_at(*inner, inner->root.members().front().second.span,
                      fmt::format("<{}>, not <ServiceConfiguration>", inner->root.members().front().first)));
  return std::optional{std::move(*inner)};
}

}  // namespace nsgcheck::io
