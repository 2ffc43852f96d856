// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/cloud_resource.hpp"

#include <fmt/format.h>

#include <charconv>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/xml.hpp"
#include "analyzer/io/xml_fields.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using Kind = Node::Kind;

void place_all(Node& node, SourceSpan span) {
  node.span = span;
  for (auto& [name, child] : node.members()) place_all(child, span);
}

/// XML that stands inside a string: its root element under its name.
using Embedded = tl::expected<std::pair<std::string, Node>, std::string>;

Embedded embedded_xml(const Node& text) {
  auto parsed = parse_xml("", text.text, text.span.document);
  if (!parsed)
    return tl::unexpected(fmt::format("{} (line {}, column {} inside the string)", parsed.error().message,
                                      parsed.error().position.line, parsed.error().position.column));
  auto& [name, element] = parsed->root.members().front();
  place_all(element, text.span);
  return std::pair{std::move(name), std::move(element)};
}

// The first value on the way to a member that an expression leaves open; null: the way is known, or ends before.
const Node* open_on(const Node& from, std::initializer_list<std::string_view> path) {
  const Node* at = &from;
  for (const std::string_view name : path) {
    if (at->is(Kind::Unknown)) break;
    at = at->find(name);
    if (at == nullptr) return nullptr;
  }
  return at->is(Kind::Unknown) ? at : nullptr;
}

model::Doubt doubt_of(std::string_view what, const Node& open) {
  return {fmt::format("{} is open: {}", what, open.why), model::Reason::UnresolvedExpression, open.span};
}

class ResourceReader {
 public:
  ResourceReader(const Document& document, CloudFiles& files) : document_{document}, files_{files} {}

  void read(const Node& resource) {
    model::CloudService& service = files_.service;
    service.has_resource = true;
    const std::string_view name = text_of(resource, "name");
    if (service.name.empty()) service.name = name;
    const Node* properties = resource.find("properties");
    if (properties == nullptr) properties = &resource;
    if (const Node* open = open_on(*properties, {"roleProfile", "roles"}))
      service.roles_doubt = doubt_of("the list of roles", *open);
    if (const Node* roles = properties->at({"roleProfile", "roles"}))
      for (const Node& each : roles->items()) role(each);
    if (const Node* text = properties->find("configuration"); text != nullptr && !text->is(Kind::Null))
      configuration(*text);
    if (const Node* open = open_on(*properties, {"extensionProfile", "extensions"}))
      open_extension("the list of extensions", *open);
    if (const Node* list = properties->at({"extensionProfile", "extensions"}))
      for (const Node& each : list->items()) extension(each);
    if (const Node* open = open_on(*properties, {"osProfile", "secrets"}))
      service.secrets_doubt = doubt_of("the list of certificates from a Key Vault", *open);
    if (const Node* secrets = properties->at({"osProfile", "secrets"}))
      service.has_vault_secrets = service.has_vault_secrets || !secrets->items().empty();
    frontends(*properties);
  }

 private:
  void fault(const Node& node, std::string message) {
    files_.errors.push_back(diagnostic_at(document_, node.span, std::move(message)));
  }

  void role(const Node& node) {
    const Node* name = node.find("name");
    if (const Node* open = open_on(node, {"name"})) {
      files_.service.roles_doubt = doubt_of("the name of a role", *open);
      return;
    }
    if (name == nullptr || !name->is(Kind::String) || name->text.empty()) {
      files_.service.roles_doubt = XmlFields::unread(node, "the name of a role");
      return fault(node, "a role of the role profile has a \"name\" that is known");
    }
    model::CloudRole& role = files_.service.role_for(name->text, node.span);
    if (const Node* open = open_on(node, {"sku", "capacity"}))
      role.count_doubt = doubt_of("the number of its instances", *open);
    const Node* capacity = node.at({"sku", "capacity"});
    if (capacity == nullptr || capacity->is(Kind::Unknown)) return;
    std::int64_t value = 0;
    constexpr std::int64_t kMost = 10'000;
    const char* stop = capacity->text.data() + capacity->text.size();
    const auto [end, error] = std::from_chars(capacity->text.data(), stop, value);
    if (error != std::errc{} || end != stop || value < 0 || value > kMost) {
      role.count_doubt = XmlFields::unread(*capacity, "the number of its instances");
      return fault(*capacity,
                   fmt::format("\"capacity\" is \"{}\", not a whole number from 0 to {}", capacity->text, kMost));
    }
    role.instance_count = value;
    role.count_span = capacity->span;
  }

  void configuration(const Node& text) {
    if (text.is(Kind::Unknown)) files_.service.configuration_doubt = doubt_of("the service configuration", text);
    if (!text.is(Kind::String)) return;
    auto xml = embedded_xml(text);
    const bool fits = xml && xml->first == "ServiceConfiguration";
    if (!fits) files_.service.configuration_doubt = XmlFields::unread(text, "the service configuration");
    if (!xml) return fault(text, "\"configuration\": " + xml.error());
    if (!fits) return fault(text, fmt::format("\"configuration\" holds <{}>, not <ServiceConfiguration>", xml->first));
    // What the role profile says of the number of instances wins, as it does in Azure.
    const auto before = files_.service.roles;
    read_configuration(document_, xml->second, files_);
    for (const model::CloudRole& old : before)
      if (old.instance_count) files_.service.role_for(old.name, old.span).instance_count = old.instance_count;
  }

  // Something that may be the extension, for whatever roles and with whatever settings.
  void open_extension(std::string_view what, const Node& open) {
    model::RdpExtension out;
    out.doubt = out.roles_doubt = out.user_doubt = out.expiration_doubt = doubt_of(what, open);
    out.span = out.expiration_span = open.span;
    files_.service.extensions.push_back(std::move(out));
  }

  void extension(const Node& node) {
    if (const Node* open = open_on(node, {"properties"})) return open_extension("an extension", *open);
    const Node* properties = node.find("properties");
    if (properties == nullptr) return;
    model::RdpExtension out;
    for (const auto& [member, value] : {std::pair{"type", "RDP"}, {"publisher", "Microsoft.Windows.Azure.Extensions"}})
      if (const Node* open = open_on(*properties, {member}))
        out.doubt = doubt_of(fmt::format("the {} of an extension", member), *open);
      else if (!net::same_word(text_of(*properties, member), value))
        return;
    out.name = text_of(node, "name");
    out.span = out.expiration_span = node.span;
    if (const Node* roles = properties->find("rolesAppliedTo")) applied_to(*roles, out);
    if (const Node* settings = properties->find("settings"); settings != nullptr && !settings->is(Kind::Null))
      this->settings(*settings, out);
    else
      out.settings_known = false, out.unknown_why = "it has no \"settings\"";
    files_.service.extensions.push_back(std::move(out));
  }

  void applied_to(const Node& roles, model::RdpExtension& out) {
    const auto open = [&](const Node& value) {
      out.roles_doubt = doubt_of("what the remote desktop extension applies to", value);
    };
    // No list at all is every role; something else in its place is not.
    const auto odd = [&](const Node& value) {
      out.roles_doubt = XmlFields::unread(value, "what the remote desktop extension applies to");
      fault(value, "\"rolesAppliedTo\" is a list of names of roles");
    };
    if (roles.is(Kind::Unknown)) open(roles);
    if (!roles.is(Kind::Unknown) && !roles.is(Kind::Array) && !roles.is(Kind::Null)) odd(roles);
    for (const Node& role : roles.items())
      if (role.is(Kind::Unknown))
        open(role);
      else if (role.is(Kind::String))
        out.roles.push_back(role.text);
      else
        odd(role);
  }

  void settings(const Node& node, model::RdpExtension& out) {
    out.expiration_span = node.span;
    if (node.is(Kind::Object)) return values(node, out);
    if (node.is(Kind::Unknown)) {
      out.user_doubt = out.expiration_doubt = doubt_of("what the remote desktop extension is set to", node);
      return;
    }
    const auto xml =
        node.is(Kind::String) ? embedded_xml(node) : Embedded{tl::unexpected{std::string{"they are no text"}}};
    if (xml) return values(xml->second, out);
    out.settings_known = false;
    out.unknown_why = xml.error();
    out.user_doubt = out.expiration_doubt = model::Doubt{"the settings of the remote desktop extension cannot be read",
                                                         model::Reason::InvalidRule, node.span};
    fault(node, "settings of the remote desktop extension: " + xml.error());
  }

  static void values(const Node& config, model::RdpExtension& out) {
    if (const Node* open = open_on(config, {"UserName"}))
      out.user_doubt = doubt_of("the user name of the remote desktop extension", *open);
    else
      out.user_name = text_of(config, "UserName");
    if (const Node* open = open_on(config, {"Expiration"}))
      out.expiration_doubt = doubt_of("the Expiration of the remote desktop extension", *open);
    else if (const Node* expiration = config.find("Expiration"))
      out.expiration = expiration->text;
  }

  // Addresses of an internal balancer; public ones are given out by Azure, and only their resources are named.
  void frontends(const Node& properties) {
    const Node* balancers = properties.at({"networkProfile", "loadBalancerConfigurations"});
    if (balancers == nullptr) return;
    for (const Node& balancer : balancers->items()) {
      const Node* list = balancer.at({"properties", "frontendIPConfigurations"});
      if (list == nullptr) list = balancer.at({"properties", "frontendIpConfigurations"});
      if (list == nullptr) continue;
      for (const Node& each : list->items()) {
        if (const Node* id = each.at({"properties", "publicIPAddress", "id"}); id != nullptr && id->is(Kind::String))
          files_.service.public_addresses.push_back(id->text);
        const Node* address = each.at({"properties", "privateIPAddress"});
        const auto parsed = address != nullptr ? net::parse_address(address->text) : std::nullopt;
        if (parsed) files_.service.frontends.push_back(*parsed);
      }
    }
  }

  const Document& document_;
  CloudFiles& files_;
};

}  // namespace

bool is_cloud_resource(const Node& root) {
  return root.is(Kind::Object) && net::same_word(text_of(root, "type"), "Microsoft.Compute/cloudServices");
}

void read_cloud_resource(const Document& document, const Node& resource, CloudFiles& files) {
  ResourceReader{document, files}.read(resource);
}

}  // namespace nsgcheck::io
