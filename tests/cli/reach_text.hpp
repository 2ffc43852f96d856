// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace nsgcheck::cli {

/// "verdict reason" of an instance in the JSON of `reach`; "" when it is not there.
inline std::string became(const nlohmann::json& reach, const std::string& instance) {
  for (const nlohmann::json& one : reach["instances"])
    if (one["instance"].get<std::string>() == instance)
      return one["verdict"].get<std::string>() + ' ' + one["reason"].get<std::string>();
  return "";
}

}  // namespace nsgcheck::cli
