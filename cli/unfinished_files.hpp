// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace nsgcheck::cli {

/// Notes that the file at `path` is being written, so that an interrupted run can take it away. Of more than 16 at a
/// time, and of paths of 4096 bytes and more, none is noted.
void note_unfinished(const std::string& path);
/// The file is finished or gone.
void forget_unfinished(const std::string& path);
/// Makes SIGINT, SIGTERM and SIGHUP remove what is unfinished before they end the program as they always do. For
/// main().
void remove_unfinished_on_signals();

}  // namespace nsgcheck::cli
