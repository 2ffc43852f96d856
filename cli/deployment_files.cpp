// SPDX-License-Identifier: Apache-2.0
#include "cli/deployment_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "analyzer/io/arm/template.hpp"
#include "analyzer/io/cloud_files.hpp"
#include "analyzer/io/cloud_resource.hpp"
#include "analyzer/io/deployment_reader.hpp"
#include "analyzer/io/encoding.hpp"
#include "analyzer/io/xml.hpp"
#include "analyzer/net/text.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {
namespace {

// Bytes that do not parse are shown where they are read: those of XML here, JSON by the reader of rule sets.
// A JSON file given alone is meant as the deployment, whatever is wrong with it, unless a template stands in it.
void sort_part(DeploymentPart part, bool alone, DeploymentParts& out) {
  const auto document = parse_part(part, 0);
  if (!document) return out.errors.push_back(document.error());
  const io::Node& root = document->root;
  const bool cloud = part.xml ? io::cloud_form(root) != io::CloudForm::None : io::is_cloud_resource(root);
  const bool lone = alone && !part.xml && !cloud && !io::looks_like_template(root);
  if (!part.xml && (lone || io::is_deployment_file(root))) {
    if (out.deployment)
      return out.misuse.push_back(
          {shown_path(part.path),
           {},
           fmt::format("it and {} both describe a deployment; give one", shown_path(out.deployment->path))});
    out.deployment = std::move(part);
  } else if (cloud) {
    out.cloud.push_back(std::move(part));
  } else if (part.path == "-") {
    out.misuse.push_back({"-", {}, "rule sets of a deployment are read from files, not from standard input"});
  } else {
    out.rules.push_back(std::move(part.path));
  }
}

struct Words {
  bool service{};  ///< the type of a Cloud Service
  bool roles{};    ///< a name that each deployment has
};

constexpr std::string_view kService = "microsoft.compute/cloudservices";
constexpr std::string_view kRoles = "\"roles\"";
constexpr std::size_t kBlock = std::size_t{1} << 16U;

// Without regard to case; of a block of a text, which is changed.
Words words_of_block(std::string& block) {
  std::transform(block.begin(), block.end(), block.begin(), [](char c) { return net::lower(c); });
  const auto has = [&](std::string_view word) {
    return memmem(block.data(), block.size(), word.data(), word.size()) != nullptr;
  };
  return {has(kService), has(kRoles)};
}

Words words_in(std::string_view text) {
  Words out;
  for (std::size_t begin = 0; begin < text.size() && !(out.service && out.roles); begin += kBlock) {
    std::string block{text.substr(begin, kBlock + kService.size() - 1)};
    const Words found = words_of_block(block);
    out = {out.service || found.service, out.roles || found.roles};
  }
  return out;
}

// Whether it is worth a look at the values of a file: most rule sets hold neither word. Block by block: to keep a large
// file takes longer than all the rest of such a look.
bool may_tell(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string block;
  bool first = true;
  while (file) {
    const std::size_t kept = block.size();
    block.resize(kept + kBlock);
    file.read(block.data() + kept, static_cast<std::streamsize>(kBlock));
    block.resize(kept + static_cast<std::size_t>(file.gcount()));
    if (first && (io::is_utf16(block) || io::looks_like_xml(block))) return true;
    first = false;
    const Words found = words_of_block(block);
    if (found.service || found.roles) return true;
    block.erase(0, block.size() - std::min(block.size(), kService.size() - 1));
  }
  return false;
}

}  // namespace

DeploymentParts sort_deployment_files(const std::vector<std::string>& files, Process& process) {
  DeploymentParts out;
  for (const std::string& path : files) {
    std::error_code error;
    if (path != "-" && std::filesystem::is_directory(path, error)) {
      out.rules.push_back(path);
      continue;
    }
    auto bytes = read_bytes(path, process.in);
    if (!bytes) {
      out.errors.push_back({shown_path(path), {}, bytes.error()});
      continue;
    }
    const bool xml = io::looks_like_xml(*bytes);
    sort_part({path, std::move(*bytes), xml}, files.size() == 1, out);
  }
  return out;
}

bool tell_of_deployment(const std::vector<std::string>& files, Process& process) {
  return std::any_of(files.begin(), files.end(), [&](const std::string& path) {
    std::error_code error;
    if (path == "-" || !std::filesystem::is_regular_file(path, error)) return false;
    if (!may_tell(path)) return false;
    auto bytes = read_bytes(path, process.in);
    if (!bytes) return false;
    const bool xml = io::looks_like_xml(*bytes);
    // What cannot be decoded is said by its reader.
    const bool wide = io::is_utf16(*bytes);
    const std::string decoded = wide ? io::decode_text(*bytes).value_or("") : "";
    const Words words = xml ? Words{} : words_in(wide ? std::string_view{decoded} : std::string_view{*bytes});
    if (!xml && !words.service && !words.roles) return false;
    const auto document = parse_part({path, std::move(*bytes), xml}, 0);
    if (!document) return false;
    if (xml) return io::cloud_form(document->root) != io::CloudForm::None;
    return io::is_deployment_file(document->root) || io::is_cloud_resource(document->root) ||
           (words.service && io::looks_like_template(document->root));
  });
}

tl::expected<io::Document, io::Diagnostic> parse_part(const DeploymentPart& part, std::size_t index) {
  const auto number = static_cast<std::uint32_t>(index);
  const std::string shown = shown_path(part.path);
  return part.xml ? io::parse_xml(shown, part.bytes, number) : io::parse_json(shown, part.bytes, number);
}

}  // namespace nsgcheck::cli
