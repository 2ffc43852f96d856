// SPDX-License-Identifier: Apache-2.0
#include "tests/support/rule_line.hpp"

#include <cstdlib>
#include <iostream>
#include <sstream>

#include "analyzer/model/rule_text.hpp"

namespace nsgcheck::support {
namespace {

constexpr std::string_view kGroup = "asg:";

std::vector<model::AddressItem> address_items(const std::string& list) {
  std::vector<model::AddressItem> items;
  if (list == "-") return items;
  std::istringstream in{list};
  for (std::string text; std::getline(in, text, ',');) {
    if (text.starts_with(kGroup))
      items.push_back(model::asg_item(text.substr(kGroup.size()), {}));
    else
      items.push_back(model::parse_address_item(text, {}, true));
  }
  return items;
}

std::vector<model::PortItem> port_items(const std::string& list) {
  if (list == "-") return {};
  return model::parse_port_items(list, {}, true);
}

[[noreturn]] void refuse(std::string_view line) {
  std::cerr << "no rule line: " << line << '\n';
  std::abort();
}

// A value that is written as "?" stays unknown; any other must be readable.
template <class T>
void fill(model::Field<T>& field, const std::string& text, std::optional<T> value, std::string_view line) {
  field.text = text;
  field.value = std::move(value);
  if (!field.value && text != "?") refuse(line);
}

}  // namespace

model::SecurityRule rule_line(std::string_view line) {
  std::istringstream in{std::string{line}};
  std::string priority, access, direction, protocol, sources, source_ports, destinations, destination_ports, more;
  in >> priority >> access >> direction >> protocol >> sources >> source_ports >> destinations >> destination_ports;
  if (destination_ports.empty() || in >> more) refuse(line);

  model::SecurityRule rule;
  if (priority.back() == '~') {
    priority.pop_back();
    rule.may_be_absent = model::Reason::UnresolvedExpression;
  }
  std::optional<std::int64_t> number;
  if (priority != "?") number = std::stoll(priority);
  fill(rule.priority, priority, number, line);
  fill(rule.access, access, model::parse_access(access), line);
  fill(rule.direction, direction, model::parse_direction(direction), line);
  fill(rule.protocol, protocol, model::parse_protocols(protocol), line);
  rule.sources = address_items(sources);
  rule.source_ports = port_items(source_ports);
  rule.destinations = address_items(destinations);
  rule.destination_ports = port_items(destination_ports);
  return rule;
}

model::Nsg nsg_of(const std::vector<std::string>& lines) {
  model::Nsg nsg;
  nsg.name = "nsg";
  for (const std::string& line : lines) {
    nsg.rules.push_back(rule_line(line));
    nsg.rules.back().name = "R" + std::to_string(nsg.rules.size() - 1);
  }
  return model::with_defaults(std::move(nsg));
}

}  // namespace nsgcheck::support
