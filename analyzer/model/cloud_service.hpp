// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/doubt.hpp"
#include "analyzer/model/source_span.hpp"
#include "analyzer/net/address.hpp"
#include "analyzer/net/port_set.hpp"
#include "analyzer/net/prefix.hpp"

namespace nsgcheck::model {

// What the files of a Cloud Service say, before anything is concluded from them (azure-rdp 1 and 3). Names compare
// without regard to case.

/// The names that the remote desktop plugins give (azure-rdp 1.1, 3.1).
inline constexpr std::string_view kRemoteAccess = "RemoteAccess";
inline constexpr std::string_view kRemoteForwarder = "RemoteForwarder";
inline constexpr std::string_view kRdpInput = "Microsoft.WindowsAzure.Plugins.RemoteForwarder.RdpInput";
inline constexpr std::string_view kRdpInternal = "Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp";
inline constexpr std::string_view kForwarderEnabled = "Microsoft.WindowsAzure.Plugins.RemoteForwarder.Enabled";
inline constexpr std::string_view kAccessEnabled = "Microsoft.WindowsAzure.Plugins.RemoteAccess.Enabled";
inline constexpr std::string_view kAccountName = "Microsoft.WindowsAzure.Plugins.RemoteAccess.AccountUsername";
inline constexpr std::string_view kAccountPassword =
    "Microsoft.WindowsAzure.Plugins.RemoteAccess.AccountEncryptedPassword";
inline constexpr std::string_view kAccountExpiration = "Microsoft.WindowsAzure.Plugins.RemoteAccess.AccountExpiration";
inline constexpr std::string_view kPasswordCertificate =
    "Microsoft.WindowsAzure.Plugins.RemoteAccess.PasswordEncryption";

enum class EndpointKind : std::uint8_t { Input, InstanceInput, Internal };

struct Endpoint {
  std::string name;
  EndpointKind kind{EndpointKind::Input};
  std::string protocol;                 ///< as written: "tcp", "http", ...
  std::optional<net::Port> port;        ///< public port of an input endpoint, own port of an internal one
  net::Port port_end{};                 ///< InstanceInput: the last public port, `port` is the first
  std::optional<net::Port> local_port;  ///< where instances listen, when it is fixed and not `port`
  bool automatic_port{};                ///< the fabric chooses where instances listen (azure-rdp 1.2, E6)
  std::optional<Doubt> doubt;           ///< a port of it is not known
  std::string probe;                    ///< name of its load balancer probe, "" for the guest agent's
  SourceSpan span;
};

/// Whether instances listen on a TCP port for the endpoint, by what its definition fixes (azure-rdp 1.2, E6).
[[nodiscard]] bool listens_on(const Endpoint& endpoint, net::Port port);

/// A name with a value: a setting, or one that only has a name.
struct NamedValue {
  std::string name;
  std::string value;
  SourceSpan span;
};

struct CertificateReference {
  std::string name;
  std::string thumbprint;  ///< as written
  std::string algorithm;
  SourceSpan span;
};

/// A role as definition and configuration show it together.
struct CloudRole {
  std::string name;
  bool defined{};                   ///< a service definition has it
  bool configured{};                ///< a service configuration has it
  SourceSpan span;                  ///< in the definition, else in the configuration
  std::optional<Doubt> doubt;       ///< a part of what switches remote desktop on or off is not known
  std::vector<NamedValue> imports;  ///< plugin modules; no values
  std::vector<Endpoint> endpoints;
  std::vector<NamedValue> startup_tasks;  ///< name: command line, value: script text where it is at hand
  std::optional<std::int64_t> instance_count;
  std::optional<Doubt> count_doubt;  ///< why the number is not known although an input is about it
  SourceSpan count_span;
  std::vector<NamedValue> settings;
  std::vector<CertificateReference> certificates;
  std::vector<NamedValue> subnets;  ///< of the network configuration; no values

  [[nodiscard]] const NamedValue* setting(std::string_view setting_name) const;
  [[nodiscard]] const NamedValue* import(std::string_view module) const;
};

/// What public data shows to be wrong with the encrypted password of a role. Nothing is ever decrypted.
enum class PasswordFaultKind : std::uint8_t {
  Unreadable,       ///< no base64 of CMS enveloped data (RFC 5652)
  OtherRecipient,   ///< not for the certificate at hand, or the configuration names another
  Weak,             ///< cipher, key or signature
  CertificateEnds,  ///< expired, not yet valid, or at an end before the account is
};
struct PasswordFault {
  PasswordFaultKind kind{};
  std::string role;
  std::string message;  ///< no trailing full stop; quotes nothing of the password
  SourceSpan span;
  bool unknown{};  ///< it may be so
};

/// One line of an endpoint ACL (azure-rdp 1.4): low orders first.
struct AccessRule {
  std::int64_t order{};
  bool permit{};
  net::AnyPrefix remote_subnet;
  std::string description;
  SourceSpan span;
};
struct AccessControl {
  std::string name;
  std::vector<AccessRule> rules;
  std::optional<Doubt> doubt;  ///< it has further lines
  SourceSpan span;
};
/// "" for a part that cannot be read.
struct EndpointAcl {
  std::string role, endpoint, access_control;
  SourceSpan span;
};

/// `OnlyAllowTrafficTo`: the endpoints named take connections from the roles named only.
struct TrafficRule {
  struct Destination {
    std::string role, endpoint;
  };
  std::vector<Destination> destinations;
  std::vector<std::string> from_roles;
  std::optional<Doubt> doubt;  ///< others are named, too
  SourceSpan span;
};

/// The remote desktop extension (azure-rdp 3.2). More than one may be there, for different roles.
struct RdpExtension {
  std::string name;
  std::vector<std::string> roles;  ///< empty: all
  std::string user_name;
  std::optional<std::string> expiration;  ///< as written; empty: not given
  bool settings_known{true};              ///< false: they are not in the input
  std::string unknown_why;                ///< then why, a sentence without full stop
  std::optional<Doubt> doubt;             ///< it may be absent, or another extension
  std::optional<Doubt> roles_doubt;       ///< it may apply to others than `roles`, too
  std::optional<Doubt> user_doubt;        ///< `user_name` is not known
  std::optional<Doubt> expiration_doubt;  ///< `expiration` is not known
  SourceSpan span;
  SourceSpan expiration_span;

  /// Without a doubt of where it applies. The extension itself may be in doubt.
  [[nodiscard]] bool applies_to(std::string_view role) const;
};

/// An instance as a running deployment shows it (topology file, Get Deployment).
struct RunningInstance {
  std::string role, name;
  std::optional<net::IpAddress> address;
  std::string status;                       ///< "ReadyRole", "BusyRole", ...; "" when not said
  std::optional<net::Port> forwarder_port;  ///< local port of RdpInput
  std::optional<Doubt> port_doubt;          ///< it has one that is not known
  std::optional<net::Port> frontend_port;   ///< public port of RdpInput
  bool takes_remote_desktop{};              ///< it has an endpoint RemoteAccess.Rdp
  SourceSpan span;
};

/// One of two deployments that can be swapped for each other, as Get Deployment shows it.
struct DeploymentSlot {
  std::string name;  ///< "Production", "Staging"; "" when not said
  std::string host;  ///< host name of clients, of `Url`; "" when not said
  std::vector<net::IpAddress> frontends;
};

struct CloudService {
  std::string name;
  bool has_definition{};
  bool has_configuration{};
  bool has_topology{};  ///< running instances were seen: what they show is not assumed
  bool has_resource{};  ///< an ARM resource Microsoft.Compute/cloudServices
  std::vector<CloudRole> roles;
  std::vector<PasswordFault> password_faults;  ///< once they were looked for
  std::vector<NamedValue> probes;              ///< custom load balancer probes; value: port, "" for the endpoint's
  std::vector<AccessControl> access_controls;
  std::vector<EndpointAcl> endpoint_acls;
  std::vector<TrafficRule> traffic_rules;
  std::string virtual_network;  ///< name of the site; "" when none is named
  std::vector<RdpExtension> extensions;
  std::vector<RunningInstance> instances;
  std::vector<net::IpAddress> frontends;
  DeploymentSlot slot;                        ///< of the instances that run; its frontends are `frontends`
  std::vector<DeploymentSlot> other_slots;    ///< deployments beside it, of which nothing else is taken
  std::vector<std::string> public_addresses;  ///< ids of the resources that the balancer's frontends have
  bool has_vault_secrets{};                   ///< certificates are given to the service from a Key Vault
  std::optional<Doubt> secrets_doubt;         ///< they may be
  std::optional<Doubt> roles_doubt;           ///< it has roles or instances that are not here, or may have
  std::optional<Doubt> definition_doubt;      ///< the same of roles of the definition
  std::optional<Doubt> subnets_doubt;         ///< in which subnets roles lie that name none
  std::optional<Doubt> configuration_doubt;   ///< the resource's configuration is not known; one given besides is it

  [[nodiscard]] const CloudRole* role(std::string_view role_name) const;
  /// The role of that name; made when it is not there.
  CloudRole& role_for(std::string_view role_name, SourceSpan span);
};

/// Whether the role imports a plugin module (kRemoteAccess with kAccessEnabled, kRemoteForwarder with
/// kForwarderEnabled). A configuration that sets its switch belongs to a definition that imports it.
[[nodiscard]] bool imports(const CloudService& service, const CloudRole& role, std::string_view module,
                           std::string_view switch_setting);

}  // namespace nsgcheck::model
