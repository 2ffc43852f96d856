// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.hpp"

namespace nsgcheck::cli {

/// What a run of the program gave.
struct Result {
  Exit exit{};
  std::string out, err;
};

inline Result call(std::vector<std::string> args, const std::string& input = {}) {
  std::istringstream in{input};
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit = run(args, Process{in, out, err});
  return {exit, out.str(), err.str()};
}

/// Text whatever the terminal's width broke it to.
inline std::string flat(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\n')
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  return out;
}

/// A folder of the test's own, gone afterwards.
class Folder {
 public:
  Folder() : path_{std::filesystem::temp_directory_path() / ("nsgcheck-cli-" + std::to_string(::getpid()))} {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
    return (path_ / name).string();
  }
  [[nodiscard]] std::string path(const std::string& name = {}) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace nsgcheck::cli
