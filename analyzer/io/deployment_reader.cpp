// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/deployment_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

void read_distribution(DeploymentFields& fields, const Node& balancer) {
  model::Distribution& out = fields.deployment().balancer.distribution;
  const auto word = fields.text(balancer, "distribution");
  if (!word) {
    fields.assume("distribution-default");
  } else if (*word == "source-ip") {
    out = model::Distribution::SourceIp;
  } else if (*word == "source-ip-protocol") {
    out = model::Distribution::SourceIpProtocol;
  } else if (*word != "five-tuple") {
    fields.fault(*balancer.find("distribution"),
                 fmt::format("\"{}\" is none of five-tuple, source-ip, source-ip-protocol", *word));
  }
}

void read_probe(DeploymentFields& fields, const Node* node) {
  if (!DeploymentFields::given(node)) return fields.assume("probe-default");
  if (!fields.object(*node, "a probe", {"protocol", "port", "path"})) return;
  const auto protocol = fields.text(*node, "protocol");
  if (protocol && !net::same_word(*protocol, "http") && !net::same_word(*protocol, "tcp"))
    fields.fault(*node->find("protocol"), fmt::format("\"{}\" is neither http nor tcp", *protocol));
  if (const auto port = fields.port(*node, "port"))
    fields.deployment().balancer.probe_port = *port;
  else
    fields.assume("probe-default");
}

void read_balancer(DeploymentFields& fields, const Node* node) {
  Node empty;
  empty.kind = Node::Kind::Object;
  const Node& object = DeploymentFields::given(node) ? *node : empty;
  if (!fields.object(object, "a load balancer",
                     {"frontends", "frontendPort", "distribution", "idleTimeoutMinutes", "probe"}))
    return;
  model::LoadBalancer& out = fields.deployment().balancer;
  fields.each_text(object, "frontends", true, [&](const Node& item) {
    if (const auto one = fields.address(item)) out.frontends.push_back(*one);
  });
  if (out.frontends.empty()) fields.assume("no-frontend");
  if (const auto port = fields.port(object, "frontendPort"))
    out.frontend_port = *port;
  else
    fields.assume("frontend-port-default");
  read_distribution(fields, object);
  constexpr std::int64_t kLongest = 120;
  if (const auto minutes = fields.number(object, "idleTimeoutMinutes", 1, kLongest)) {
    out.idle_timeout_minutes = *minutes;
    out.idle_timeout_span = object.find("idleTimeoutMinutes")->span;
  } else {
    fields.assume("idle-timeout-default");
  }
  read_probe(fields, object.find("probe"));
}

void read_enabled_roles(DeploymentFields& fields, const Node& node) {
  if (!DeploymentFields::given(node.find("roles"))) return;
  model::RemoteDesktop& out = fields.deployment().remote_desktop;
  out.all_roles = false;
  fields.each_text(node, "roles", true, [&](const Node& item) {
    if (item.text == "*") {
      out.all_roles = true;
      return;
    }
    bool known = false;
    for (const model::Role& role : fields.deployment().roles) known = known || net::same_word(role.name, item.text);
    if (!known) fields.fault(item, fmt::format("no role is called \"{}\"", item.text));
    out.roles.push_back(item.text);
  });
}

void read_remote_desktop(DeploymentFields& fields, const Node* node) {
  if (!DeploymentFields::given(node)) return fields.assume("remote-desktop-default");
  if (!fields.object(*node, "remote desktop",
                     {"mode", "roles", "userName", "expiration", "certificate", "networkLevelAuthentication"}))
    return;
  model::RemoteDesktop& out = fields.deployment().remote_desktop;
  if (const auto mode = fields.text(*node, "mode")) {
    if (net::same_word(*mode, "plugin"))
      out.mode = model::RemoteDesktopMode::Plugin;
    else if (!net::same_word(*mode, "extension"))
      fields.fault(*node->find("mode"), fmt::format("\"{}\" is neither extension nor plugin", *mode));
  }
  read_enabled_roles(fields, *node);
  out.user_name = fields.text(*node, "userName").value_or("");
  out.network_level_authentication = fields.flag(*node, "networkLevelAuthentication");
  const auto expiration = fields.text(*node, "expiration");
  if (!expiration) return;
  out.expiration = parse_expiration(*expiration);
  out.expiration_unreadable = !out.expiration;
  if (out.expiration_unreadable) fields.assume("expiration-unreadable");
}

}  // namespace

bool is_deployment_file(const Node& root) {
  if (!root.is(Node::Kind::Object) || root.find("resources") != nullptr) return false;
  constexpr std::array<std::string_view, 5> kOwn{"roles", "virtualNetwork", "loadBalancer", "remoteDesktop", "nsgs"};
  return std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view key) { return has_exactly(root, key); });
}

DeploymentFile read_deployment(const Document& document, bool roles_elsewhere) {
  DeploymentFile file;
  DeploymentFields fields{document, file};
  const Node& root = document.root;
  if (!fields.object(root, "a deployment file",
                     {"name", "nsgs", "forwarderPort", "virtualNetwork", "loadBalancer", "roles", "remoteDesktop",
                      "serviceTags", "applicationSecurityGroups", "adminRules", "$schema"}))
    return file;
  for (const DuplicateKey& twice : document.duplicates)
    file.errors.push_back({document.file, position_of(document, twice.span),
                           fmt::format("key \"{}\" is there twice in one object", twice.key)});
  file.deployment.name = fields.text(root, "name").value_or("");
  file.deployment.network = model::default_context();
  fields.each_text(root, "nsgs", true, [&](const Node& item) { file.nsg_files.push_back(item.text); });
  if (file.nsg_files.empty()) fields.assume("no-nsg");
  file.service_tags = fields.text(root, "serviceTags").value_or("");
  if (const auto port = fields.port(root, "forwarderPort"))
    file.deployment.forwarder_port = *port;
  else
    fields.assume("forwarder-port-default");
  read_network(fields, root.find("virtualNetwork"));
  read_balancer(fields, root.find("loadBalancer"));
  read_security_groups(fields, root.find("applicationSecurityGroups"));
  if (!roles_elsewhere || DeploymentFields::given(root.find("roles"))) read_roles(fields, root);
  read_remote_desktop(fields, root.find("remoteDesktop"));
  read_admin_rules(fields, root);
  return file;
}

}  // namespace nsgcheck::io
