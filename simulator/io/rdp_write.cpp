// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "analyzer/net/text.hpp"
#include "simulator/io/rdp_settings.hpp"
#include "simulator/path/lookup.hpp"
#include "simulator/wire/connection_request.hpp"

namespace nsgcheck::io {
namespace {

bool is_safe(char c) {
  return (c >= '0' && c <= '9') || (net::lower(c) >= 'a' && net::lower(c) <= 'z') || c == '.' || c == '_' || c == '-' ||
         c == ' ';
}

// Windows opens a device whatever stands behind the first point.
bool is_device(std::string_view name) {
  const std::string stem = net::lower(name.substr(0, name.find('.')));
  constexpr std::array<std::string_view, 4> kPlain{"con", "prn", "aux", "nul"};
  if (std::find(kPlain.begin(), kPlain.end(), stem) != kPlain.end()) return true;
  return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '0' && stem[3] <= '9';
}

// Addresses as `full address` has them; the port is left out where it is the usual one.
std::string full_address(const model::Deployment& deployment, const std::string& server) {
  std::string host = server;
  if (host.empty() && !deployment.balancer.frontends.empty())
    host = net::to_string(deployment.balancer.frontends.front());
  if (net::parse_ipv6(host)) host = '[' + host + ']';
  const net::Port port = deployment.balancer.frontend_port;
  return port == net::kRdpPort ? host : fmt::format("{}:{}", host, port);
}

std::string text_of(const std::string& address, const std::string& user, const std::string& cookie) {
  const std::array<wire::RdpSetting, 3> lines{wire::RdpSetting{"full address", 's', address},
                                              wire::RdpSetting{"username", 's', user},
                                              wire::RdpSetting{"LoadBalanceInfo", 's', cookie}};
  return wire::write_rdp_lines(lines);
}

// Why no client gets the names across, ("", "") when it does: the file is read back as clients and forwarders do.
std::pair<std::string, std::string> fault_of(const std::string& bytes, const wire::CookieNames& names) {
  const RdpFile file = read_rdp_file("", bytes);
  const RdpSettings settings{file};
  const wire::RdpSetting* line = settings.find("loadbalanceinfo");
  if (!file.errors.empty() || file.lines.settings.size() != 3 || line == nullptr)
    return {"bad-name", "the names of role, instance or account do not fit into lines of text"};
  wire::RequestContent content;
  content.text = line->value;
  content.negotiation = wire::NegotiationRequest{0, wire::kProtocolSsl | wire::kProtocolHybrid};
  const auto request = wire::write_connection_request(content);
  if (!request) return {"oversize", "the names are so long that the connection request exceeds 259 bytes"};
  wire::RequestStream stream;
  stream.bytes = *request;
  stream.ended = true;
  const wire::ConnectionRequest read = wire::read_connection_request(stream);
  const bool same = read.strict.names == names && read.tolerant.names == names && !names.role.empty() &&
                    !names.instance.empty() && trimmed(line->value) == line->value;
  return same ? std::pair<std::string, std::string>{}
              : std::pair<std::string, std::string>{
                    "bad-name", "no cookie can name it: a name is empty, holds \"#\" or ends with a blank"};
}

std::string note_of(const model::Deployment& deployment, const model::Role& role, path::Reason access) {
  if (access != path::Reason::Ok) return path::access_text(deployment, role, access);
  return deployment.account_of(role).user_name.empty() ? "no input tells the user name, so that its line is empty" : "";
}

std::string unused_name(const std::string& instance, std::set<std::string>& used) {
  const std::string name = rdp_file_name(instance);
  std::string candidate = name;
  for (std::size_t i = 2; !used.insert(net::lower(candidate)).second; ++i)
    candidate = fmt::format("{}-{}.rdp", name.substr(0, name.size() - 4), i);
  return candidate;
}

}  // namespace

std::string rdp_file_name(const std::string& instance) {
  constexpr std::size_t kLongest = 200;
  std::string out;
  for (const char c : instance) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!continues && out.size() < kLongest) out += is_safe(c) ? c : '_';
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
  if (out.empty() || out.front() == '.' || out.front() == '-' || out.front() == ' ' || is_device(out))
    out.insert(0, 1, '_');
  return out + ".rdp";
}

RdpFilesToWrite rdp_files_of(const model::Deployment& deployment, const std::string& server,
                             std::optional<std::int64_t> time) {
  RdpFilesToWrite out;
  std::set<std::string> used;
  const std::string address = full_address(deployment, server);
  const std::int64_t now = time.value_or(std::numeric_limits<std::int64_t>::min());
  for (const model::Role& role : deployment.roles) {
    const path::Reason access = path::access_to(deployment, role, now);
    for (const model::Instance& instance : role.instances) {
      if (path::verdict_of(access) == path::Verdict::Unroutable) {
        out.left_out.push_back(
            {role.name, instance.name, std::string{path::code(access)}, path::access_text(deployment, role, access)});
        continue;
      }
      const wire::CookieNames names{role.name, instance.name, std::nullopt};
      std::string bytes = text_of(address, deployment.account_of(role).user_name, wire::azure_cookie(names));
      if (auto [reason, message] = fault_of(bytes, names); !reason.empty()) {
        out.left_out.push_back({role.name, instance.name, std::move(reason), std::move(message)});
        continue;
      }
      out.files.push_back({unused_name(instance.name, used), std::move(bytes), note_of(deployment, role, access),
                           access != path::Reason::Ok, &role, &instance});
    }
  }
  return out;
}

}  // namespace nsgcheck::io
