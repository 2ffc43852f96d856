// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <limits>

#include "analyzer/io/cloud_files.hpp"
#include "analyzer/io/xml_fields.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

class ConfigurationReader {
 public:
  ConfigurationReader(const Document& document, CloudFiles& files)
      : fields_{document, files.errors}, service_{files.service} {}

  void read(const Node& root) {
    service_.has_configuration = true;
    if (service_.name.empty()) service_.name = XmlFields::text(root, "serviceName");
    XmlFields::each(root, "Role", [&](const Node& node) { role(node); });
    XmlFields::each(root, "NetworkConfiguration", [&](const Node& node) { network(node); });
  }

 private:
  void role(const Node& node) {
    const std::string name = fields_.needed(node, "name", "a role");
    if (name.empty()) {
      service_.roles_doubt = XmlFields::unread(node, "the name of a role");
      return;
    }
    model::CloudRole& role = service_.role_for(name, node.span);
    if (role.configured) {
      role.doubt = XmlFields::unread(node, "which of two roles of one name counts");
      return fields_.fault(node, fmt::format("two roles are called \"{}\"", name));
    }
    role.configured = true;
    XmlFields::each(node, "Instances", [&](const Node& instances) { count(instances, role); });
    std::optional<model::Doubt> nameless;
    XmlFields::each_in(node, "ConfigurationSettings", "Setting", [&](const Node& each) {
      const Node* value = XmlFields::attribute(each, "value");
      role.settings.push_back({fields_.needed(each, "name", "a setting"), XmlFields::text(each, "value"),
                               value != nullptr ? value->span : each.span});
      if (role.settings.back().name.empty()) nameless = XmlFields::unread(each, "which setting is meant");
    });
    // One more beside those that count changes nothing.
    if (nameless && role.setting(model::kAccessEnabled) == nullptr) role.doubt = nameless;
    XmlFields::each_in(node, "Certificates", "Certificate", [&](const Node& each) {
      role.certificates.push_back({fields_.needed(each, "name", "a certificate"), XmlFields::text(each, "thumbprint"),
                                   XmlFields::text(each, "thumbprintAlgorithm"), each.span});
    });
  }

  void count(const Node& instances, model::CloudRole& role) {
    constexpr std::int64_t kMost = 10'000;
    const Node* count = XmlFields::attribute(instances, "count");
    role.count_doubt = XmlFields::unread(count != nullptr ? *count : instances, "the number of its instances");
    if (count == nullptr) return fields_.fault(instances, "\"Instances\" has an attribute \"count\"");
    role.instance_count = fields_.number(*count, "count", 0, kMost);
    role.count_span = count->span;
    if (role.instance_count) role.count_doubt.reset();
  }

  void network(const Node& node) {
    XmlFields::each(node, "VirtualNetworkSite",
                    [&](const Node& site) { service_.virtual_network = XmlFields::text(site, "name"); });
    XmlFields::each_in(node, "AccessControls", "AccessControl", [&](const Node& each) { access_control(each); });
    XmlFields::each_in(node, "EndpointAcls", "EndpointAcl", [&](const Node& each) {
      service_.endpoint_acls.push_back({fields_.needed(each, "role", "an endpoint ACL"),
                                        fields_.needed(each, "endpoint", "an endpoint ACL"),
                                        fields_.needed(each, "accessControl", "an endpoint ACL"), each.span});
    });
    XmlFields::each_in(node, "AddressAssignments", "InstanceAddress", [&](const Node& each) {
      const std::string name = fields_.needed(each, "roleName", "an instance address");
      if (name.empty()) {
        service_.subnets_doubt = XmlFields::unread(each, "which role lies in a subnet");
        return;
      }
      model::CloudRole& role = service_.role_for(name, each.span);
      XmlFields::each_in(each, "Subnets", "Subnet", [&](const Node& subnet) {
        role.subnets.push_back({fields_.needed(subnet, "name", "a subnet"), "", subnet.span});
      });
    });
  }

  void access_control(const Node& node) {
    model::AccessControl out;
    out.name = fields_.needed(node, "name", "an access control");
    out.span = node.span;
    XmlFields::each(node, "Rule", [&](const Node& each) {
      if (auto rule = access_rule(each))
        out.rules.push_back(*std::move(rule));
      else
        out.doubt = XmlFields::unread(each, fmt::format("a line of the access control {}", out.name));
    });
    service_.access_controls.push_back(std::move(out));
  }

  std::optional<model::AccessRule> access_rule(const Node& node) {
    const Node* order = XmlFields::attribute(node, "order");
    const Node* action = XmlFields::attribute(node, "action");
    const Node* subnet = XmlFields::attribute(node, "remoteSubnet");
    if (order == nullptr || action == nullptr || subnet == nullptr) {
      fields_.fault(node, "a rule of an access control has \"order\", \"action\" and \"remoteSubnet\"");
      return std::nullopt;
    }
    const auto number = fields_.number(*order, "order", 0, std::numeric_limits<std::int32_t>::max());
    const bool permit = net::same_word(action->text, "permit");
    const bool known = permit || net::same_word(action->text, "deny");
    if (!known) fields_.fault(*action, fmt::format("\"{}\" is neither permit nor deny", action->text));
    const auto parsed = net::parse_prefix(subnet->text);
    if (!parsed) fields_.fault(*subnet, fmt::format("\"{}\" is no CIDR block", subnet->text));
    if (!number || !known || !parsed) return std::nullopt;
    return model::AccessRule{*number, permit, parsed->prefix, XmlFields::text(node, "description"), node.span};
  }

  XmlFields fields_;
  model::CloudService& service_;
};

}  // namespace

void read_configuration(const Document& document, const Node& element, CloudFiles& files) {
  ConfigurationReader{document, files}.read(element);
}

}  // namespace nsgcheck::io
