// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <set>

#include "analyzer/io/render_fix.hpp"
#include "analyzer/io/render_parts.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/net/spelling.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/fingerprint.hpp"
#include "cli/commands.hpp"
#include "cli/fix_deployment.hpp"
#include "cli/fix_ways.hpp"
#include "cli/inputs.hpp"
#include "cli/intent_file.hpp"
#include "cli/output.hpp"
#include "cli/patched.hpp"
#include "cli/policy_files.hpp"
#include "cli/shown_remedies.hpp"

namespace nsgcheck::cli {
namespace {

/// Findings may be many, and each round closes one.
constexpr std::size_t kMostRounds = 500;

constexpr std::size_t kShortestFingerprint = 6;

bool names(const std::string& wanted, const policy::Finding& finding, const model::Nsg& nsg) {
  if (net::same_word(wanted, finding.policy->id)) return true;
  const auto& aliases = finding.policy->aliases;
  if (std::any_of(aliases.begin(), aliases.end(), [&](const auto& a) { return net::same_word(a, wanted); }))
    return true;
  return wanted.size() >= kShortestFingerprint &&
         (finding.fingerprint.starts_with(wanted) ||
          policy::fingerprint_in(nsg, finding.fingerprint).starts_with(wanted));
}

bool is_fingerprint(std::string_view text) {
  return text.size() >= kShortestFingerprint &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// A misspelt id would read as "nothing to fix". False when there is one, said already.
bool are_known(const std::vector<std::string>& wanted, const std::vector<policy::Policy>& policies, Process& process) {
  for (const std::string& one : wanted) {
    const auto answers = [&](const policy::Policy& policy) { return policy::answers_to(policy, one); };
    const auto found = std::find_if(policies.begin(), policies.end(), answers);
    if (found != policies.end() && (policy::is_about_networks(*found) || policy::is_about_deployments(*found))) {
      process.err << fmt::format(
          "nsgcheck: --finding {} is not about the rules of an NSG, and no change of them closes it; "
          "audit says what does\n",
          found->id);
      return false;
    }
    if (found != policies.end() || is_fingerprint(one)) continue;
    std::string nearest;
    std::size_t least = std::max<std::size_t>(2, one.size() / 3) + 1;
    for (const policy::Policy& policy : policies) {
      const std::size_t here = net::edit_distance(net::lower(one), net::lower(policy.id));
      if (here < least) {
        least = here;
        nearest = policy.id;
      }
    }
    process.err << fmt::format("nsgcheck: --finding \"{}\" is no policy's id or alias, and no fingerprint{}\n",
                               io::printable(one),
                               nearest.empty() ? "" : "; do you mean " + io::printable(nearest) + '?');
    return false;
  }
  return true;
}

class FixRun {
 public:
  FixRun(const FixArguments& arguments, std::vector<policy::Policy> policies, const policy::Intent* intent,
         Process& process)
      : arguments_{arguments}, process_{process}, policies_{std::move(policies)} {
    loaded_ = load_inputs(arguments.inputs, process, arguments.common.quiet);
    say_errors(loaded_, process);
    options_ = {arguments.forwarder_port.value_or(20000), !arguments.forwarder_port, nullptr, intent};
    std::erase_if(policies_, policy::is_about_deployments);
    std::erase_if(policies_, policy::is_about_networks);
  }

  [[nodiscard]] const LoadedInputs& loaded() const { return loaded_; }

  /// "nothing to fix" is said of the rules only.
  void note_networks() const {
    if (loaded_.topology.nics.empty() || arguments_.common.quiet) return;
    process_.err
        << "nsgcheck: note: what arrives past the NSGs (NSG-NET-001) is not about rules, and not looked at here: "
           "audit says it\n";
  }

  /// Looks after the instances of the deployment, if one is given. False when it cannot, said already.
  bool watch_deployment() {
    if (!arguments_.deployment.empty()) {
      reach_ = watch_reach(arguments_, loaded_, process_);
      if (reach_ == nullptr) return false;
    }
    if (has_whole_ways(options_.intent)) {
      const model::Deployment* given = reach_ ? &reach_->deployment() : nullptr;
      ways_.emplace(*options_.intent, given, loaded_,
                    given != nullptr ? given->forwarder_port : options_.forwarder_port);
    }
    return true;
  }

  /// Names of NSGs in the intent that are nobody's, said on standard error. False when there are such.
  bool intent_fits() {
    if (options_.intent == nullptr) return true;
    io::AuditReport report;
    report.intent = options_.intent;
    for (const model::Nsg& nsg : loaded_.nsgs) report.nsgs.push_back({nsg, {}, {}, {}});
    if (ways_) ways_->show(report);
    return list_intent(report, process_);
  }

  /// All findings with all their remedies.
  void look(io::FixReport& report) {
    for (std::size_t nsg = 0; nsg < loaded_.nsgs.size(); ++nsg) {
      const policy::NsgAudit audit = audit_of(nsg);
      for (const policy::Finding& finding : audit.findings)
        if (is_asked(nsg, finding)) report.fixes.push_back(fix_of(nsg, audit, finding));
    }
  }

  /// Closes one finding after the other; what is said of each is about the text at that time.
  void apply(io::FixReport& report) {
    std::set<std::string> passed_over;
    for (std::size_t round = 0; round < kMostRounds && apply_next(report, passed_over); ++round) {
    }
    for (std::size_t nsg = 0; nsg < loaded_.nsgs.size(); ++nsg)
      for (const policy::Finding& finding : audit_of(nsg).findings)
        if (is_asked(nsg, finding))
          report.left.push_back(fmt::format("{} {}  {}: {}", finding.policy->id, policy::name(finding.severity),
                                            loaded_.nsgs[nsg].name, finding.message));
    report.applied = true;
  }

  /// Writes what apply() changed. False when that failed, said already.
  bool write() {
    if (!arguments_.out.empty()) {
      std::set<std::uint32_t> all;
      for (const model::Nsg& nsg : loaded_.nsgs)
        if (nsg.span.known()) all.insert(nsg.span.document);
      if (all.size() == 1) return write_document(*all.begin(), arguments_.out);
      say_not_written(process_, arguments_.out, "the rule sets stand in several files; use --write");
      return false;
    }
    return std::all_of(changed_.begin(), changed_.end(),
                       [&](std::uint32_t document) { return write_document(document, loaded_.files[document]); });
  }

  void place(io::FixReport& report) {
    report.places.documents = &loaded_.documents;
    report.places.files = loaded_.files;
    report.places.inputs = loaded_.reports;
    std::vector<std::string> codes;
    if (loaded_.context.virtual_network_assumed) codes.emplace_back("virtual-network-default");
    report.places.assumptions = policy::assumptions(codes, loaded_.context, options_);
  }

 private:
  [[nodiscard]] policy::NsgAudit audit_of(std::size_t nsg) const {
    return policy::audit_nsg(loaded_.nsgs[nsg], static_cast<std::uint32_t>(nsg), loaded_.context, policies_, options_);
  }

  [[nodiscard]] bool is_asked(std::size_t nsg, const policy::Finding& finding) const {
    if (arguments_.findings.empty()) return arguments_.fail_on && finding.severity <= *arguments_.fail_on;
    return std::any_of(arguments_.findings.begin(), arguments_.findings.end(),
                       [&](const std::string& wanted) { return names(wanted, finding, loaded_.nsgs[nsg]); });
  }

  [[nodiscard]] io::FindingFix fix_of(std::size_t nsg, const policy::NsgAudit& audit, const policy::Finding& finding) {
    const model::Nsg& group = loaded_.nsgs[nsg];
    policy::Audited on{group, static_cast<std::uint32_t>(nsg), loaded_.context, policies_, options_, audit, {}};
    if (reach_ || ways_)
      on.breaks = [&](const model::Nsg& after) {
        const std::string broken = reach_ ? reach_->broken_by(group, after) : std::string{};
        return broken.empty() && ways_ ? ways_->broken_by(nsg, after) : broken;
      };
    io::FindingFix out = shown_remedies(loaded_, nsg, policy::find_remedies(on, finding), &edits_);
    io::AuditReport places;
    places.documents = &loaded_.documents;
    places.files = loaded_.files;
    out.finding = finding;
    out.place = to_string(place_of(places, finding.span.known() ? finding.span : group.span));
    return out;
  }

  // One finding closed; false when none is left that can be.
  bool apply_next(io::FixReport& report, std::set<std::string>& passed_over) {
    for (std::size_t nsg = 0; nsg < loaded_.nsgs.size(); ++nsg) {
      const policy::NsgAudit audit = audit_of(nsg);
      for (const policy::Finding& finding : audit.findings) {
        if (!is_asked(nsg, finding)) continue;
        if (!passed_over.insert(fmt::format("{} {} {}", nsg, finding.policy->id, finding.fingerprint)).second) continue;
        edits_.clear();
        io::FindingFix fix = fix_of(nsg, audit, finding);
        bool stands_alone = true;
        for (std::size_t i = 0; i < fix.remedies.size(); ++i) {
          if (!fix.remedies[i].why_not_patched.empty()) continue;
          // Nobody has looked at it yet, so it must not open what people would want to decide on.
          const auto& news = fix.remedies[i].remedy.news;
          if (!news.empty() && news.front().severity <= policy::Severity::High) continue;
          const std::uint32_t document = loaded_.nsgs[nsg].span.document;
          stands_alone = reread(loaded_, nsg, io::edited(loaded_.documents[document].text, edits_[i]));
          if (!stands_alone) continue;
          changed_.insert(document);
          fix.remedies = {std::move(fix.remedies[i])};
          report.fixes.push_back(std::move(fix));
          return true;
        }
        if (fix.why_none.empty() && !fix.remedies.empty()) {
          const std::string& why = fix.remedies.front().why_not_patched;
          fix.why_none = !stands_alone ? "its file is not changed: other groups of it depend on further files"
                         : why.empty() ? "each way brings a finding of high severity; choose one without --write"
                                       : "its file is not changed: " + why;
        }
        fix.remedies.clear();
        report.fixes.push_back(std::move(fix));
      }
    }
    return false;
  }

  bool write_document(std::uint32_t document, const std::string& path) {
    const auto bytes = patched_bytes(loaded_, document, {});
    const std::string failure = bytes ? write_file(path, *bytes) : bytes.error();
    if (!failure.empty()) say_not_written(process_, path, failure);
    return failure.empty();
  }

  const FixArguments& arguments_;
  Process& process_;
  std::vector<policy::Policy> policies_;
  LoadedInputs loaded_;
  policy::AuditOptions options_;
  std::unique_ptr<ReachWatch> reach_;             ///< with a deployment
  std::optional<WayWatch> ways_;                  ///< with expectations about whole ways
  std::vector<std::vector<io::TextEdit>> edits_;  ///< of the remedies looked at last
  std::set<std::uint32_t> changed_;
};

}  // namespace

Exit run_fix(const FixArguments& arguments, Process& process) {
  auto policies = policies_in_force(arguments.policies);
  if (!policies) {
    process.err << "nsgcheck: " << located(policies.error()) << '\n';
    return Exit::Usage;
  }
  if (!are_known(arguments.findings, *policies, process)) return Exit::Usage;
  std::optional<policy::Intent> intent;
  if (!read_intent_file(arguments.expect, *policies, intent, process)) return Exit::Usage;
  FixRun run{arguments, std::move(*policies), intent ? &*intent : nullptr, process};
  if (run.loaded().nsgs.empty()) {
    process.err << "nsgcheck: no network security group in any input\n";
    return Exit::Usage;
  }
  run.note_networks();
  if (!run.watch_deployment()) return Exit::Usage;
  const bool fits = run.intent_fits();
  io::FixReport report;
  const bool writes = arguments.write || !arguments.out.empty();
  if (writes)
    run.apply(report);
  else
    run.look(report);
  run.place(report);
  if (writes && !run.write()) return Exit::OutputFailed;
  const auto rendered = [&](Format format, const io::TextStyle& style) {
    return format == Format::Json ? io::render_fix_json(report) : io::render_fix_text(report, style);
  };
  if (!write_outputs({}, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (run.loaded().incomplete || !fits) return Exit::Incomplete;
  const bool done = writes ? report.left.empty() : report.fixes.empty();
  return done ? Exit::Clean : Exit::Findings;
}

}  // namespace nsgcheck::cli
