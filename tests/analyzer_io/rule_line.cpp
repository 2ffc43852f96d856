// SPDX-License-Identifier: Apache-2.0
#include "tests/analyzer_io/rule_line.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <variant>

namespace nsgcheck::io {
namespace {

using namespace nsgcheck::model;

std::string unknown(Reason reason) { return "?" + std::string{code(reason)}; }

std::string word(const AddressItem& item) {
  if (std::holds_alternative<AnyAddress>(item.value)) return "*";
  if (const auto* block = std::get_if<Block>(&item.value)) {
    return std::visit([](const auto& prefix) { return net::to_string(prefix); }, block->prefix);
  }
  if (const auto* range = std::get_if<AddressRange>(&item.value)) {
    return net::to_string(range->low) + "-" + net::to_string(range->high);
  }
  if (const auto* tag = std::get_if<ServiceTag>(&item.value)) return "tag " + tag->name;
  if (const auto* asg = std::get_if<Asg>(&item.value)) return "asg " + asg->name;
  return unknown(std::get<Undetermined>(item.value).reason);
}

std::string word(const PortItem& item) {
  if (std::holds_alternative<AnyPort>(item.value)) return "*";
  if (const auto* range = std::get_if<PortRange>(&item.value)) {
    return std::to_string(range->low) + "-" + std::to_string(range->high);
  }
  return unknown(std::get<Undetermined>(item.value).reason);
}

std::string word(std::int64_t value) { return std::to_string(value); }
std::string word(Access access) { return std::string{name(access)}; }
std::string word(Direction direction) { return std::string{name(direction)}; }

std::string word(const net::ProtocolSet& set) {
  if (set.all()) return "*";
  std::string out;
  for (unsigned number = 0; number < 256; ++number) {
    if (!set.test(number)) continue;
    out += (out.empty() ? "" : "+") + net::to_string(net::Protocol{static_cast<std::uint8_t>(number)});
  }
  return out;
}

template <class T>
std::string word(const Field<T>& field) {
  return field.value ? word(*field.value) : unknown(field.reason);
}

template <class Item>
std::string words(const std::vector<Item>& items) {
  std::string out;
  for (const Item& item : items) out += (out.empty() ? "" : ",") + word(item);
  return out.empty() ? "-" : out;
}

}  // namespace

std::string line_of(const SecurityRule& rule) {
  const std::string origin = rule.origin == Origin::Default ? "default " : rule.origin == Origin::Gap ? "gap " : "";
  return origin + rule.name + ' ' + word(rule.priority) + ' ' + word(rule.access) + ' ' + word(rule.direction) + ' ' +
         word(rule.protocol) + ' ' + words(rule.sources) + ':' + words(rule.source_ports) + " > " +
         words(rule.destinations) + ':' + words(rule.destination_ports) + (rule.may_be_absent ? " (perhaps)" : "");
}

std::vector<std::string> lines_of(const Nsg& nsg) {
  std::vector<std::string> lines;
  for (const SecurityRule& rule : nsg.rules) lines.push_back(line_of(rule));
  return lines;
}

std::vector<std::string> faults_of(const std::vector<Fault>& faults) {
  std::vector<std::string> out;
  for (const Fault& fault : faults) out.push_back(std::string{code(fault.kind)} + ": " + fault.message);
  return out;
}

Document document_of(std::string_view text, std::string file) {
  auto document = parse_folded_json(std::move(file), std::string{text}, 0, {.fold_from = 1});
  if (document) return std::move(*document);
  ADD_FAILURE() << document.error().position.line << ':' << document.error().position.column << ": "
                << document.error().message;
  return {};
}

}  // namespace nsgcheck::io
