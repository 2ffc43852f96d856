// SPDX-License-Identifier: Apache-2.0
#include "tests/support/rule_styles.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace nsgcheck::support {
namespace {

using Rng = std::mt19937;

// Only remainders of the generator's own words: distributions of the library differ from machine to machine.
std::uint32_t below(Rng& rng, std::uint32_t bound) { return static_cast<std::uint32_t>(rng()) % bound; }

bool percent(Rng& rng, std::uint32_t chance) { return below(rng, 100) < chance; }

struct Prefix {
  std::uint32_t address{};
  std::uint32_t length{};
};

std::uint32_t mask(std::uint32_t length) { return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length); }

std::string text(Prefix p) {
  const std::uint32_t a = p.address & mask(p.length);
  return std::to_string(a >> 24) + '.' + std::to_string(a >> 16 & 255) + '.' + std::to_string(a >> 8 & 255) + '.' +
         std::to_string(a & 255) + '/' + std::to_string(p.length);
}

std::string text(std::uint32_t low, std::uint32_t high) {
  return low == high ? std::to_string(low) : std::to_string(low) + '-' + std::to_string(high);
}

// Not `*`, which would hold IPv6 as well.
constexpr const char* kAny = "0.0.0.0/0";

/// A rule but for priority and direction.
struct Line {
  bool allow{};
  std::string_view protocol{"Tcp"};
  std::string source{kAny}, source_ports{"*"}, destination{kAny}, destination_ports{"*"};
};

constexpr std::array<std::uint32_t, 10> kServices{22, 25, 53, 80, 123, 161, 443, 1433, 3389, 20000};

/// Shares, in percent, of what a field holds.
struct Mix {
  std::uint32_t any_source, any_destination, host;               // addresses; the rest lies between /8 and /30
  std::uint32_t source_port;                                     // rules that look at the client's port
  std::uint32_t exact, range, high, low;                         // the server's port; the rest is any
  std::array<std::pair<std::string_view, std::uint32_t>, 4> by;  // protocols
};

constexpr std::array<Mix, 3> kMixes{{
    {10, 5, 30, 2, 50, 15, 10, 5, {{{"Tcp", 75}, {"Udp", 18}, {"Icmp", 2}, {"*", 5}}}},
    {35, 25, 25, 15, 40, 10, 15, 5, {{{"Tcp", 60}, {"Udp", 25}, {"Icmp", 5}, {"*", 10}}}},
    {15, 15, 40, 25, 35, 10, 10, 10, {{{"Tcp", 50}, {"Udp", 30}, {"Icmp", 10}, {"*", 10}}}},
}};

// Few networks, and prefixes that lie in each other: bits of what was made before are kept from the front.
Prefix nested(Rng& rng, const Mix& mix, std::vector<Prefix>& known, std::uint32_t first_octet) {
  Prefix p{first_octet << 24 | (static_cast<std::uint32_t>(rng()) & 0xFFFFFF), 8 + below(rng, 23)};
  if (percent(rng, mix.host)) p.length = 32;
  if (!known.empty() && percent(rng, 70)) {
    const Prefix& parent = known[below(rng, static_cast<std::uint32_t>(known.size()))];
    const std::uint32_t kept = mask(parent.length);
    p.address = (parent.address & kept) | (p.address & ~kept);
  }
  known.push_back(p);
  return p;
}

std::string ports(Rng& rng, const Mix& mix) {
  std::uint32_t roll = below(rng, 100);
  const auto falls = [&](std::uint32_t share) {
    const bool here = roll < share;
    roll = here ? roll : roll - share;
    return here;
  };
  if (falls(mix.exact)) return std::to_string(kServices[below(rng, kServices.size())]);
  if (falls(mix.range)) {
    const std::uint32_t start = below(rng, 60000);
    return text(start, start + 1 + below(rng, 5000));
  }
  if (falls(mix.high)) return "1024-65535";
  return falls(mix.low) ? "0-1023" : "*";
}

std::vector<Line> class_bench(Rng& rng, std::size_t count) {
  const Mix& mix = kMixes[below(rng, kMixes.size())];
  std::vector<Prefix> sources;
  std::vector<Prefix> destinations;
  std::vector<Line> out;
  while (out.size() < count) {
    Line line;
    line.allow = percent(rng, 55);
    std::uint32_t roll = below(rng, 100);
    for (const auto& [protocol, share] : mix.by) {
      line.protocol = protocol;
      if (roll < share) break;
      roll -= share;
    }
    if (!percent(rng, mix.any_source)) line.source = text(nested(rng, mix, sources, 20));
    if (!percent(rng, mix.any_destination)) line.destination = text(nested(rng, mix, destinations, 10));
    // Azure has no ports for other protocols.
    if (line.protocol == "Tcp" || line.protocol == "Udp") {
      if (percent(rng, mix.source_port)) line.source_ports = ports(rng, mix);
      line.destination_ports = ports(rng, mix);
    }
    out.push_back(std::move(line));
  }
  return out;
}

/// One application of a router's list: who may reach which of its servers, then what was forgotten there.
void add_section(Rng& rng, std::vector<Line>& out) {
  const Prefix clients{20U << 24 | below(rng, 16) << 20, 12 + below(rng, 5)};
  const Prefix servers{10U << 24 | below(rng, 64) << 16 | below(rng, 4) << 8, 24};
  const std::uint32_t port = kServices[below(rng, kServices.size())];
  const std::string_view protocol = percent(rng, 80) ? "Tcp" : "Udp";
  const auto add = [&](bool allow, Prefix from, Prefix to, const std::string& to_ports) {
    out.push_back({allow, protocol, text(from), "*", text(to), to_ports});
  };
  for (std::uint32_t i = 0, hosts = 2 + below(rng, 6); i < hosts; ++i)
    add(true, {clients.address | below(rng, 1U << 16), 32}, {servers.address | below(rng, 256), 32}, text(port, port));
  // Both halves, and then the whole that they add up to, of either action; sometimes with a gap.
  const Prefix upper{servers.address | 128, 25};
  const bool allow = percent(rng, 70);
  add(allow, clients, {servers.address, 25}, text(port, port));
  if (percent(rng, 75)) add(percent(rng, 80) == allow, clients, upper, text(port, port));
  add(percent(rng, 50), clients, servers, text(port, port));
  // The same by ports.
  const std::uint32_t start = 8000 + 10 * below(rng, 100);
  add(allow, clients, servers, text(start, start + 4));
  add(percent(rng, 50), clients, servers, text(start + 5, start + 9));
  add(!allow, clients, upper, text(start, start + 8 + below(rng, 3)));
  if (percent(rng, 30)) out.push_back({false, "*", text(clients), "*", text(servers), "*"});
}

std::vector<Line> router_list(Rng& rng, std::size_t count) {
  std::vector<Line> out;
  while (out.size() < count) add_section(rng, out);
  out.resize(count);
  return out;
}

}  // namespace

std::optional<RuleStyle> rule_style(std::string_view name) {
  if (name == "classbench") return RuleStyle::ClassBench;
  if (name == "batfish") return RuleStyle::Batfish;
  return std::nullopt;
}

std::vector<std::string> styled_lines(RuleStyle style, std::string_view direction, Rng& rng, std::size_t count) {
  std::vector<std::string> out;
  for (const Line& line : style == RuleStyle::ClassBench ? class_bench(rng, count) : router_list(rng, count)) {
    std::string words = std::to_string(100 + out.size()) + (line.allow ? " Allow " : " Deny ");
    words.append(direction).append(" ").append(line.protocol).append(" ").append(line.source).append(" ");
    words.append(line.source_ports).append(" ").append(line.destination).append(" ").append(line.destination_ports);
    out.push_back(std::move(words));
  }
  return out;
}

}  // namespace nsgcheck::support
