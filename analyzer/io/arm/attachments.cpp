// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/attachments.hpp"

#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

/// The NSG's name in a resource id; empty when the id names none.
std::string nsg_in_id(const Node* id) {
  if (id == nullptr || !id->is(Node::Kind::String)) return {};
  constexpr std::string_view kSegment = "/networksecuritygroups/";
  const auto at = net::lower(id->text).rfind(kSegment);
  if (at == std::string::npos) return {};
  return id->text.substr(at + kSegment.size());
}

class Collector {
 public:
  explicit Collector(Session& session) : session_{session} {}

  void add(const Resource& resource) {
    const Node* properties = resource.node.find("properties");
    if (properties == nullptr) return;
    switch (resource.kind) {
      case ResourceKind::Network:
        return parts(properties->find("subnets"), resource, Attachment::At::Subnet);
      case ResourceKind::Subnet:
        return refer(*properties, resource.name, resource, Attachment::At::Subnet);
      case ResourceKind::Nic:
        return refer(*properties, resource.name, resource, Attachment::At::Nic);
      case ResourceKind::ScaleSet:
        return parts(properties->at({"virtualMachineProfile", "networkProfile", "networkInterfaceConfigurations"}),
                     resource, Attachment::At::Nic);
      default:
        return;
    }
  }

  std::vector<Attachment> found;

 private:
  void parts(const Node* list, const Resource& resource, Attachment::At at) {
    if (list == nullptr) return;
    for (const Node& part : list->items()) {
      const Node* name = part.find("name");
      const Node* properties = part.find("properties");
      if (name != nullptr && properties != nullptr) refer(*properties, resource.name + '/' + name->text, resource, at);
    }
  }

  void refer(const Node& properties, const std::string& place, const Resource& resource, Attachment::At at) {
    const Node* reference = properties.find("networkSecurityGroup");
    if (reference == nullptr) return;
    const Node* rules = reference->at({"properties", "securityRules"});
    if (rules != nullptr && (!rules->is(Node::Kind::Array) || !rules->items().empty()))
      session_.note(rules->span, "rules written into the reference of \"" + place + "\" to a network security group");
    const Node* id = reference->find("id");
    std::string nsg = nsg_in_id(id);
    if (nsg.empty()) return;
    const bool placed = !target_in_id(id->text, {}).is_outermost();
    found.push_back({at, place, std::move(nsg), resource.deployment, target_in_id(id->text, resource.target), placed});
  }

  Session& session_;
};

}  // namespace

std::vector<Attachment> attachments_of(const std::vector<Resource>& resources, Session& session) {
  Collector collector{session};
  for (const Resource& resource : resources) collector.add(resource);
  return std::move(collector.found);
}

}  // namespace nsgcheck::io::arm
