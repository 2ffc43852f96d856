// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>
#include <utility>

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

// What is no regular file (a device, a pipe) cannot be replaced by renaming.
bool is_special(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  return fs::exists(path, error) && !fs::is_regular_file(path, error);
}

}  // namespace

FileWriter::FileWriter(std::string path)
    : path_{std::move(path)}, special_{is_special(path_)}, aside_{special_ ? path_ : aside_of(path_)} {
  errno = 0;
  file_.open(aside_, std::ios::binary | std::ios::trunc);
  note_failure();
}

FileWriter::~FileWriter() {
  if (done_ || special_) return;
  file_.close();
  std::error_code error;
  std::filesystem::remove(aside_, error);
}

std::string FileWriter::aside_of(const std::string& path) { return fmt::format("{}.{}.tmp", path, getpid()); }

void FileWriter::note_failure() {
  if (!file_ && failure_.empty()) failure_ = errno != 0 ? std::strerror(errno) : "output failed";
}

bool FileWriter::add(std::string_view text) {
  errno = 0;
  file_.write(text.data(), static_cast<std::streamsize>(text.size()));
  note_failure();
  return failure_.empty();
}

std::string FileWriter::finish() {
  errno = 0;
  file_.close();
  note_failure();
  if (!failure_.empty() || special_) return failure_;
  std::error_code error;
  std::filesystem::rename(aside_, path_, error);
  if (error) return error.message();
  done_ = true;
  return {};
}

std::string write_file(const std::string& path, std::string_view text) {
  FileWriter file{path};
  file.add(text);
  return file.finish();
}

}  // namespace nsgcheck::cli
