// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>

namespace nsgcheck::cli {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); });
}

// All parts, or none when one of them is no word.
std::vector<std::string> words_between(std::string_view text, std::string_view separator) {
  std::vector<std::string> out;
  for (;;) {
    const auto end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    if (!is_word(part)) return {};
    out.emplace_back(part);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + separator.size());
  }
  return out.size() < 2 ? std::vector<std::string>{} : out;
}

// "exact|ignore-case" as the type, or a list at the end of the description.
std::vector<std::string> words_of(const OptionText& option) {
  if (option.is_flag() || option.type.find('=') != std::string::npos) return {};
  if (auto words = words_between(option.type, "|"); !words.empty()) return words;
  const auto colon = option.description.rfind(": ");
  if (colon == std::string::npos) return {};
  return words_between(std::string_view{option.description}.substr(colon + 2), ", ");
}

OptionText text_of(const CLI::Option& option) {
  OptionText out;
  if (!option.get_lnames().empty()) out.long_name = "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) out.short_name = "-" + option.get_snames().front();
  const bool is_option = !out.long_name.empty() || !out.short_name.empty();
  if (!is_option) out.argument = option.get_name(true);
  if (is_option && option.get_items_expected_max() > 0) out.type = option.get_type_name();
  out.description = option.get_description();
  out.usual = option.get_default_str();
  out.words = words_of(out);
  return out;
}

}  // namespace

bool OptionText::is_path() const {
  constexpr std::array<std::string_view, 5> kTypes{"FILE", "DIR", "FILE|DIR", "OUT", "FORMAT=FILE"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

std::vector<CommandText> commands_of(const CLI::App& top) {
  std::vector<CommandText> out;
  for (const CLI::App* app : top.get_subcommands({})) {
    CommandText command{app->get_name(), app->get_description(), app->get_footer(), {}};
    for (const CLI::Option* option : app->get_options()) command.options.push_back(text_of(*option));
    out.push_back(std::move(command));
  }
  return out;
}

}  // namespace nsgcheck::cli
