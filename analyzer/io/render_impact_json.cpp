// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_impact.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/utc_text.hpp"

namespace nsgcheck::io {
namespace {

using policy::Conversation;
using policy::Effect;

Json time_json(const std::optional<std::int64_t>& time) { return time ? Json(utc_text(*time)) : Json(nullptr); }

Json reason_json(const policy::ImpactSide& side) {
  return side.reason ? Json(model::code(*side.reason)) : Json(nullptr);
}

Json conversation_json(const ImpactReport& report, const Conversation& c) {
  const policy::NsgPair& pair = report.pairs[c.pair];
  Json out{{"nsg", pair_name(pair)},
           {"direction", model::name(c.direction)},
           {"protocol", net::to_string(c.protocol)},
           {"client", net::to_string(c.client)},
           {"server", net::to_string(c.server)},
           {"serverPort", net::has_ports(c.protocol) ? Json(c.server_port) : Json(nullptr)},
           {"effect", policy::name(c.effect)},
           {"count", c.count},
           {"answered", c.answered},
           {"clientPorts", c.client_ports},
           {"moreClientPorts", c.more_client_ports},
           {"directionGuessed", c.direction_guessed},
           {"firstSeen", time_json(c.seen.first)},
           {"lastSeen", time_json(c.seen.last)},
           {"oldVerdict", engine::name(c.before.verdict)},
           {"newVerdict", engine::name(c.after.verdict)},
           {"oldRule", decider_json(report.before, pair.before, c.before.rule)},
           {"newRule", decider_json(report.after, pair.after, c.after.rule)}};
  if (c.before.verdict == engine::Verdict::Unknown) out["oldReason"] = reason_json(c.before);
  if (c.after.verdict == engine::Verdict::Unknown) out["newReason"] = reason_json(c.after);
  if (c.logged_allowed + c.logged_denied > 0)
    out["logged"] = {{"allowed", c.logged_allowed}, {"denied", c.logged_denied}};
  return out;
}

Json rule_use_json(const ImpactReport& report, const policy::RuleUse& use) {
  const model::Nsg* nsg = report.pairs[use.pair].before;
  const auto& direction = nsg->rules[use.rule].direction.value;
  return {{"nsg", nsg->name},
          {"direction", direction ? Json(model::name(*direction)) : Json(nullptr)},
          {"rule", decider_json(report.before, nsg, use.rule)},
          {"status", policy::name(use.status)},
          {"hits", use.hits},
          {"goneInNew", use.gone}};
}

Json traffic_json(const TrafficReport& traffic) {
  Json errors = Json::array();
  for (const TrafficFault& error : traffic.errors)
    errors.push_back({{"line", error.position ? Json(error.position->line) : Json(nullptr)},
                      {"column", error.position ? Json(error.position->column) : Json(nullptr)},
                      {"message", error.message}});
  return {{"file", traffic.file},
          {"format", traffic.format.empty() ? Json(nullptr) : Json(traffic.format)},
          {"records", traffic.records},
          {"flows", traffic.flows},
          {"firstSeen", time_json(traffic.window.first)},
          {"lastSeen", time_json(traffic.window.last)},
          {"skipped", traffic.skipped},
          {"errors", std::move(errors)}};
}

Json summary_json(const ImpactReport& report) {
  const auto count = [&](Effect effect) { return report.result.conversations[static_cast<std::size_t>(effect)]; };
  return {{"breaks", count(Effect::Breaks)},
          {"opens", count(Effect::Opens)},
          {"mayBreak", count(Effect::MayBreak)},
          {"mayOpen", count(Effect::MayOpen)},
          {"unsettled", count(Effect::Unsettled)},
          {"unaffected", count(Effect::Unaffected)},
          {"flows", report.result.flows},
          {"flowsNotKept", report.result.not_kept},
          {"flowsDropped", report.result.dropped},
          {"unusedRules", unused_rules(report).size()},
          {"loggedAllowedOldDenies", report.result.logged_allowed_denied_before},
          {"loggedDeniedOldAllows", report.result.logged_denied_allowed_before},
          {"incomplete", report.incomplete}};
}

Json window_json(const ImpactReport& report) {
  return {{"first", time_json(report.result.window.first)}, {"last", time_json(report.result.window.last)}};
}

Json side_inputs_json(const AuditReport& side) {
  Json out = Json::array();
  for (const InputReport& input : side.inputs) out.push_back(input_json(side, input));
  return out;
}

}  // namespace

std::string render_impact_json(const ImpactReport& report) {
  Json traffic = Json::array();
  for (const TrafficReport& one : report.traffic) traffic.push_back(traffic_json(one));
  Json rules = Json::array();
  for (const policy::RuleUse& use : report.result.rules) rules.push_back(rule_use_json(report, use));
  Json assumptions = Json::array();
  for (const policy::Assumption& one : report.assumptions)
    assumptions.push_back({{"code", one.code}, {"text", one.text}});
  std::vector<std::string> notes = report.notes;
  for (std::string& sentence : unseen_words(report)) notes.push_back(std::move(sentence));
  const Json out{{"schema", "nsgcheck.impact/1"},
                 {"inputs", {{"old", side_inputs_json(report.before)}, {"new", side_inputs_json(report.after)}}},
                 {"traffic", std::move(traffic)},
                 {"window", window_json(report)},
                 {"conversations", Json::array()},
                 {"rules", std::move(rules)},
                 {"notes", std::move(notes)},
                 {"assumptions", std::move(assumptions)},
                 {"summary", summary_json(report)}};
  const auto& affected = report.result.affected;
  return dump_with(
      out, 1,
      {{"conversations", affected.size(), [&](std::size_t i) { return conversation_json(report, affected[i]); }}});
}

std::string render_impact_jsonl(const ImpactReport& report) {
  std::string out;
  const auto add = [&](const char* kind, Json entry) {
    Json line{{"kind", kind}};
    line.update(entry);
    out += dump(line, -1);
  };
  for (const Conversation& one : report.result.affected) add("conversation", conversation_json(report, one));
  for (const policy::RuleUse& use : unused_rules(report)) add("unusedRule", rule_use_json(report, use));
  add("summary", {{"schema", "nsgcheck.impact/1"}, {"window", window_json(report)}, {"summary", summary_json(report)}});
  return out;
}

}  // namespace nsgcheck::io
