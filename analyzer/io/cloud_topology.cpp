// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/cloud_files.hpp"
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
    XmlFields::each_in(root, "RoleInstanceList", "RoleInstance", [&](const Node& node) { role_instance(node); });
    XmlFields::each_in(root, "VirtualIPs", "VirtualIP", [&](const Node& node) {
      if (const Node* address = node.find("Address")) frontend(*address, address->text);
    });
    XmlFields::each(root, "ExtensionConfiguration", [&](const Node& node) { extensions(node); });
    if (service_.virtual_network.empty()) service_.virtual_network = XmlFields::child_text(root, "VirtualNetworkName");
  }

 private:
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
    const auto one = fields_.address(node, text);
    if (one && std::find(service_.frontends.begin(), service_.frontends.end(), *one) == service_.frontends.end())
      service_.frontends.push_back(*one);
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
    if (out.role.empty() || out.name.empty())
      return fields_.fault(node, "a role instance has a \"RoleName\" and an \"InstanceName\"");
    out.status = XmlFields::child_text(node, "InstanceStatus");
    if (const Node* address = node.find("IpAddress"); address != nullptr && !address->text.empty())
      out.address = fields_.address(*address, address->text);
    XmlFields::each_in(node, "InstanceEndpoints", "InstanceEndpoint", [&](const Node& endpoint) {
      const std::string name = XmlFields::child_text(endpoint, "Name");
      if (net::same_word(name, model::kRdpInternal)) out.takes_remote_desktop = true;
      if (!net::same_word(name, model::kRdpInput)) return;
      if (const Node* port = endpoint.find("LocalPort")) out.forwarder_port = fields_.port(*port, "LocalPort");
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
  if (element.find("RoleInstanceList") != nullptr) return reader.get_deployment(element);
  XmlFields::each_in(element, "Deployments", "Deployment", [&](const Node& each) { reader.get_deployment(each); });
}

}  // namespace nsgcheck::io
