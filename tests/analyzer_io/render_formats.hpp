// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

inline std::string render_plain_text(const AuditReport& report) { return render_text(report, {}); }

struct RenderedFormat {
  const char* name;
  const char* golden;  ///< file in tests/golden
  std::string (*render)(const AuditReport&);
};

inline constexpr std::array<RenderedFormat, 9> kRenderedFormats{
    {{"text", "audit-full.txt", render_plain_text},
     {"json", "audit-full.json", render_json},
     {"jsonl", "audit-full.jsonl", render_jsonl},
     {"sarif", "audit-full.sarif", render_sarif},
     {"csv", "audit-full.csv", render_csv},
     {"markdown", "audit-full.md", render_markdown},
     {"github", "audit-full.github.txt", render_github},
     {"azuredevops", "audit-full.azuredevops.txt", render_azuredevops},
     {"junit", "audit-full.junit.xml", render_junit}}};

}  // namespace nsgcheck::io
