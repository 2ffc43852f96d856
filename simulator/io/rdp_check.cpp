// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_check.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "simulator/io/rdp_cookie.hpp"
#include "simulator/io/replay_run.hpp"
#include "simulator/path/lookup.hpp"

namespace nsgcheck::io {
namespace {

using policy::Severity;

// One that was made for examples where the set has it (RFC 5737), as reach() does.
std::optional<net::IpAddress> example_of(const net::AddressSet& set, net::Family family) {
  constexpr std::uint32_t kExample = 0xCB007100;
  if (family == net::Family::V6) {
    if (set.v6.empty()) return std::nullopt;
    return net::Ipv6{set.v6.intervals().front().low};
  }
  if (set.v4.empty()) return std::nullopt;
  return net::Ipv4{set.v4.contains(kExample) ? kExample : set.v4.intervals().front().low};
}

// The client's port is any, and behind a host name the balancer's address is not known.
void blur(std::vector<HopRow>& hops, bool is_name) {
  for (HopRow& hop : hops) {
    for (std::optional<HopTuple>* tuple : {&hop.before, &hop.after})
      if (*tuple && (*tuple)->source.port == 0) (*tuple)->source.port.reset();
    if (is_name && hop.hop == path::word(path::HopKind::LoadBalancer)) hop.before.reset();
  }
}

// A finding about a line of the file says more than these reasons do.
bool is_said(path::Reason reason, const std::vector<RdpFinding>& findings) {
  const bool general = reason == path::Reason::MalformedRequest || reason == path::Reason::ReadingDiffers ||
                       reason == path::Reason::MstsToken || reason == path::Reason::NotRdp ||
                       reason == path::Reason::NotAModelledAddress;
  return general && std::any_of(findings.begin(), findings.end(),
                                [](const RdpFinding& finding) { return finding.severity <= Severity::High; });
}

bool is_about_names(path::Reason reason) {
  return reason == path::Reason::UnknownRole || reason == path::Reason::UnknownInstance ||
         reason == path::Reason::UnknownEndpoint || reason == path::Reason::NameCaseDiffers ||
         reason == path::Reason::UserCookie || reason == path::Reason::MstsToken;
}

// The part of "Cookie: mstshash=<Role>#<Instance>#<Endpoint>" that a reason is about; all of it when it has no such
// parts.
std::pair<std::size_t, std::size_t> part_of(path::Reason reason, std::string_view value) {
  value = value.substr(0, value.find_last_not_of(" \t") + 1);
  const auto equals = value.find('=');
  const auto hash = value.find('#');
  if (hash == std::string_view::npos || equals > hash) return {0, value.size()};
  const auto second = std::min(value.find('#', hash + 1), value.size());
  if (reason == path::Reason::UnknownRole) return {equals + 1, hash};
  if (reason == path::Reason::UnknownEndpoint) return {std::min(second + 1, value.size()), value.size()};
  if (reason == path::Reason::NameCaseDiffers) return {equals + 1, value.size()};
  return {hash + 1, second};
}

void doubt(RdpAnswer& answer, std::string_view reason, const std::string& why) {
  answer.verdict = path::word(path::Verdict::Unknown);
  answer.reason = reason;
  answer.message = why;
  answer.reached.reset();
  answer.clients.clear();
}

std::string said(const path::Target& target) {
  return target.text.empty() ? "there is nothing to route on: " + std::string{path::code(target.reason)} : target.text;
}

// What the names come to that the request means to give, whether or not a forwarder finds them.
path::Target look_up_meant(const model::Deployment& deployment, path::Observed observed,
                           const path::WalkOptions& options) {
  wire::ConnectionRequest request;
  request.names = observed.request->names;
  request.outcome = request.names ? wire::CookieOutcome::Azure : wire::CookieOutcome::None;
  request.strict = request.tolerant = {request.outcome, request.names};
  observed.request = &request;
  return path::look_up(deployment, observed, options);
}

void take(RdpAnswer& answer, const path::Trace& trace) {
  if (trace.wanted != nullptr) answer.wanted = trace.wanted->name;
  if (trace.reached != nullptr) answer.reached = trace.reached->name;
  answer.verdict = path::word(trace.verdict);
  answer.reason = path::code(trace.reason);
  answer.message = trace.message;
  for (const model::Instance* forwarder : trace.forwarders) answer.forwarders.push_back(forwarder->name);
  for (const path::Hop& hop : trace.hops) answer.hops.push_back(hop_row(hop));
  blur(answer.hops, answer.connection.is_name);
  if (trace.name_case_differs) answer.request.faults.insert(wire::RequestFault::WrongCase);
}

}  // namespace

std::string_view rdp_assumption_text(std::string_view code) {
  if (code == "host-name-not-resolved")
    return "Names are not resolved here: the host name is taken to lead to the deployment's balancer.";
  if (code == "frontend-from-file")
    return "The deployment names no frontend: the address in the file is taken to be the balancer's.";
  if (code == "slot-not-named")
    return "An .rdp file does not say which of two swappable deployments it means: it is taken to mean this one.";
  if (code == "client-not-azure-ad-joined")
    return "The client is taken not to be joined to Azure AD: on one that is, the user name has to begin with .\\ "
           "(else "
           "error 0x80004005).";
  return model::assumption_text(code);
}

RdpCheck::RdpCheck(const path::CompiledDeployment& deployment, RdpCheckOptions options)
    : compiled_{deployment},
      deployment_{deployment.deployment()},
      options_{std::move(options)},
      reach_{path::reach(deployment, options_.from, options_.time)} {}

const path::ReachAnswer* RdpCheck::answer_of(const model::Instance* instance) const {
  const auto at = std::find_if(reach_.begin(), reach_.end(),
                               [&](const path::ReachAnswer& answer) { return answer.instance == instance; });
  return at == reach_.end() ? nullptr : &*at;
}

// One that gets through where there is one, else one that gets as far as a forwarder.
std::optional<net::IpAddress> RdpCheck::client_for(net::Family family, const path::ReachAnswer* wanted) const {
  if (wanted != nullptr)
    if (const auto client = example_of(wanted->sources, family)) return client;
  for (const model::Instance* forwarder : path::pool_of(compiled_, family).healthy) {
    const path::Arrivals arrivals =
        compiled_.arrivals(options_.from, *forwarder, *forwarder->address(family), deployment_.forwarder_port);
    if (const auto client = example_of(arrivals.sure, family)) return client;
    if (const auto client = example_of(arrivals.may, family)) return client;
  }
  return example_of(options_.from, family);
}

void RdpCheck::explain(RdpSettings& settings, path::Reason reason, const std::string& message,
                       const model::Instance* wanted) const {
  const std::string code{path::code(reason)};
  auto& findings = settings.findings();
  const bool known =
      std::any_of(findings.begin(), findings.end(), [&](const RdpFinding& one) { return one.code == code; });
  if (reason == path::Reason::Ok || known || is_said(reason, findings)) return;
  RdpFinding finding{code, Severity::High, message, std::string{remedy(code)}, 0, 0};
  if (reason == path::Reason::NoCookie)
    finding.message = "there is no load balance info: clients send the user name, or nothing, to route on";
  const wire::RdpSetting* line = settings.find("loadbalanceinfo");
  if (line != nullptr) {
    const auto [begin, end] = part_of(reason, line->value);
    finding.begin = line->value_begin + begin;
    finding.end = line->value_begin + end;
  }
  if (is_about_names(reason)) {
    std::string nearest = line == nullptr ? "" : nearest_line(deployment_, line->value);
    if (!nearest.empty()) finding.fix = std::move(nearest);
  } else if (const path::ReachAnswer* answer = answer_of(wanted)) {
    for (const path::Obstacle& obstacle : answer->nearest_miss)
      if (obstacle.hop.reason == reason && !obstacle.opening.empty())
        finding.fix += " To open: " + obstacle.opening + '.';
  }
  findings.push_back(std::move(finding));
}

void RdpCheck::walk(RdpSettings& settings, RdpAnswer& answer) const {
  path::Observed observed;
  observed.time = options_.time.value_or(std::numeric_limits<std::int64_t>::min());
  // Nothing was observed: a handshake that ended would say that some hop lets the connection pass.
  observed.handshake = flow::Handshake::Partial;
  observed.request = &answer.request;
  const path::Target target = path::look_up(deployment_, observed, options_.walk);
  if (target.instance != nullptr) answer.wanted = target.instance->name;
  // A file can name nobody and be stopped before that shows.
  explain(settings, target.reason, said(target), target.instance);
  if (target.name_case_differs) explain(settings, path::Reason::NameCaseDiffers, said(target), target.instance);
  // Nor does a fault of the form hide one of the names.
  const path::Target meant = look_up_meant(deployment_, observed, options_.walk);
  if (target.instance == nullptr && is_about_names(meant.reason))
    explain(settings, meant.reason, said(meant), meant.instance);

  doubt(answer, path::code(path::Reason::NotAModelledAddress), "where the client connects to is not known");
  const RdpConnection& connection = answer.connection;
  if (!connection.address) return;
  const path::ReachAnswer* reach = answer_of(target.instance);
  const auto client = client_for(net::family_of(*connection.address), reach);
  if (!client) {
    answer.message = "none of the clients has an address of the server's family";
    settings.findings().push_back(
        {"no-client-of-family", Severity::High, answer.message, "Name other clients with --from.", 0, 0});
    return;
  }
  observed.tuple = {net::kTcp, *client, 0, *connection.address, connection.port};
  const path::Trace trace = path::walk(compiled_, observed, options_.walk);
  take(answer, trace);
  if (trace.verdict == path::Verdict::Reached && trace.leg == path::Leg::Client && reach != nullptr)
    answer.clients = net::to_strings(reach->sources);
  explain(settings, trace.reason, trace.message, target.instance);
}

RdpAnswer RdpCheck::check(const RdpFile& file) const {
  RdpAnswer answer;
  if (!file.readable) {
    doubt(answer, "unreadable", "the file could not be read");
    return answer;
  }
  RdpSettings settings{file};
  answer.connection = connection_of(settings, compiled_, options_.from, options_.frontends_assumed);
  answer.request = request_of(settings, deployment_);
  walk(settings, answer);
  if (!settings.unsettled().empty()) doubt(answer, path::code(path::Reason::ReadingDiffers), settings.unsettled());
  if (file.truncated) doubt(answer, "unreadable", "a part of the file could not be read");
  answer.findings = std::move(settings.findings());
  std::stable_sort(answer.findings.begin(), answer.findings.end(), [](const RdpFinding& a, const RdpFinding& b) {
    return std::tie(a.begin, a.severity) < std::tie(b.begin, b.severity);
  });
  return answer;
}

}  // namespace nsgcheck::io
