// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/rule_reader.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/rule_members.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/model/value_faults.hpp"

namespace nsgcheck::io {
namespace {

using model::AddressItem;
using model::FaultKind;
using model::Field;
using model::PortItem;
using model::SecurityRule;
using model::Undetermined;

/// `""`, null and [] mean "not given" (semantics 1).
bool is_given(const Node* node) {
  if (node == nullptr) return false;
  switch (node->kind) {
    case Node::Kind::Null:
      return false;
    case Node::Kind::String:
      return !node->text.empty();
    case Node::Kind::Array:
      return !node->items().empty();
    default:
      return true;
  }
}

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::Null:
      return "null";
    case Node::Kind::Bool:
      return "a boolean";
    case Node::Kind::Number:
      return "a number";
    case Node::Kind::String:
      return "a text";
    case Node::Kind::Array:
      return "a list";
    case Node::Kind::Object:
      return "an object";
    case Node::Kind::Unknown:
      break;
  }
  return "an expression";
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class Item>
Item undetermined(Reason reason, std::string text, SourceSpan span, bool in_list) {
  Item item;
  item.value = Undetermined{reason};
  item.text = std::move(text);
  item.span = span;
  item.in_list = in_list;
  return item;
}

/// The names of one side's members, for messages.
struct SideMembers {
  Member singular;
  Member plural;
  std::string_view singular_name;
  std::string_view plural_name;
};

constexpr SideMembers kSourceAddresses{Member::SourceAddress, Member::SourceAddresses, "sourceAddressPrefix",
                                       "sourceAddressPrefixes"};
constexpr SideMembers kDestinationAddresses{Member::DestinationAddress, Member::DestinationAddresses,
                                            "destinationAddressPrefix", "destinationAddressPrefixes"};
constexpr SideMembers kSourcePorts{Member::SourcePort, Member::SourcePorts, "sourcePortRange", "sourcePortRanges"};
constexpr SideMembers kDestinationPorts{Member::DestinationPort, Member::DestinationPorts, "destinationPortRange",
                                        "destinationPortRanges"};

/// Reads the members of one rule object into `rule`.
class RuleReader {
 public:
  explicit RuleReader(const Node& node) : members_{node} { rule_.span = node.span; }

  SecurityRule read() {
    read_texts();
    rule_.priority =
        field<std::int64_t>(Member::Priority, "priority", FaultKind::BadPriority, "no whole number", parse_integer);
    rule_.access = field<model::Access>(Member::Access, "access", FaultKind::BadAccess, "neither Allow nor Deny",
                                        model::parse_access);
    rule_.direction = field<model::Direction>(Member::Direction, "direction", FaultKind::BadDirection,
                                              "neither Inbound nor Outbound", model::parse_direction);
    rule_.protocol = field<net::ProtocolSet>(Member::Protocol, "protocol", FaultKind::BadProtocol, "no protocol",
                                             model::parse_protocols);
    rule_.sources = side(kSourceAddresses, model::parse_address_items);
    read_asgs(Member::SourceAsgs, rule_.sources);
    rule_.source_ports = side(kSourcePorts, model::parse_port_items);
    rule_.destinations = side(kDestinationAddresses, model::parse_address_items);
    read_asgs(Member::DestinationAsgs, rule_.destinations);
    rule_.destination_ports = side(kDestinationPorts, model::parse_port_items);
    return std::move(rule_);
  }

 private:
  void fault(FaultKind kind, SourceSpan span, std::string message) {
    rule_.faults.push_back({kind, span, std::move(message)});
  }

  void wrong_type(const Node& node, std::string_view name) {
    fault(FaultKind::WrongType, node.span, fmt::format("{} is {} where a text belongs", name, kind_name(node.kind)));
  }

  /// Reports a member that stands in the object twice; true when its value cannot be known.
  bool contradicted(const FoundMember& found, std::string_view name) {
    if (!found.contradicted) return false;
    fault(FaultKind::DuplicateKey, found.value->span,
          fmt::format("{} stands in the rule more than once, with different values", name));
    return true;
  }

  void read_texts() {
    rule_.name_span = rule_.span;
    const FoundMember& by_column = members_[Member::RuleName];
    const FoundMember& name = by_column.value != nullptr ? by_column : members_[Member::Name];
    contradicted(name, "name");
    if (is_given(name.value)) {
      rule_.name = name.value->text;
      rule_.name_span = name.value->span;
      if (name.value->text.empty()) wrong_type(*name.value, "name");
    }
    const Node* description = members_[Member::Description].value;
    if (description == nullptr) return;
    rule_.description = description->text;
    rule_.description_span = description->span;
  }

  template <class T, class Parse>
  Field<T> field(Member member, std::string_view name, FaultKind bad, std::string_view is_not, Parse parse) {
    const FoundMember& found = members_[member];
    Field<T> out;
    out.span = rule_.span;
    if (!is_given(found.value)) {
      out.missing = true;
      fault(bad, found.value == nullptr ? rule_.span : found.value->span, fmt::format("{} is missing", name));
      return out;
    }
    const Node& node = *found.value;
    out.span = node.span;
    out.text = node.text;
    if (contradicted(found, name)) return out;
    if (node.is(Node::Kind::Unknown)) {
      out.reason = Reason::UnresolvedExpression;
    } else if (!node.is(Node::Kind::String) && !node.is(Node::Kind::Number)) {
      wrong_type(node, name);
    } else {
      out.value = parse(node.text);
      if (!out.value) fault(bad, node.span, fmt::format("{} {} is {}", name, model::quoted(node.text), is_not));
    }
    return out;
  }

  /// One entry of a side: a text, or whatever else stands where a text belongs.
  template <class Item, class Parse>
  void entry(const Node& node, std::string_view name, bool in_list, Parse parse, std::vector<Item>& items) {
    if (!is_given(&node)) return;
    if (node.is(Node::Kind::Unknown)) {
      items.push_back(undetermined<Item>(Reason::UnresolvedExpression, node.text, node.span, in_list));
    } else if (node.is(Node::Kind::String) || node.is(Node::Kind::Number)) {
      for (Item& item : parse(node.text, node.span, in_list)) items.push_back(std::move(item));
    } else {
      wrong_type(node, name);
      items.push_back(undetermined<Item>(Reason::InvalidRule, node.text, node.span, in_list));
    }
  }

  /// The entries of one member. PowerShell keeps lists under the singular names; one entry there is no list.
  template <class Item, class Parse>
  void member(const FoundMember& found, std::string_view name, bool plural, Parse parse, std::vector<Item>& items) {
    if (!is_given(found.value)) return;
    const Node& node = *found.value;
    if (contradicted(found, name)) {
      items.push_back(undetermined<Item>(Reason::InvalidRule, node.text, node.span, plural));
    } else if (node.is(Node::Kind::Array)) {
      const bool in_list = plural || node.items().size() > 1;
      for (const Node& each : node.items()) entry(each, name, in_list, parse, items);
    } else {
      if (plural && !node.is(Node::Kind::Unknown) && !node.is(Node::Kind::Object)) {
        fault(FaultKind::WrongType, node.span,
              fmt::format("{} is {} where a list belongs", name, kind_name(node.kind)));
      }
      entry(node, name, plural, parse, items);
    }
  }

  template <class Item>
  std::vector<Item> side(const SideMembers& names, std::vector<Item> (*parse)(std::string_view, SourceSpan, bool)) {
    std::vector<Item> items;
    const FoundMember& singular = members_[names.singular];
    const FoundMember& plural = members_[names.plural];
    member(singular, names.singular_name, false, parse, items);
    const bool one_given = !items.empty();
    member(plural, names.plural_name, true, parse, items);
    const auto surely_given = [](const FoundMember& m) {
      return is_given(m.value) && !m.value->is(Node::Kind::Unknown);
    };
    if (one_given && surely_given(singular) && surely_given(plural)) {
      fault(FaultKind::SingularAndPlural, plural.value->span,
            fmt::format("both {} and {} are given", names.singular_name, names.plural_name));
    }
    return items;
  }

  void read_asgs(Member member, std::vector<AddressItem>& items) {
    constexpr std::string_view kName = "application security group";
    const FoundMember& found = members_[member];
    if (!is_given(found.value)) return;
    const Node& node = *found.value;
    if (contradicted(found, kName)) {
      items.push_back(undetermined<AddressItem>(Reason::InvalidRule, node.text, node.span, true));
    } else if (node.is(Node::Kind::Array)) {
      for (const Node& each : node.items()) read_asg(each, items);
    } else {
      read_asg(node, items);
    }
  }

  void read_asg(const Node& node, std::vector<AddressItem>& items) {
    const Node* id = node.is(Node::Kind::Object) ? node.find("id") : &node;
    if (id == nullptr) id = node.find("name");
    const auto as_asg = [](std::string_view text, SourceSpan span, bool) {
      return std::vector<AddressItem>{model::asg_item(text, span)};
    };
    if (is_given(id)) {
      entry(*id, "application security group", true, as_asg, items);
    } else if (!node.is(Node::Kind::Null)) {
      fault(FaultKind::WrongType, node.span, "application security group without an id");
      items.push_back(undetermined<AddressItem>(Reason::InvalidRule, "", node.span, true));
    }
  }

  RuleMembers members_;
  SecurityRule rule_;
};

std::string name_in(const Node& node) {
  const Node* name = node.find("name");
  return name == nullptr ? std::string{} : name->text;
}

template <class T>
Field<T> unknown_field(SourceSpan span, Reason reason, const std::string& text) {
  Field<T> field;
  field.reason = reason;
  field.text = text;
  field.span = span;
  return field;
}

}  // namespace

SecurityRule gap_rule(std::string name, SourceSpan span, Reason reason, std::string text) {
  SecurityRule rule;
  rule.name = std::move(name);
  rule.span = span;
  rule.name_span = span;
  rule.origin = model::Origin::Gap;
  rule.priority = unknown_field<std::int64_t>(span, reason, text);
  rule.access = unknown_field<model::Access>(span, reason, text);
  rule.direction = unknown_field<model::Direction>(span, reason, text);
  rule.protocol = unknown_field<net::ProtocolSet>(span, reason, text);
  rule.sources.push_back(undetermined<AddressItem>(reason, text, span, false));
  rule.source_ports.push_back(undetermined<PortItem>(reason, text, span, false));
  rule.destinations = rule.sources;
  rule.destination_ports = rule.source_ports;
  return rule;
}

void miss_rest(model::Nsg& nsg) {
  nsg.rest_missing = true;
  nsg.rules.push_back(gap_rule(std::string{model::kRestOfGroup}, nsg.span, Reason::MissingAttachment, ""));
}

SecurityRule read_rule(const Node& node) {
  if (node.is(Node::Kind::Unknown)) return gap_rule("", node.span, Reason::UnresolvedExpression, node.text);
  if (!node.is(Node::Kind::Object)) {
    SecurityRule gap = gap_rule("", node.span, Reason::InvalidRule, node.text);
    gap.faults.push_back(
        {FaultKind::WrongType, node.span, fmt::format("{} where a security rule belongs", kind_name(node.kind))});
    return gap;
  }
  const Node* properties = node.find("properties");
  if (properties != nullptr && properties->is(Node::Kind::Unknown)) {
    return gap_rule(name_in(node), node.span, Reason::UnresolvedExpression, properties->text);
  }
  return RuleReader{node}.read();
}

}  // namespace nsgcheck::io
