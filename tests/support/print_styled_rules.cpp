// SPDX-License-Identifier: Apache-2.0
// print_styled_rules STYLE SEED COUNT: an NSG of that many rules in each direction, as lines for rule_line(), for tests
// that are no C++.
#include <charconv>
#include <cstring>
#include <iostream>

#include "tests/support/rule_styles.hpp"

namespace {

std::optional<std::uint32_t> number(const char* text) {
  std::uint32_t value{};
  const char* const end = text + std::strlen(text);
  const auto [at, error] = std::from_chars(text, end, value);
  return error == std::errc{} && at == end ? std::optional{value} : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace nsgcheck::support;
  const auto style = argc == 4 ? rule_style(argv[1]) : std::nullopt;
  const auto seed = argc == 4 ? number(argv[2]) : std::nullopt;
  const auto count = argc == 4 ? number(argv[3]) : std::nullopt;
  if (!style || !seed || !count || *count > 3900) {
    std::cerr << "usage: print_styled_rules classbench|batfish SEED COUNT\n";
    return 2;
  }
  std::mt19937 rng{*seed};
  for (const char* direction : {"Inbound", "Outbound"})
    for (const std::string& line : styled_lines(*style, direction, rng, *count)) std::cout << line << '\n';
  return std::cout.flush() ? 0 : 4;
}
