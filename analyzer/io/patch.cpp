// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/patch.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/rule_json.hpp"
#include "analyzer/io/rule_members.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

/// Forms that people write, or that are sent back to Azure as they are.
constexpr std::array<std::string_view, 6> kWritten{"arm-template", "az-cli",    "az-new-nsg",
                                                   "rest",         "rest-list", "rule-list"};

/// Clause of why something cannot be written.
struct Refusal {
  std::string why;
};

/// The nodes from the root to the one that has exactly a span.
struct Way {
  std::vector<const Node*> nodes;
  std::vector<std::string> keys;  ///< of the members among them

  [[nodiscard]] const Node& back() const { return *nodes.back(); }
  [[nodiscard]] const Node* parent() const { return nodes.size() < 2 ? nullptr : nodes[nodes.size() - 2]; }
};

bool holds(const Node& node, SourceSpan span) { return node.span.begin <= span.begin && span.end <= node.span.end; }

Way way_to(const Node& root, SourceSpan span) {
  Way way{{&root}, {}};
  for (bool deeper = true; deeper && way.back().span != span;) {
    deeper = false;
    const Node& here = way.back();
    for (const auto& [key, value] : here.members())
      if (!deeper && holds(value, span)) {
        way.keys.push_back(key);
        way.nodes.push_back(&value);
        deeper = true;
      }
    for (const Node& item : here.items())
      if (!deeper && holds(item, span)) {
        way.nodes.push_back(&item);
        deeper = true;
      }
  }
  return way;
}

bool is_expression(const Node& node) {
  return node.is(Node::Kind::String) && node.text.starts_with('[') && !node.text.starts_with("[[");
}

/// Makes the edits of one NSG.
class Patcher {
 public:
  Patcher(const Document& document, std::string_view format, const model::Nsg& nsg)
      : document_{document}, format_{format}, nsg_{nsg} {}

  std::vector<TextEdit> run(const std::vector<model::RuleChange>& changes) {
    if (std::find(kWritten.begin(), kWritten.end(), format_) == kWritten.end())
      throw Refusal{fmt::format("the form {} is written by a tool: change its source", format_)};
    if (!nsg_.iteration.empty()) throw Refusal{"the NSG is made by the loop " + nsg_.iteration};
    for (const model::RuleChange& change : changes)
      if (const auto* remove = std::get_if<model::RemoveRule>(&change)) note_removal(remove->rule);
    for (const auto& [list, which] : removed_) remove_items(*list, which);
    for (const model::RuleChange& change : changes) {
      if (const auto* replace = std::get_if<model::ReplaceRule>(&change)) rewrite(replace->rule, replace->to);
      if (const auto* add = std::get_if<model::AddRule>(&change)) added_.push_back(&add->rule);
    }
    if (!added_.empty()) insert_rules();
    sort_edits(edits_);
    for (std::size_t i = 1; i < edits_.size(); ++i)
      if (edits_[i].begin < edits_[i - 1].end) throw Refusal{"the changes meet in one place"};
    return std::move(edits_);
  }

 private:
  [[nodiscard]] static std::string label(const model::SecurityRule& rule) {
    return rule.name.empty() ? "a rule without name" : rule.name;
  }

  // The object that a rule was read from, in the document as it is written.
  [[nodiscard]] Way literal(const model::SecurityRule& rule) const {
    if (!rule.iteration.empty()) throw Refusal{fmt::format("{} is made by the loop {}", label(rule), rule.iteration)};
    if (rule.span.document != document_.root.span.document)
      throw Refusal{fmt::format("{} stands in another file", label(rule))};
    Way way = way_to(document_.root, rule.span);
    if (way.back().span != rule.span || !way.back().is(Node::Kind::Object))
      throw Refusal{fmt::format("{} comes from an expression", label(rule))};
    constexpr std::array<std::string_view, 4> kShared{"variables", "parameters", "outputs", "functions"};
    for (const std::string& key : way.keys)
      for (const std::string_view shared : kShared)
        if (net::same_word(key, shared))
          throw Refusal{fmt::format("{} stands under \"{}\", which other parts may use", label(rule), key)};
    for (const Node* node : way.nodes)
      if (node->find("copy") != nullptr) throw Refusal{fmt::format("{} is made by a loop", label(rule))};
    return way;
  }

  void note_removal(std::uint32_t rule) {
    const Way way = literal(nsg_.rules[rule]);
    const Node* list = way.parent();
    if (list == nullptr || !list->is(Node::Kind::Array))
      throw Refusal{fmt::format("{} is no entry of a list", label(nsg_.rules[rule]))};
    const auto at =
        std::find_if(list->items().begin(), list->items().end(), [&](const Node& n) { return &n == &way.back(); });
    removed_[list].insert(static_cast<std::size_t>(at - list->items().begin()));
  }

  void edit(std::size_t begin, std::size_t end, std::string text) { edits_.push_back({begin, end, std::move(text)}); }

  void remove_items(const Node& list, const std::set<std::size_t>& which) {
    const std::size_t count = list.items().size();
    if (which.size() == count) return edit(list.span.begin, list.span.end, "[]");
    for (auto it = which.begin(); it != which.end();) {
      const std::size_t first = *it;
      std::size_t last = first;
      while (++it != which.end() && *it == last + 1) ++last;
      if (last + 1 < count)
        edit(list.items()[first].span.begin, list.items()[last + 1].span.begin, {});
      else
        edit(list.items()[first - 1].span.end, list.items()[last].span.end, {});
    }
  }

  [[nodiscard]] std::size_t line_begin(std::size_t offset) const {
    const std::size_t before = document_.text.rfind('\n', offset == 0 ? 0 : offset - 1);
    return before == std::string::npos || before >= offset ? 0 : before + 1;
  }

  // The blanks before what stands first in its line; empty optional when something stands before it.
  [[nodiscard]] std::optional<std::string> indent_of(std::size_t offset) const {
    const std::size_t begin = line_begin(offset);
    const std::string blanks = document_.text.substr(begin, offset - begin);
    if (begin == 0 && offset > 0 && document_.text.find('\n') == std::string::npos) return std::nullopt;
    if (blanks.find_first_not_of(" \t") != std::string::npos) return std::nullopt;
    return blanks;
  }

  [[nodiscard]] std::string line_end() const {
    return document_.text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
  }

  [[nodiscard]] std::string quoted(const std::string& text) const {
    std::string out = dump(Json(text), -1);
    out.pop_back();
    return out;
  }

  // `text` on lines of its own behind the last item of a list, laid out as that is.
  void append_item(const Node& last, const std::string& text) {
    const auto indent = indent_of(last.span.begin);
    edit(last.span.end, last.span.end, "," + (indent ? line_end() + *indent : std::string{" "}) + text);
  }

  void insert_rules() {
    const Node* sibling = nullptr;
    const Node* list = nullptr;
    for (const model::SecurityRule& rule : nsg_.rules) {
      if (rule.origin != model::Origin::User || !rule.span.known()) continue;
      const Way way = literal(rule);
      if (way.parent() == nullptr || !way.parent()->is(Node::Kind::Array)) throw Refusal{"the rules are no list"};
      if (list != nullptr && way.parent() != list) throw Refusal{"the rules stand in several lists"};
      list = way.parent();
      sibling = &way.back();
    }
    if (sibling == nullptr) throw Refusal{"there is no list of rules to add to"};
    const bool is_resource = sibling->find("type") != nullptr && sibling->find("apiVersion") != nullptr;
    if (is_resource) throw Refusal{"the rules are resources of their own"};
    const auto gone = removed_.find(list);
    if (gone != removed_.end() && gone->second.contains(list->items().size() - 1))
      throw Refusal{"the changes meet in one place"};
    const bool nested = sibling->find("properties") != nullptr;
    const auto indent = indent_of(sibling->span.begin);
    for (const model::SecurityRule* rule : added_) {
      std::string text = dump(arm_rule_json(*rule, nested), indent ? unit_of(*sibling, *indent) : -1);
      text.pop_back();
      std::string laid_out;
      for (const char c : text)
        if (c == '\n')
          laid_out += line_end() + indent.value_or("");
        else
          laid_out += c;
      append_item(list->items().back(), laid_out);
    }
  }

  // Columns that one level of nesting is moved in.
  [[nodiscard]] int unit_of(const Node& object, const std::string& indent) const {
    constexpr int kUsual = 2;
    if (object.members().empty()) return kUsual;
    const std::size_t begin = line_begin(object.members().front().second.span.begin);
    std::size_t end = begin;
    while (end < document_.text.size() && (document_.text[end] == ' ' || document_.text[end] == '\t')) ++end;
    if (begin <= object.span.begin) return kUsual;
    return end - begin > indent.size() ? static_cast<int>(end - begin - indent.size()) : kUsual;
  }

  void rewrite(std::uint32_t index, const model::SecurityRule& to) {
    const model::SecurityRule& from = nsg_.rules[index];
    const Way way = literal(from);
    const RuleMembers members{way.back()};
    rewrite_side(from, members, Member::SourceAddress, Member::SourceAddresses, from.sources, to.sources);
    rewrite_side(from, members, Member::DestinationAddress, Member::DestinationAddresses, from.destinations,
                 to.destinations);
    rewrite_side(from, members, Member::SourcePort, Member::SourcePorts, from.source_ports, to.source_ports);
    rewrite_side(from, members, Member::DestinationPort, Member::DestinationPorts, from.destination_ports,
                 to.destination_ports);
  }

  template <class Item>
  void rewrite_side(const model::SecurityRule& rule, const RuleMembers& members, Member one, Member many,
                    const std::vector<Item>& from, const std::vector<Item>& to) {
    std::vector<std::string> before;
    std::vector<std::string> after;
    for (const Item& item : from) before.push_back(item.text);
    for (const Item& item : to) after.push_back(item.text);
    if (before == after) return;
    // A change of one of two copies would leave a rule that contradicts itself.
    if (members[one].repeated || members[many].repeated)
      throw Refusal{fmt::format("{} gives what is to change more than once", label(rule))};
    const Node* single = members[one].value;
    const Node* list = members[many].value;
    check_literal(rule, single);
    check_literal(rule, list);
    if (list != nullptr && !list->is(Node::Kind::Array)) list = nullptr;
    if (single != nullptr && single->is(Node::Kind::Array)) std::swap(single, list);
    if (single == nullptr && list == nullptr)
      throw Refusal{fmt::format("{} does not give what is to change", label(rule))};
    if (list != nullptr &&
        (after.size() > 1 || (!list->items().empty() && single == nullptr && !is_word(to.front())))) {
      rewrite_list(*list, after);
      if (single != nullptr && single->is(Node::Kind::String) && !single->text.empty())
        edit(single->span.begin, single->span.end, "null");
    } else if (after.size() == 1 && single != nullptr) {
      edit(single->span.begin, single->span.end, quoted(after.front()));
      if (list != nullptr && !list->items().empty()) edit(list->span.begin, list->span.end, "[]");
    } else {
      rename_and_set(rule, single != nullptr ? *single : *list, single != nullptr, after);
    }
  }

  // Azure's API takes no tag and no "*" in a list.
  static bool is_word(const model::AddressItem& item) {
    return std::holds_alternative<model::AnyAddress>(item.value) ||
           std::holds_alternative<model::ServiceTag>(item.value);
  }
  static bool is_word(const model::PortItem& item) { return std::holds_alternative<model::AnyPort>(item.value); }

  void check_literal(const model::SecurityRule& rule, const Node* node) const {
    if (node == nullptr) return;
    if (is_expression(*node) || std::any_of(node->items().begin(), node->items().end(), is_expression))
      throw Refusal{fmt::format("{} has values from an expression", label(rule))};
  }

  [[nodiscard]] std::string list_text(const std::vector<std::string>& items, const std::optional<std::string>& indent) {
    std::string out = "[";
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += indent ? "," : ", ";
      if (indent) out += line_end() + *indent + "  ";
      out += quoted(items[i]);
    }
    return out + (indent ? line_end() + *indent : std::string{}) + "]";
  }

  void rewrite_list(const Node& list, const std::vector<std::string>& after) {
    std::vector<std::string> before;
    for (const Node& item : list.items()) before.push_back(item.text);
    const bool grows =
        !before.empty() && after.size() > before.size() && std::equal(before.begin(), before.end(), after.begin());
    if (grows) {
      std::string more;
      const auto indent = indent_of(list.items().back().span.begin);
      for (std::size_t i = before.size(); i < after.size(); ++i)
        more += "," + (indent ? line_end() + *indent : std::string{" "}) + quoted(after[i]);
      return edit(list.items().back().span.end, list.items().back().span.end, more);
    }
    std::set<std::size_t> gone;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
      if (kept < after.size() && before[i] == after[kept])
        ++kept;
      else
        gone.insert(i);
    if (kept == after.size() && kept > 0) return remove_items(list, gone);
    const bool by_lines = list.items().size() > 1 && indent_of(list.items().front().span.begin).has_value();
    edit(list.span.begin, list.span.end,
         list_text(after, by_lines ? indent_of(list.span.end - 1) : std::optional<std::string>{}));
  }

  // Singular member to plural, or back: the key changes, too.
  void rename_and_set(const model::SecurityRule& rule, const Node& value, bool to_plural,
                      const std::vector<std::string>& after) {
    const std::size_t quote = document_.text.rfind('"', value.span.begin - 1);
    const std::size_t open = quote == std::string::npos ? quote : document_.text.rfind('"', quote - 1);
    if (open == std::string::npos) throw Refusal{fmt::format("{} is written in an unusual way", label(rule))};
    std::string key = document_.text.substr(open + 1, quote - open - 1);
    const bool ends_in_x = net::lower(key).ends_with(to_plural ? "x" : "xes");
    if (to_plural)
      key += ends_in_x ? "es" : "s";
    else
      key.resize(key.size() - (ends_in_x ? 2 : 1));
    edit(open + 1, quote, key);
    edit(value.span.begin, value.span.end, to_plural ? list_text(after, std::nullopt) : quoted(after.front()));
  }

  const Document& document_;
  std::string_view format_;
  const model::Nsg& nsg_;
  std::map<const Node*, std::set<std::size_t>> removed_;
  std::vector<const model::SecurityRule*> added_;
  std::vector<TextEdit> edits_;
};

}  // namespace

tl::expected<std::vector<TextEdit>, std::string> patch(const Document& document, std::string_view format,
                                                       const model::Nsg& nsg,
                                                       const std::vector<model::RuleChange>& changes) {
  // The defaults follow from the priority: without such a rule, others would stand in its place.
  for (const model::RuleChange& change : changes) {
    const auto* gone = std::get_if<model::RemoveRule>(&change);
    const auto* other = std::get_if<model::ReplaceRule>(&change);
    if (gone == nullptr && other == nullptr) continue;
    const model::SecurityRule& rule = nsg.rules[gone != nullptr ? gone->rule : other->rule];
    if (model::is_default(rule)) return tl::unexpected{"rule \"" + rule.name + "\" has the priority of a default rule"};
  }
  try {
    return Patcher{document, format, nsg}.run(changes);
  } catch (const Refusal& refusal) {
    return tl::unexpected{refusal.why};
  }
}

std::string arm_rule_text(const model::SecurityRule& rule) { return dump(arm_rule_json(rule, true), 2); }

}  // namespace nsgcheck::io
