// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/rounds.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace nsgcheck::bench {
namespace {

struct Entry {
  const Contender* contender{};
  double seconds = 1e9;
  std::string answer;
  bool gave_up{}, slow{};
};

// Of this process: what others do on the machine counts less than by the clock.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// So long each contender runs in a round, again and again: what it finds in the caches is its own.
constexpr double kRound = 0.02;

void measure(Entry& entry, double patience) {
  if (entry.gave_up || entry.slow) return;
  double passed = 0;
  double runs = 0;
  while (passed < kRound && !entry.gave_up) {
    if (entry.contender->prepare) entry.contender->prepare();
    const double begin = processor_seconds();
    entry.answer = entry.contender->run();
    passed += processor_seconds() - begin;
    ++runs;
    entry.gave_up = entry.answer.empty();
  }
  entry.seconds = std::min(entry.seconds, passed / runs);
  entry.slow = passed / runs > patience;
}

std::string time_text(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.0f} us", seconds * 1e6);
  return seconds < 1 ? fmt::format("{:.3g} ms", seconds * 1e3) : fmt::format("{:.3g} s", seconds);
}

}  // namespace

void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

void compare(const std::string& question, const std::string& about, double wanted, std::vector<Contender> contenders,
             std::size_t rounds, double patience) {
  std::vector<Entry> entries;
  for (const Contender& one : contenders) entries.push_back({&one, 1e9, {}, false, false});
  for (std::size_t round = 0; round < rounds; ++round)
    for (Entry& entry : entries) measure(entry, patience);
  const Entry& ours = entries.front();
  std::string others;
  double best = 1e9;
  bool agree = true;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    best = std::min(best, entry.seconds);
    agree = agree && (entry.gave_up || entry.answer == ours.answer);
    others += fmt::format("{}{} {}{}", i == 1 ? "" : ", ", entry.contender->name, entry.gave_up ? "over " : "",
                          time_text(entry.seconds));
  }
  const double ratio = best / ours.seconds;
  fmt::print("| {} | {} | {} | {} | {:.3g} | {} | {} |\n", question, about, time_text(ours.seconds), others, ratio,
             wanted == 0 ? "" : fmt::format("{:g}{}", wanted, ratio < wanted ? " (missed)" : ""),
             agree ? "alike" : "DIFFERENT: " + ours.answer);
  if (!agree)
    for (const Entry& entry : entries) fmt::print("  {}: {}\n", entry.contender->name, entry.answer);
  std::fflush(stdout);
}

}  // namespace nsgcheck::bench
