// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/evidence.hpp"

namespace nsgcheck::io {

/// Where the rules of evidence stand: the inputs, and for comparisons those of the new side.
struct EvidencePlaces {
  const AuditReport& inputs;
  const AuditReport& new_inputs;
};

/// The evidence file that nsgcheck-verify checks (docs/evidence.md). `command`: what it was made by.
[[nodiscard]] std::string render_evidence(const policy::Evidence& evidence, std::string_view command,
                                          const EvidencePlaces& places);

}  // namespace nsgcheck::io
