// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/cloud_service.hpp"
#include "analyzer/model/doubt.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/model/nsg.hpp"

namespace nsgcheck::model {

/// What Azure says of an instance; only Ready ones get traffic from the balancer.
enum class InstanceState : std::uint8_t { Ready, Busy, Stopped };

struct Instance {
  std::string name;
  std::vector<net::IpAddress> addresses;  ///< at most one of each family is used: the first
  /// Where its address lies when no input gives it; `addresses` then holds one of them that stands for all. Verdicts
  /// hold for every address in it, or are unknown. Empty: the address is given.
  net::AddressSet space;
  std::optional<std::size_t> nsg;  ///< its NIC's NSG, an index into Deployment::nsgs
  InstanceState state{InstanceState::Ready};
  bool forwarder_crashed{};  ///< the guest agent's probe does not see that: it stays in the pool
  SourceSpan span;

  /// Its address of that family.
  [[nodiscard]] std::optional<net::IpAddress> address(net::Family family) const;
};

/// The account that the remote desktop agent makes on the instances of a role.
struct Account {
  std::string user_name;                   ///< "" when not given
  std::optional<std::int64_t> expiration;  ///< seconds since 1970, UTC; empty: the account does not expire
  std::string missing;                     ///< why the agent makes none, a sentence without full stop; "": it does
  std::optional<Doubt> user_doubt;         ///< `user_name` is not known, nor whether there is one
  std::optional<Doubt> expiration_doubt;   ///< `expiration` is not known, nor whether it is a date
};

struct Role {
  std::string name;
  bool remote_forwarder{};
  bool remote_access{};
  std::optional<Doubt> access_doubt;        ///< it may be without remote desktop although `remote_access` is set
  std::optional<std::size_t> subnet;        ///< index into Deployment::subnets
  std::optional<Account> account;           ///< its own; empty: that of the deployment
  std::optional<std::size_t> endpoint_acl;  ///< before its forwarders; index into Deployment::endpoint_acls
  /// Names of the roles that may connect to its remote desktop (network traffic rules); empty: every role may.
  std::optional<std::vector<std::string>> desktop_sources;
  std::vector<Instance> instances;
  SourceSpan span;
};

struct Route {
  net::AnyPrefix prefix;
  std::string next_hop;
};

struct Subnet {
  std::string name;
  std::vector<net::AnyPrefix> prefixes;
  std::optional<std::size_t> nsg;  ///< index into Deployment::nsgs
  std::vector<Route> routes;       ///< user-defined; their prefixes belong to VirtualNetwork here (semantics 2)
};

enum class Distribution : std::uint8_t { FiveTuple, SourceIp, SourceIpProtocol };

struct LoadBalancer {
  std::vector<net::IpAddress> frontends;
  net::Port frontend_port{3389};
  Distribution distribution{Distribution::FiveTuple};
  std::int64_t idle_timeout_minutes{4};
  SourceSpan idle_timeout_span;  ///< where an input gives it; not known: it is Azure's default
  net::Port probe_port{16001};
};

/// A security admin rule of the network manager: looked at before NSGs. AlwaysAllow delivers without them.
struct AdminRule {
  SecurityRule rule;
  bool always_allow{};
};

/// How remote desktop was enabled: by the imports of the service definition, or by the extension.
enum class RemoteDesktopMode : std::uint8_t { Plugin, Extension };

struct RemoteDesktop {
  RemoteDesktopMode mode{RemoteDesktopMode::Extension};
  bool all_roles{true};
  std::vector<std::string> roles;          ///< when not all
  std::string user_name;                   ///< "" when not given
  std::optional<std::int64_t> expiration;  ///< seconds since 1970, UTC; empty: the account does not expire
  bool expiration_unreadable{};            ///< blank or no date: the agent then makes no account at all
  /// Whether instances take only clients that log in before the session (NLA, CredSSP); empty: not given.
  std::optional<bool> network_level_authentication;
};

/// A Cloud Service with its network, as far as remote desktop to a named instance depends on it.
struct Deployment {
  std::string name;
  net::Port forwarder_port{20000};
  LoadBalancer balancer;
  std::vector<Subnet> subnets;
  std::vector<Role> roles;
  RemoteDesktop remote_desktop;
  std::vector<AdminRule> admin_rules;
  std::vector<Nsg> nsgs;           ///< with defaults
  std::vector<Nsg> endpoint_acls;  ///< access control lists of public endpoints as lists of inbound rules, complete
  /// The files do not say which role the forwarders belong to: those of every role with remote desktop may be them.
  bool forwarder_role_open{};
  std::optional<CloudService> service;  ///< what the files of the Cloud Service say, where there are some
  NetworkContext network;               ///< of the virtual network, without user-defined routes
  /// Codes of the defaults that were used and of what is doubtful, e.g. "forwarder-port-default"; each once.
  std::vector<std::string> assumptions;

  std::optional<Doubt> roles_doubt;  ///< there are roles or instances, or may be, that are not in `roles`
  /// Which machines take the connections of clients, or on which port: no way through the balancer is certain.
  std::optional<Doubt> forwarder_doubt;

  /// The account of the instances of a role: its own, else the one for all.
  [[nodiscard]] Account account_of(const Role& role) const;
  /// The network as a subnet sees it: VirtualNetwork holds the prefixes of its user-defined routes, too.
  [[nodiscard]] NetworkContext context(std::optional<std::size_t> subnet) const;
};

/// Makes each NSG of which it is not known whether it is deployed (Nsg::conditions) one that may be missing, as
/// perhaps_missing(): what passes only with it, or only without it, is unknown then.
void doubt_conditional_nsgs(Deployment& deployment);
/// A rule that stands for whatever others a list may hold: it matches anything or nothing, in any order.
[[nodiscard]] SecurityRule any_rule(std::string name, Reason reason, SourceSpan span);
/// A group of which only the name is known, with defaults.
[[nodiscard]] Nsg unknown_nsg(std::string name, Reason reason);

/// Something wrong with a deployment that a user should know whatever is asked.
struct DeploymentFinding {
  std::string code;  ///< "two-forwarder-roles"
  std::string text;  ///< one sentence
};
[[nodiscard]] std::vector<DeploymentFinding> findings(const Deployment& deployment);

/// What an assumption code of a deployment means, in a sentence.
[[nodiscard]] std::string_view assumption_text(std::string_view code);

}  // namespace nsgcheck::model
