// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "simulator/io/capture_source.hpp"

namespace nsgcheck::io {

/// UTF-16 with a byte order mark, as PowerShell's `>` writes it, as UTF-8 without mark; other bytes as they are. A
/// stream: memory does not grow with it. What is no UTF-16 ends it with a fault, whose offset counts bytes of `source`.
[[nodiscard]] std::unique_ptr<ByteSource> as_utf8(PeekedSource source);

}  // namespace nsgcheck::io
