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

namespace {

std::string reason_of_failure() { return errno != 0 ? std::strerror(errno) : "output failed"; }

std::string put(const std::string& path, std::string_view text) {
  errno = 0;
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  return file ? std::string{} : reason_of_failure();
}

std::string beside(const std::string& path) { return fmt::format("{}.{}.tmp", path, getpid()); }

// What stands beside a file's place goes there, or away.
std::string settle(const std::string& aside, const std::error_code& moved) {
  std::error_code ignored;
  std::filesystem::remove(aside, ignored);
  return moved ? moved.message() : std::string{};
}

}  // namespace

std::string write_file(const std::string& path, std::string_view text) {
  namespace fs = std::filesystem;
  std::error_code error;
  // What is no regular file (a device, a pipe) cannot be replaced by renaming.
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) return put(path, text);
  const std::string aside = beside(path);
  if (std::string failure = put(aside, text); !failure.empty()) {
    fs::remove(aside, error);
    return failure;
  }
  fs::rename(aside, path, error);
  return settle(aside, error);
}

std::string write_new_file(const std::string& path, std::string_view text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const std::string aside = beside(path);
  if (std::string failure = put(aside, text); !failure.empty()) {
    fs::remove(aside, error);
    return failure;
  }
  // A second name for the file is the one thing that fails, in one step, where a name is taken.
  fs::create_hard_link(aside, path, error);
  const bool no_links = error == std::errc::operation_not_permitted || error == std::errc::operation_not_supported ||
                        error == std::errc::function_not_supported;
  if (no_links && !fs::exists(fs::symlink_status(path))) fs::rename(aside, path, error);
  return settle(aside, error);
}

}  // namespace nsgcheck::cli
