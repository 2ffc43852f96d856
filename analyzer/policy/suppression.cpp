// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/suppression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/net/text.hpp"
#include "analyzer/policy/deployment_audit.hpp"
#include "analyzer/policy/fingerprint.hpp"

namespace nsgcheck::policy {
namespace {

struct CheckCode {
  SuppressionCheck check;
  std::string_view code;
};
constexpr std::array kSuppressionCodes{CheckCode{SuppressionCheck::Lapsed, "lapsed"},
                                       CheckCode{SuppressionCheck::Unused, "unused"},
                                       CheckCode{SuppressionCheck::Incomplete, "incomplete"}};

// The rule that a finding stands or falls with. Among those that may decide what is unknown, the defaults are known.
std::optional<ModelRule> rule_of(const Finding& finding, const model::Nsg& nsg) {
  if (finding.rule) return finding.rule;
  std::vector<ModelRule> rules = finding.decided_by;
  if (finding.status == Status::Unknown)
    std::erase_if(rules, [&](ModelRule rule) { return model::is_default(nsg.rules[rule]); });
  if (rules.size() == 1) return rules.front();
  return std::nullopt;
}

bool is_about_rule(const Suppression& suppression, const FindingsOf& of, const Finding& finding) {
  if (suppression.rule.empty() && !suppression.in_rule) return true;
  const auto rule = of.about_nsg ? rule_of(finding, *of.nsg) : std::nullopt;
  if (!rule) return false;
  if (suppression.in_rule && (suppression.in_rule->nsg != finding.nsg || suppression.in_rule->rule != *rule))
    return false;
  return suppression.rule.empty() || net::same_word(suppression.rule, of.nsg->rules[*rule].name);
}

// But for the status.
bool is_meant(const Suppression& suppression, const FindingsOf& of, const Finding& finding) {
  if (is_about_suppressions(*finding.policy)) return false;
  if (!suppression.id.empty() && !answers_to(*finding.policy, suppression.id)) return false;
  if (!suppression.nsg.empty() && !(of.about_nsg && net::same_word(suppression.nsg, of.nsg->name))) return false;
  return finding.fingerprint.starts_with(suppression.fingerprint) && is_about_rule(suppression, of, finding);
}

/// How many findings a suppression is about.
struct Use {
  std::size_t meant{};
  std::size_t of_other_status{};
};

std::string label(const Suppression& one) {
  std::string out = "the suppression of " + (one.id.empty() ? "finding " + one.fingerprint : one.id);
  if (!one.nsg.empty()) out += " in " + one.nsg;
  if (!one.rule.empty()) out += (one.nsg.empty() ? " of rule " : ", rule ") + one.rule;
  if (!one.owner.empty()) out += ", for which " + one.owner + " answers,";
  return out;
}

std::string findings_of(std::size_t count) { return fmt::format("{} finding{}", count, count == 1 ? "" : "s"); }

std::string unused_message(const Suppression& one, const Use& use, std::span<const Policy> policies) {
  const bool is_known = one.id.empty() || std::any_of(policies.begin(), policies.end(),
                                                      [&](const Policy& policy) { return answers_to(policy, one.id); });
  if (!is_known) return label(one) + " hides nothing: no policy in force has that id";
  if (use.of_other_status > 0) {
    const bool wants_unknown = one.status == Status::Unknown;
    return fmt::format("{} hides nothing: what it is about is {} of status {}, and it says {}", label(one),
                       findings_of(use.of_other_status), wants_unknown ? "violated" : "unknown",
                       wants_unknown ? "\"status: unknown\"" : "no \"status: unknown\"");
  }
  return label(one) + " hides nothing: there is no such finding";
}

std::optional<std::string> message_of(SuppressionCheck check, const Suppression& one, const Use& use,
                                      std::span<const Policy> policies, std::int64_t now) {
  const bool incomplete = !one.fault.empty();
  const bool lapsed = !incomplete && one.ends && *one.ends <= now;
  switch (check) {
    case SuppressionCheck::Incomplete:
      if (incomplete) return label(one) + " does not hold: " + one.fault;
      break;
    case SuppressionCheck::Lapsed:
      if (!lapsed) break;
      return fmt::format("{} ended with {}: {}", label(one), one.until,
                         use.meant == 0   ? std::string{"nothing is left for it to hide"}
                         : use.meant == 1 ? std::string{"1 finding that it hid counts again"}
                                          : fmt::format("{} findings that it hid count again", use.meant));
    case SuppressionCheck::Unused:
      if (!incomplete && !lapsed && use.meant == 0) return unused_message(one, use, policies);
      break;
  }
  return std::nullopt;
}

// Notes what is to be hidden and changes nothing, so that the suppressions do not get into each other's way.
Use apply(const Suppression& one, std::span<const FindingsOf> findings, std::int64_t now,
          std::vector<std::pair<Finding*, const Suppression*>>& hidden) {
  const bool holds = one.fault.empty() && one.ends && now < *one.ends;
  Use use;
  for (const FindingsOf& of : findings) {
    for (Finding& finding : *of.findings) {
      if (!is_meant(one, of, finding)) continue;
      if (finding.status != one.status) {
        ++use.of_other_status;
        continue;
      }
      ++use.meant;
      if (holds) hidden.emplace_back(&finding, &one);
    }
  }
  return use;
}

}  // namespace

std::string_view code(SuppressionCheck check) {
  const auto* found = std::find_if(kSuppressionCodes.begin(), kSuppressionCodes.end(),
                                   [&](const CheckCode& c) { return c.check == check; });
  return found->code;
}

std::optional<SuppressionCheck> suppression_check(std::string_view code) {
  for (const CheckCode& each : kSuppressionCodes)
    if (each.code == code) return each.check;
  return std::nullopt;
}

std::vector<std::string_view> suppression_check_codes() {
  std::vector<std::string_view> out;
  for (const CheckCode& each : kSuppressionCodes) out.push_back(each.code);
  return out;
}

std::vector<Finding> apply_suppressions(std::span<const Suppression> suppressions, std::span<const FindingsOf> findings,
                                        std::span<const Policy> policies, std::int64_t now) {
  std::vector<std::pair<Finding*, const Suppression*>> hidden;
  std::vector<Use> uses;
  for (const Suppression& one : suppressions) uses.push_back(apply(one, findings, now, hidden));
  for (const auto& [finding, by] : hidden) {
    if (finding->suppressed) continue;
    finding->status = Status::Suppressed;
    finding->suppressed = {by->owner, by->until, by->reason, by->span, by->in_rule.has_value()};
  }
  std::vector<Finding> out;
  for (const Policy& policy : policies) {
    for (const Ask& ask : policy.asks) {
      const auto* about = std::get_if<SuppressionAsk>(&ask);
      for (std::size_t i = 0; about != nullptr && i < suppressions.size(); ++i) {
        const Suppression& one = suppressions[i];
        auto message = message_of(about->check, one, uses[i], policies, now);
        if (!message) continue;
        Finding finding;
        finding.policy = &policy;
        finding.severity = worst(policy);
        finding.span = one.span;
        finding.message = *std::move(message);
        finding.fingerprint = fingerprint(
            finding, one.nsg,
            fmt::format("{}\n{}\n{}\n{}", net::lower(one.id), net::lower(one.rule), one.fingerprint, one.until));
        out.push_back(std::move(finding));
      }
    }
  }
  sort_findings(out);
  return out;
}

}  // namespace nsgcheck::policy
