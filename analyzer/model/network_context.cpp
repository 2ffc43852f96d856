// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/network_context.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <initializer_list>

#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

// REQUIRES: every text is a CIDR block.
net::AddressSet set_of(std::initializer_list<std::string_view> blocks) {
  net::AddressSet set;
  for (const std::string_view block : blocks) {
    const auto parsed = net::parse_prefix(block);
    assert(parsed.has_value());
    if (parsed) set = set | net::AddressSet::of(parsed->prefix);
  }
  return set;
}

constexpr std::string_view kVirtualNetwork = "virtualnetwork";
constexpr std::string_view kLoadBalancer = "azureloadbalancer";
constexpr std::string_view kInternet = "internet";
constexpr std::string_view kAzureCloud = "azurecloud";
constexpr std::string_view kPlatform = "azureplatform";

// Words that people and generators leave where a value belongs. None is a tag, and "any" is refused by the API
// (nsg-semantics 1.4); most would otherwise pass for tags nobody has data for.
constexpr std::array<std::string_view, 12> kPlaceholders{"any",    "all",       "anywhere",    "default",
                                                         "string", "none",      "null",        "unknown",
                                                         "value",  "undefined", "placeholder", "example"};

// Lower case, the classic spellings of the three special tags turned into those of Resource Manager.
std::string canonical(std::string_view tag) {
  std::string word = net::lower(tag);
  if (word == "virtual_network") return std::string{kVirtualNetwork};
  if (word == "azure_loadbalancer") return std::string{kLoadBalancer};
  return word;
}

bool is_region_of(std::string_view word, std::string_view parent) {
  return word.size() > parent.size() + 1 && word.starts_with(parent) && word[parent.size()] == '.';
}

bool is_letter(char c) {
  const char l = net::lower(c);
  return l >= 'a' && l <= 'z';
}

}  // namespace

net::AddressSet default_virtual_network() {
  return set_of({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "168.63.129.16/32", "fc00::/7"});
}

net::AddressSet azure_load_balancer() {
  static const net::AddressSet probes = set_of({"168.63.129.16/32", "fe80::1234:5678:9abc/128"});
  return probes;
}

net::AddressSet internet(const net::AddressSet& virtual_network) {
  // Asked for by many rules of every NSG.
  static const net::AddressSet routed =
      set_of({"0.0.0.0/0", "2000::/3"}) -
      set_of({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
              "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"});
  return routed - virtual_network;
}

NetworkContext default_context() {
  NetworkContext context;
  context.virtual_network = default_virtual_network();
  return context;
}

std::optional<net::AddressSet> tag_set(std::string_view tag, const NetworkContext& context) {
  const std::string word = canonical(tag);
  if (word == kVirtualNetwork) return context.virtual_network;
  if (word == kLoadBalancer) return azure_load_balancer();
  if (word == kInternet) return internet(context.virtual_network);
  const auto found = context.service_tags.prefixes.find(word);
  if (found == context.service_tags.prefixes.end()) return std::nullopt;
  return found->second;
}

bool tag_within(std::string_view inner, std::string_view outer) {
  const std::string in = canonical(inner);
  const std::string out = canonical(outer);
  if (in == out) return true;
  // The special tags are no service tags: their sets come from the network, and 168.63.129.16, which the platform's
  // own tags stand for, is no address of the Internet.
  if (in == kVirtualNetwork || in == kLoadBalancer || in == kInternet || in.starts_with(kPlatform)) return false;
  if (out == kVirtualNetwork || out == kLoadBalancer) return false;
  return out == kInternet || out == kAzureCloud || is_region_of(in, out);
}

bool is_rentable(std::string_view tag) {
  const std::string word = canonical(tag);
  return word == kAzureCloud || is_region_of(word, kAzureCloud);
}

bool is_tag_word(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return false;
  const auto allowed = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  if (!std::all_of(text.begin(), text.end(), allowed)) return false;
  return std::none_of(kPlaceholders.begin(), kPlaceholders.end(),
                      [text](std::string_view placeholder) { return net::same_word(placeholder, text); });
}

}  // namespace nsgcheck::model
