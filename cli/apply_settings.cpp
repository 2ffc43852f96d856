// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_settings.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <ostream>
#include <set>

#include "analyzer/io/policy_fields.hpp"
#include "analyzer/io/report.hpp"
#include "cli/policy_files.hpp"
#include "cli/settings.hpp"

namespace nsgcheck::cli {
namespace {

constexpr std::string_view kConfig = "--config";
constexpr std::string_view kNoConfig = "--no-config";

// What belongs to one run, or is about the settings themselves.
bool is_settable(const CLI::Option& option) {
  static const std::set<std::string> others{"help", "version", "config", "no-config"};
  return !option.get_lnames().empty() && !others.contains(option.get_lnames().front());
}

const CLI::Option* option_of(const CLI::App& app, const std::string& name) {
  for (const CLI::Option* option : app.get_options())
    if (is_settable(*option) && option->get_lnames().front() == name) return option;
  return nullptr;
}

/// The options that a command line has, as CLI11 takes it apart.
std::set<const CLI::Option*> given_in(const CLI::App& app, const std::vector<std::string>& words) {
  std::set<const CLI::Option*> out;
  const auto find = [&](const std::string& name) { return app.get_option_no_throw(name); };
  for (std::size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    if (word.starts_with("--")) {
      out.insert(find(word.substr(0, word.find('='))));
      continue;
    }
    if (word.size() < 2 || word[0] != '-') continue;
    // Short flags may stand together, the last with a value: -qf json.
    for (std::size_t at = 1; at < word.size(); ++at) {
      const CLI::Option* option = find(std::string{'-', word[at]});
      out.insert(option);
      if (option == nullptr || option->get_items_expected_max() > 0) break;
    }
  }
  return out;
}

/// The value of `--config` in a command line; empty optional: it is not there.
std::optional<std::string> value_of_config(const std::vector<std::string>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == kConfig && i + 1 < words.size()) return words[i + 1];
    if (words[i].starts_with(std::string{kConfig} + '=')) return words[i].substr(kConfig.size() + 1);
  }
  return std::nullopt;
}

std::string no_option(const CLI::App& top, const Setting& setting, const std::string& what) {
  std::set<std::string> names;
  for (const CLI::App* app : top.get_subcommands({})) {
    if (!setting.command.empty() && app->get_name() != setting.command) continue;
    for (const CLI::Option* option : app->get_options())
      if (is_settable(*option)) names.insert(option->get_lnames().front());
  }
  const std::vector<std::string_view> words{names.begin(), names.end()};
  return fmt::format("{}: {}", setting.place, io::printable(io::no_such_word(setting.option, what, words)));
}

const CLI::App* command_of(const CLI::App& top, const std::string& name) {
  for (const CLI::App* app : top.get_subcommands({}))
    if (app->get_name() == name) return app;
  return nullptr;
}

// Empty when the setting is one.
std::string fault_of(const CLI::App& top, const Setting& setting) {
  const auto commands = top.get_subcommands({});
  if (setting.command.empty()) {
    const bool known = std::any_of(commands.begin(), commands.end(),
                                   [&](const CLI::App* app) { return option_of(*app, setting.option) != nullptr; });
    return known ? "" : no_option(top, setting, "option of any command");
  }
  const CLI::App* app = command_of(top, setting.command);
  if (app == nullptr) return fmt::format("{}: \"{}\" is no command", setting.place, io::printable(setting.command));
  return option_of(*app, setting.option) != nullptr ? "" : no_option(top, setting, "option of " + setting.command);
}

std::string resolved(const std::string& value, const CLI::Option& option, const std::string& directory) {
  namespace fs = std::filesystem;
  const std::string type = option.get_type_name();
  const bool is_pair = type == "FORMAT=FILE";
  if (directory.empty() || !(is_pair || type == "FILE" || type == "DIR" || type == "FILE|DIR" || type == "OUT"))
    return value;
  const std::size_t begin = is_pair ? value.find('=') + 1 : 0;
  const std::string path = value.substr(begin);
  if (path == "-" || fs::path{path}.is_absolute()) return value;
  return value.substr(0, begin) + (fs::path{directory} / path).string();
}

// A flag has no value of its own; anything but true and false is refused by CLI11.
void add(const Setting& setting, const CLI::Option& option, std::vector<std::string>& added) {
  for (const std::string& value : setting.values)
    added.push_back(fmt::format("--{}={}", setting.option, resolved(value, option, setting.directory)));
}

tl::expected<std::vector<Setting>, std::string> of_file(const std::vector<std::string>& words,
                                                        const std::vector<Setting>& environment, Process& process) {
  if (std::find(words.begin(), words.end(), kNoConfig) != words.end()) return {};
  std::string path;
  const auto variable = std::find_if(environment.begin(), environment.end(),
                                     [](const Setting& setting) { return setting.option == "config"; });
  if (const auto given = value_of_config(words))
    path = *given;
  else if (variable != environment.end())
    path = variable->values.front();
  else
    path = find_configuration(process.directory);
  if (path.empty()) return {};
  auto read = read_configuration(path, process.in);
  if (!read) return tl::unexpected{located(read.error())};
  return *std::move(read);
}

}  // namespace

tl::expected<SettledWords, std::string> with_settings(const CLI::App& top, std::vector<std::string> words,
                                                      Process& process) {
  const CLI::App* command = command_of(top, words.front());
  SettledWords out;
  // What takes no --config has no settings.
  if (command->get_option_no_throw(std::string{kConfig}) == nullptr) return SettledWords{std::move(words), {}};
  std::vector<Setting> environment = settings_of(process.environment);
  auto file = of_file(words, environment, process);
  if (!file) return tl::unexpected{file.error()};
  std::erase_if(environment, [](const Setting& setting) { return setting.option == "config"; });
  // What is said of this command wins over what is said of all.
  (void)std::stable_partition(file->begin(), file->end(),
                              [](const Setting& setting) { return !setting.command.empty(); });
  std::set<const CLI::Option*> given = given_in(*command, words);
  std::vector<std::string> added;
  for (const std::vector<Setting>* settings : {&environment, &*file}) {
    for (const Setting& setting : *settings) {
      if (std::string fault = fault_of(top, setting); !fault.empty()) {
        if (settings != &environment) return tl::unexpected{std::move(fault)};
        // Scripts have variables of their own that begin so; a misspelt option must not go unseen, though.
        process.err << "nsgcheck: " << fault << "; the variable is not used\n";
        continue;
      }
      if (!setting.command.empty() && setting.command != command->get_name()) continue;
      const CLI::Option* option = option_of(*command, setting.option);
      if (option == nullptr || !given.insert(option).second) continue;
      add(setting, *option, added);
      out.places.emplace_back("--" + setting.option, setting.place);
    }
  }
  words.insert(words.begin() + 1, added.begin(), added.end());
  out.words = std::move(words);
  return out;
}

void add_configuration(CLI::App& app) {
  auto* file = app.add_option("--config",
                              "Settings (YAML), instead of the nearest .nsgcheck.yaml in this directory or "
                              "above; NSGCHECK_* variables win over it, the command line over both")
                   ->type_name("FILE")
                   ->expected(1);
  const std::string help = "Read no file of settings";
  app.add_flag("--no-config", help)->excludes(file);
}

}  // namespace nsgcheck::cli
