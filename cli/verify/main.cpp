// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/verify/run.hpp"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  return nsgcheck::verify::run({argv + 1, argv + argc}, std::cin, std::cout, std::cerr);
}
