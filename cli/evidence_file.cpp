// SPDX-License-Identifier: Apache-2.0
#include "cli/evidence_file.hpp"

#include "cli/output.hpp"

namespace nsgcheck::cli {

bool write_evidence(const std::string& path, const policy::Evidence& evidence, std::string_view command,
                    const io::EvidencePlaces& places, Process& process) {
  const std::string failure = write_file(path, io::render_evidence(evidence, command, places));
  if (!failure.empty()) say_not_written(process, path, failure);
  return failure.empty();
}

}  // namespace nsgcheck::cli
