// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// The words at a span that say most to a reader: for a rule or an NSG its name, for a value the value. Empty when
/// nothing of the kind is in the inputs.
[[nodiscard]] std::optional<SourceSpan> focus_of(const AuditReport& report, const NsgReport& nsg, SourceSpan span);

/// The words to underline for a finding. Nothing when it is about an NSG without a name of its own, as a bare list of
/// rules: its first rule stands at the same place and is not meant.
[[nodiscard]] std::optional<SourceSpan> focus_of(const AuditReport& report, const NsgReport& nsg,
                                                 const policy::Finding& finding);

/// The first line of a span with its number before a bar, and the span underlined in a second line; long lines are cut
/// around it. Both end in a line feed and are at most `width` columns, all printable.
struct Quote {
  std::string line;
  std::string underline;
};
[[nodiscard]] Quote quote(const Document& document, SourceSpan span, std::size_t width);

}  // namespace nsgcheck::io
