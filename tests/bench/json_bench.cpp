// SPDX-License-Identifier: Apache-2.0
// Reading JSON: how many megabytes a second other libraries take to make a tree of a file, and nsgcheck to check it and
// to find its way in it. Each reader in turn, so that a busy machine is busy for all of them.
//
// Usage: json_bench FILE [ROUNDS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <simdjson.h>
#include <nlohmann/json.hpp>

#include "analyzer/io/document.hpp"
#include "analyzer/io/json_strict.hpp"

namespace {

struct Reader {
  const char* name;
  std::function<bool()> read;
  std::vector<double> seconds{};
};

double seconds_of(const std::function<bool()>& read) {
  const auto begin = std::chrono::steady_clock::now();
  if (!read()) {
    std::fputs("a reader does not take the file\n", stderr);
    std::exit(1);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  using namespace nsgcheck::io;
  if (argc < 2) {
    std::fputs("usage: json_bench FILE [ROUNDS]\n", stderr);
    return 2;
  }
  std::ifstream file{argv[1], std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5;
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());

  const auto simdjson_dom = [&] {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    return parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS;
  };
  const auto folded = [&](std::size_t threads) {
    return parse_folded_json("file", text, 0, {.threads = threads}).has_value();
  };
  std::vector<Reader> readers{
      {"nlohmann DOM", [&] { return !nlohmann::json::parse(text, nullptr, false).is_discarded(); }},
      {"simdjson DOM", simdjson_dom},
      {"check, 1 thread", [&] { return check_strict_json(text, {.threads = 1}).has_value(); }},
      {"check, all cores", [&] { return check_strict_json(text, {.threads = cores}).has_value(); }},
      {"document, 1 thread", [&] { return folded(1); }},
      {"document, all cores", [&] { return folded(cores); }}};
  for (int round = 0; round < rounds; ++round)
    for (Reader& reader : readers) reader.seconds.push_back(seconds_of(reader.read));
  const double first = median(readers.front().seconds);
  std::printf("%.1f MB, %zu cores, median of %d rounds\n", static_cast<double>(text.size()) / 1e6, cores, rounds);
  for (const Reader& reader : readers) {
    const double taken = median(reader.seconds);
    std::printf("%-20s %8.3f s %8.0f MB/s %6.1f x\n", reader.name, taken,
                static_cast<double>(text.size()) / 1e6 / taken, first / taken);
  }
  return 0;
}
