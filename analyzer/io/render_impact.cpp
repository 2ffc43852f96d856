// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_impact.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "analyzer/io/csv_text.hpp"
#include "analyzer/io/markdown_text.hpp"
#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/utc_text.hpp"

namespace nsgcheck::io {
namespace {

using policy::Conversation;
using policy::Effect;

// A comment has an end (GitHub takes 65,536 characters); the rest is counted.
constexpr std::size_t kMostImpactRows = 100;

std::string end_words(const net::IpAddress& address, const std::optional<net::Port>& port) {
  const std::string text = net::to_string(address);
  if (!port) return text;
  return net::family_of(address) == net::Family::V6 ? fmt::format("[{}]:{}", text, *port)
                                                    : fmt::format("{}:{}", text, *port);
}

std::uint64_t effect_count(const ImpactReport& report, Effect effect) {
  return report.result.conversations[static_cast<std::size_t>(effect)];
}

std::string side_cell(const AuditReport& side, const model::Nsg* nsg, const policy::ImpactSide& says) {
  const std::string who = markdown_code(side_words(side, nsg, says));
  if (says.verdict == engine::Verdict::Unknown) return who;
  return fmt::format("{} by {}", says.verdict == engine::Verdict::Allow ? "allowed" : "denied", who);
}

std::string time_text(const std::optional<std::int64_t>& time) { return time ? utc_text(*time) : ""; }

std::string list_items(const std::vector<std::string>& sentences) {
  std::string out;
  for (const std::string& one : sentences) out += "- " + markdown_plain(one) + '\n';
  return out;
}

}  // namespace

bool has_impact(const ImpactReport& report) { return !report.result.affected.empty() || report.result.dropped > 0; }

std::string conversation_words(const Conversation& c) {
  const bool ports = net::has_ports(c.protocol);
  return fmt::format("{} {} -> {}", net::to_string(c.protocol), end_words(c.client, {}),
                     end_words(c.server, ports ? std::optional{c.server_port} : std::nullopt));
}

std::string side_words(const AuditReport& side, const model::Nsg* nsg, const policy::ImpactSide& says) {
  if (says.verdict == engine::Verdict::Unknown)
    return fmt::format("not settled ({})", says.reason ? model::code(*says.reason) : "not known");
  if (says.platform) return "platform traffic, which NSGs do not filter";
  if (nsg != nullptr && !says.rule) return "what is known of the tags";
  return rule_words(side, nsg, says.rule);
}

std::string span_words(const policy::TimeSpan& span) {
  constexpr std::size_t kDate = 11;  // "2026-03-02T"
  if (!span.first || !span.last) return "at no known time";
  const std::string first = utc_text(*span.first);
  const std::string last = utc_text(*span.last);
  if (first == last) return first;
  const bool same_day = first.substr(0, kDate) == last.substr(0, kDate);
  return fmt::format("{} to {}", first, same_day ? last.substr(kDate) : last);
}

std::string times_words(const Conversation& c) {
  std::string out = c.count == 1 ? "once" : fmt::format("{} times", c.count);
  if (c.client_ports > 1)
    out += fmt::format(" from {}{} ports", c.more_client_ports ? "more than " : "", c.client_ports);
  out += ", " + span_words(c.seen);
  const bool was_allowed = c.before.verdict == engine::Verdict::Allow;
  if (was_allowed && c.answered == 0) out += ", never answered";
  if (c.direction_guessed) out += ", client and server guessed";
  return out;
}

std::string verdict_line(const ImpactReport& report) {
  std::string assumed;
  for (const policy::Assumption& one : report.assumptions) assumed += (assumed.empty() ? "" : ", ") + one.code;
  if (!assumed.empty()) assumed = " (assumed: " + assumed + ')';
  if (report.result.flows == 0) return "no traffic was asked of these NSGs: nothing is known of the change" + assumed;
  const auto part = [&](Effect effect, std::string_view what) {
    const std::uint64_t count = effect_count(report, effect);
    return count == 0 ? std::string{} : fmt::format("{} {}, ", count, what);
  };
  std::string out = part(Effect::Breaks, "would break") + part(Effect::Opens, "would newly open") +
                    part(Effect::MayBreak, "may break") + part(Effect::MayOpen, "may newly open") +
                    part(Effect::Unsettled, "cannot be told");
  const std::uint64_t alike = effect_count(report, Effect::Unaffected);
  const std::string_view least = report.result.not_kept > 0 ? "at least " : "";
  if (out.empty())
    out = fmt::format("none of {}{} would break or open", least, count_of(alike, "conversation"));
  else
    out =
        fmt::format("of {}{}: {}{} fare{} alike", least,
                    count_of(alike + report.result.affected.size(), "conversation"), out, alike, alike == 1 ? "s" : "");
  if (report.result.dropped > 0) out += ", and more than can be held fare differently";
  if (report.incomplete) out += ", and some of the input is missing";
  return out + assumed;
}

std::vector<policy::RuleUse> unused_rules(const ImpactReport& report) {
  std::vector<policy::RuleUse> out;
  for (const policy::RuleUse& use : report.result.rules)
    if (use.status == policy::RuleUse::Status::Unused) out.push_back(use);
  return out;
}

std::vector<std::string> unseen_words(const ImpactReport& report) {
  std::map<std::pair<std::size_t, std::string>, std::size_t> rules;
  for (const policy::RuleUse& use : report.result.rules) {
    if (use.status != policy::RuleUse::Status::Unseen) continue;
    const auto& direction = report.pairs[use.pair].before->rules[use.rule].direction.value;
    ++rules[{use.pair, direction ? std::string{model::name(*direction)} + ' ' : std::string{}}];
  }
  std::vector<std::string> out;
  for (const auto& [where, count] : rules)
    out.push_back(fmt::format("no {}traffic of {} was seen: nothing is said of {} of it", where.second,
                              pair_name(report.pairs[where.first]), count_of(count, "rule")));
  return out;
}

std::string render_impact_csv(const ImpactReport& report) {
  std::string out = csv_row({"nsg", "direction", "protocol", "client", "server", "serverPort", "effect", "count",
                             "clientPorts", "firstSeen", "lastSeen", "oldVerdict", "oldRule", "newVerdict", "newRule"});
  for (const Conversation& c : report.result.affected) {
    const policy::NsgPair& pair = report.pairs[c.pair];
    out += csv_row({pair_name(pair), std::string{model::name(c.direction)}, net::to_string(c.protocol),
                    net::to_string(c.client), net::to_string(c.server),
                    net::has_ports(c.protocol) ? std::to_string(c.server_port) : "",
                    std::string{policy::name(c.effect)}, std::to_string(c.count), std::to_string(c.client_ports),
                    time_text(c.seen.first), time_text(c.seen.last), std::string{engine::name(c.before.verdict)},
                    side_words(report.before, pair.before, c.before), std::string{engine::name(c.after.verdict)},
                    side_words(report.after, pair.after, c.after)});
  }
  return out;
}

std::string render_impact_markdown(const ImpactReport& report) {
  std::string out = "# nsgcheck impact\n\n" + markdown_plain(verdict_line(report)) + "\n\n";
  const auto& affected = report.result.affected;
  if (!affected.empty()) out += "| effect | conversation | seen | was | now |\n|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(affected.size(), kMostImpactRows); ++i) {
    const Conversation& c = affected[i];
    const policy::NsgPair& pair = report.pairs[c.pair];
    out += fmt::format("| {} | {} {} {} | {} | {} | {} |\n", policy::name(c.effect), markdown_code(pair_name(pair)),
                       model::name(c.direction), markdown_code(conversation_words(c)), markdown_plain(times_words(c)),
                       side_cell(report.before, pair.before, c.before), side_cell(report.after, pair.after, c.after));
  }
  if (affected.size() > kMostImpactRows) out += fmt::format("\nand {} more\n", affected.size() - kMostImpactRows);
  if (!affected.empty()) out += '\n';
  const auto unused = unused_rules(report);
  if (!unused.empty())
    out += fmt::format("<details><summary>{} no traffic used (evidence, not proof)</summary>\n\n{}\n\n",
                       count_of(unused.size(), "rule") + " that", markdown_plain(span_words(report.result.window)));
  for (const policy::RuleUse& use : unused) {
    const model::Nsg* nsg = report.pairs[use.pair].before;
    out += fmt::format("- {} {}{}\n", markdown_code(pair_name(report.pairs[use.pair])),
                       markdown_code(rule_words(report.before, nsg, use.rule)), use.gone ? ", gone after" : "");
  }
  if (!unused.empty()) out += "\n</details>\n\n";
  std::vector<std::string> said = report.notes;
  for (std::string& sentence : unseen_words(report)) said.push_back(std::move(sentence));
  for (const policy::Assumption& one : report.assumptions) said.push_back(fmt::format("assumed: {}", one.text));
  if (!said.empty()) out += list_items(said) + '\n';
  out.pop_back();
  return out;
}

}  // namespace nsgcheck::io
