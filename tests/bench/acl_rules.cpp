// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/acl_rules.hpp"

#include <netinet/in.h>
#include <rte_acl.h>
#include <rte_eal.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace nsgcheck::bench {
namespace {

// What rte_acl reads of a packet: network byte order, one byte first, then groups of four.
struct Header {
  std::uint8_t protocol;
  std::uint8_t unused[3];
  std::uint32_t source, destination;
  std::uint16_t source_port, destination_port;
};

constexpr std::array<rte_acl_field_def, 5> kFields{
    {{RTE_ACL_FIELD_TYPE_BITMASK, 1, 0, 0, offsetof(Header, protocol)},
     {RTE_ACL_FIELD_TYPE_MASK, 4, 1, 1, offsetof(Header, source)},
     {RTE_ACL_FIELD_TYPE_MASK, 4, 2, 2, offsetof(Header, destination)},
     {RTE_ACL_FIELD_TYPE_RANGE, 2, 3, 3, offsetof(Header, source_port)},
     {RTE_ACL_FIELD_TYPE_RANGE, 2, 4, 3, offsetof(Header, destination_port)}}};

RTE_ACL_RULE_DEF(Rule, kFields.size());

struct Prefix {
  std::uint32_t address;
  std::uint32_t length;
};

std::vector<Prefix> prefixes(const std::vector<net::Interval<net::Ipv4::Bits>>& parts) {
  std::vector<Prefix> out;
  for (const auto& part : parts) {
    std::uint64_t low = part.low;
    const std::uint64_t end = std::uint64_t{part.high} + 1;
    while (low < end) {
      int bits = low == 0 ? 32 : std::countr_zero(low);
      while ((std::uint64_t{1} << bits) > end - low) --bits;
      out.push_back({static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(32 - bits)});
      low += std::uint64_t{1} << bits;
    }
  }
  return out;
}

void expand(std::vector<Rule>& out, const FlatRule& rule, std::int32_t priority) {
  const std::vector<Prefix> destinations = prefixes(rule.destination);
  for (const Prefix& source : prefixes(rule.source))
    for (const Prefix& destination : destinations)
      for (const auto& from : rule.source_ports)
        for (const auto& to : rule.destination_ports) {
          Rule one{};
          one.data.userdata = rule.allow ? 2 : 1;
          one.data.category_mask = 1;
          one.data.priority = priority;
          one.field[0].value.u8 = rule.tcp ? IPPROTO_TCP : IPPROTO_UDP;
          one.field[0].mask_range.u8 = rule.tcp && rule.udp ? 0 : 0xFF;
          one.field[1].value.u32 = source.address;
          one.field[1].mask_range.u32 = source.length;
          one.field[2].value.u32 = destination.address;
          one.field[2].mask_range.u32 = destination.length;
          one.field[3].value.u16 = from.low;
          one.field[3].mask_range.u16 = from.high;
          one.field[4].value.u16 = to.low;
          one.field[4].mask_range.u16 = to.high;
          out.push_back(one);
        }
}

void start_once() {
  static bool started = false;
  if (started) return;
  std::vector<std::string> words{"packets",  "--no-huge", "-m", "2048",        "--no-shconf",
                                 "--no-pci", "-l",        "0",  "--log-level", "1"};
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  if (rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) < 0)
    throw std::runtime_error{"DPDK does not start here"};
  started = true;
}

}  // namespace

struct Acl::Parts {
  rte_acl_ctx* context{};
  std::size_t boxes{};
  std::vector<Header> headers;
};

Acl::Acl(const std::vector<FlatRule>& rules) : parts_{std::make_unique<Parts>()} {
  start_once();
  std::vector<Rule> expanded;
  for (std::size_t i = 0; i < rules.size(); ++i)
    expand(expanded, rules[i], static_cast<std::int32_t>(RTE_ACL_MAX_PRIORITY - static_cast<std::int32_t>(i)));
  static int number = 0;
  const std::string name = "rules" + std::to_string(number++);
  const rte_acl_param param{name.c_str(), 0, static_cast<std::uint32_t>(RTE_ACL_RULE_SZ(kFields.size())),
                            static_cast<std::uint32_t>(expanded.size())};
  parts_->context = rte_acl_create(&param);
  parts_->boxes = expanded.size();
  rte_acl_config config{};
  config.num_categories = 1;
  config.num_fields = kFields.size();
  std::ranges::copy(kFields, config.defs);
  if (parts_->context == nullptr ||
      rte_acl_add_rules(parts_->context, reinterpret_cast<rte_acl_rule*>(expanded.data()),
                        static_cast<std::uint32_t>(expanded.size())) != 0 ||
      rte_acl_build(parts_->context, &config) != 0)
    throw std::runtime_error{"rte_acl does not take the rules"};
}

Acl::~Acl() { rte_acl_free(parts_->context); }

std::size_t Acl::boxes() const { return parts_->boxes; }

void Acl::take(std::span<const net::FiveTuple> packets) {
  for (const net::FiveTuple& packet : packets)
    parts_->headers.push_back({packet.protocol.number,
                               {},
                               htonl(v4_of(packet.source)),
                               htonl(v4_of(packet.destination)),
                               htons(packet.source_port),
                               htons(packet.destination_port)});
}

void Acl::classify(AclWay way, std::span<std::uint8_t> verdicts) const {
  constexpr std::size_t kBatch = 256;
  rte_acl_set_ctx_classify(parts_->context, way == AclWay::Sse ? RTE_ACL_CLASSIFY_SSE : RTE_ACL_CLASSIFY_AVX2);
  std::array<const std::uint8_t*, kBatch> data{};
  std::array<std::uint32_t, kBatch> results{};
  for (std::size_t begin = 0; begin < parts_->headers.size(); begin += kBatch) {
    const std::size_t count = std::min(kBatch, parts_->headers.size() - begin);
    for (std::size_t i = 0; i < count; ++i)
      data[i] = reinterpret_cast<const std::uint8_t*>(&parts_->headers[begin + i]);
    rte_acl_classify(parts_->context, data.data(), results.data(), static_cast<std::uint32_t>(count), 1);
    for (std::size_t i = 0; i < count; ++i) verdicts[begin + i] = results[i] == 2 ? 1 : 0;
  }
}

}  // namespace nsgcheck::bench
