// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace nsgcheck::cli {

inline bool has_tshark() { return std::system("command -v tshark >/dev/null 2>&1") == 0; }

/// The lines that tshark prints for a file, each with its tab-separated fields. Empty when tshark could not be started
/// or fails other than over the end of a damaged file.
inline std::optional<std::vector<std::vector<std::string>>> tshark(const std::string& file,
                                                                   const std::string& options) {
  // Without a home directory no settings of the user change what is decoded.
  const std::string command = "HOME=/nonexistent tshark -n -r '" + file + "' " + options + " 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 65536> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), got);
  const int status = pclose(pipe);
  if (status != 0 && text.empty()) return std::nullopt;
  std::vector<std::vector<std::string>> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    std::vector<std::string> fields;
    for (std::size_t begin = 0;;) {
      const std::size_t end = line.find('\t', begin);
      fields.push_back(line.substr(begin, end - begin));
      if (end == std::string::npos) break;
      begin = end + 1;
    }
    lines.push_back(std::move(fields));
  }
  return lines;
}

}  // namespace nsgcheck::cli
