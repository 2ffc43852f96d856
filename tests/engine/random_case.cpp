// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/random_case.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace nsgcheck::engine {
namespace {

using Texts = std::vector<std::string_view>;

const Texts kNarrowAddresses{"10.0.0.0/30",       "10.0.0.0/31", "10.0.0.2/31",   "10.0.0.1",
                             "10.0.0.1-10.0.0.2", "*",           "203.0.113.0/31"};
const Texts kAddresses{"10.0.0.0/8",
                       "10.0.0.0/30",
                       "10.0.0.2",
                       "10.0.0.5/29",
                       "10.0.0.4-10.0.0.6",
                       "203.0.113.0/24",
                       "203.0.113.0/25",
                       "203.0.113.7",
                       "0.0.0.0/0",
                       "0.0.0.0/1",
                       "128.0.0.0/1",
                       "168.63.129.16",
                       "255.255.255.255",
                       "0.0.0.0",
                       "100.64.0.0/10",
                       "203.0.113.64/26",
                       "172.16.0.0/12",
                       "*",
                       "*",
                       "VirtualNetwork",
                       "Internet",
                       "AzureLoadBalancer",
                       "Known",
                       "asg:members"};
const Texts kIpv6{"::/0", "2001:db8::/32", "2001:db8::1", "fc00::/7", "2001:db8::/64", "fe80::/10", "2000::/3"};
const Texts kSymbols{"Storage", "Storage.WestEurope", "AzureCloud", "Sql", "asg:web", "asg:db", "AzurePlatformDNS"};
const Texts kNarrowPorts{"*", "0-1", "1-2", "2", "0", "1-65535"};
const Texts kPorts{"*", "*",     "0-65535",   "22",         "3389",   "20-25",   "22-3389",
                   "0", "65535", "3388-3390", "1024-65535", "0-1023", "22,3389", "0-100,101-65535"};
const Texts kNarrowProtocols{"Tcp", "Udp", "*"};
const Texts kProtocols{"Tcp", "Tcp", "Udp", "*", "*", "Icmp", "Esp", "Ah", "132"};

bool chance(Rng& rng, unsigned percent) { return rng() % 100 < percent; }

std::string address_item(Rng& rng, const Recipe& recipe) {
  if (recipe.undetermined && chance(rng, 3)) return "789";
  if (recipe.symbols && chance(rng, 20)) return std::string{pick(rng, kSymbols)};
  if (recipe.ipv6 && chance(rng, 20)) return std::string{pick(rng, kIpv6)};
  return std::string{pick(rng, recipe.narrow ? kNarrowAddresses : kAddresses)};
}

std::string addresses(Rng& rng, const Recipe& recipe) {
  if (recipe.undetermined && chance(rng, 2)) return "-";
  std::string list = address_item(rng, recipe);
  while (chance(rng, 25)) list += "," + address_item(rng, recipe);
  return list;
}

std::string ports(Rng& rng, const Recipe& recipe, unsigned percent_any) {
  if (recipe.undetermined && chance(rng, 2)) return "-";
  if (recipe.undetermined && chance(rng, 2)) return "http";
  if (chance(rng, percent_any)) return "*";
  return std::string{pick(rng, recipe.narrow ? kNarrowPorts : kPorts)};
}

std::string protocol(Rng& rng, const Recipe& recipe) {
  if (recipe.undetermined && chance(rng, 3)) return "?";
  return std::string{pick(rng, recipe.portless ? kProtocols : kNarrowProtocols)};
}

std::string priority(Rng& rng, const Recipe& recipe, std::size_t place) {
  if (recipe.undetermined) {
    if (chance(rng, 3)) return "?";
    if (chance(rng, 20)) return std::to_string(100 + place - place % 2);
    if (chance(rng, 3)) return pick(rng, Texts{"0", "5", "5000", "-1"}).data();
  }
  return std::to_string(100 + place) + (recipe.undetermined && chance(rng, 3) ? "~" : "");
}

std::string line(Rng& rng, const Recipe& recipe, std::size_t place) {
  const auto maybe = [&](std::string_view known) {
    return recipe.undetermined && chance(rng, 3) ? std::string{"?"} : std::string{known};
  };
  std::string out = priority(rng, recipe, place);
  out += ' ' + maybe(chance(rng, 50) ? "Allow" : "Deny");
  out += ' ' + maybe("Inbound");
  out += ' ' + protocol(rng, recipe);
  out += ' ' + addresses(rng, recipe) + ' ' + ports(rng, recipe, 75);
  out += ' ' + addresses(rng, recipe) + ' ' + ports(rng, recipe, 20);
  return out;
}

std::vector<oracle::Range> side(Rng& rng, const Recipe& recipe) {
  using Sides = std::vector<std::vector<std::string>>;
  static const Sides kSides{{"0.0.0.0/0", "::/0"},
                            {"0.0.0.0/0", "::/0"},
                            {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "168.63.129.16", "fc00::/7"},
                            {"203.0.113.0/24"},
                            {"203.0.113.0/26", "203.0.113.128-203.0.113.130"},
                            {"10.0.0.1"},
                            {"10.0.0.0/29", "2001:db8::/32"},
                            {"1.0.0.0-9.255.255.255", "2000::/3"}};
  static const Sides kNarrow{{"0.0.0.0/0", "::/0"}, {"10.0.0.0/30"}, {"10.0.0.1-10.0.0.2", "203.0.113.0"}};
  return oracle::ranges(pick(rng, recipe.narrow ? kNarrow : kSides));
}

}  // namespace

PlainQuestion everything() {
  PlainQuestion question;
  for (unsigned p = 0; p < 256; ++p) question.protocols.push_back(static_cast<std::uint8_t>(p));
  question.source = question.destination = oracle::ranges({"0.0.0.0/0", "::/0"});
  return question;
}

PlainQuestion random_question(Rng& rng, const Recipe& recipe) {
  PlainQuestion question = everything();
  if (chance(rng, 20)) return question;
  static const std::vector<std::vector<std::uint8_t>> kSets{{6}, {6}, {17}, {1, 58}, {6, 17}, {6, 1}, {50, 51, 132}};
  if (chance(rng, 80)) question.protocols = pick(rng, kSets);
  question.source = side(rng, recipe);
  question.destination = side(rng, recipe);
  static const std::array<net::Port, 9> kBounds{0, 1, 2, 22, 100, 1024, 3389, 40000, 65535};
  if (chance(rng, 60)) question.destination_low = question.destination_high = pick(rng, kBounds);
  if (chance(rng, 20)) {
    question.source_low = pick(rng, kBounds);
    question.source_high = std::max(question.source_low, pick(rng, kBounds));
  }
  return question;
}

Case random_case(Rng& rng, const Recipe& recipe) {
  Case c;
  c.world = oracle::default_world();
  c.world.tags["known"] = oracle::ranges({"203.0.113.32/27", "203.0.113.130", "2001:db8:5::/48"});
  c.world.asgs["members"] = oracle::ranges({"10.0.0.1", "10.0.0.6", "fc00::7"});
  if (chance(rng, 25)) c.world.virtual_network = oracle::ranges({"10.0.0.0/16", "168.63.129.16", "fd00::/8"});
  const std::size_t count = 1 + rng() % recipe.max_rules;
  for (std::size_t i = 0; i < count; ++i) c.lines.push_back(line(rng, recipe, i));
  c.question = random_question(rng, recipe);
  return c;
}

net::AddressSet address_set(const std::vector<oracle::Range>& ranges) {
  std::vector<net::Interval<net::Ipv4::Bits>> v4;
  std::vector<net::Interval<net::Ipv6::Bits>> v6;
  for (const oracle::Range& r : ranges) {
    if (r.family == net::Family::V4)
      v4.push_back({static_cast<net::Ipv4::Bits>(r.low), static_cast<net::Ipv4::Bits>(r.high)});
    else
      v6.push_back({r.low, r.high});
  }
  return {net::IntervalSet<net::Ipv4::Bits>::from(std::move(v4)),
          net::IntervalSet<net::Ipv6::Bits>::from(std::move(v6))};
}

model::NetworkContext context_of(const oracle::World& world) {
  model::NetworkContext context;
  context.virtual_network = address_set(world.virtual_network);
  for (const auto& [name, list] : world.tags) context.service_tags.prefixes[name] = address_set(list);
  for (const auto& [name, list] : world.asgs) context.asg_members[name] = address_set(list);
  return context;
}

FlowSet flow_set_of(const PlainQuestion& question) {
  FlowSet flows;
  for (const std::uint8_t p : question.protocols) flows.protocols.set(p);
  flows.source.known = address_set(question.source);
  flows.destination.known = address_set(question.destination);
  flows.source_ports = net::PortSet::range(question.source_low, question.source_high);
  flows.destination_ports = net::PortSet::range(question.destination_low, question.destination_high);
  return flows;
}

std::string describe(const Case& c) {
  const auto list = [](const std::vector<oracle::Range>& ranges) {
    std::string out;
    for (const oracle::Range& r : ranges)
      out +=
          to_string(oracle::address_of(r.family, r.low)) + '-' + to_string(oracle::address_of(r.family, r.high)) + ' ';
    return out;
  };
  std::string out;
  for (const std::string& text : c.lines) out += "  \"" + text + "\",\n";
  for (const auto& [name, members] : c.world.tags) out += "  tag " + name + ": " + list(members) + '\n';
  for (const auto& [name, members] : c.world.asgs) out += "  asg " + name + ": " + list(members) + '\n';
  out += "  network " + list(c.world.virtual_network) + "\n  asked: protocols";
  if (c.question.protocols.size() < 10)
    for (const auto p : c.question.protocols) out += ' ' + std::to_string(p);
  else
    out += " all";
  out += " from " + list(c.question.source) + ':' + std::to_string(c.question.source_low) + '-' +
         std::to_string(c.question.source_high);
  out += " to " + list(c.question.destination) + ':' + std::to_string(c.question.destination_low) + '-' +
         std::to_string(c.question.destination_high);
  return out;
}

unsigned seeds(unsigned standard) {
  const char* percent = std::getenv("NSGCHECK_TEST_SEEDS");
  if (percent == nullptr) return standard;
  return std::max(1U, static_cast<unsigned>(standard * std::strtoul(percent, nullptr, 10) / 100));
}

std::string shrunk(Case c, const std::function<Complaint(const Case&)>& check) {
  Complaint complaint = check(c);
  for (std::size_t i = 0; i < c.lines.size();) {
    Case fewer = c;
    fewer.lines.erase(fewer.lines.begin() + static_cast<std::ptrdiff_t>(i));
    if (Complaint still = check(fewer)) {
      complaint = std::move(still);
      c = std::move(fewer);
      i = 0;
    } else {
      ++i;
    }
  }
  return complaint.value_or("does not fail any more") + '\n' + describe(c);
}

void hold(unsigned count, const Recipe& recipe, const std::function<Complaint(const Case&)>& check) {
  for (unsigned seed = 0; seed < seeds(count); ++seed) {
    Rng rng{seed};
    const Case c = random_case(rng, recipe);
    if (!check(c)) continue;
    FAIL() << "seed " << seed << ": " << shrunk(c, check);
  }
}

}  // namespace nsgcheck::engine
