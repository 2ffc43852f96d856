// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nsgcheck::io::arm {

/// Whether two names mean one thing, as far as is known before a deployment.
enum class Same : std::uint8_t { No, Maybe, Yes };

/// Holds two names of Evaluator::name_of() against each other, without regard to case: what stands in braces is not
/// known and may be anything, the same text in braces is the same.
[[nodiscard]] Same same_name(std::string_view a, std::string_view b);

/// Where a deployment puts what it makes: part of the identity of every resource. A part that is "" is that of the
/// outermost deployment; others are names as of Evaluator::name_of().
struct Target {
  std::string subscription;
  std::string group;  ///< resource group

  [[nodiscard]] bool is_outermost() const { return subscription.empty() && group.empty(); }
};

/// A part that is given by a name is another than the outermost deployment's.
[[nodiscard]] Same same_target(const Target& a, const Target& b);

/// `target` with what a resource id, or the beginning of one, says of subscription and resource group.
[[nodiscard]] Target target_in_id(std::string_view id, Target target);

/// A resource id with the target in place of what stands for the deployment's own subscription and group.
[[nodiscard]] std::string placed_id(std::string id, const Target& target);

/// The resource id of a network security group; what is not given by a name stands there in braces.
[[nodiscard]] std::string nsg_id(const Target& target, std::string_view name);

}  // namespace nsgcheck::io::arm
