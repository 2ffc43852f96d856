// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/deployment_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "analyzer/io/rule_reader.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using Kind = Node::Kind;

// "2027-01-01", "2027-01-01T00:00:00Z", "...T00:00:00.0000000-08:00" to seconds since 1970.
std::optional<std::int64_t> parse_time(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t digits) -> std::optional<int> {
    int value = 0;
    if (at + digits > text.size()) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + digits, value);
    return error == std::errc{} && end == text.data() + at + digits ? std::optional{value} : std::nullopt;
  };
  const auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  std::int64_t seconds = std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86400};
  if (text.size() == 10) return seconds;
  const auto hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!hour || !minute || !second || text[10] != 'T' || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  seconds += *hour * 3600 + *minute * 60 + *second;
  std::size_t at = 19;
  if (at < text.size() && text[at] == '.') at = text.find_first_not_of("0123456789", at + 1);
  if (at >= text.size() || text.substr(at) == "Z") return seconds;
  const auto offset_hour = number(at + 1, 2), offset_minute = number(at + 4, 2);
  if ((text[at] != '+' && text[at] != '-') || !offset_hour || !offset_minute || at + 6 != text.size())
    return std::nullopt;
  const std::int64_t offset = *offset_hour * 3600 + *offset_minute * 60;
  return text[at] == '+' ? seconds - offset : seconds + offset;
}

/// Walks the file and notes faults where they stand.
class Reader {
 public:
  explicit Reader(const Document& document) : document_{document} {}

  DeploymentFile run() {
    const Node& root = document_.root;
    if (!root.is(Kind::Object)) {
      fault(root, "a deployment file is a JSON object");
      return std::move(file_);
    }
    check_keys(root, {"name", "nsgs", "forwarderPort", "virtualNetwork", "loadBalancer", "roles", "remoteDesktop",
                      "serviceTags", "applicationSecurityGroups", "adminRules", "$schema"});
    deployment().name = text(root, "name").value_or("");
    deployment().network = model::default_context();
    each(root, "nsgs", [&](const Node& item) { file_.nsg_files.push_back(item.text); });
    file_.service_tags = text(root, "serviceTags").value_or("");
    forwarder(root);
    network(root.find("virtualNetwork"));
    balancer(root.find("loadBalancer"));
    groups(root.find("applicationSecurityGroups"));
    roles(root);
    remote_desktop(root.find("remoteDesktop"));
    admin_rules(root);
    return std::move(file_);
  }

 private:
  model::Deployment& deployment() { return file_.deployment; }
  void assume(std::string code) { deployment().assumptions.push_back(std::move(code)); }
  void fault(const Node& node, std::string message) {
    file_.errors.push_back({document_.file, position_of(document_, node.span), std::move(message)});
  }

  static bool given(const Node* node) { return node != nullptr && !node->is(Kind::Null); }

  void check_keys(const Node& object, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : object.members) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      std::string list;
      for (const std::string_view one : known)
        if (one != "$schema") list += (list.empty() ? "" : ", ") + std::string{one};
      fault(value, fmt::format("\"{}\" is no key here; known are {}", key, list));
    }
  }

  std::optional<std::string> text(const Node& object, std::string_view key) {
    const Node* node = object.find(key);
    if (!given(node)) return std::nullopt;
    if (node->is(Kind::String)) return node->text;
    fault(*node, fmt::format("\"{}\" is no text", key));
    return std::nullopt;
  }

  std::optional<bool> flag(const Node& object, std::string_view key) {
    const Node* node = object.find(key);
    if (!given(node)) return std::nullopt;
    if (node->is(Kind::Bool)) return node->boolean;
    fault(*node, fmt::format("\"{}\" is neither true nor false", key));
    return std::nullopt;
  }

  std::optional<std::int64_t> number(const Node& object, std::string_view key, std::int64_t low, std::int64_t high) {
    const Node* node = object.find(key);
    if (!given(node)) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(node->text.data(), node->text.data() + node->text.size(), value);
    const bool whole = node->is(Kind::Number) && error == std::errc{} && end == node->text.data() + node->text.size();
    if (whole && value >= low && value <= high) return value;
    fault(*node, fmt::format("\"{}\" is {}, not a whole number from {} to {}", key,
                             node->text.empty() ? "of another type" : node->text, low, high));
    return std::nullopt;
  }

  std::optional<net::Port> port(const Node& object, std::string_view key) {
    const auto value = number(object, key, 1, 65535);
    return value ? std::optional{static_cast<net::Port>(*value)} : std::nullopt;
  }

  template <class Visit>
  void each(const Node& object, std::string_view key, Visit visit) {
    const Node* list = object.find(key);
    if (!given(list)) return;
    if (!list->is(Kind::Array)) return fault(*list, fmt::format("\"{}\" is no list", key));
    for (const Node& item : list->items) visit(item);
  }

  std::optional<net::AnyPrefix> prefix(const Node& node) {
    const auto parsed = node.is(Kind::String) ? net::parse_prefix(node.text) : std::nullopt;
    if (!parsed)
      fault(node, fmt::format("\"{}\" is no CIDR block", node.text));
    else if (parsed->host_bits)
      fault(node, fmt::format("\"{}\" has bits set below its prefix length", node.text));
    return parsed ? std::optional{parsed->prefix} : std::nullopt;
  }

  std::optional<net::IpAddress> address(const Node& node) {
    const auto parsed = node.is(Kind::String) ? net::parse_address(node.text) : std::nullopt;
    if (!parsed) fault(node, fmt::format("\"{}\" is no address", node.text));
    return parsed;
  }

  void forwarder(const Node& root) {
    if (const auto value = port(root, "forwarderPort"))
      deployment().forwarder_port = *value;
    else
      assume("forwarder-port-default");
  }

  void network(const Node* node) {
    if (!given(node)) return assume("virtual-network-default");
    check_keys(*node, {"addressPrefixes", "peers", "onPremises", "subnets"});
    net::AddressSet set;
    bool any = false;
    for (const std::string_view key : {"addressPrefixes", "peers", "onPremises"})
      each(*node, key, [&](const Node& item) {
        if (const auto one = prefix(item)) set = set | net::AddressSet::of(*one);
        any = true;
      });
    if (any) {
      // The host's address belongs to every VirtualNetwork (semantics 2).
      deployment().network.virtual_network = set | net::AddressSet::of(net::IpAddress{net::Ipv4{0xA83F8110}});
      deployment().network.virtual_network_assumed = false;
    } else {
      assume("virtual-network-default");
    }
    each(*node, "subnets", [&](const Node& item) { subnet(item); });
  }

  void subnet(const Node& node) {
    check_keys(node, {"name", "addressPrefix", "addressPrefixes", "nsg", "routes"});
    model::Subnet subnet;
    subnet.name = text(node, "name").value_or("");
    if (subnet.name.empty()) fault(node, "a subnet has a name");
    if (const Node* one = node.find("addressPrefix"); given(one))
      if (const auto block = prefix(*one)) subnet.prefixes.push_back(*block);
    each(node, "addressPrefixes", [&](const Node& item) {
      if (const auto block = prefix(item)) subnet.prefixes.push_back(*block);
    });
    each(node, "routes", [&](const Node& item) {
      const Node* block = item.find("addressPrefix");
      if (!given(block)) return fault(item, "a route has an addressPrefix");
      if (const auto one = prefix(*block)) subnet.routes.push_back({*one, text(item, "nextHop").value_or("")});
    });
    const std::size_t index = deployment().subnets.size();
    attach(node, index, std::nullopt);
    deployment().subnets.push_back(std::move(subnet));
  }

  void attach(const Node& node, std::optional<std::size_t> subnet,
              std::optional<std::pair<std::size_t, std::size_t>> instance) {
    const auto name = text(node, "nsg");
    if (name) file_.attachments.push_back({*name, node.find("nsg")->span, subnet, instance});
  }

  void balancer(const Node* node) {
    model::LoadBalancer& out = deployment().balancer;
    const Node empty{};
    const Node& object = given(node) ? *node : empty;
    check_keys(object, {"frontends", "frontendPort", "distribution", "idleTimeoutMinutes", "probe"});
    each(object, "frontends", [&](const Node& item) {
      if (const auto one = address(item)) out.frontends.push_back(*one);
    });
    if (out.frontends.empty()) assume("no-frontend");
    if (const auto value = port(object, "frontendPort"))
      out.frontend_port = *value;
    else
      assume("frontend-port-default");
    if (const auto word = text(object, "distribution"))
      distribution(*object.find("distribution"), *word);
    else
      assume("distribution-default");
    if (const auto value = number(object, "idleTimeoutMinutes", 1, 120))
      out.idle_timeout_minutes = *value;
    else
      assume("idle-timeout-default");
    const Node* probe = object.find("probe");
    if (!given(probe)) return assume("probe-default");
    check_keys(*probe, {"protocol", "port", "path"});
    if (const auto value = port(*probe, "port"))
      out.probe_port = *value;
    else
      assume("probe-default");
  }

  void distribution(const Node& node, const std::string& word) {
    model::Distribution& out = deployment().balancer.distribution;
    if (word == "five-tuple")
      out = model::Distribution::FiveTuple;
    else if (word == "source-ip")
      out = model::Distribution::SourceIp;
    else if (word == "source-ip-protocol")
      out = model::Distribution::SourceIpProtocol;
    else
      fault(node, fmt::format("\"{}\" is none of five-tuple, source-ip, source-ip-protocol", word));
  }

  void groups(const Node* node) {
    if (!given(node)) return;
    for (const auto& [name, list] : node->members) {
      net::AddressSet members;
      if (!list.is(Kind::Array)) {
        fault(list, fmt::format("the members of \"{}\" are no list", name));
        continue;
      }
      for (const Node& item : list.items)
        if (const auto one = address(item)) members = members | net::AddressSet::of(*one);
      deployment().network.asg_members[net::lower(name)] = members;
    }
  }

  void roles(const Node& root) {
    const Node* list = root.find("roles");
    if (!given(list)) return fault(root, "a deployment has \"roles\"");
    each(root, "roles", [&](const Node& item) { role(item); });
    if (states_missing_) assume("instance-state-default");
  }

  void role(const Node& node) {
    check_keys(node, {"name", "remoteForwarder", "remoteAccess", "subnet", "instances"});
    model::Role role;
    role.span = node.span;
    role.name = text(node, "name").value_or("");
    if (role.name.empty()) fault(node, "a role has a name");
    role.remote_forwarder = flag(node, "remoteForwarder").value_or(false);
    role.remote_access = flag(node, "remoteAccess").value_or(false);
    if (const auto name = text(node, "subnet")) {
      const auto& subnets = deployment().subnets;
      const auto found = std::find_if(subnets.begin(), subnets.end(),
                                      [&](const model::Subnet& s) { return net::same_word(s.name, *name); });
      if (found == subnets.end())
        fault(*node.find("subnet"), fmt::format("no subnet is called \"{}\"", *name));
      else
        role.subnet = static_cast<std::size_t>(found - subnets.begin());
    } else if (deployment().subnets.size() == 1) {
      role.subnet = 0;
    }
    const std::size_t index = deployment().roles.size();
    each(node, "instances", [&](const Node& item) { instance(item, index, role); });
    deployment().roles.push_back(std::move(role));
  }

  void instance(const Node& node, std::size_t role_index, model::Role& role) {
    check_keys(node, {"name", "address", "nsg", "state", "forwarder"});
    model::Instance instance;
    instance.span = node.span;
    instance.name = text(node, "name").value_or("");
    if (instance.name.empty()) fault(node, "an instance has a name");
    const Node* at = node.find("address");
    if (!given(at))
      fault(node, "an instance has an address");
    else if (at->is(Kind::Array)) {
      for (const Node& item : at->items)
        if (const auto one = address(item)) instance.addresses.push_back(*one);
    } else if (const auto one = address(*at)) {
      instance.addresses.push_back(*one);
    }
    state(node, instance);
    if (const auto word = text(node, "forwarder")) {
      instance.forwarder_crashed = net::same_word(*word, "crashed");
      if (!instance.forwarder_crashed && !net::same_word(*word, "running"))
        fault(*node.find("forwarder"), fmt::format("\"{}\" is neither running nor crashed", *word));
    }
    attach(node, std::nullopt, std::pair{role_index, role.instances.size()});
    role.instances.push_back(std::move(instance));
  }

  void state(const Node& node, model::Instance& instance) {
    const auto word = text(node, "state");
    if (!word) {
      states_missing_ = true;
    } else if (net::same_word(*word, "Busy")) {
      instance.state = model::InstanceState::Busy;
    } else if (net::same_word(*word, "Stopped")) {
      instance.state = model::InstanceState::Stopped;
    } else if (!net::same_word(*word, "Ready")) {
      fault(*node.find("state"), fmt::format("\"{}\" is none of Ready, Busy, Stopped", *word));
    }
  }

  void remote_desktop(const Node* node) {
    if (!given(node)) return assume("remote-desktop-default");
    check_keys(*node, {"mode", "roles", "userName", "expiration", "certificate"});
    model::RemoteDesktop& out = deployment().remote_desktop;
    if (given(node->find("roles"))) {
      out.all_roles = false;
      each(*node, "roles", [&](const Node& item) {
        if (item.text == "*")
          out.all_roles = true;
        else
          out.roles.push_back(item.text);
      });
    }
    const auto expiration = text(*node, "expiration");
    if (!expiration) return;
    out.expiration = parse_time(*expiration);
    if (out.expiration) return;
    // Blank or unreadable: the agent makes no account, so every time is after its end.
    out.expiration = std::numeric_limits<std::int64_t>::min();
    fault(*node->find("expiration"), fmt::format("\"{}\" is no time such as 2027-01-01T00:00:00Z", *expiration));
  }

  void admin_rules(const Node& root) {
    each(root, "adminRules", [&](const Node& item) {
      check_keys(item, {"name", "priority", "direction", "access", "protocol", "sources", "sourcePorts", "destinations",
                        "destinationPorts"});
      model::AdminRule admin;
      const std::string access = text(item, "access").value_or("");
      admin.always_allow = net::same_word(access, "AlwaysAllow");
      model::SecurityRule& rule = admin.rule;
      rule.name = text(item, "name").value_or("");
      rule.span = rule.name_span = item.span;
      rule.priority.value = number(item, "priority", 1, 4096);
      rule.access.value = admin.always_allow ? std::optional{model::Access::Allow} : model::parse_access(access);
      if (!rule.access.value) fault(item, fmt::format("access \"{}\" is none of Allow, AlwaysAllow, Deny", access));
      rule.direction.value = model::parse_direction(text(item, "direction").value_or(""));
      if (!rule.direction.value) fault(item, "an admin rule has a direction, Inbound or Outbound");
      rule.protocol.value = model::parse_protocols(text(item, "protocol").value_or("Any"));
      if (!rule.protocol.value) fault(item, "the protocol of an admin rule is Tcp, Udp, Icmp, Esp, Ah or Any");
      rule.sources = addresses(item, "sources");
      rule.destinations = addresses(item, "destinations");
      rule.source_ports = ports(item, "sourcePorts");
      rule.destination_ports = ports(item, "destinationPorts");
      deployment().admin_rules.push_back(std::move(admin));
    });
  }

  // A list that is missing or empty means any in an admin rule.
  std::vector<model::AddressItem> addresses(const Node& rule, std::string_view key) {
    std::vector<model::AddressItem> out;
    each(rule, key, [&](const Node& item) { out.push_back(model::parse_address_item(item.text, item.span, false)); });
    if (out.empty()) out.push_back(model::parse_address_item("*", rule.span, false));
    return out;
  }
  std::vector<model::PortItem> ports(const Node& rule, std::string_view key) {
    std::vector<model::PortItem> out;
    each(rule, key, [&](const Node& item) {
      for (model::PortItem& one : model::parse_port_items(item.text, item.span, false)) out.push_back(std::move(one));
    });
    if (out.empty()) out = model::parse_port_items("*", rule.span, false);
    return out;
  }

  const Document& document_;
  DeploymentFile file_;
  bool states_missing_{};
};

}  // namespace

DeploymentFile read_deployment(const Document& document) { return Reader{document}.run(); }

void attach_nsgs(DeploymentFile& file, std::vector<model::Nsg> nsgs, const Document& document) {
  model::Deployment& deployment = file.deployment;
  deployment.nsgs = std::move(nsgs);
  for (const DeploymentFile::Attachment& attachment : file.attachments) {
    const auto found = std::find_if(deployment.nsgs.begin(), deployment.nsgs.end(),
                                    [&](const model::Nsg& nsg) { return net::same_word(nsg.name, attachment.nsg); });
    if (found == deployment.nsgs.end()) {
      file.errors.push_back({document.file, position_of(document, attachment.span),
                             fmt::format("no NSG of the files in \"nsgs\" is called \"{}\"", attachment.nsg)});
      continue;
    }
    const auto index = static_cast<std::size_t>(found - deployment.nsgs.begin());
    if (attachment.subnet) deployment.subnets[*attachment.subnet].nsg = index;
    if (attachment.instance)
      deployment.roles[attachment.instance->first].instances[attachment.instance->second].nsg = index;
  }
  if (!file.attachments.empty() || deployment.nsgs.size() != 1) return;
  for (model::Subnet& subnet : deployment.subnets) subnet.nsg = 0;
  if (!deployment.subnets.empty()) return;
  // No subnet is described: the one NSG stands before every instance.
  for (model::Role& role : deployment.roles)
    for (model::Instance& instance : role.instances) instance.nsg = 0;
}

}  // namespace nsgcheck::io
