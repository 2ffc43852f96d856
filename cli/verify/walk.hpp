// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/verify/evidence.hpp"

namespace nsgcheck::verify {

inline constexpr std::size_t kNoRule = static_cast<std::size_t>(-1);

enum class Match : std::uint8_t { No, Maybe, Yes };
/// Whether a rule matches all flows of a box, some perhaps, or none. Ports mean nothing for protocols without ports: a
/// rule that names some may match there or not (docs/semantics.md).
[[nodiscard]] Match match(const Rule& rule, const Box& box);

/// What a rule says when it decides. Bit 0: yes, bit 1: no; both where its access is not known.
[[nodiscard]] unsigned says(const Rule& rule, View view);

/// First match over a whole box: the rules that match or may match, down to the first that surely matches all of it.
[[nodiscard]] Word walk(const List& list, const Box& box, View view, std::size_t without = kNoRule);

/// Every flow of the box is surely decided by some rule.
[[nodiscard]] bool ends(const List& list, const Box& box);

/// A flow of the box comes to the same rules in both lists, in the same order.
[[nodiscard]] bool same_there(const List& a, const List& b, const Box& box);

/// The box surely holds a flow: not one of groups without known members only.
[[nodiscard]] bool surely_holds_a_flow(const Box& box, const List& list);

/// "AllowRdp" (line 7), quoted; several; "none".
[[nodiscard]] std::string name_of(const List& list, std::size_t rule);
[[nodiscard]] std::string names_of(const List& list, const std::vector<std::size_t>& rules);

}  // namespace nsgcheck::verify
