// SPDX-License-Identifier: Apache-2.0
#include "cli/shown_remedies.hpp"

#include <utility>

#include "analyzer/io/render_parts.hpp"
#include "analyzer/policy/structural.hpp"
#include "cli/patched.hpp"

namespace nsgcheck::cli {

io::FindingFix shown_remedies(const LoadedInputs& loaded, std::size_t nsg, policy::Remedies found,
                              std::vector<std::vector<io::TextEdit>>* edits) {
  const model::Nsg& group = loaded.nsgs[nsg];
  io::AuditReport places;
  places.documents = &loaded.documents;
  places.files = loaded.files;
  io::FindingFix out;
  out.nsg = group.name;
  for (const model::SecurityRule& rule : group.rules) {
    out.lines.push_back(line_of(places, rule.span));
    out.labels.push_back(policy::rule_label(rule));
  }
  for (policy::Remedy& remedy : found.ranked) {
    Patched one = patched(loaded, nsg, remedy.changes);
    out.remedies.push_back({std::move(remedy), std::move(one.why_not), std::move(one.diff)});
    if (edits != nullptr) edits->push_back(std::move(one.edits));
  }
  out.why_none = std::move(found.why_none);
  return out;
}

}  // namespace nsgcheck::cli
