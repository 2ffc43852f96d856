// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_connection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

// The account that every role has; "" when they differ or it is not given.
std::string account_name(const model::Deployment& deployment) {
  std::string out = deployment.remote_desktop.user_name;
  for (const model::Role& role : deployment.roles) {
    const model::Account account = deployment.account_of(role);
    const std::string& name = account.user_name;
    if (role.remote_access && account.user_doubt) return "";
    if (!role.remote_access || name == out) continue;
    if (!out.empty()) return "";
    out = name;
  }
  return out;
}

using policy::Severity;

std::string list_of(const std::vector<net::IpAddress>& addresses) {
  std::string out;
  for (const net::IpAddress& address : addresses) out += (out.empty() ? "" : ", ") + net::to_string(address);
  return out;
}

/// Reads the lines of one file.
class ConnectionReader {
 public:
  ConnectionReader(RdpSettings& settings, const path::CompiledDeployment& compiled, const net::AddressSet& from,
                   bool frontends_assumed)
      : settings_{settings},
        compiled_{compiled},
        deployment_{compiled.deployment()},
        from_{from},
        frontends_assumed_{frontends_assumed} {}

  RdpConnection read() {
    if (const auto server = read_server()) {
      judge_port(*server);
      judge_alternate();
      if (server->address)
        judge_address(*server->address);
      else
        judge_name(server->host);
      out_.assumptions.emplace_back("slot-not-named");
    }
    judge_gateway();
    judge_user();
    judge_security();
    judge_rest();
    return std::move(out_);
  }

 private:
  std::optional<RdpServer> read_server() {
    line_ = settings_.find("full address");
    if (line_ == nullptr) {
      settings_.findings().push_back(
          {"no-address", Severity::High, "the file names no server", "Add a line full address:s:HOST.", 0, 0});
      return std::nullopt;
    }
    auto server = parse_rdp_server(line_->value);
    if (!server) {
      settings_.add(
          "bad-address", Severity::High, *line_,
          fmt::format("\"{}\" is no host name, no address and not of the form host:port", trimmed(line_->value)),
          "Write the balancer's address or host name.");
      return std::nullopt;
    }
    out_.host = server->host;
    out_.address = server->address;
    out_.is_name = !server->address;
    return server;
  }

  void judge_port(const RdpServer& server) {
    const wire::RdpSetting* port_line = settings_.find("server port");
    const auto given = settings_.number("server port");
    const bool in_range = given && *given >= 1 && *given <= 65535;
    if (given && !in_range)
      settings_.add("bad-value", Severity::High, *port_line, fmt::format("{} is no port, 1 to 65535", *given),
                    fmt::format("Write server port:i:{}.", deployment_.balancer.frontend_port));
    if (in_range) out_.port = static_cast<net::Port>(*given);
    if (in_range && server.port && *given != *server.port) {
      const std::string why =
          fmt::format("the address says port {}, \"server port\" says {}; which a client takes is not settled",
                      *server.port, *given);
      settings_.add("ports-differ", Severity::High, *port_line, why, "Keep one of the two ports.");
      settings_.unsettle(why);
    }
    if (server.port) out_.port = *server.port;
    judge_frontend_port(server.port || !in_range ? *line_ : *port_line);
  }

  void judge_frontend_port(const wire::RdpSetting& at) {
    const net::Port frontend = deployment_.balancer.frontend_port;
    const bool straight = out_.address && compiled_.instance_at(*out_.address) != nullptr;
    if (out_.port == frontend || straight) return;
    const bool inner = out_.port == deployment_.forwarder_port;
    settings_.add("wrong-port", Severity::High, at,
                  fmt::format("the client connects to port {}, the balancer listens on {}{}", out_.port, frontend,
                              inner ? "; only inside the virtual network is the forwarder port known" : ""),
                  frontend == net::kRdpPort ? "Leave the port out." : fmt::format("Write server port:i:{}.", frontend));
  }

  void judge_alternate() {
    const wire::RdpSetting* other = settings_.find("alternate full address");
    if (other == nullptr || net::same_word(trimmed(other->value), trimmed(line_->value))) return;
    const std::string why = "\"alternate full address\" names another server than \"full address\"";
    settings_.add("addresses-differ", Severity::High, *other, why, "Remove the line \"alternate full address\".");
    settings_.unsettle(why);
  }

  // The files of a running deployment say how it and the one that can be swapped with it are called.
  void judge_slot_name(const std::string& host) {
    if (!deployment_.service || deployment_.service->slot.host.empty()) return;
    const model::DeploymentSlot& own = deployment_.service->slot;
    if (net::same_word(host, own.host)) return;
    const model::DeploymentSlot* other = other_slot([&](const auto& slot) { return net::same_word(slot.host, host); });
    settings_.add("other-host-name", other != nullptr ? Severity::High : Severity::Medium, *line_,
                  other != nullptr ? fmt::format("{} is the name of the deployment in slot {}, not of this one, {}",
                                                 host, slot_name(*other), own.host)
                                   : fmt::format("the deployment is called {}, not {}", own.host, host),
                  fmt::format("Write full address:s:{}.", own.host));
    if (other != nullptr) settings_.unsettle("the file leads to another deployment, which is not looked at");
  }

  template <class Match>
  const model::DeploymentSlot* other_slot(Match match) const {
    if (!deployment_.service) return nullptr;
    const auto& slots = deployment_.service->other_slots;
    const auto found = std::find_if(slots.begin(), slots.end(), match);
    return found == slots.end() ? nullptr : &*found;
  }

  static std::string_view slot_name(const model::DeploymentSlot& slot) {
    return slot.name.empty() ? "of no name" : std::string_view{slot.name};
  }

  void judge_name(const std::string& host) {
    constexpr std::string_view kClassic = ".cloudapp.net";
    out_.assumptions.emplace_back("host-name-not-resolved");
    if (const auto& frontends = deployment_.balancer.frontends; !frontends.empty()) out_.address = frontends.front();
    judge_slot_name(host);
    const std::string_view all = host;
    if (all.size() > kClassic.size() && net::same_word(all.substr(all.size() - kClassic.size()), kClassic))
      settings_.add("classic-host-name", Severity::Low, *line_,
                    "names below cloudapp.net belong to classic Cloud Services, which were retired on 31 August 2024",
                    "Use the name or address of the Cloud Service (extended support).");
  }

  void judge_address(const net::IpAddress& address) {
    const auto& frontends = deployment_.balancer.frontends;
    if (std::find(frontends.begin(), frontends.end(), address) != frontends.end()) {
      if (frontends_assumed_) out_.assumptions.emplace_back("frontend-from-file");
      return;
    }
    const model::Instance* own = compiled_.instance_at(address);
    if (own == nullptr) {
      const model::DeploymentSlot* other = other_slot([&](const auto& slot) {
        return std::find(slot.frontends.begin(), slot.frontends.end(), address) != slot.frontends.end();
      });
      settings_.add(
          "not-a-frontend", Severity::High, *line_,
          fmt::format(
              "{} is no frontend of the deployment, which has {}{}", net::to_string(address), list_of(frontends),
              other == nullptr ? "" : fmt::format("; it is one of the deployment in slot {}", slot_name(*other))),
          "Download the .rdp file anew; after a swap of deployments an old file leads to the other one.");
      return;
    }
    const std::string why = fmt::format(
        "{} is the address of {} itself, not of the balancer: it is known inside the virtual network only, and nothing "
        "there reads the load balance info",
        net::to_string(address), own->name);
    settings_.add("instance-address", Severity::Medium, *line_, why,
                  frontends.empty() ? "Write the balancer's address."
                                    : fmt::format("Write full address:s:{}.", net::to_string(frontends.front())));
    const auto inside = model::tag_set("VirtualNetwork", deployment_.network);
    if (!inside || !inside->covers(from_)) settings_.unsettle(why);
  }

  // Between client and balancer: what it makes of the first bytes, and with which address it comes, is not known.
  void judge_gateway() {
    const wire::RdpSetting* host = settings_.find("gatewayhostname");
    const auto method = settings_.number("gatewayusagemethod");
    if (host == nullptr || !method || *method == 0 || *method == 4) return;
    const std::string why = "the client goes through a Remote Desktop Gateway, which is not modelled";
    settings_.add("gateway", Severity::Medium, *host, why, "Write gatewayusagemethod:i:0 to connect straight.");
    settings_.unsettle(why);
  }

  void judge_user() {
    out_.user_name = settings_.text("username");
    if (out_.user_name.empty()) return;
    std::string_view account = out_.user_name;
    std::string_view domain = settings_.text("domain");
    if (const auto slash = account.find('\\'); slash != std::string_view::npos) {
      domain = account.substr(0, slash);
      account.remove_prefix(slash + 1);
    } else if (const auto at = account.find('@'); at != std::string_view::npos) {
      domain = account.substr(at + 1);
      account = account.substr(0, at);
    }
    const wire::RdpSetting& line = *settings_.find("username");
    const std::string expected = account_name(deployment_);
    if (!expected.empty() && !net::same_word(account, expected))
      settings_.add("other-user", Severity::Medium, line,
                    fmt::format("the deployment's account is \"{}\", not \"{}\"", expected, account),
                    fmt::format("Write username:s:{}.", expected));
    else if (!domain.empty() && domain != ".")
      settings_.add("domain-user", Severity::Low, line,
                    fmt::format("the account is local to the instance; no domain \"{}\" knows it", domain),
                    fmt::format("Write username:s:.\\{}.", account));
    else if (settings_.number("targetisaadjoined") == 1)
      settings_.add("azure-ad-target", Severity::Medium, *settings_.find("targetisaadjoined"),
                    "the client logs in with an account of Azure AD; the account is local to the instance",
                    "Write targetisaadjoined:i:0.");
    else if (domain.empty())
      out_.assumptions.emplace_back("client-not-azure-ad-joined");
  }

  // What the client offers and what the instance demands (MS-RDPBCGR 2.2.1.1.1, 2.2.1.2.2).
  void judge_security() {
    const auto demanded = deployment_.remote_desktop.network_level_authentication;
    if (settings_.number("enablecredsspsupport") == 0 && demanded.value_or(true))
      settings_.add("no-credssp", demanded ? Severity::High : Severity::Info, *settings_.find("enablecredsspsupport"),
                    demanded
                        ? "the instances demand Network Level Authentication and refuse this client (failure code 5)"
                        : "an instance that demands Network Level Authentication refuses this client (failure "
                          "code 5)",
                    "Write enablecredsspsupport:i:1.");
    if (settings_.number("enablerdsaadauth") == 1)
      settings_.add("azure-ad-sign-in", Severity::Medium, *settings_.find("enablerdsaadauth"),
                    "the client offers to sign in by Azure AD, which instances of a Cloud Service do not take",
                    "Write enablerdsaadauth:i:0.");
    const auto level = settings_.number("authentication level");
    if (!level) return;
    const wire::RdpSetting& line = *settings_.find("authentication level");
    if (*level == 1)
      settings_.add("untrusted-certificate", Severity::Medium, line,
                    "the client ends the connection unless it trusts the certificate of the instance, and that is "
                    "self-signed",
                    "Write authentication level:i:2, so that the client asks.");
    else if (*level == 0)
      settings_.add("no-server-authentication", Severity::Info, line,
                    "the client does not say when the certificate of the instance is not trusted",
                    "Write authentication level:i:2, so that the client asks.");
    else if (*level < 0 || *level > 3)
      settings_.add("bad-value", Severity::Low, line, fmt::format("{} is no authentication level, 0 to 3", *level),
                    "Write authentication level:i:2.");
  }

  void judge_rest() {
    if (const wire::RdpSetting* password = settings_.find("password 51"))
      settings_.add("stored-password", Severity::Info, *password, "the file holds a password",
                    "Remove the line before you hand the file on.");
    if (settings_.file().encoding == RdpEncoding::Utf16LittleNoMark) {
      const std::string why = "the file is UTF-16 without byte order mark; clients differ in whether they can read it";
      settings_.findings().push_back(
          {"no-byte-order-mark", Severity::High, why, "Save the file as UTF-8, or with a byte order mark.", 0, 0});
      settings_.unsettle(why);
    }
  }

  RdpSettings& settings_;
  const path::CompiledDeployment& compiled_;
  const model::Deployment& deployment_;
  const net::AddressSet& from_;
  bool frontends_assumed_;
  const wire::RdpSetting* line_{};  ///< "full address"
  RdpConnection out_;
};

}  // namespace

RdpConnection connection_of(RdpSettings& settings, const path::CompiledDeployment& compiled,
                            const net::AddressSet& from, bool frontends_assumed) {
  return ConnectionReader{settings, compiled, from, frontends_assumed}.read();
}

}  // namespace nsgcheck::io
