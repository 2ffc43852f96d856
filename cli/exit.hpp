// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nsgcheck::cli {

/// Process exit status (interface 1).
enum class Exit : int {
  Clean = 0,         ///< answered, and nothing at or above --fail-on
  Findings = 1,      ///< findings, or an expectation that differs
  Usage = 2,         ///< usage error, or no input of a known form
  Incomplete = 3,    ///< some input could not be read; the rest was answered. Wins over Findings
  OutputFailed = 4,  ///< internal or output failure
};

}  // namespace nsgcheck::cli
