// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <istream>
#include <utility>

#include "analyzer/io/report.hpp"
#include "analyzer/io/yaml.hpp"
#include "analyzer/net/text.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;
using io::Node;

class ConfigurationReader {
 public:
  ConfigurationReader(const io::Document& document, std::string directory)
      : document_{document}, directory_{std::move(directory)} {}

  tl::expected<std::vector<Setting>, io::Diagnostic> read() {
    if (!document_.root.is(Node::Kind::Object)) {
      fail(document_.root, "a configuration file is a mapping of options to their values");
    } else {
      for (const auto& [key, value] : document_.root.members()) {
        if (value.is(Node::Kind::Object))
          for (const auto& [option, inner] : value.members()) add(key, option, inner);
        else
          add("", key, value);
      }
    }
    if (fault_) return tl::unexpected{*fault_};
    return std::move(out_);
  }

 private:
  void fail(const Node& node, std::string message) {
    if (!fault_) fault_ = io::Diagnostic{document_.file, io::position_of(document_, node.span), std::move(message)};
  }

  void add_value(const std::string& option, const Node& node, std::vector<std::string>& values) {
    if (node.is(Node::Kind::String) && !node.text.empty()) return values.push_back(node.text);
    fail(node, fmt::format("\"{}\" must be a text, or a list of texts", option));
  }

  void add(const std::string& command, const std::string& option, const Node& node) {
    const io::Position at = io::position_of(document_, node.span);
    Setting setting{
        command, option, {}, fmt::format("{}:{}:{}", io::printable(document_.file), at.line, at.column), directory_};
    if (node.is(Node::Kind::Array))
      for (const Node& item : node.items()) add_value(option, item, setting.values);
    else
      add_value(option, node, setting.values);
    if (!setting.values.empty()) out_.push_back(std::move(setting));
  }

  const io::Document& document_;
  std::string directory_;
  std::vector<Setting> out_;
  std::optional<io::Diagnostic> fault_;
};

}  // namespace

std::string find_configuration(const std::string& directory) {
  if (directory.empty()) return {};
  const fs::path start{directory};
  std::error_code error;
  for (fs::path at = start;; at = at.parent_path()) {
    if (fs::is_regular_file(at / kConfigurationFile, error))
      return (at / kConfigurationFile).lexically_relative(start).string();
    const bool root_of_repository = fs::exists(at / ".git", error);
    if (root_of_repository || at == at.parent_path()) return {};
  }
}

tl::expected<std::vector<Setting>, io::Diagnostic> read_configuration(const std::string& path,
                                                                      std::istream& standard_input) {
  const std::string shown = shown_path(path);
  const auto bytes = read_bytes(path, standard_input);
  if (!bytes) return tl::unexpected{io::Diagnostic{shown, {}, bytes.error()}};
  const auto document = io::parse_yaml(shown, *bytes);
  if (!document) return tl::unexpected{document.error()};
  return ConfigurationReader{*document, fs::path{path}.parent_path().string()}.read();
}

std::vector<Setting> settings_of(const std::vector<std::pair<std::string, std::string>>& environment) {
  constexpr std::string_view kPrefix = "NSGCHECK_";
  std::vector<Setting> out;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kPrefix)) continue;
    std::string option = net::lower(std::string_view{name}.substr(kPrefix.size()));
    std::replace(option.begin(), option.end(), '_', '-');
    Setting setting{"", std::move(option), {}, io::printable(name), ""};
    for (std::size_t begin = 0; begin < value.size();) {
      const std::size_t end = std::min(value.find('\n', begin), value.size());
      if (end > begin) setting.values.push_back(value.substr(begin, end - begin));
      begin = end + 1;
    }
    if (!setting.values.empty()) out.push_back(std::move(setting));
  }
  return out;
}

}  // namespace nsgcheck::cli
