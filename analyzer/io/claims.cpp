// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/claims.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/policy/claim.hpp"

namespace nsgcheck::io {
namespace {

using policy::Finding;
using policy::Policy;

/// A run of lines of one document, both ends included.
struct Lines {
  std::uint32_t document{};
  std::size_t first{}, last{};

  [[nodiscard]] bool meets(const Lines& other) const {
    return document == other.document && first <= other.last && other.first <= last;
  }
};

/// An NSG at which a tool points.
struct Target {
  std::size_t nsg{};
  std::optional<policy::ModelRule> rule;
};

std::string plain_path(std::string path) {
  std::replace(path.begin(), path.end(), '\\', '/');
  while (path.starts_with("./")) path.erase(0, 2);
  return path;
}

// One is the end of the other, from a folder on. Scanners write "/main.json" for a file of the folder they looked at.
bool ends_alike(std::string_view a, std::string_view b) {
  for (std::string_view* path : {&a, &b})
    if (path->starts_with('/')) path->remove_prefix(1);
  if (a.size() < b.size()) std::swap(a, b);
  return a.ends_with(b) && (a.size() == b.size() || a[a.size() - b.size() - 1] == '/');
}

// How many names, from the last on, both paths have in common.
std::size_t common_tail(std::string_view a, std::string_view b) {
  std::size_t names = 0;
  while (!a.empty() && !b.empty()) {
    const auto at = a.rfind('/');
    const auto bt = b.rfind('/');
    const std::string_view last = at == std::string_view::npos ? a : a.substr(at + 1);
    if (last != (bt == std::string_view::npos ? b : b.substr(bt + 1))) break;
    ++names;
    a = at == std::string_view::npos ? std::string_view{} : a.substr(0, at);
    b = bt == std::string_view::npos ? std::string_view{} : b.substr(0, bt);
  }
  return names;
}

class Comparer {
 public:
  Comparer(ClaimsReport& report, const model::NetworkContext& context, net::Port forwarder_port)
      : report_{report}, context_{context}, forwarder_port_{forwarder_port} {}

  void run() {
    for (std::size_t run = 0; run < report_.log.runs.size(); ++run) {
      for (const SarifResult& result : report_.log.runs[run].results) {
        ClaimRow row = answer(result);
        row.run = run;
        row.result = &result;
        report_.rows.push_back(std::move(row));
      }
      find_missed(run);
    }
  }

 private:
  [[nodiscard]] static ClaimRow incomparable(std::string why) {
    ClaimRow row;
    row.status = ClaimStatus::NotComparable;
    row.why = std::move(why);
    return row;
  }

  ClaimRow answer(const SarifResult& result) const {
    std::vector<const Policy*> policies;
    for (const Policy& policy : report_.audit.policies)
      if (policy::is_alias(policy, result.rule_id) ||
          (!result.rule_name.empty() && policy::is_alias(policy, result.rule_name)))
        policies.push_back(&policy);
    if (policies.empty()) return incomparable("no policy has this id among its aliases");
    std::string why;
    const auto document = document_of_result(result, why);
    if (!document) return incomparable(std::move(why));
    const std::vector<Target> targets = targets_of(result, *document);
    if (targets.empty()) return incomparable("no NSG stands at this place");
    std::optional<ClaimRow> worst;
    for (const Target& target : targets)
      for (const Policy* policy : policies) {
        ClaimRow row = answer(target, *policy);
        if (!worst || rank(row) < rank(*worst)) worst = std::move(row);
      }
    return *worst;
  }

  // A tool that names a file, or a place at which several NSGs stand, is right when it is right of one of them.
  [[nodiscard]] static int rank(const ClaimRow& row) {
    constexpr std::array<int, 4> kRank{0, 2, 1, 3};
    return kRank[static_cast<std::size_t>(row.status)];
  }

  [[nodiscard]] ClaimRow answer(const Target& target, const Policy& policy) const {
    const NsgReport& nsg = report_.audit.nsgs[target.nsg];
    ClaimRow row;
    row.nsg = target.nsg;
    row.policy = &policy;
    row.rule = target.rule;
    for (const Finding& finding : nsg.audit.findings) {
      if (finding.policy != &policy || finding.status == policy::Status::Suppressed) continue;
      const bool unknown = finding.status == policy::Status::Unknown;
      if (row.finding != nullptr && (unknown || row.status == ClaimStatus::Confirmed)) continue;
      row.finding = &finding;
      row.status = unknown ? ClaimStatus::Unknown : ClaimStatus::Confirmed;
    }
    if (row.finding != nullptr) return row;
    row.status = ClaimStatus::Refuted;
    row.denied_by = policy::denied_by(nsg.nsg, context_, report_.audit.policies, policy, forwarder_port_);
    return row;
  }

  [[nodiscard]] std::optional<std::uint32_t> document_of_result(const SarifResult& result, std::string& why) const {
    if (result.file.empty()) {
      why = "it names no file";
      return std::nullopt;
    }
    std::vector<std::uint32_t> alike;
    for (std::uint32_t i = 0; i < report_.audit.files.size(); ++i) {
      const std::string shown = plain_path(report_.audit.files[i]);
      if (shown == result.file) return i;
      if (!shown.empty() && ends_alike(shown, result.file)) alike.push_back(i);
    }
    if (alike.empty()) alike = best_tails(result.file);
    if (alike.size() == 1) return alike.front();
    why = alike.empty() ? fmt::format("no input is \"{}\"", result.file)
                        : fmt::format("several inputs may be \"{}\"", result.file);
    return std::nullopt;
  }

  // Two full paths of one tree that stood in different places: folder and name are the same at least.
  [[nodiscard]] std::vector<std::uint32_t> best_tails(const std::string& file) const {
    constexpr std::size_t kFewest = 2;
    std::vector<std::uint32_t> best;
    std::size_t most = kFewest;
    for (std::uint32_t i = 0; i < report_.audit.files.size(); ++i) {
      const std::string shown = plain_path(report_.audit.files[i]);
      const std::size_t names = shown.starts_with('/') && file.starts_with('/') ? common_tail(shown, file) : 0;
      if (names < most) continue;
      if (names > most) best.clear();
      most = names;
      best.push_back(i);
    }
    return best;
  }

  [[nodiscard]] std::optional<Lines> lines_of(SourceSpan span) const {
    const Place place = place_of(report_.audit, span);
    if (!place.position) return std::nullopt;
    return Lines{span.document, place.position->line, place.position->end_line};
  }

  [[nodiscard]] std::vector<Target> targets_of(const SarifResult& result, std::uint32_t document) const {
    std::vector<Target> out;
    for (std::size_t i = 0; i < report_.audit.nsgs.size(); ++i) {
      const model::Nsg& nsg = report_.audit.nsgs[i].nsg;
      const auto own = lines_of(nsg.span);
      if (!result.line) {
        if (own && own->document == document) out.push_back({i, std::nullopt});
        continue;
      }
      const Lines asked{document, *result.line, *result.end_line};
      std::vector<policy::ModelRule> rules;
      for (policy::ModelRule rule = 0; rule < nsg.rules.size(); ++rule)
        if (const auto lines = lines_of(nsg.rules[rule].span); lines && lines->meets(asked)) rules.push_back(rule);
      if (rules.empty() && !(own && own->meets(asked))) continue;
      out.push_back({i, rules.size() == 1 ? std::optional{rules.front()} : std::nullopt});
    }
    return out;
  }

  // Several policies may have one id, of which a result names the one that confirms it; it speaks for all of them.
  [[nodiscard]] bool is_reported(std::size_t run, std::size_t nsg, const Policy& policy) const {
    return std::any_of(report_.rows.begin(), report_.rows.end(), [&](const ClaimRow& row) {
      return row.run == run && row.nsg == nsg && row.status == ClaimStatus::Confirmed &&
             (row.policy == &policy || policy::is_alias(policy, row.result->rule_id));
    });
  }
  [[nodiscard]] bool is_missed(const MissedRow& row) const {
    return std::any_of(report_.missed.begin(), report_.missed.end(), [&](const MissedRow& other) {
      return other.run == row.run && other.nsg == row.nsg && other.alias == row.alias;
    });
  }

  void find_missed(std::size_t run) {
    const std::string& tool = report_.log.runs[run].tool;
    const policy::AliasFilter belongs = policy::aliases_of_tool(tool);
    if (belongs == nullptr) {
      report_.notes.push_back(fmt::format("what \"{}\" missed is not judged: its ids are not known", tool));
      return;
    }
    for (std::size_t i = 0; i < report_.audit.nsgs.size(); ++i) {
      for (const Finding& finding : report_.audit.nsgs[i].audit.findings) {
        const auto& aliases = finding.policy->aliases;
        const auto alias = std::find_if(aliases.begin(), aliases.end(), belongs);
        if (finding.status != policy::Status::Violated || alias == aliases.end()) continue;
        const MissedRow row{run, i, &finding, *alias};
        if (!is_reported(run, i, *finding.policy) && !is_missed(row)) report_.missed.push_back(row);
      }
    }
  }

  ClaimsReport& report_;
  const model::NetworkContext& context_;
  net::Port forwarder_port_;
};

}  // namespace

std::string_view name(ClaimStatus status) {
  constexpr std::array<std::string_view, 4> kNames{"confirmed", "refuted", "unknown", "not-comparable"};
  return kNames[static_cast<std::size_t>(status)];
}

void compare_claims(ClaimsReport& report, const model::NetworkContext& context, net::Port forwarder_port) {
  Comparer{report, context, forwarder_port}.run();
}

bool has_claims(const ClaimsReport& report) {
  return !report.missed.empty() || std::any_of(report.rows.begin(), report.rows.end(), [](const ClaimRow& row) {
    return row.status == ClaimStatus::Confirmed || row.status == ClaimStatus::Unknown;
  });
}

}  // namespace nsgcheck::io
