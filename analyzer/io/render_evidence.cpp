// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_evidence.hpp"

#include <algorithm>
#include <span>

#include "analyzer/engine/rule_space.hpp"
#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_parts.hpp"

namespace nsgcheck::io {
namespace {

using engine::Filter;
using engine::RuleIndex;

template <class Address>
Json ranges_json(const net::IntervalSet<typename Address::Bits>& set) {
  Json out = Json::array();
  for (const auto& run : set.intervals()) {
    std::string text = net::to_string(Address{run.low});
    if (run.high != run.low) text += '-' + net::to_string(Address{run.high});
    out.push_back(std::move(text));
  }
  return out;
}

Json numbers_json(const net::IntervalSet<std::uint8_t>& set) {
  Json out = Json::array();
  for (const auto& run : set.intervals())
    out.push_back(std::to_string(run.low) + (run.high != run.low ? '-' + std::to_string(run.high) : ""));
  return out;
}

Json ports_json(const net::PortSet& ports) { return net::to_strings(ports); }

Json bits_json(std::span<const std::uint64_t> words) {
  Json out = Json::array();
  engine::for_each_bit(words, [&](std::size_t bit) { out.push_back(bit); });
  return out;
}

// What surely belongs, and where it differs what perhaps does.
template <class T, class Render>
Json side_json(const engine::AxisSet<T>& set, const Render& render) {
  Json out{{"sure", render(set.sure)}};
  if (set.may != set.sure) out["maybe"] = render(set.may);
  if (set.sure_symbols.empty()) return out;
  out["sureSymbols"] = bits_json(set.sure_symbols);
  if (set.may_symbols != set.sure_symbols) out["maybeSymbols"] = bits_json(set.may_symbols);
  return out;
}

template <class Address>
Json addresses_json(const Filter& filter, RuleIndex rule) {
  const auto& sides = filter.sides<Address>();
  return {{"source", side_json(sides.pool[sides.source[rule]], ranges_json<Address>)},
          {"destination", side_json(sides.pool[sides.destination[rule]], ranges_json<Address>)}};
}

/// Puts evidence into JSON.
class Writer {
 public:
  Writer(const policy::Evidence& evidence, const EvidencePlaces& places) : evidence_{evidence}, places_{places} {}

  [[nodiscard]] Json list(std::size_t index) const {
    const policy::EvidenceRules& list = evidence_.lists[index];
    const AuditReport& place = list.is_new ? places_.new_inputs : places_.inputs;
    const auto line = list.nsg != nullptr ? line_of(place, list.nsg->span) : std::nullopt;
    Json symbols = Json::array();
    for (engine::SymbolId id = 0; id < list.filter->symbols().size(); ++id) symbols.push_back(symbol(*list.filter, id));
    Json rules = Json::array();
    for (const RuleIndex rule : list.rules) rules.push_back(this->rule(list, place, rule));
    Json order = Json::array();
    for (const engine::Step& step : list.filter->steps())
      if (const auto at = position(list, step.rule)) order.push_back({{"rule", *at}, {"sure", step.certain}});
    return {{"nsg", list.nsg != nullptr ? Json(list.nsg->name) : Json(nullptr)},
            {"direction", model::name(list.direction)},
            {"file", line ? Json(place.files[list.nsg->span.document]) : Json(nullptr)},
            {"line", or_null(line)},
            {"symbols", std::move(symbols)},
            {"rules", std::move(rules)},
            {"order", std::move(order)}};
  }

  [[nodiscard]] Json claim(std::size_t index) const {
    const policy::Claim& claim = evidence_.claims[index];
    const policy::EvidenceRules& list = evidence_.lists[claim.list];
    Json out{{"kind", kind_name(claim.kind)}, {"about", claim.about}, {"list", claim.list}};
    const bool compares = claim.kind == policy::ClaimKind::Comparison;
    if (compares) out["newList"] = claim.new_list;
    if (claim.kind == policy::ClaimKind::Verdict || claim.kind == policy::ClaimKind::Packet)
      out["view"] = view_name(claim.view);
    else if (!compares)
      out["rule"] = *position(list, claim.rule);
    out["claims"] = claim.verdict ? Json(*claim.verdict) : Json(nullptr);
    if (claim.kind != policy::ClaimKind::NeverMatches) out["question"] = asked(claim.partition.question);
    if (!claim.verdict) {
      out["reason"] = claim.why_not;
      return out;
    }
    out["complete"] = claim.partition.complete;
    if (claim.partition.sparse) out["sparse"] = true;
    if (!claim.except.empty()) out["except"] = asked(claim.except);
    if (claim.kind == policy::ClaimKind::Packet) out["by"] = positions(claim.by, list);
    if (has_cover(claim)) out["cover"] = cover(claim);
    if (claim.witness) out["witness"] = witness_json(*claim.witness);
    if (claim.counterpart) out["counterpart"] = witness_json(*claim.counterpart);
    return out;
  }

  /// What was found, with the claims that show it, or the reason why none does.
  [[nodiscard]] static Json proof(const policy::Proof& proof) {
    Json out = proof.finding != nullptr
                   ? Json{{"fingerprint", proof.finding->fingerprint}, {"policy", proof.finding->policy->id}}
                   : Json{{"name", proof.expectation}};
    out["nsg"] = or_null(proof.nsg);
    if (proof.rule) out["rule"] = *proof.rule;
    out["status"] = proof.status;
    if (proof.shows.empty()) {
      out["shows"] = nullptr;
      out["reason"] = proof.why_not;
    } else {
      out["shows"] = proof.shows;
      out["claims"] = proof.claims;
    }
    return out;
  }

 private:
  static std::string_view kind_name(policy::ClaimKind kind) {
    switch (kind) {
      case policy::ClaimKind::Verdict:
        return "verdict";
      case policy::ClaimKind::Packet:
        return "packet";
      case policy::ClaimKind::Named:
        return "named";
      case policy::ClaimKind::Shadowed:
        return "shadowed";
      case policy::ClaimKind::Redundant:
        return "redundant";
      case policy::ClaimKind::Overlapped:
        return "overlapped";
      case policy::ClaimKind::NeverMatches:
        return "neverMatches";
      case policy::ClaimKind::Comparison:
        break;
    }
    return "comparison";
  }

  static std::string_view view_name(engine::View view) {
    switch (view) {
      case engine::View::Allowed:
        return "allowed";
      case engine::View::Denied:
        return "denied";
      case engine::View::DeniedByUser:
        break;
    }
    return "deniedByUser";
  }

  static std::optional<std::size_t> position(const policy::EvidenceRules& list, RuleIndex rule) {
    const auto at = std::lower_bound(list.rules.begin(), list.rules.end(), rule);
    if (at == list.rules.end() || *at != rule) return std::nullopt;
    return static_cast<std::size_t>(at - list.rules.begin());
  }

  static Json symbol(const Filter& filter, engine::SymbolId id) {
    const engine::SymbolTable& symbols = filter.symbols();
    const auto names_it = [&](const engine::AddressTerm& side) {
      return std::find(side.symbols.begin(), side.symbols.end(), id) != side.symbols.end();
    };
    const bool in_rules = std::any_of(filter.rules().begin(), filter.rules().end(), [&](const auto& rule) {
      return names_it(rule.source) || names_it(rule.destination);
    });
    return {{"name", symbols[id].name},
            {"kind", symbols[id].kind == engine::Symbol::Kind::Asg ? "asg" : "serviceTag"},
            {"inRules", in_rules},
            {"surelyHoldsV4", symbols.surely_populated(id, net::Family::V4)},
            {"surelyHoldsV6", symbols.surely_populated(id, net::Family::V6)}};
  }

  static Json rule(const policy::EvidenceRules& list, const AuditReport& place, RuleIndex index) {
    const Filter& filter = *list.filter;
    const engine::FilterRule& rule = filter.rules()[index];
    const bool settled = rule.may_allow != rule.may_deny;
    // A group that may be missing has one rule more.
    const bool is_written = list.nsg != nullptr && filter.origin(index) < list.nsg->rules.size();
    const model::SecurityRule* written = is_written ? &list.nsg->rules[filter.origin(index)] : nullptr;
    Json out{
        {"name", written != nullptr
                     ? Json(written->name)
                     : Json(list.nsg != nullptr ? "no group: everything passes" : "no NSG: everything passes")},
        {"priority", written != nullptr && !rule.floating ? or_null(written->priority.value) : Json(nullptr)},
        {"access", !settled ? "unknown" : model::name(rule.may_allow ? model::Access::Allow : model::Access::Deny)},
        {"line", written != nullptr ? or_null(line_of(place, written->span)) : Json(nullptr)}};
    out["settled"] = engine::is_settled(rule);
    if (rule.is_default) out["default"] = true;
    if (!list.open.empty() && list.open[index] != 0) out["open"] = list.open[index];
    out["protocols"] = side_json(filter.protocols()[filter.protocol(index)], numbers_json);
    out["sourcePorts"] = side_json(filter.ports()[filter.source_ports(index, true)], ports_json);
    out["destinationPorts"] = side_json(filter.ports()[filter.destination_ports(index, true)], ports_json);
    out["v4"] = addresses_json<net::Ipv4>(filter, index);
    out["v6"] = addresses_json<net::Ipv6>(filter, index);
    return out;
  }

  static Json positions(const std::vector<RuleIndex>& rules, const policy::EvidenceRules& list) {
    Json out = Json::array();
    for (const RuleIndex rule : rules) out.push_back(*position(list, rule));
    return out;
  }

  static Json word(const engine::BoxWord& word, const policy::EvidenceRules& list) {
    return {{"answer", !word.yes ? "unknown" : *word.yes ? "yes" : "no"}, {"by", positions(word.by, list)}};
  }

  static Json asked(const std::vector<engine::Partition::Asked>& question) {
    Json out = Json::array();
    for (const auto& one : question) out.push_back(box(one.box, one.ported));
    return out;
  }

  // Packets alone show the others.
  static bool has_cover(const policy::Claim& claim) {
    return !claim.partition.boxes.empty() || claim.partition.sparse || claim.kind == policy::ClaimKind::Comparison;
  }

  [[nodiscard]] Json cover(const policy::Claim& claim) const {
    Json out = Json::array();
    for (const engine::PartitionBox& one : claim.partition.boxes) {
      Json entry = box(one.box, one.ported);
      Json words = Json::array();
      for (std::size_t i = 0; i < one.words.size(); ++i) {
        const bool is_new = claim.kind == policy::ClaimKind::Comparison && i == 1;
        words.push_back(word(one.words[i], evidence_.lists[is_new ? claim.new_list : claim.list]));
      }
      entry["says"] = std::move(words);
      out.push_back(std::move(entry));
    }
    return out;
  }

  static Json box(const engine::Region& region, bool ported) {
    const auto addresses = [&](const engine::AddressPart& part) {
      return region.v4 ? ranges_json<net::Ipv4>(part.addresses.v4) : ranges_json<net::Ipv6>(part.addresses.v6);
    };
    Json out{{"family", region.v4 ? "v4" : "v6"},
             {"protocols", numbers_json(engine::protocol_runs(region.protocols))},
             {"source", addresses(region.source)},
             {"destination", addresses(region.destination)}};
    if (!region.source.symbols.empty()) out["sourceSymbols"] = region.source.symbols;
    if (!region.destination.symbols.empty()) out["destinationSymbols"] = region.destination.symbols;
    // Protocols without ports have no port members.
    if (!ported) return out;
    out["sourcePorts"] = ports_json(region.source_ports);
    out["destinationPorts"] = ports_json(region.destination_ports);
    return out;
  }

  const policy::Evidence& evidence_;
  const EvidencePlaces& places_;
};

}  // namespace

std::string render_evidence(const policy::Evidence& evidence, std::string_view command, const EvidencePlaces& places) {
  const Writer writer{evidence, places};
  std::vector<const policy::Proof*> findings;
  std::vector<const policy::Proof*> expectations;
  for (const policy::Proof& proof : evidence.proofs)
    (proof.finding != nullptr ? findings : expectations).push_back(&proof);
  const Json frame{{"schema", "nsgcheck.evidence/1"}, {"command", command},        {"lists", Json::array()},
                   {"claims", Json::array()},         {"findings", Json::array()}, {"expectations", Json::array()}};
  return dump_with(
      frame, 1,
      {{"lists", evidence.lists.size(), [&](std::size_t i) { return writer.list(i); }},
       {"claims", evidence.claims.size(), [&](std::size_t i) { return writer.claim(i); }},
       {"findings", findings.size(), [&](std::size_t i) { return Writer::proof(*findings[i]); }},
       {"expectations", expectations.size(), [&](std::size_t i) { return Writer::proof(*expectations[i]); }}});
}

}  // namespace nsgcheck::io
