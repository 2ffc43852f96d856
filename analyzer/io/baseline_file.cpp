// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/baseline_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analyzer/model/value_faults.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kAudit = "nsgcheck.audit/1";
constexpr std::string_view kBaseline = "nsgcheck.baseline/1";
constexpr std::size_t kFingerprintDigits = 32;

class BaselineReader {
 public:
  explicit BaselineReader(const Document& document) : document_{document} {}

  tl::expected<std::vector<policy::BaselineEntry>, Diagnostic> read() {
    const Node* schema = document_.root.find("schema");
    if (schema == nullptr || (schema->text != kAudit && schema->text != kBaseline)) {
      fail(
          schema != nullptr ? *schema : document_.root,
          fmt::format("a baseline is what audit --format json or --format baseline wrote, of schema \"{}\" or \"{}\"{}",
                      kAudit, kBaseline, schema != nullptr ? ", not " + model::quoted(schema->text) : ""));
      return tl::unexpected{*fault_};
    }
    std::vector<policy::BaselineEntry> out;
    const Node* findings = document_.root.find("findings");
    if (findings == nullptr || !findings->is(Node::Kind::Array)) {
      fail(findings != nullptr ? *findings : document_.root, "the baseline has no list \"findings\"");
      return tl::unexpected{*fault_};
    }
    for (const Node& node : findings->items())
      if (auto entry = read_entry(node)) out.push_back(*std::move(entry));
    if (fault_) return tl::unexpected{*fault_};
    return out;
  }

 private:
  void fail(const Node& node, std::string message) {
    if (!fault_) fault_ = Diagnostic{document_.file, position_of(document_, node.span), std::move(message)};
  }

  std::string text(const Node& finding, std::string_view key) {
    const Node* node = finding.find(key);
    if (node != nullptr && node->is(Node::Kind::String) && !node->text.empty()) return node->text;
    fail(node != nullptr ? *node : finding, fmt::format("a finding of the baseline has no text \"{}\"", key));
    return {};
  }

  std::optional<policy::BaselineEntry> read_entry(const Node& finding) {
    policy::BaselineEntry out;
    out.id = text(finding, "id");
    out.fingerprint = text(finding, "fingerprint");
    if (out.fingerprint.size() != kFingerprintDigits ||
        out.fingerprint.find_first_not_of("0123456789abcdef") != std::string::npos)
      fail(finding, fmt::format("{} is no fingerprint", model::quoted(out.fingerprint)));
    const std::string severity = text(finding, "severity");
    const auto parsed = policy::parse_severity(severity);
    if (!parsed) fail(finding, fmt::format("{} is no severity", model::quoted(severity)));
    out.severity = parsed.value_or(policy::Severity::Critical);
    if (const Node* nsg = finding.find("nsg"); nsg != nullptr && nsg->is(Node::Kind::String)) out.nsg = nsg->text;
    if (const Node* complete = finding.find("regionComplete"); complete != nullptr && !complete->boolean)
      return std::nullopt;
    const std::string status = text(finding, "status");
    if (status == policy::name(policy::Status::Suppressed)) return std::nullopt;
    if (status == policy::name(policy::Status::Unknown))
      out.status = policy::Status::Unknown;
    else if (status != policy::name(policy::Status::Violated))
      fail(finding, fmt::format("{} is no status", model::quoted(status)));
    read_arrivals(finding, out);
    return out;
  }

  static void read_arrivals(const Node& finding, policy::BaselineEntry& out) {
    for (const std::string_view key : {"arrivesAt", "mayArriveAt"}) {
      const Node* list = finding.find(key);
      if (list == nullptr || !list->is(Node::Kind::Array)) continue;
      if (!out.arrives) out.arrives.emplace();
      for (const Node& instance : list->items()) out.arrives->push_back(instance.text);
    }
  }

  const Document& document_;
  std::optional<Diagnostic> fault_;
};

}  // namespace

tl::expected<std::vector<policy::BaselineEntry>, Diagnostic> read_baseline(const Document& document) {
  return BaselineReader{document}.read();
}

}  // namespace nsgcheck::io
