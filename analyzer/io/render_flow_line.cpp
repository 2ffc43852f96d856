// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_flow_line.hpp"

#include <fmt/format.h>

#include <iterator>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_path.hpp"
#include "analyzer/io/render_stage.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::io {
namespace {

std::string flat(const Json& json) {
  std::string text = dump(json, -1);
  text.pop_back();
  return text;
}

void append_port(std::string& out, const std::optional<net::Port>& port, bool ported) {
  if (ported && port)
    fmt::format_to(std::back_inserter(out), "{}", *port);
  else
    out += "null";
}

void append_verdict(std::string& out, std::optional<engine::Verdict> verdict) {
  if (verdict)
    fmt::format_to(std::back_inserter(out), "\"{}\"", engine::name(*verdict));
  else
    out += "null";
}

}  // namespace

FlowLineWriter::FlowLineWriter(const AuditReport& places, const std::vector<const model::Nsg*>& lists,
                               const model::Deployment* deployment)
    : assumptions_{flat(assumption_codes(places))}, deployment_{deployment} {
  for (const model::Nsg* list : lists) {
    ListParts parts{
        list->name.empty() ? "null" : flat(list->name), printable(list->name), flat(applied_to_json(*list)), {}, {}};
    for (const model::SecurityRule& rule : list->rules) {
      parts.json_rules.push_back(flat(rule_json(places, rule)));
      parts.text_rules.push_back(printable(policy::rule_label(rule)));
    }
    lists_.push_back(std::move(parts));
  }
}

const std::string& FlowLineWriter::place(const At& at) const {
  std::string& text = places_[at];
  if (!text.empty()) return text;
  std::vector<const model::Instance*> instances;
  if (at.second != nullptr) instances.push_back(at.second);
  text = flat(place_json({at.first, std::move(instances)}, *deployment_));
  text = text.substr(1, text.size() - 2);  // without the braces
  return text;
}

void FlowLineWriter::stage_json(std::string& out, const policy::PacketStage& stage) const {
  const ListParts* list = stage.list == policy::kNoList ? nullptr : &lists_[stage.list];
  out += R"({"nsg":)";
  out += list == nullptr ? "null" : list->json_name;
  out += R"(,"appliedTo":)";
  if (deployment_ == nullptr) {
    out += list->applied_to;
  } else {
    const std::string_view applied_to = stage.applied_to;
    out += applied_to.empty() ? "null" : fmt::format("\"{}\"", applied_to);
    fmt::format_to(std::back_inserter(out), R"(,"direction":"{}",)", model::name(stage.direction));
    out += place({stage.place, stage.at});
  }
  out += R"(,"verdict":)";
  append_verdict(out, stage.verdict);
  out += R"(,"decidedBy":)";
  out += stage.rule ? std::string_view{list->json_rules[*stage.rule]} : std::string_view{"null"};
  if (stage.behind_deny) out += R"(,"behindDeny":true)";
  out += '}';
}

void FlowLineWriter::json(std::string& out, const FlowRow& flow, std::span<const policy::PacketStage> stages,
                          std::optional<engine::Verdict> verdict) const {
  const bool ported = has_ports(flow);
  // A packet's address texts were parsed as addresses: digits, dots, colons and letters, nothing to escape.
  fmt::format_to(
      std::back_inserter(out),
      R"({{"schema":"nsgcheck.explain/1","flow":{{"direction":"{}","protocol":"{}","source":"{}","sourcePort":)",
      model::name(flow.query.direction), flow.protocol, flow.query.from.text);
  append_port(out, flow.query.source_port, ported);
  out += R"(,"destination":")";
  out += flow.query.to.text;
  out += R"(","destinationPort":)";
  append_port(out, flow.query.destination_port, ported);
  out += R"(},"verdict":)";
  append_verdict(out, verdict);
  out += R"(,"stages":[)";
  for (std::size_t s = 0; s < stages.size(); ++s) {
    if (s > 0) out += ',';
    stage_json(out, stages[s]);
  }
  out += R"(],"assumptions":)";
  out += assumptions_;
  out += "}\n";
}

std::string_view FlowLineWriter::decider(const policy::PacketStage& stage) const {
  if (stage.rule) return lists_[stage.list].text_rules[*stage.rule];
  return stage.verdict == engine::Verdict::Unknown ? "not settled" : "no rule";
}

void FlowLineWriter::text(std::string& out, const FlowRow& flow, std::span<const policy::PacketStage> stages,
                          std::optional<engine::Verdict> verdict) const {
  const std::string line = flow_line(flow);
  if (deployment_ == nullptr) {
    for (const policy::PacketStage& stage : stages)
      fmt::format_to(std::back_inserter(out), "{:<8} {}  {}: {}\n", engine::name(stage.verdict), line,
                     lists_[stage.list].text_name, decider(stage));
    return;
  }
  fmt::format_to(std::back_inserter(out), "{:<8} {}", engine::name(verdict.value_or(engine::Verdict::Unknown)), line);
  for (const policy::PacketStage& stage : stages) {
    const std::string name = stage.list == policy::kNoList ? "" : lists_[stage.list].text_name;
    fmt::format_to(std::back_inserter(out), "  {}{}{}: {} {}", name, name.empty() ? "" : " ",
                   stage.applied_to.empty() ? "no NSG" : fmt::format("({})", stage.applied_to),
                   engine::name(stage.verdict), decider(stage));
  }
  out += '\n';
}

}  // namespace nsgcheck::io
