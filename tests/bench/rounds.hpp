// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace nsgcheck::bench {

/// One way to answer a question. Gives the answer as text; "" when it took too long and was given up.
struct Contender {
  std::string name;
  std::function<std::string()> run;
  std::function<void()> prepare{};  ///< before each run, outside of its time; may be empty
};

/// Memory is kept as nsgcheck keeps it (cli/main.cpp), for all contenders of the process.
void keep_memory();

/// Prints a row: question, input, processor seconds of the first contender, then of the best other one and its name,
/// how many times faster the first is, what is wanted, and whether all say the same. `about` names the input.
/// Contenders run in turn, so that what else happens on the machine meets all of them, quick ones some times in a row;
/// the shortest of their `rounds` mean times counts. One that gives up or takes over `patience` seconds runs once.
void compare(const std::string& question, const std::string& about, double wanted, std::vector<Contender> contenders,
             std::size_t rounds = 5, double patience = 5);

}  // namespace nsgcheck::bench
