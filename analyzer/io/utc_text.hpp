// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace nsgcheck::io {

/// "2026-03-02T09:00:05Z", with the milliseconds where they are not 0 ("...05.125Z"). `time`: milliseconds since 1970,
/// UTC. Times that have no four-digit year are written as "12345678901234567 ms after 1970".
[[nodiscard]] std::string utc_text(std::int64_t time);

}  // namespace nsgcheck::io
