// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>
#include <utility>

#include "cli/unfinished_files.hpp"

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

FileWriter::FileWriter(std::string path, IfThere if_there)
    : path_{std::move(path)},
      if_there_{if_there},
      special_{if_there == IfThere::Replace && is_special(path_)},
      aside_{special_ ? path_ : aside_of(path_)} {
  if (!special_) note_unfinished(aside_);
  errno = 0;
  file_.open(aside_, std::ios::binary | std::ios::trunc);
  note_failure();
}

FileWriter::~FileWriter() {
  if (done_ || special_) return;
  file_.close();
  std::error_code error;
  std::filesystem::remove(aside_, error);
  forget_unfinished(aside_);
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
  if (const std::error_code error = put_in_place()) return error.message();
  done_ = true;
  forget_unfinished(aside_);
  return {};
}

std::error_code FileWriter::put_in_place() const {
  namespace fs = std::filesystem;
  std::error_code error;
  if (if_there_ == IfThere::Fail) {
    // A second name for the file is the one thing that fails, in one step, where a name is taken.
    fs::create_hard_link(aside_, path_, error);
    const bool no_links = error == std::errc::operation_not_permitted || error == std::errc::operation_not_supported ||
                          error == std::errc::function_not_supported;
    std::error_code ignored;
    if (!error) fs::remove(aside_, ignored);
    if (!no_links || fs::exists(fs::symlink_status(path_, ignored))) return error;
  }
  fs::rename(aside_, path_, error);
  return error;
}

std::string write_file(const std::string& path, std::string_view text, IfThere if_there) {
  FileWriter file{path, if_there};
  file.add(text);
  return file.finish();
}

io::TextStyle style_of(const CommonArguments& common, const Process& process) {
  return {common.color == When::Always || (common.color == When::Auto && process.color), process.width};
}

bool write_outputs(const std::vector<std::pair<Format, std::string>>& files, const CommonArguments& common,
                   Process& process, const Renderer& render) {
  for (const auto& [format, path] : files) {
    const std::string failure = write_file(path, render(format, {false, 80}));
    if (failure.empty()) continue;
    say_not_written(process, path, failure);
    return false;
  }
  return write_result(process, render(common.format, style_of(common, process)));
}

void say_not_written(Process& process, const std::string& path, const std::string& failure) {
  process.err << fmt::format("nsgcheck: cannot write {}: {}\n", io::printable(path), failure);
}

}  // namespace nsgcheck::cli
