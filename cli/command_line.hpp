// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nsgcheck::cli {

/// An option or argument of a command, as --help has it.
struct OptionText {
  std::string long_name, short_name;  ///< with dashes; both "" for an argument
  std::string type;                   ///< "FILE", "NAME=VALUE"; "" for a flag
  std::string argument;               ///< name of an argument; "" for an option
  std::string description;
  std::string usual;               ///< the default that --help names; ""
  std::vector<std::string> words;  ///< the values that it may have, where they are listed

  [[nodiscard]] bool is_flag() const { return argument.empty() && type.empty(); }
  /// The value is the name of a file or directory.
  [[nodiscard]] bool is_path() const;
};

/// A command, as --help has it.
struct CommandText {
  std::string name;
  std::string description;
  std::string footer;  ///< examples and exit codes
  std::vector<OptionText> options;
};

/// The commands of the program, read off the parser itself, so that what is made of them cannot lag behind it.
[[nodiscard]] std::vector<CommandText> commands_of(const CLI::App& top);

/// A completion script; `shell` is "bash", "zsh" or "fish".
[[nodiscard]] std::string completion_script(const std::vector<CommandText>& commands, const std::string& shell);

/// The manual page nsgcheck(1) in the macros of man(7).
[[nodiscard]] std::string man_page(const std::vector<CommandText>& commands, const std::string& description,
                                   const std::string& version);

}  // namespace nsgcheck::cli
