// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/json_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/policy/hops.hpp"

namespace nsgcheck::io {
namespace {

Json access_or_null(const model::SecurityRule& rule) {
  return rule.access.value ? Json(model::name(*rule.access.value)) : Json(nullptr);
}

Json region_json(const policy::NamedRegion& named) {
  Json out{{"protocols", named.protocols}, {"source", named.source}};
  const bool ported = (named.region.protocols & net::ported_protocols()).any();
  if (ported) out["sourcePorts"] = named.source_ports;
  out["destination"] = named.destination;
  if (ported) out["destinationPorts"] = named.destination_ports;
  return out;
}

Json skipped_json(const AuditReport& report, const InputReport& input) {
  Json out = Json::array();
  if (input.has_no_nsg) out.push_back({{"line", 1}, {"column", 1}, {"pointer", ""}, {"what", kNoNsg}});
  for (const Skipped& skipped : input.skipped) {
    const Place place = place_of(report, skipped.span);
    out.push_back({{"line", place.position ? Json(place.position->line) : Json(nullptr)},
                   {"column", place.position ? Json(place.position->column) : Json(nullptr)},
                   {"pointer", place.position ? Json(place.pointer) : Json(nullptr)},
                   {"what", skipped.what}});
  }
  return out;
}

constexpr std::size_t kIndent = 2;

void append_indented(std::string& out, std::string_view text, std::size_t depth) {
  text.remove_suffix(1);  // its line feed
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    out.append(kIndent * depth, ' ').append(text.substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace

Json rule_json(const AuditReport& report, const model::SecurityRule& rule) {
  Json out{{"name", rule.name},
           {"priority", or_null(policy::shown_priority(rule))},
           {"access", access_or_null(rule)},
           {"line", or_null(line_of(report, rule.span))}};
  if (model::is_default(rule)) out["default"] = true;
  if (!rule.iteration.empty()) out["iteration"] = rule.iteration;
  return out;
}

Json rules_json(const AuditReport& report, const model::Nsg& nsg, const std::vector<policy::ModelRule>& rules) {
  Json out = Json::array();
  for (const policy::ModelRule rule : rules) out.push_back(rule_json(report, nsg.rules[rule]));
  return out;
}

Json decider_json(const AuditReport& side, const model::Nsg* nsg, const std::optional<policy::ModelRule>& rule) {
  if (nsg == nullptr || !rule) return nullptr;
  const model::SecurityRule& found = nsg->rules[*rule];
  Json out = rule_json(side, found);
  if (line_of(side, found.span)) out["file"] = side.files[found.span.document];
  return out;
}

Json regions_json(const std::vector<policy::NamedRegion>& regions) {
  Json out = Json::array();
  for (const policy::NamedRegion& region : regions) out.push_back(region_json(region));
  return out;
}

Json witness_json(const policy::Witness& witness) {
  return {{"protocol", net::to_string(witness.protocol)},
          {"source", to_string(witness.source)},
          {"sourcePort", or_null(witness.source_port)},
          {"destination", to_string(witness.destination)},
          {"destinationPort", or_null(witness.destination_port)}};
}

Json input_json(const AuditReport& report, const InputReport& input) {
  Json errors = Json::array();
  for (const Diagnostic& error : input.errors)
    errors.push_back({{"line", error.position.line}, {"column", error.position.column}, {"message", error.message}});
  return {{"file", input.file},
          {"format", input.format.empty() ? Json(nullptr) : Json(input.format)},
          {"nsgs", input.nsgs},
          {"rules", input.rules},
          {"skipped", skipped_json(report, input)},
          {"errors", std::move(errors)}};
}

std::string dump(const Json& json, int indent) {
  return json_without_commands(json.dump(indent, ' ', true, Json::error_handler_t::replace)) + '\n';
}

std::string dump_with(const Json& json, std::size_t depth, const std::vector<LongList>& lists) {
  const std::string text = dump(json, kIndent);
  const std::string indent(kIndent * depth, ' ');
  std::string out;
  std::size_t done = 0;
  for (const LongList& list : lists) {
    if (list.size == 0) continue;
    // No string of JSON holds a line break, so that this is the member and nothing else.
    const std::string member = fmt::format("\n{}\"{}\": [", indent, list.name);
    const std::size_t begin = text.find(member, done) + member.size();
    out.append(text, done, begin - done);
    for (std::size_t i = 0; i < list.size; ++i) {
      out += i == 0 ? "\n" : ",\n";
      append_indented(out, dump(list.item(i), kIndent), depth + 1);
    }
    out += '\n' + indent;
    done = begin;
  }
  return out.append(text, done);
}

}  // namespace nsgcheck::io
