// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/duplicate_keys.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analyzer/io/rule_reader.hpp"
#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using model::FaultKind;
using model::Nsg;

bool holds(SourceSpan outer, SourceSpan inner) {
  return outer.known() && outer.document == inner.document && outer.begin <= inner.begin && inner.end <= outer.end;
}

bool is_reported(const Nsg& nsg, const DuplicateKey& twice) {
  const auto same = [&](const model::Fault& fault) {
    return fault.kind == FaultKind::DuplicateKey && fault.span.begin == twice.value.begin;
  };
  return std::any_of(nsg.faults.begin(), nsg.faults.end(), same) ||
         std::any_of(nsg.rules.begin(), nsg.rules.end(), [&](const model::SecurityRule& rule) {
           return std::any_of(rule.faults.begin(), rule.faults.end(), same);
         });
}

// Members that no verdict rests on.
bool is_harmless(std::string_view key) {
  constexpr std::array<std::string_view, 12> kWords{"name",       "id",          "type",     "location",
                                                    "tags",       "etag",        "kind",     "comments",
                                                    "apiVersion", "description", "metadata", "dependsOn"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return net::same_word(key, word); });
}

std::string message(const DuplicateKey& twice) {
  return fmt::format("{} stands more than once in one object{}", model::quoted(twice.key),
                     twice.contradicts ? ", with different values" : "");
}

}  // namespace

void report_duplicate_keys(const Document& document, RuleSource& source) {
  for (const DuplicateKey& twice : document.duplicates) {
    bool inside = false;
    for (Nsg& nsg : source.nsgs) {
      if (!holds(nsg.span, twice.span)) continue;
      inside = true;
      if (is_reported(nsg, twice)) continue;
      nsg.faults.push_back({FaultKind::DuplicateKey, twice.span, message(twice)});
      if (twice.contradicts && !is_harmless(twice.key))
        nsg.rules.push_back(gap_rule("", twice.value, model::Reason::InvalidRule, ""));
    }
    if (!inside && twice.contradicts)
      source.errors.push_back(
          {document.file, position_of(document, twice.span), message(twice) + "; the last was read"});
  }
}

}  // namespace nsgcheck::io
