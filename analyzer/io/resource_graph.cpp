// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/io/rule_members.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

/// Columns in which queries put the name of the group when a row is one rule.
constexpr std::array<std::string_view, 6> kNsgColumns{
    "nsgName", "nsg_name", "nsg", "nsgId", "networkSecurityGroup", "networkSecurityGroupName"};

bool is_row(const Node& node) {
  return node.find("subscriptionId") != nullptr && node.find("type") != nullptr &&
         (node.find("tenantId") != nullptr || node.find("resourceGroup") != nullptr);
}

bool is_table(const Node& node) { return list_of(node, "columns") != nullptr && list_of(node, "rows") != nullptr; }

/// A row of the table form as an object, its cells under their columns' names.
Node row_object(const Node& columns, const Node& row) {
  Node object;
  object.kind = Node::Kind::Object;
  object.span = row.span;
  const std::size_t count = std::min(columns.items().size(), row.items().size());
  for (std::size_t i = 0; i < count; ++i) {
    object.members().emplace_back(std::string{text_of(columns.items()[i], "name")}, row.items()[i]);
  }
  return object;
}

/// The part of a column's name that is a rule's member: `properties_access`, `rule.priority`.
std::string_view member_part(std::string_view column) {
  if (member_of(column)) return column;
  for (std::size_t mark = column.find_first_of("_."); mark != std::string_view::npos;
       mark = column.find_first_of("_.", mark + 1)) {
    if (member_of(column.substr(mark + 1))) return column.substr(mark + 1);
  }
  return column;
}

/// The rule of a row that holds one: as an object in one of its columns, or spread over columns.
std::optional<Node> rule_of(const Node& row) {
  for (const auto& [column, cell] : row.members()) {
    if (looks_like_rule(cell)) return cell;
  }
  Node spread = row;
  for (auto& [column, cell] : spread.members()) column = std::string{member_part(column)};
  if (looks_like_rule(spread)) return spread;
  return std::nullopt;
}

/// The group that a row with one rule belongs to. `name` is the rule's own unless another column names the rule.
std::string nsg_of(const Node& row, const Node& rule) {
  for (const std::string_view column : kNsgColumns) {
    const std::string_view text = text_of(row, column);
    if (!text.empty()) return std::string{text.substr(text.find_last_of('/') + 1)};
  }
  const std::string_view in_id = nsg_in_id(text_of(row, "id"));
  if (!in_id.empty()) return std::string{in_id};
  const bool other_name = row.find("ruleName") != nullptr || row.find("rule_name") != nullptr;
  const bool in_cell = rule.find("name") != nullptr && text_of(rule, "name") != text_of(row, "name");
  return other_name || in_cell ? std::string{text_of(row, "name")} : std::string{};
}

/// A group whose list of rules stands in a column such as `properties_securityRules`.
std::optional<Node> group_of(const Node& row) {
  constexpr std::string_view kList = "securityRules";
  Node group = row;
  bool found = false;
  for (auto& [column, cell] : group.members()) {
    const bool named = column.size() > kList.size() && cell.is(Node::Kind::Array) &&
                       net::same_word(std::string_view{column}.substr(column.size() - kList.size()), kList);
    if (!named) continue;
    const bool defaults = net::lower(column).find("default") != std::string::npos;
    column = defaults ? "defaultSecurityRules" : "securityRules";
    found = true;
  }
  if (!found) return std::nullopt;
  return group;
}

void add_row(const Node& row, Collector& collector) {
  const Node* properties = row.find("properties");
  const bool whole = looks_like_nsg(row) && (properties != nullptr || row.find("securityRules") != nullptr);
  const bool in_columns = row.is(Node::Kind::Object) && !whole;
  if (const auto group = in_columns ? group_of(row) : std::nullopt) {
    collector.add(*group);
  } else if (const auto rule = in_columns ? rule_of(row) : std::nullopt) {
    const std::string nsg = nsg_of(row, *rule);
    collector.add_rule(read_rule(*rule), nsg, std::nullopt);
  } else {
    collector.add(row);
  }
}

void note_truncation(const Node& root, Collector& collector) {
  const auto miss = [&](SourceSpan span, std::string what) {
    collector.error(span, std::move(what));
    collector.miss_rest_of_lone_rules();
  };
  for (const std::string_view name : {"skip_token", "$skipToken", "skipToken"}) {
    const Node* token = root.find(name);
    if (token == nullptr || token->text.empty()) continue;
    miss(token->span, fmt::format("{}: the answer goes on in a further page that is not in this file", name));
    return;
  }
  for (const std::string_view name : {"total_records", "totalRecords"}) {
    const Node* total = root.find(name);
    const Node* count = root.find("count");
    if (total == nullptr || count == nullptr || total->text == count->text || total->text.empty()) continue;
    miss(total->span, fmt::format("{} is {}, but only {} rows are in this file", name, total->text, count->text));
    return;
  }
  const Node* truncated = root.find("resultTruncated");
  const bool cut = truncated != nullptr && (truncated->boolean || net::same_word(truncated->text, "true"));
  if (cut) miss(truncated->span, "resultTruncated: the answer is not complete");
}

}  // namespace

bool is_resource_graph(const Node& root) {
  const Node* data = root.find("data");
  if (data != nullptr) return data->is(Node::Kind::Array) || is_table(*data);
  if (root.is(Node::Kind::Array)) return std::any_of(root.items().begin(), root.items().end(), is_row);
  return is_table(root);
}

RuleSource read_resource_graph(const Document& document, const ReadOptions&) {
  Collector collector{document};
  const Node& root = document.root;
  const Node* data = root.find("data");
  const Node& rows = data == nullptr ? root : *data;
  if (is_table(rows)) {
    const Node& columns = *list_of(rows, "columns");
    for (const Node& row : list_of(rows, "rows")->items()) {
      add_row(row_object(columns, row), collector);
      row.fold();
    }
  } else {
    for (const Node& row : rows.items()) {
      add_row(row, collector);
      row.fold();
    }
  }
  note_truncation(root, collector);
  return collector.take();
}

}  // namespace nsgcheck::io
