// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/cloud_acl.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using model::SourceSpan;

constexpr std::int64_t kLast = 1LL << 40;

model::SecurityRule inbound(std::string name, SourceSpan span, std::int64_t priority, bool permit) {
  model::SecurityRule out = model::default_rules().front();
  out.name = std::move(name);
  out.span = out.name_span = span;
  out.origin = model::Origin::User;
  out.priority.value = priority;
  out.direction.value = net::Direction::Inbound;
  out.access.value = permit ? model::Access::Allow : model::Access::Deny;
  out.protocol.value = net::all_protocols();
  out.sources = out.destinations = {{model::AnyAddress{}, "*", {}, false, false}};
  out.source_ports = out.destination_ports = {{model::AnyPort{}, "*", {}, false, false}};
  return out;
}

// Whoever no line names is denied as soon as one line permits; with denies alone, or no line, everybody else is let in.
model::Nsg as_rules(const model::AccessControl& list) {
  model::Nsg out;
  out.name = list.name;
  out.span = list.span;
  for (const model::AccessRule& line : list.rules) {
    const std::string text = std::visit([](const auto& prefix) { return net::to_string(prefix); }, line.remote_subnet);
    model::SecurityRule rule =
        inbound(line.description.empty() ? (line.permit ? "permit " : "deny ") + text : line.description, line.span,
                line.order, line.permit);
    rule.sources = {{model::Block{line.remote_subnet, false}, text, line.span, false, false}};
    out.rules.push_back(std::move(rule));
  }
  if (list.doubt)
    out.rules.push_back(model::any_rule("a line that cannot be read", list.doubt->reason, list.doubt->span));
  const bool permits = list.doubt || std::any_of(list.rules.begin(), list.rules.end(),
                                                 [](const model::AccessRule& line) { return line.permit; });
  out.rules.push_back(inbound(permits ? "everybody else" : "everybody", list.span, kLast, !permits));
  return out;
}

// Whatever it may let in.
model::Nsg unknown_list(const model::EndpointAcl& acl) {
  model::Nsg out;
  out.name = acl.access_control.empty() ? "an access control that is not known" : acl.access_control;
  out.span = acl.span;
  out.rules = {model::any_rule("its lines", model::Reason::InvalidRule, acl.span),
               inbound("everybody", acl.span, kLast, false)};
  return out;
}

}  // namespace

void attach_acls(const model::CloudService& service, model::Deployment& deployment) {
  if (deployment.remote_desktop.mode == model::RemoteDesktopMode::Extension) return;
  for (const model::EndpointAcl& acl : service.endpoint_acls) {
    // Of one that does not say where it stands any forwarder may have it.
    if (!acl.endpoint.empty() && !net::same_word(acl.endpoint, model::kRdpInput)) continue;
    const auto list = std::find_if(service.access_controls.begin(), service.access_controls.end(),
                                   [&](const auto& one) { return net::same_word(one.name, acl.access_control); });
    const bool known = !acl.endpoint.empty() && !acl.role.empty() && list != service.access_controls.end();
    bool any = false;
    for (model::Role& role : deployment.roles) {
      if (!acl.role.empty() && !net::same_word(role.name, acl.role)) continue;
      role.endpoint_acl = deployment.endpoint_acls.size();
      any = true;
    }
    if (any) deployment.endpoint_acls.push_back(known ? as_rules(*list) : unknown_list(acl));
  }
}

void limit_desktop_sources(const model::CloudService& service, model::Deployment& deployment) {
  for (model::Role& role : deployment.roles)
    for (const model::TrafficRule& rule : service.traffic_rules) {
      const bool about = std::any_of(rule.destinations.begin(), rule.destinations.end(), [&](const auto& one) {
        return net::same_word(one.role, role.name) && net::same_word(one.endpoint, model::kRdpInternal);
      });
      if (!about) continue;
      if (rule.doubt && !role.access_doubt) role.access_doubt = rule.doubt;
      if (!role.desktop_sources) role.desktop_sources.emplace();
      role.desktop_sources->insert(role.desktop_sources->end(), rule.from_roles.begin(), rule.from_roles.end());
    }
}

}  // namespace nsgcheck::io
