// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// The one line of a span that says most to a reader: for a rule or an NSG the line of its name, for a value its own.
/// Empty when nothing of the kind is in the inputs.
[[nodiscard]] std::optional<SourceSpan> focus_of(const AuditReport& report, const NsgReport& nsg, SourceSpan span);

/// The first line of a span with its number before a bar, and the span underlined in a second line; long lines are cut
/// around it. Both end in a line feed and are at most `width` columns, all printable.
struct Quote {
  std::string line;
  std::string underline;
};
[[nodiscard]] Quote quote(const Document& document, SourceSpan span, std::size_t width);

}  // namespace nsgcheck::io
