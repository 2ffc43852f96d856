// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/verify/evidence.hpp"

namespace nsgcheck::verify {

[[nodiscard]] const Set& all_ports();
/// The protocols with ports (TCP, UDP, SCTP), and the others.
[[nodiscard]] const Set& ported();
[[nodiscard]] const Set& portless();

[[nodiscard]] bool is_empty(const Set& set);
[[nodiscard]] Set common(const Set& a, const Set& b);
[[nodiscard]] bool holds(const Set& outer, const Set& inner);
[[nodiscard]] bool meets(const Set& a, const Set& b);

[[nodiscard]] bool holds(const Box& outer, const Box& inner);
[[nodiscard]] bool meets(const Box& a, const Box& b);
/// Some of them does.
[[nodiscard]] bool holds_any(const std::vector<Box>& outer, const Box& inner);
[[nodiscard]] bool meets_any(const std::vector<Box>& boxes, const Box& box);

/// As meets_any(), for flows as they are: a member of a symbol may be any address, and any address a member.
[[nodiscard]] bool perhaps_meets_any(const std::vector<Box>& boxes, const Box& box);

/// Why a box is none; "" when it is.
[[nodiscard]] std::string refuse_shape(const Box& box);
/// "box 3".
[[nodiscard]] std::string numbered(const char* what, std::size_t index);

}  // namespace nsgcheck::verify
