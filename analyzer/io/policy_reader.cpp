// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/policy_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/policy_ask.hpp"
#include "analyzer/io/policy_example.hpp"
#include "analyzer/io/policy_fields.hpp"
#include "analyzer/io/yaml.hpp"
#include "analyzer/model/value_faults.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::array<std::string_view, 9> kPolicyKeys{"id",          "title",      "severity", "rationale", "ask",
                                                      "remediation", "references", "aliases",  "examples"};
constexpr std::array<std::string_view, 1> kSeverityKeys{"by-source"};
constexpr std::array<std::string_view, 3> kWidthKeys{"wide", "medium", "narrow"};
constexpr std::string_view kWhat = "the policy";

bool is_upper_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// "NSG-RDP-001": words of capitals and digits with dashes between them, the first with a letter in front.
bool is_policy_id(std::string_view id) {
  if (id.empty() || !(id.front() >= 'A' && id.front() <= 'Z') || id.back() == '-') return false;
  if (id.find('-') == std::string_view::npos || id.find("--") != std::string_view::npos) return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return c == '-' || is_upper_or_digit(c); });
}

class PolicyReader {
 public:
  explicit PolicyReader(const Node& root) : root_{root} {}

  PolicyFile read() {
    PolicyFile file;
    if (!check_keys(root_, kWhat, kPolicyKeys, faults_)) return file;
    policy::Policy& policy = file.policy;
    policy.id = needed_text("id");
    if (!policy.id.empty() && !is_policy_id(policy.id)) {
      faults_.add(root_.find("id")->span,
                  fmt::format("{} is no policy id; one is like \"NSG-RDP-001\"", model::quoted(policy.id)));
    }
    policy.title = needed_text("title");
    if (policy.title.find('\n') != std::string::npos) faults_.add(root_.find("title")->span, "the title has two lines");
    if (const Node* node = required(root_, "severity", kWhat, faults_)) policy.severity = severity(*node);
    if (const Node* node = required(root_, "ask", kWhat, faults_)) policy.asks = read_asks(*node, faults_);
    policy.rationale = optional_text("rationale");
    policy.remediation = optional_text("remediation");
    policy.references = optional_list("references");
    policy.aliases = optional_list("aliases");
    if (const Node* node = root_.find("examples")) file.examples = read_examples(*node, faults_);
    return file;
  }

  [[nodiscard]] const PolicyFaults& faults() const { return faults_; }

 private:
  std::string needed_text(std::string_view key) {
    const Node* node = required(root_, key, kWhat, faults_);
    return node == nullptr ? std::string{} : text_of(*node, key, faults_);
  }

  std::string optional_text(std::string_view key) {
    const Node* node = root_.find(key);
    return node == nullptr ? std::string{} : text_of(*node, key, faults_);
  }

  std::vector<std::string> optional_list(std::string_view key) {
    std::vector<std::string> out;
    const Node* node = root_.find(key);
    if (node == nullptr || (node->is(Node::Kind::Array) && node->items().empty())) return out;
    for (const Node* item : scalars_of(*node, key, faults_)) out.push_back(text_of(*item, key, faults_));
    return out;
  }

  policy::Severity severity_word(const Node& node) {
    return read_severity(node, faults_).value_or(policy::Severity::Critical);
  }

  std::variant<policy::Severity, policy::BySource> severity(const Node& node) {
    if (!node.is(Node::Kind::Object)) return severity_word(node);
    check_keys(node, "the severity", kSeverityKeys, faults_);
    const Node* graded = required(node, "by-source", "the severity", faults_);
    policy::BySource out{};
    if (graded == nullptr || !check_keys(*graded, "by-source", kWidthKeys, faults_)) return out;
    const auto grade = [&](std::string_view width) {
      const Node* word = required(*graded, width, "by-source", faults_);
      return word == nullptr ? policy::Severity::Critical : severity_word(*word);
    };
    out = {grade("wide"), grade("medium"), grade("narrow")};
    return out;
  }

  const Node& root_;
  PolicyFaults faults_;
};

}  // namespace

tl::expected<PolicyFile, Diagnostic> read_policy(const Document& document) {
  if (!document.duplicates.empty()) {
    const DuplicateKey& twice = document.duplicates.front();
    return tl::unexpected{Diagnostic{document.file, position_of(document, twice.span),
                                     fmt::format("the key \"{}\" stands twice", twice.key)}};
  }
  PolicyReader reader{document.root};
  PolicyFile file = reader.read();
  if (reader.faults().empty()) return file;
  const PolicyFaults::Fault& fault = reader.faults().first();
  return tl::unexpected{Diagnostic{document.file, position_of(document, fault.span), fault.message}};
}

tl::expected<PolicyFile, Diagnostic> read_policy(std::string_view file, std::string_view yaml) {
  const auto document = parse_yaml(std::string{file}, yaml);
  if (!document) return tl::unexpected{document.error()};
  return read_policy(*document);
}

}  // namespace nsgcheck::io
