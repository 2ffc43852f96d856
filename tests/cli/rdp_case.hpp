// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "cli/run.hpp"

namespace nsgcheck::cli {

/// What one run of the program said.
struct RdpResult {
  Exit exit{};
  std::string out, err;
};

/// `nsgcheck rdp ARGS... --deployment rules/samples/deployments/MODEL.json` (MODEL itself when it has an ending), with
/// text on standard input.
[[nodiscard]] RdpResult rdp(const std::string& model, std::vector<std::string> args, const std::string& input = {});

/// A right file for an instance of the sample deployments, "Role#Instance".
[[nodiscard]] std::string right_file(const std::string& names = "WebRole1#WebRole1_IN_0");

/// ASCII as UTF-16, little endian, without byte order mark.
[[nodiscard]] std::string wide(const std::string& text);

/// A file on standard input, and what is found in it.
struct FindingCase {
  const char* name;
  std::string text;
  std::vector<std::string> findings;  ///< "line:column severity code", in order
  const char* verdict;
  const char* reason;
  const char* model = "works";
  std::vector<std::string> options{};
};

std::ostream& operator<<(std::ostream& out, const FindingCase& one);

/// Runs it and compares; every finding has a message and a fix, and any but info fails the run.
void expect_findings(const FindingCase& one);

/// A folder of the test's own, gone afterwards.
class RdpFolder {
 public:
  RdpFolder();
  ~RdpFolder();
  RdpFolder(const RdpFolder&) = delete;
  RdpFolder& operator=(const RdpFolder&) = delete;

  [[nodiscard]] std::string path(const std::string& name = {}) const;
  /// Writes a file and gives its path.
  [[nodiscard]] std::string put(const std::string& name, const std::string& bytes) const;
  [[nodiscard]] std::string bytes_of(const std::string& name) const;
  /// Names of all files in it, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

}  // namespace nsgcheck::cli
