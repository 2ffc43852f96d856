// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/io/policy_reader.hpp"

namespace nsgcheck::cli {

/// The policy whose file in rules/ begins with `id`; empty when there is none that can be read.
inline std::optional<io::PolicyFile> policy_of(std::string_view id) {
  for (const auto& entry : std::filesystem::directory_iterator{std::string{NSGCHECK_SOURCE_DIR} + "/rules"}) {
    if (!entry.path().filename().string().starts_with(id)) continue;
    std::ifstream in{entry.path(), std::ios::binary};
    auto file = io::read_policy(entry.path().filename().string(), std::string{std::istreambuf_iterator<char>{in}, {}});
    return file ? std::optional{*std::move(file)} : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace nsgcheck::cli
