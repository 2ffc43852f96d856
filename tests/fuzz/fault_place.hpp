// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string_view>

#include "analyzer/io/document.hpp"

namespace nsgcheck::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// A fault says something and points into the input. Lines end with CR LF, LF or a lone CR; YAML knows more line ends
/// than these, so for it a line is only bounded by the bytes.
inline void require_place(const io::Diagnostic& fault, std::string_view bytes) {
  require(!fault.message.empty());
  require(fault.position.line >= 1 && fault.position.line <= bytes.size() + 1);
  require(fault.position.column >= 1 && fault.position.column <= bytes.size() + 1);
}

}  // namespace nsgcheck::fuzz
