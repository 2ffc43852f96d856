// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace nsgcheck::io {

/// Runs `work` in `threads` threads at a time, this one among them, until each has returned; fewer where the machine
/// gives no more. What one of them throws is thrown here: the first, if several do.
void on_threads(std::size_t threads, const std::function<void()>& work);

/// Calls `work` for 0..count-1, each once, in up to `threads` threads. What it does for one index must not depend on
/// what it does for another.
void for_each_index(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work);

}  // namespace nsgcheck::io
