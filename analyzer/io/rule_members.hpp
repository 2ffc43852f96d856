// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io {

/// The members of a security rule, whatever a form calls them.
enum class Member : std::uint8_t {
  Name,
  RuleName,  ///< a Resource Graph column; `name` may be the NSG's there
  Priority,
  Access,
  Direction,
  Protocol,
  Description,
  SourcePort,
  SourcePorts,
  DestinationPort,
  DestinationPorts,
  SourceAddress,
  SourceAddresses,
  DestinationAddress,
  DestinationAddresses,
  SourceAsgs,
  DestinationAsgs,
};
inline constexpr std::size_t kMemberCount = 17;

/// The member that `key` names: camelCase, PascalCase and snake_case are one spelling.
[[nodiscard]] std::optional<Member> member_of(std::string_view key);

/// A member's value and whether another one of the same name contradicts it.
struct FoundMember {
  const Node* value{};  ///< the last one; null when the rule has none
  bool repeated{};      ///< the object has the member twice
  bool contradicted{};  ///< and with different values
};

/// The members of one rule object, by name.
class RuleMembers {
 public:
  /// `node` is the rule object; what stands under `properties` goes before what stands beside it.
  explicit RuleMembers(const Node& node);

  [[nodiscard]] const FoundMember& operator[](Member member) const { return found_[static_cast<std::size_t>(member)]; }

 private:
  using Found = std::array<FoundMember, kMemberCount>;
  static Found members_in(const Node& object);

  Found found_{};
};

/// True for an object that has at least two of priority, access and direction: a security rule in any layout.
[[nodiscard]] bool looks_like_rule(const Node& node);

}  // namespace nsgcheck::io
