// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/diff_rules.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "analyzer/net/text.hpp"

namespace nsgcheck::engine {
namespace {

constexpr auto kSourcePort = static_cast<std::size_t>(Dim::SourcePort);
constexpr auto kDestinationPort = static_cast<std::size_t>(Dim::DestinationPort);
constexpr auto kSource = static_cast<std::size_t>(Dim::Source);
constexpr auto kDestination = static_cast<std::size_t>(Dim::Destination);

void put(std::string& out, std::uint64_t number) { out += std::to_string(number) + ','; }

template <class T>
void put(std::string& out, const net::IntervalSet<T>& set) {
  for (const auto& item : set.intervals()) {
    for (const T bound : {item.low, item.high}) {
      put(out, static_cast<std::uint64_t>(bound));
      if constexpr (sizeof(T) > 8) put(out, static_cast<std::uint64_t>(bound >> 64));
    }
  }
  out += ';';
}

void put(std::string& out, const net::AddressSet& set) {
  put(out, set.v4);
  put(out, set.v6);
}

void put(std::string& out, std::vector<LiteralId> ids) {
  std::sort(ids.begin(), ids.end());
  for (const LiteralId id : ids) put(out, id);
  out += ';';
}

void put(std::string& out, const std::optional<LiteralId>& id) { out += (id ? std::to_string(*id) : "") + ';'; }

// A call of a function that a template defines itself: "contoso.address(".
bool calls_own_function(std::string_view text) {
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
    std::size_t end = dot + 1;
    while (end < text.size() && in_word(text[end])) ++end;
    if (dot > 0 && in_word(text[dot - 1]) && end > dot + 1 && end < text.size() && text[end] == '(') return true;
  }
  return false;
}

// A text whose value depends on more than the text: what is written alike may still differ.
bool is_opaque(const std::string& text) {
  const std::string lower = net::lower(text);
  return lower.empty() || calls_own_function(lower) || lower.find("known after apply") != std::string::npos ||
         lower.find("variables(") != std::string::npos || lower.find("nestedparameters(") != std::string::npos;
}

FilterRule everything_passes() {
  FilterRule rule;
  rule.source.known = rule.destination.known = net::AddressSet::any();
  rule.source_ports.known = rule.destination_ports.known = net::PortSet::all();
  rule.protocols = net::all_protocols();
  rule.may_allow = true;
  return rule;
}

}  // namespace

/// Reads one side's rules and names what they leave open.
class DiffRules::Reader {
 public:
  Reader(LiteralTable& literals, SymbolTable& symbols, bool same_text)
      : literals_{literals}, symbols_{symbols}, same_text_{same_text} {}

  /// `may_be_missing`: besides, everything may pass.
  std::vector<Entry> read(const model::Nsg* nsg, bool may_be_missing, Direction direction,
                          const model::NetworkContext& context) {
    side_ = side_ == 'n' ? 'o' : 'n';
    std::vector<Entry> out;
    if (nsg == nullptr) {
      out.push_back({everything_passes(), {}, 0, 0, {}});
    } else {
      ResolvedRules resolved;
      resolved.symbols = std::move(symbols_);
      append(resolved, *nsg, direction, context);
      symbols_ = std::move(resolved.symbols);
      if (may_be_missing) out.push_back(no_group(*nsg));
      for (std::size_t i = 0; i < resolved.rules.size(); ++i) {
        Entry entry{std::move(resolved.rules[i]), {}, resolved.origin[i], 0, {}};
        rule_ = &nsg->rules[entry.origin];
        entry.doubts = doubts(entry.rule);
        out.push_back(std::move(entry));
      }
    }
    return out;
  }

  // Rules of one content get one number; `with_priority` when the place of some rule is not known.
  void number(std::vector<Entry>& entries, bool with_priority) {
    for (Entry& entry : entries) {
      entry.known = known_key(entry.rule);
      std::string key = entry.known + doubt_key(entry);
      if (with_priority) key += std::to_string(entry.rule.priority);
      entry.content = contents_.try_emplace(std::move(key), static_cast<std::uint32_t>(contents_.size())).first->second;
      entry.doubts.whole = literals_.intern("whole " + std::to_string(entry.content), {entry.rule.reason, {}, 0});
    }
    // Which of two rules of one priority comes first does not depend on their places in the file.
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.rule.priority, a.known) < std::tie(b.rule.priority, b.known);
    });
    for (std::size_t first = 0, last = 0; first < entries.size(); first = last) {
      std::string group = "first of";
      for (last = first; last < entries.size() && entries[last].rule.priority == entries[first].rule.priority; ++last)
        put(group, std::uint64_t{entries[last].content});
      for (std::size_t i = first; last - first > 1 && i < last; ++i) {
        Entry& entry = entries[i];
        if (entry.rule.floating) continue;
        entry.doubts.in_front = literals_.intern(group + ": " + std::to_string(entry.content),
                                                 {Reason::DuplicatePriority, std::nullopt, 0});
      }
    }
  }

 private:
  // A group that may not be deployed is one before whose rules everything may pass.
  Entry no_group(const model::Nsg& nsg) {
    Entry entry{everything_passes(), {}, static_cast<std::uint32_t>(nsg.rules.size()), 0, {}};
    entry.rule.priority = std::numeric_limits<std::int64_t>::min();
    entry.rule.may_be_absent = true;
    entry.rule.reason = Reason::UnresolvedExpression;
    entry.doubts.exists =
        literals_.intern(std::string{"no group "} + side_, {Reason::UnresolvedExpression, std::nullopt, 0});
    return entry;
  }

  LiteralId text_literal(const char* what, const std::string& text, Reason reason) {
    std::string key = std::string{what} + ' ' + net::lower(text) + ' ' + rule_->iteration;
    if (is_opaque(text) || rule_->origin == model::Origin::Gap) {
      key += ' ' + std::to_string(rule_->span.begin) + ' ' + rule_->name;
      if (!same_text_) key += side_;
    }
    return literals_.intern(key, {reason, std::nullopt, 0});
  }

  template <class Item>
  std::vector<LiteralId> item_literals(const char* what, const std::vector<Item>& items) {
    std::vector<LiteralId> out;
    for (const Item& item : items)
      if (const auto* gap = std::get_if<model::Undetermined>(&item.value))
        out.push_back(text_literal(what, item.text, gap->reason));
    // Nothing given is an error that everybody reads alike.
    if (items.empty() && rule_->origin != model::Origin::Gap)
      out.push_back(literals_.intern(std::string{what} + " nothing given", {Reason::InvalidRule, std::nullopt, 0}));
    if (out.empty()) out.push_back(text_literal(what, "", Reason::InvalidRule));
    return out;
  }

  void address_doubts(RuleDoubts& out, std::size_t dim, const AddressTerm& term,
                      const std::vector<model::AddressItem>& items) {
    const char* what = dim == kSource ? "source" : "destination";
    for (const SymbolId id : term.symbols)
      out.dims[dim].push_back(
          literals_.intern(std::string{what} + " in symbol " + std::to_string(id), {symbols_reason(id), id, dim}));
    if (term.undetermined) {
      const auto more = item_literals(what, items);
      out.dims[dim].insert(out.dims[dim].end(), more.begin(), more.end());
    }
    out.portless_dims[dim] = out.dims[dim];
    if (term.known.empty()) return;
    std::string key = std::string{what} + " among ";
    put(key, term.known);
    out.known_part[dim] = literals_.intern(key, {Reason::UnknownTag, std::nullopt, 0});
  }

  [[nodiscard]] Reason symbols_reason(SymbolId id) const { return symbols_[id].reason; }

  void port_doubts(RuleDoubts& out, std::size_t dim, const PortTerm& term, const std::vector<model::PortItem>& items) {
    const char* what = dim == kSourcePort ? "source port" : "destination port";
    if (term.undetermined) out.dims[dim] = item_literals(what, items);
    // One question for all rules: what the ports are has nothing to do with it.
    out.portless_dims[dim] = {literals_.intern("ports ignored", {Reason::UndefinedPorts, std::nullopt, 0})};
    if (term.undetermined)
      out.portless_dims[dim].insert(out.portless_dims[dim].end(), out.dims[dim].begin(), out.dims[dim].end());
  }

  RuleDoubts doubts(const FilterRule& rule) {
    RuleDoubts out;
    address_doubts(out, kSource, rule.source, rule_->sources);
    address_doubts(out, kDestination, rule.destination, rule_->destinations);
    port_doubts(out, kSourcePort, rule.source_ports, rule_->source_ports);
    port_doubts(out, kDestinationPort, rule.destination_ports, rule_->destination_ports);
    if (rule.protocols_undetermined)
      out.dims[0] = out.portless_dims[0] = {text_literal("protocol", rule_->protocol.text, rule_->protocol.reason)};
    if (rule.may_allow && rule.may_deny) out.access = text_literal("access", rule_->access.text, rule_->access.reason);
    if (rule_->may_be_absent)
      out.exists = text_literal("exists", "", *rule_->may_be_absent);
    else if (!rule_->direction.value)
      out.exists = text_literal("direction", rule_->direction.text, rule_->direction.reason);
    if (rule.floating) out.in_front = text_literal("priority", rule_->priority.text, rule_->priority.reason);
    return out;
  }

  [[nodiscard]] static std::string known_key(const FilterRule& rule) {
    std::string key;
    for (const AddressTerm* side : {&rule.source, &rule.destination}) put(key, side->known);
    for (const PortTerm* side : {&rule.source_ports, &rule.destination_ports}) put(key, side->known);
    key += rule.protocols.to_string();
    key += rule.may_allow ? 'a' : '-';
    key += rule.may_deny ? 'd' : '-';
    return key;
  }

  [[nodiscard]] static std::string doubt_key(const Entry& entry) {
    std::string key;
    for (const auto& literals : entry.doubts.dims) put(key, literals);
    for (const auto& literals : entry.doubts.portless_dims) put(key, literals);
    put(key, entry.doubts.access);
    put(key, entry.doubts.exists);
    put(key, entry.rule.floating ? entry.doubts.in_front : std::nullopt);
    return key;
  }

  LiteralTable& literals_;
  SymbolTable& symbols_;
  bool same_text_;
  char side_{'n'};
  const model::SecurityRule* rule_{};
  std::unordered_map<std::string, std::uint32_t> contents_;
};

bool conditions_alike(const model::Nsg& before, const model::Nsg& after, bool same_text) {
  const auto sorted = [](std::vector<std::string> conditions) {
    std::sort(conditions.begin(), conditions.end());
    return conditions;
  };
  return sorted(before.conditions) == sorted(after.conditions) && before.iteration == after.iteration &&
         (same_text || std::none_of(before.conditions.begin(), before.conditions.end(), is_opaque));
}

DiffRules::DiffRules(const model::Nsg* before, const model::Nsg* after, Direction direction,
                     const model::NetworkContext& context, bool same_text)
    : rules_of_{before == nullptr ? 0 : before->rules.size(), after == nullptr ? 0 : after->rules.size()} {
  const auto is_conditional = [](const model::Nsg* nsg) { return nsg != nullptr && !nsg->conditions.empty(); };
  takes_conditions_alike_ =
      is_conditional(before) && is_conditional(after) && conditions_alike(*before, *after, same_text);
  Reader reader{literals_, joined_.symbols, same_text};
  std::array sides{reader.read(before, is_conditional(before) && !takes_conditions_alike_, direction, context),
                   reader.read(after, is_conditional(after) && !takes_conditions_alike_, direction, context)};
  for (const auto& side : sides)
    some_float_ = some_float_ || std::any_of(side.begin(), side.end(), [](const Entry& e) { return e.rule.floating; });
  old_count_ = static_cast<RuleIndex>(sides[0].size());
  for (auto& side : sides) {
    reader.number(side, some_float_);
    add_side(std::move(side));
  }
  filter_.emplace(std::move(joined_));
}

// The old rules get the priorities 0, 1, ..., the new ones go on from there: a filter looks at rules of one priority
// together, and those of different sides have nothing to do with each other.
void DiffRules::add_side(std::vector<Entry> entries) {
  std::int64_t rank = static_cast<std::int64_t>(joined_.rules.size());
  std::optional<std::int64_t> before;
  for (Entry& entry : entries) {
    if (before && *before != entry.rule.priority) ++rank;
    before = entry.rule.priority;
    entry.rule.priority = rank;
    joined_.rules.push_back(std::move(entry.rule));
    joined_.origin.push_back(entry.origin);
    content_.push_back(entry.content);
    doubts_.push_back(std::move(entry.doubts));
  }
}

std::optional<std::uint32_t> DiffRules::origin(RuleIndex rule) const {
  if (filter_->origin(rule) >= rules_of_[static_cast<std::size_t>(side(rule))]) return std::nullopt;
  return filter_->origin(rule);
}

}  // namespace nsgcheck::engine
