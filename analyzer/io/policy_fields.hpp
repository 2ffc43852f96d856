// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/node.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::io {

using Words = std::span<const std::string_view>;

/// Faults of one policy file. Reading goes on after a fault, so that the first one in the file can be told.
class PolicyFaults {
 public:
  /// `message` quotes the offending value; no trailing full stop.
  void add(SourceSpan span, std::string message);
  /// A fault that other faults inside the mapping explain better: a missing key may be a misspelt one.
  void add_missing(const Node& mapping, std::string message);
  [[nodiscard]] bool empty() const { return !first_; }

  struct Fault {
    SourceSpan span;
    std::string message;
  };
  /// REQUIRES: not empty().
  [[nodiscard]] const Fault& first() const { return *first_; }

 private:
  std::optional<Fault> first_;
  std::uint64_t first_at_{};  ///< where it counts as standing
};

/// `"WORD" is no WHAT; allowed: a, b`, with the likely meant word where one is near.
[[nodiscard]] std::string no_such_word(std::string_view word, std::string_view what, Words allowed);

/// A fault for every key of the mapping that is not among `allowed`. False when `node` is no mapping.
bool check_keys(const Node& node, std::string_view what, Words allowed, PolicyFaults& faults);

/// A member that must be there; null and a fault when it is missing.
[[nodiscard]] const Node* required(const Node& mapping, std::string_view key, std::string_view what,
                                   PolicyFaults& faults);

/// A scalar's text without blanks at its ends; a fault and "" for lists, mappings, null and empty texts.
[[nodiscard]] std::string text_of(const Node& node, std::string_view what, PolicyFaults& faults);

/// The scalars of a list, or one scalar alone. Never empty without a fault.
[[nodiscard]] std::vector<const Node*> scalars_of(const Node& node, std::string_view what, PolicyFaults& faults);

/// "critical" ... "info"; empty and a fault for other words.
[[nodiscard]] std::optional<policy::Severity> read_severity(const Node& node, PolicyFaults& faults);

/// A run of digits without leading zeros (YAML 1.1 would take `010` for eight), at most `most`.
[[nodiscard]] std::optional<unsigned> parse_count(std::string_view text, unsigned most);

}  // namespace nsgcheck::io
