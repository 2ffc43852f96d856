// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/lookup.hpp"

#include <algorithm>
#include <vector>

#include "analyzer/net/spelling.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::path {
namespace {

constexpr std::string_view kEndpoint = "Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp";
constexpr std::int64_t kNanoseconds = 1'000'000'000;

// The candidate nearest to `name`, when it is near enough to be meant. Names come from strangers and may be long.
template <class Item>
std::string nearest(std::string_view name, const std::vector<Item>& items) {
  constexpr std::size_t kLongest = 128;
  if (name.size() > kLongest) return "";
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, name.size() / 4) + 1;
  for (const Item& item : items) {
    const std::size_t here = net::edit_distance(name, item.name);
    if (here >= least) continue;
    least = here;
    best = item.name;
  }
  return best.empty() ? "" : "; did the client mean \"" + std::string{best} + "\"?";
}

/// A name found, and whether only without regard to case.
template <class Item>
struct Found {
  const Item* item{};
  bool by_case_only{};
};

template <class Item>
Found<Item> find(const std::vector<Item>& items, std::string_view name, NameMode mode) {
  for (const Item& item : items)
    if (item.name == name) return {&item, false};
  if (mode == NameMode::Exact) return {};
  for (const Item& item : items)
    if (net::same_word(item.name, name)) return {&item, mode != NameMode::IgnoreCase};
  return {};
}

Target look_up_names(const model::Deployment& deployment, const wire::CookieNames& names, std::int64_t time,
                     NameMode mode) {
  Target target;
  const auto role = find(deployment.roles, names.role, mode);
  if (role.item == nullptr) {
    target.reason = Reason::UnknownRole;
    target.text = "no role is called \"" + names.role + '"' + nearest(names.role, deployment.roles);
    return target;
  }
  const auto instance = find(role.item->instances, names.instance, mode);
  if (instance.item == nullptr) {
    target.reason = Reason::UnknownInstance;
    target.text = "role " + role.item->name + " has no instance \"" + names.instance + '"' +
                  nearest(names.instance, role.item->instances);
    return target;
  }
  const bool endpoint_fits = !names.endpoint || *names.endpoint == kEndpoint;
  if (!endpoint_fits && (mode == NameMode::Exact || !net::same_word(*names.endpoint, kEndpoint))) {
    target.reason = Reason::UnknownEndpoint;
    target.text = "no endpoint is called \"" + *names.endpoint + "\"; it is " + std::string{kEndpoint};
    return target;
  }
  target.instance = instance.item;
  target.name_case_differs =
      role.by_case_only || instance.by_case_only || (!endpoint_fits && mode == NameMode::NotKnown);
  target.reason = access_to(deployment, *role.item, time);
  target.text = access_text(deployment, *role.item, target.reason);
  if (target.name_case_differs && target.reason == Reason::Ok)
    target.text = "the request names " + names.role + '#' + names.instance + ", which fits " + role.item->name + '#' +
                  instance.item->name + " without regard to case only";
  return target;
}

Target of_reading(const model::Deployment& deployment, const Observed& observed, const wire::Reading& reading,
                  const WalkOptions& options) {
  const Reason early = reason_of_outcome(observed, reading.outcome);
  if (early != Reason::Ok || !reading.names) return {nullptr, early, "", false};
  return look_up_names(deployment, *reading.names, observed.time, options.names);
}

bool is_split(const wire::ConnectionRequest& request) {
  return request.faults.contains(wire::RequestFault::SplitSegments);
}

// Whether an account is there, and until when: of none that is open a client can be sure.
std::optional<model::Doubt> access_doubt(const model::Role& role, const model::Account& account) {
  if (role.access_doubt) return role.access_doubt;
  return account.user_doubt ? account.user_doubt : account.expiration_doubt;
}

}  // namespace

Reason access_to(const model::Deployment& deployment, const model::Role& role, std::int64_t packet_time) {
  const auto& enabled = deployment.remote_desktop.roles;
  const bool listed = deployment.remote_desktop.all_roles ||
                      std::any_of(enabled.begin(), enabled.end(),
                                  [&](const std::string& name) { return net::same_word(name, role.name); });
  if (!role.remote_access || !listed) return Reason::RemoteAccessDisabled;
  const model::Account account = deployment.account_of(role);
  if (!account.missing.empty()) return Reason::AccountExpired;
  if (account.expiration && packet_time / kNanoseconds >= *account.expiration) return Reason::AccountExpired;
  const auto doubt = access_doubt(role, account);
  return doubt ? reason_for(doubt->reason) : Reason::Ok;
}

bool is_open_access(Reason reason) {
  return reason == Reason::UnresolvedExpression || reason == Reason::InvalidRule || reason == Reason::MissingAttachment;
}

std::string access_text(const model::Deployment& deployment, const model::Role& role, Reason reason) {
  if (reason == Reason::RemoteAccessDisabled) return "remote desktop is not enabled for role " + role.name;
  const model::Account account = deployment.account_of(role);
  if (is_open_access(reason)) {
    const auto doubt = access_doubt(role, account);
    return doubt ? doubt->why : "";
  }
  if (reason != Reason::AccountExpired) return "";
  const std::string& missing = account.missing;
  return missing.empty() ? "the remote desktop account had expired at that time" : missing;
}

Reason reason_of_outcome(const Observed& observed, wire::CookieOutcome outcome) {
  using flow::Handshake;
  if (observed.mid_stream) return Reason::MidStream;
  switch (outcome) {
    case wire::CookieOutcome::Azure:
      return Reason::Ok;
    case wire::CookieOutcome::User:
      return Reason::UserCookie;
    case wire::CookieOutcome::Token:
      return Reason::MstsToken;
    case wire::CookieOutcome::None:
      return Reason::NoCookie;
    case wire::CookieOutcome::Malformed:
      return Reason::MalformedRequest;
    case wire::CookieOutcome::Incomplete:
      return observed.snaplen_cut ? Reason::SnaplenCut : Reason::IncompleteRequest;
    case wire::CookieOutcome::NotRdp:
      return Reason::NotRdp;
    case wire::CookieOutcome::NoData:
      break;
  }
  if (observed.handshake == Handshake::SynOnly) return Reason::SynOnly;
  if (observed.handshake == Handshake::RefusedByRst || observed.handshake == Handshake::RefusedByIcmp)
    return Reason::Refused;
  return observed.snaplen_cut ? Reason::SnaplenCut : Reason::NoData;
}

Target look_up(const model::Deployment& deployment, const Observed& observed, const WalkOptions& options) {
  if (observed.request == nullptr)
    return {nullptr, reason_of_outcome(observed, wire::CookieOutcome::NoData), "", false};
  const wire::ConnectionRequest& request = *observed.request;
  if (options.first_segment_only && is_split(request))
    return {nullptr, Reason::MalformedRequest, "the request came in several segments and the forwarder reads one",
            false};
  const Target strict = of_reading(deployment, observed, request.strict, options);
  if (options.reading == ReadingMode::Strict) return strict;
  const Target tolerant = of_reading(deployment, observed, request.tolerant, options);
  if (options.reading == ReadingMode::Tolerant || strict == tolerant) return tolerant;
  // Only where the tolerant reading finds an instance do the readings differ in what happens to the client.
  if (tolerant.instance == nullptr) return strict;
  const bool lost_either_way =
      verdict_of(strict.reason) == Verdict::Unroutable && verdict_of(tolerant.reason) == Verdict::Unroutable;
  if (lost_either_way) return {tolerant.instance, strict.reason, strict.text, tolerant.name_case_differs};
  return {tolerant.instance, Reason::ReadingDiffers,
          "a strict forwarder refuses the request, a tolerant one reads " + tolerant.instance->name,
          tolerant.name_case_differs};
}

}  // namespace nsgcheck::path
