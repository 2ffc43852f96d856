// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ostream>

namespace nsgcheck::cli {

bool write_result(Process& process, std::string_view text) {
  errno = 0;
  process.out.write(text.data(), static_cast<std::streamsize>(text.size()));
  process.out.flush();
  if (process.out) return true;
  process.err << "nsgcheck: cannot write the result: " << (errno != 0 ? std::strerror(errno) : "output failed") << '\n';
  return false;
}

std::string write_file(const std::string& path, std::string_view text) {
  namespace fs = std::filesystem;
  std::error_code error;
  // What is no regular file (a device, a pipe) cannot be replaced by renaming.
  const bool special = fs::exists(path, error) && !fs::is_regular_file(path, error);
  const std::string aside = special ? path : fmt::format("{}.{}.tmp", path, getpid());
  errno = 0;
  std::ofstream file{aside, std::ios::binary | std::ios::trunc};
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) {
    const std::string why = errno != 0 ? std::strerror(errno) : "output failed";
    if (!special) fs::remove(aside, error);
    return why;
  }
  if (special) return {};
  fs::rename(aside, path, error);
  if (!error) return {};
  const std::string why = error.message();
  fs::remove(aside, error);
  return why;
}

}  // namespace nsgcheck::cli
