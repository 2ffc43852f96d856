// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/run.hpp"
#include "tests/cli/capture_maker.hpp"

namespace nsgcheck::cli {

inline const MadeEnd kClient{"203.0.113.10", 50001};
inline const MadeEnd kVip{"198.51.100.20", 3389};
inline constexpr double kJune2026 = 1'780'272'000;

/// A rule of any protocol, source port and destination, in the form of REST.
[[nodiscard]] nlohmann::json made_rule(const std::string& name, int priority, const std::string& access,
                                       const std::string& direction, const std::string& source,
                                       const std::string& port);

/// Replays made captures through a made deployment: WebRole1 (10.0.0.4, 10.0.0.5; forwarders) and WorkerRole1
/// (10.0.0.6), everything open that remote desktop needs.
class ReplayMade : public testing::Test {
 protected:
  ReplayMade();
  ~ReplayMade() override;

  /// The deployment to be changed before running, and the rules of its one NSG.
  nlohmann::json deployment_, rules_;

  /// A rule with the lowest free priority before all others of its direction.
  void add_rule(const std::string& name, const std::string& access, const std::string& direction,
                const std::string& source, const std::string& port);

  struct Result {
    Exit exit{};
    std::string out, err;
  };
  Result run_with(const std::string& command, std::vector<std::string> args);
  /// Writes the capture and replays it; the result as JSON.
  nlohmann::json replay(const CaptureMaker& capture, std::vector<std::string> args = {});
  std::string replay_text(const CaptureMaker& capture);

 private:
  std::string write(const std::string& name, const std::string& bytes) const;
  std::filesystem::path folder_;
};

}  // namespace nsgcheck::cli
