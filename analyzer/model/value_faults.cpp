// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/value_faults.hpp"

#include <algorithm>

namespace nsgcheck::model {
namespace {

constexpr std::size_t kLongestQuote = 80;  // bytes

}  // namespace

std::string quoted(std::string_view text) {
  if (text.size() <= kLongestQuote) return '"' + std::string{text} + '"';
  std::size_t end = kLongestQuote;
  // Not in the middle of a UTF-8 sequence.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return '"' + std::string{text.substr(0, end)} + "...\"";
}

SourceSpan span_in(const SecurityRule& rule, SourceSpan span) { return span.known() ? span : rule.span; }

bool reported_at(const SecurityRule& rule, SourceSpan span) {
  return span.known() && std::any_of(rule.faults.begin(), rule.faults.end(), [span](const Fault& fault) {
           return fault.kind == FaultKind::WrongType && fault.span == span;
         });
}

}  // namespace nsgcheck::model
