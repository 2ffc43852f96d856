// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "analyzer/io/report.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// Writes a result to standard output and flushes it. False when that failed (disk full, closed pipe), said on `err`.
[[nodiscard]] bool write_result(Process& process, std::string_view text);

/// What a FileWriter does when a file of the name is there already.
enum class IfThere : std::uint8_t { Replace, Fail };

/// A file that is there whole or not at all: written beside its place, then renamed. What was written of one that was
/// not finished is removed.
class FileWriter {
 public:
  explicit FileWriter(std::string path, IfThere if_there = IfThere::Replace);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();

  /// False when it cannot be written; finish() then says why.
  bool add(std::string_view text);
  /// Puts the file into its place. Returns the failure, or "".
  [[nodiscard]] std::string finish();

 private:
  static std::string aside_of(const std::string& path);
  void note_failure();
  [[nodiscard]] std::error_code put_in_place() const;

  std::string path_;
  IfThere if_there_;
  bool special_;
  std::string aside_;
  std::ofstream file_;
  std::string failure_;
  bool done_{};
};

/// Writes a file by FileWriter. Returns the failure, or "".
[[nodiscard]] std::string write_file(const std::string& path, std::string_view text,
                                     IfThere if_there = IfThere::Replace);

/// How text on standard output looks: the terminal's width, colours as --color says.
[[nodiscard]] io::TextStyle style_of(const CommonArguments& common, const Process& process);

/// What a run says, in a format.
using Renderer = std::function<std::string(Format, const io::TextStyle&)>;
/// Writes it to the files of -o and to standard output; false when that failed, said on `process.err`.
[[nodiscard]] bool write_outputs(const std::vector<std::pair<Format, std::string>>& files,
                                 const CommonArguments& common, Process& process, const Renderer& render);

/// Says that a file could not be written and why.
void say_not_written(Process& process, const std::string& path, const std::string& failure);

}  // namespace nsgcheck::cli
