// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/io/render_evidence.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// Writes an evidence file. False when it cannot be written, said on `process.err`.
[[nodiscard]] bool write_evidence(const std::string& path, const policy::Evidence& evidence, std::string_view command,
                                  const io::EvidencePlaces& places, Process& process);

}  // namespace nsgcheck::cli
