// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace nsgcheck::verify {

/// The program without the process: returns its exit code, 0 all accepted, 1 some refused, 2 usage or unreadable.
[[nodiscard]] int run(std::vector<std::string> args, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace nsgcheck::verify
