// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/assumed_address.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace nsgcheck::model {
namespace {

net::AddressSet space_of(const Deployment& deployment, std::optional<std::size_t> subnet) {
  net::AddressSet space;
  if (subnet)
    for (const net::AnyPrefix& prefix : deployment.subnets[*subnet].prefixes)
      space = space | net::AddressSet::of(prefix);
  if (!space.v4.empty()) return {space.v4, {}};
  // The host's own address belongs to the tag, but to no instance.
  const net::AddressSet network =
      deployment.network.virtual_network - net::AddressSet::of(net::IpAddress{kHostAddress});
  return {network.v4, {}};
}

/// Gives out the addresses of a space in order.
class Dispenser {
 public:
  explicit Dispenser(net::AddressSet space) : space_{std::move(space)} {}

  [[nodiscard]] const net::AddressSet& space() const { return space_; }
  std::optional<net::IpAddress> next(const std::set<net::IpAddress>& used) {
    constexpr std::uint32_t kKept = 4;
    const auto& intervals = space_.v4.intervals();
    for (; interval_ < intervals.size(); ++interval_, given_ = 0) {
      const auto [low, high] = intervals[interval_];
      const std::uint64_t first = low + (high - low > kKept ? kKept : 0U);
      while (first + given_ <= high) {
        const net::IpAddress address = net::Ipv4{static_cast<net::Ipv4::Bits>(first + given_++)};
        if (!used.contains(address)) return address;
      }
    }
    return std::nullopt;
  }

 private:
  net::AddressSet space_;
  std::size_t interval_{};
  std::uint64_t given_{};  // of that interval
};

// Tags hold all of a subnet or none of it, and members of a group are known by themselves.
bool tells_apart(const AddressItem& item, const net::AddressSet& space) {
  if (std::holds_alternative<AddressRange>(item.value)) return true;
  const auto* block = std::get_if<Block>(&item.value);
  if (block == nullptr) return false;
  const net::AddressSet named = net::AddressSet::of(block->prefix);
  return !(space & named).empty() && !(space - named).empty();
}

bool tells_apart(const SecurityRule& rule, const net::AddressSet& space, FlowEnd end) {
  const auto& items = end == FlowEnd::Source ? rule.sources : rule.destinations;
  return std::any_of(items.begin(), items.end(), [&](const AddressItem& item) { return tells_apart(item, space); });
}

}  // namespace

std::vector<std::string> assume_addresses(Deployment& deployment) {
  std::set<net::IpAddress> used;
  for (const Role& role : deployment.roles)
    for (const Instance& instance : role.instances) used.insert(instance.addresses.begin(), instance.addresses.end());
  std::map<std::optional<std::size_t>, Dispenser> dispensers;  // by subnet
  std::vector<std::string> without;
  bool any = false;
  for (Role& role : deployment.roles)
    for (Instance& instance : role.instances) {
      if (!instance.addresses.empty()) continue;
      Dispenser& dispenser =
          dispensers.try_emplace(role.subnet, Dispenser{space_of(deployment, role.subnet)}).first->second;
      const auto address = dispenser.next(used);
      if (!address) {
        without.push_back(instance.name);
        continue;
      }
      used.insert(*address);
      instance.addresses.push_back(*address);
      instance.space = dispenser.space();
      any = true;
    }
  if (any) deployment.assumptions.emplace_back("instance-address-default");
  return without;
}

bool rules_tell_apart(const Deployment& deployment, const net::AddressSet& space, FlowEnd end) {
  const auto rule_does = [&](const SecurityRule& rule) { return tells_apart(rule, space, end); };
  return std::any_of(deployment.nsgs.begin(), deployment.nsgs.end(),
                     [&](const Nsg& nsg) { return std::any_of(nsg.rules.begin(), nsg.rules.end(), rule_does); }) ||
         std::any_of(deployment.admin_rules.begin(), deployment.admin_rules.end(),
                     [&](const AdminRule& admin) { return rule_does(admin.rule); });
}

}  // namespace nsgcheck::model
