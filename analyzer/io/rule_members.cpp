// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/rule_members.hpp"

#include <string>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

struct Spelling {
  std::string_view key;  ///< lower case, without underscores
  Member member;
};

constexpr std::array kSpellings{
    Spelling{"name", Member::Name},
    Spelling{"rulename", Member::RuleName},
    Spelling{"priority", Member::Priority},
    Spelling{"access", Member::Access},
    Spelling{"direction", Member::Direction},
    Spelling{"protocol", Member::Protocol},
    Spelling{"description", Member::Description},
    Spelling{"sourceportrange", Member::SourcePort},
    Spelling{"sourceportranges", Member::SourcePorts},
    Spelling{"destinationportrange", Member::DestinationPort},
    Spelling{"destinationportranges", Member::DestinationPorts},
    Spelling{"sourceaddressprefix", Member::SourceAddress},
    Spelling{"sourceaddressprefixes", Member::SourceAddresses},
    Spelling{"destinationaddressprefix", Member::DestinationAddress},
    Spelling{"destinationaddressprefixes", Member::DestinationAddresses},
    Spelling{"sourceapplicationsecuritygroups", Member::SourceAsgs},
    Spelling{"sourceapplicationsecuritygroupids", Member::SourceAsgs},
    Spelling{"destinationapplicationsecuritygroups", Member::DestinationAsgs},
    Spelling{"destinationapplicationsecuritygroupids", Member::DestinationAsgs},
};

}  // namespace

std::optional<Member> member_of(std::string_view key) {
  constexpr std::size_t kLongest = 38;
  std::array<char, kLongest> letters{};
  std::size_t size = 0;
  for (const char c : key) {
    if (c == '_') continue;
    if (size == kLongest) return std::nullopt;
    letters[size++] = net::lower(c);
  }
  const std::string_view plain{letters.data(), size};
  for (const Spelling& spelling : kSpellings) {
    if (spelling.key == plain) return spelling.member;
  }
  return std::nullopt;
}

RuleMembers::Found RuleMembers::members_in(const Node& object) {
  Found found{};
  for (const auto& [key, value] : object.members()) {
    const auto member = member_of(key);
    if (!member) continue;
    FoundMember& slot = found[static_cast<std::size_t>(*member)];
    slot.repeated = slot.value != nullptr;
    slot.contradicted = slot.contradicted || (slot.value != nullptr && !same_value(*slot.value, value));
    slot.value = &value;
  }
  return found;
}

RuleMembers::RuleMembers(const Node& node) : found_{members_in(node)} {
  const Node* properties = node.find("properties");
  if (properties == nullptr) return;
  const Found inner = members_in(*properties);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    // The name of a resource stands beside its properties.
    const bool outer_name = i == static_cast<std::size_t>(Member::Name) && found_[i].value != nullptr;
    if (inner[i].value != nullptr && !outer_name) found_[i] = inner[i];
  }
}

bool looks_like_rule(const Node& node) {
  if (!node.is(Node::Kind::Object)) return false;
  const RuleMembers members{node};
  int count = 0;
  for (const Member member : {Member::Priority, Member::Access, Member::Direction}) {
    count += members[member].value != nullptr ? 1 : 0;
  }
  return count >= 2;
}

}  // namespace nsgcheck::io
