// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/suppression_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/io/policy_fields.hpp"
#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::io {
namespace {

using policy::Status;
using policy::Suppression;

constexpr std::array<std::string_view, 1> kFileKeys{"suppressions"};
constexpr std::array<std::string_view, 8> kSuppressionKeys{"id",     "nsg",   "rule",  "fingerprint",
                                                           "status", "until", "owner", "reason"};
constexpr std::array<std::string_view, 2> kStatusWords{"violated", "unknown"};
constexpr std::string_view kMark = "nsgcheck:ignore";
constexpr std::string_view kYamlBlanks = " \t\r\n";
constexpr std::size_t kDigestDigits = 32;
constexpr std::size_t kFewestDigits = 16;

std::optional<Status> parse_status(std::string_view word) {
  if (word == "violated") return Status::Violated;
  if (word == "unknown") return Status::Unknown;
  return std::nullopt;
}

// A day without a time, so that there is no question which hour it ends at.
std::optional<std::int64_t> end_of_day(std::string_view date) {
  constexpr std::int64_t kSecondsOfADay = 86400;
  constexpr std::string_view kForm = "2027-03-01";
  if (date.size() != kForm.size() || date[4] != '-') return std::nullopt;
  const auto begin = parse_expiration(date);
  return begin ? std::optional{*begin + kSecondsOfADay} : std::nullopt;
}

// What is demanded of every suppression.
void judge(Suppression& one) {
  std::vector<std::string> missing;
  if (one.owner.empty()) missing.emplace_back("owner");
  if (one.reason.empty()) missing.emplace_back("reason");
  if (one.until.empty()) missing.emplace_back("until");
  one.ends = end_of_day(one.until);
  std::string& fault = one.fault;
  if (!missing.empty())
    fault +=
        (fault.empty() ? "" : "; ") + policy::enumerate(missing) + (missing.size() == 1 ? " is" : " are") + " missing";
  if (!one.until.empty() && !one.ends)
    fault += (fault.empty() ? "" : "; ") + std::string{"until "} + model::quoted(one.until) +
             " is no date such as 2027-03-01";
}

class EntryReader {
 public:
  EntryReader(const Node& entry, PolicyFaults& faults) : entry_{entry}, faults_{faults} {}

  Suppression read(std::uint32_t document) {
    Suppression one;
    if (!check_keys(entry_, "the suppression", kSuppressionKeys, faults_)) return one;
    one.span = {document, entry_.span.begin, entry_.span.end};
    one.id = text("id");
    one.nsg = text("nsg");
    one.rule = text("rule");
    one.fingerprint = net::lower(text("fingerprint"));
    one.owner = text("owner");
    one.reason = text("reason");
    one.until = text("until");
    if (const std::string word = text("status"); !word.empty()) {
      const auto status = parse_status(word);
      if (!status) faults_.add(entry_.find("status")->span, no_such_word(word, "status", kStatusWords));
      one.status = status.value_or(Status::Violated);
    }
    if (one.id.empty() && one.fingerprint.empty())
      faults_.add_missing(entry_, "the suppression has neither \"id\" nor \"fingerprint\"");
    check_fingerprint(one.fingerprint);
    judge(one);
    return one;
  }

 private:
  // What is empty is not said; only what is demanded is judged, and that later.
  std::string text(std::string_view key) {
    const Node* node = entry_.find(key);
    if (node == nullptr || node->is(Node::Kind::Null)) return {};
    if (node->is(Node::Kind::String) && node->text.find_first_not_of(kYamlBlanks) == std::string::npos) return {};
    return text_of(*node, key, faults_);
  }

  void check_fingerprint(std::string_view text) {
    if (text.empty()) return;
    const bool hex = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!hex || text.size() < kFewestDigits || text.size() > kDigestDigits)
      faults_.add(entry_.find("fingerprint")->span,
                  fmt::format("{} is no fingerprint: {} hexadecimal digits, or {} or more of its begin",
                              model::quoted(text), kDigestDigits, kFewestDigits));
  }

  const Node& entry_;
  PolicyFaults& faults_;
};

const Node* list_of(const Node& root, PolicyFaults& faults) {
  if (root.is(Node::Kind::Array)) return &root;
  if (!root.is(Node::Kind::Object)) {
    faults.add(root.span, "a file of suppressions is a list of them, or has the key \"suppressions\"");
    return nullptr;
  }
  check_keys(root, "the file", kFileKeys, faults);
  const Node* list = required(root, "suppressions", "the file", faults);
  if (list == nullptr || list->is(Node::Kind::Array)) return list;
  faults.add(list->span, "\"suppressions\" must be a list; [] for none");
  return nullptr;
}

std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kYamlBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kYamlBlanks));
  text.remove_prefix(word.size());
  return word;
}

std::string trimmed_text(std::string_view text) {
  const auto first = text.find_first_not_of(kYamlBlanks);
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_last_not_of(kYamlBlanks) - first + 1)};
}

// What stands behind the mark.
Suppression read_ignore(std::string_view text) {
  Suppression one;
  one.id = next_word(text);
  if (one.id.empty()) one.fault = "the policy's id is missing";
  for (;;) {
    std::string_view rest = text;
    const std::string_view word = next_word(rest);
    const auto equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const bool known = equals != std::string_view::npos && (key == "until" || key == "owner" || key == "status");
    if (!known) break;
    const std::string value{word.substr(equals + 1)};
    if (key == "until") one.until = value;
    if (key == "owner") one.owner = value;
    if (key == "status") {
      const auto status = parse_status(value);
      if (!status) one.fault = no_such_word(value, "status", kStatusWords);
      one.status = status.value_or(Status::Violated);
    }
    text = rest;
  }
  one.reason = trimmed_text(text);
  judge(one);
  return one;
}

std::size_t find_mark(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at + kMark.size() <= text.size(); ++at)
    if (net::same_word(text.substr(at, kMark.size()), kMark)) return at;
  return std::string_view::npos;
}

// An expression of a template or of Terraform, whole or as a part of the text.
bool is_unresolved(std::string_view text) {
  const bool of_template = text.starts_with('[') && !text.starts_with("[[") && text.ends_with(']');
  return of_template || text.find("${") != std::string_view::npos;
}

}  // namespace

tl::expected<std::vector<Suppression>, Diagnostic> read_suppressions(const Document& document, std::uint32_t index) {
  PolicyFaults faults;
  std::vector<Suppression> out;
  if (const Node* list = list_of(document.root, faults))
    for (const Node& entry : list->items()) out.push_back(EntryReader{entry, faults}.read(index));
  if (faults.empty()) return out;
  return tl::unexpected{Diagnostic{document.file, position_of(document, faults.first().span), faults.first().message}};
}

std::vector<Suppression> suppressions_in(const model::Nsg& nsg, std::uint32_t index) {
  std::vector<Suppression> out;
  for (policy::ModelRule i = 0; i < nsg.rules.size(); ++i) {
    const model::SecurityRule& rule = nsg.rules[i];
    if (rule.origin != model::Origin::User) continue;
    const std::string_view text = rule.description;
    for (auto at = find_mark(text, 0); at != std::string_view::npos;) {
      const auto next = find_mark(text, at + 1);
      Suppression one;
      if (is_unresolved(text))
        one.fault = "the description is an expression that is not resolved: " + model::quoted(text);
      else
        one = read_ignore(text.substr(at + kMark.size(), next == text.npos ? next : next - at - kMark.size()));
      one.nsg = nsg.name;
      one.rule = rule.name;
      one.span = rule.description_span.known() ? rule.description_span : rule.span;
      one.in_rule = Suppression::Place{index, i};
      out.push_back(std::move(one));
      at = is_unresolved(text) ? text.npos : next;
    }
  }
  return out;
}

}  // namespace nsgcheck::io
