// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/apply_settings.hpp"
#include "cli/command_line.hpp"
#include "cli/command_options.hpp"
#include "cli/help_texts.hpp"
#include "cli/options.hpp"
#include "cli/version.hpp"

namespace nsgcheck::cli {
namespace {

constexpr std::string_view kAbout =
    "nsgcheck says exactly what Azure network security groups let through, and where remote desktop ends up.\n"
    "`nsgcheck FILE...` is `nsgcheck audit FILE...`.";

/// The parser with what it fills in.
struct Program {
  CLI::App top{std::string{kAbout}, "nsgcheck"};
  AuditArguments audit;
  ExplainArguments explain;
  DiffArguments diff;
  PoliciesArguments policies;
  ReplayArguments replay;
  ReachArguments reach;
  RdpArguments rdp;
  EffectiveArguments effective;
  SimplifyArguments simplify;
  FixArguments fix;
  ImpactArguments impact;
  ImportSarifArguments import;
  std::string shell;  ///< whose completion is wanted

  Program() {
    top.require_subcommand(1);
    top.set_version_flag("--version", std::string{"nsgcheck "} + std::string{kVersion});
    top.footer("\n`nsgcheck COMMAND --help` says more." + std::string{kExitCodes});
    add_audit(top, audit);
    add_explain(top, explain);
    add_diff(top, diff);
    add_policies(top, policies);
    add_replay(top, replay);
    add_reach(top, reach);
    add_rdp(top, rdp);
    add_effective(top, effective);
    add_simplify(top, simplify);
    add_fix(top, fix);
    add_impact(top, impact);
    add_import_sarif(top, import);
    for (CLI::App* app : top.get_subcommands([](CLI::App*) { return true; })) add_configuration(*app);
    add_about_itself();
  }

  // What is told of the program itself has no settings.
  void add_about_itself() {
    CLI::App* completion = top.add_subcommand("completion", "A script that completes command lines in a shell");
    completion->add_option("SHELL", shell, "Whose script it is: bash, zsh, fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""));
    completion->footer(std::string{kCompletionExamples});
    top.add_subcommand("man", "The manual page, for man -l - or nsgcheck.1")->footer(std::string{kManExamples});
  }

  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] bool names_a_command(const std::string& word) const {
    const auto commands = top.get_subcommands({});
    return std::any_of(commands.begin(), commands.end(), [&](const CLI::App* app) { return app->get_name() == word; });
  }

  // Of the command that was parsed.
  [[nodiscard]] tl::expected<Arguments, NothingToRun> chosen() const {
    if (top.got_subcommand("completion"))
      return tl::unexpected{NothingToRun{Exit::Clean, completion_script(commands_of(top), shell)}};
    if (top.got_subcommand("man"))
      return tl::unexpected{
          NothingToRun{Exit::Clean, man_page(commands_of(top), std::string{kAbout}, std::string{kVersion})}};
    if (top.got_subcommand("explain")) return explain;
    if (top.got_subcommand("diff")) return diff;
    if (top.got_subcommand("policies")) return policies;
    if (top.got_subcommand("replay")) return replay;
    if (top.got_subcommand("reach")) return reach;
    if (top.got_subcommand("rdp")) return rdp;
    if (top.got_subcommand("effective")) return effective;
    if (top.got_subcommand("simplify")) return simplify;
    if (top.got_subcommand("fix")) return fix;
    if (top.got_subcommand("impact")) return impact;
    if (top.got_subcommand("import-sarif")) return import;
    return audit;
  }
};

bool asks_for_help(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

tl::unexpected<NothingToRun> usage_error(const std::string& message) {
  return tl::unexpected{NothingToRun{Exit::Usage, fmt::format("nsgcheck: {}\nTry `nsgcheck --help`.\n", message)}};
}

// "help", or a command misspelt: a word as commands are, and no file.
bool looks_like_a_command(const std::string& word) {
  std::error_code error;
  return !word.empty() && word.front() != '-' &&
         std::all_of(word.begin(), word.end(), [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); }) &&
         !std::filesystem::exists(word, error);
}

std::string no_such_command(const std::string& word, const CLI::App& top) {
  std::string commands;
  for (const CommandText& command : commands_of(top)) commands += (commands.empty() ? "" : ", ") + command.name;
  return fmt::format("\"{}\" is no file and no command; the commands are {}", word, commands);
}

// A value that stands in a file or a variable is at fault there.
std::string with_place(const std::string& message, const SettledWords& settled) {
  for (const auto& [option, place] : settled.places)
    if (message.find(option) != std::string::npos) return fmt::format("{}: {}", place, message);
  return message;
}

}  // namespace

tl::expected<Arguments, NothingToRun> parse_arguments(const std::vector<std::string>& args, Process& process) {
  Program program;
  SettledWords settled{args, {}};
  std::vector<std::string>& words = settled.words;
  const bool about_program = words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "--version";
  if (!about_program && !program.names_a_command(words[0]) && looks_like_a_command(words[0]))
    return usage_error(no_such_command(words[0], program.top));
  if (!about_program && !program.names_a_command(words[0])) words.insert(words.begin(), "audit");
  if (!about_program && !asks_for_help(words)) {
    auto with = with_settings(program.top, words, process);
    if (!with) return usage_error(with.error());
    settled = *std::move(with);
  }
  std::reverse(words.begin(), words.end());  // CLI11 takes its vector from the back
  CLI::App& top = program.top;
  try {
    top.parse(words);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = top.get_subcommands();
    return tl::unexpected{NothingToRun{Exit::Clean, chosen.empty() ? top.help() : chosen[0]->help()}};
  } catch (const CLI::CallForVersion& version) {
    return tl::unexpected{NothingToRun{Exit::Clean, std::string{version.what()} + '\n'}};
  } catch (const CLI::ParseError& error) {
    if (args.empty()) return tl::unexpected{NothingToRun{Exit::Usage, top.help()}};
    return usage_error(with_place(error.what(), settled));
  }
  return program.chosen();
}

}  // namespace nsgcheck::cli
