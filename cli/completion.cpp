// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string_view>

#include "cli/command_line.hpp"

namespace nsgcheck::cli {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string{between}) + word;
  return out;
}

std::vector<std::string> names_of(const std::vector<CommandText>& commands) {
  std::vector<std::string> out;
  for (const CommandText& command : commands) out.push_back(command.name);
  return out;
}

// Inside single quotes of a shell.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return out + "'";
}

// What a value may be, case by case: words, files, or whatever the user thinks of.
std::string bash_values(const CommandText& command) {
  std::string out;
  for (const OptionText& option : command.options) {
    if (option.is_flag() || option.long_name.empty()) continue;
    std::string when = command.name + ':' + option.long_name;
    if (!option.short_name.empty()) when += '|' + command.name + ':' + option.short_name;
    std::string values = ":";
    if (!option.words.empty())
      values = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", joined(option.words, " "));
    else if (option.is_path())
      values = "COMPREPLY=($(compgen -f -- \"$current\"))";
    out += fmt::format("    {}) {}; return ;;\n", when, values);
  }
  return out;
}

std::string bash_arguments(const CommandText& command) {
  for (const OptionText& option : command.options)
    if (!option.argument.empty() && !option.words.empty())
      return fmt::format("    {}:*) COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n", command.name,
                         joined(option.words, " "));
  return {};
}

std::string bash(const std::vector<CommandText>& commands) {
  std::string values;
  std::string options;
  std::string arguments;
  for (const CommandText& command : commands) {
    values += bash_values(command);
    arguments += bash_arguments(command);
    std::vector<std::string> names;
    for (const OptionText& option : command.options)
      if (!option.long_name.empty()) names.push_back(option.long_name);
    options += fmt::format("    {}:-*) COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n", command.name,
                           joined(names, " "));
  }
  return fmt::format(R"(# bash completion for nsgcheck, written by `nsgcheck completion bash`
_nsgcheck() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command=audit
  COMPREPLY=()
  if [ "$COMP_CWORD" -gt 1 ]; then
    case ${{COMP_WORDS[1]}} in {}) command=${{COMP_WORDS[1]}} ;; esac
  fi
  case $command:$previous in
{}  esac
  case $command:$current in
{}{}  esac
  COMPREPLY=($(compgen -f -- "$current"))
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY+=($(compgen -W '{}' -- "$current"))
  fi
}}
complete -o filenames -F _nsgcheck nsgcheck
)",
                     joined(names_of(commands), "|"), values, options, arguments, joined(names_of(commands), " "));
}

// Brackets and colons have a meaning in the specifications of _arguments.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const OptionText& option) {
  if (!option.words.empty()) return '(' + joined(option.words, " ") + ')';
  const bool is_path = option.is_path() || (!option.argument.empty() && option.words.empty());
  return is_path ? "_files" : "";
}

std::string zsh_spec(const OptionText& option) {
  if (!option.argument.empty())
    return shell_quoted(fmt::format("*:{}:{}", zsh_text(option.argument), zsh_action(option)));
  const std::string text = '[' + zsh_text(option.description) + ']';
  const std::string value =
      option.is_flag() ? "" : fmt::format("={}:{}:{}", text, zsh_text(option.type), zsh_action(option));
  std::string out = shell_quoted("*" + option.long_name + (option.is_flag() ? text : value));
  if (option.short_name.empty()) return out;
  const std::string short_value =
      option.is_flag() ? text : fmt::format("{}:{}:{}", text, zsh_text(option.type), zsh_action(option));
  return out + " \\\n        " + shell_quoted("*" + option.short_name + short_value);
}

std::string zsh(const std::vector<CommandText>& commands) {
  std::string list;
  std::string cases;
  for (const CommandText& command : commands) {
    list += "    " + shell_quoted(zsh_text(command.name) + ':' + command.description) + '\n';
    std::string specs;
    for (const OptionText& option : command.options)
      if (!option.long_name.empty() || !option.argument.empty()) specs += " \\\n        " + zsh_spec(option);
    cases += fmt::format("    {})\n      _arguments -s{}\n      ;;\n", command.name, specs);
  }
  return fmt::format(R"(#compdef nsgcheck
# zsh completion for nsgcheck, written by `nsgcheck completion zsh`
_nsgcheck() {{
  local -a commands
  local command=audit
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
  elif (( ${{commands[(I)${{words[2]}}:*]}} )); then
    command=${{words[2]}}
    shift words
    (( CURRENT-- ))
  fi
  case $command in
{}  esac
}}
if [ "$funcstack[1]" = _nsgcheck ]; then _nsgcheck "$@"; else compdef _nsgcheck nsgcheck; fi
)",
                     list, cases);
}

std::string fish_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_option(const CommandText& command, const OptionText& option, const std::string& all) {
  // Without a command it is audit.
  std::string seen = "__fish_seen_subcommand_from " + command.name;
  if (command.name == "audit") seen = "not __fish_seen_subcommand_from " + all + "; or " + seen;
  std::string out = "complete -c nsgcheck -n " + fish_text(seen);
  if (!option.long_name.empty()) out += " -l " + option.long_name.substr(2);
  if (!option.short_name.empty()) out += " -s " + option.short_name.substr(1);
  if (!option.words.empty())
    out += (option.argument.empty() ? " -x -a " : " -f -a ") + fish_text(joined(option.words, " "));
  else if (option.is_path())
    out += " -r -F";
  else if (!option.is_flag())
    out += " -x";
  return out + " -d " + fish_text(option.description) + '\n';
}

std::string fish(const std::vector<CommandText>& commands) {
  const std::string all = joined(names_of(commands), " ");
  std::string out = "# fish completion for nsgcheck, written by `nsgcheck completion fish`\n";
  for (const CommandText& command : commands) {
    out += "complete -c nsgcheck -n __fish_use_subcommand -a " + command.name + " -d " +
           fish_text(command.description) + '\n';
    for (const OptionText& option : command.options)
      if (!option.long_name.empty() || !option.words.empty()) out += fish_option(command, option, all);
  }
  return out;
}

}  // namespace

std::string completion_script(const std::vector<CommandText>& commands, const std::string& shell) {
  if (shell == "zsh") return zsh(commands);
  return shell == "fish" ? fish(commands) : bash(commands);
}

}  // namespace nsgcheck::cli
