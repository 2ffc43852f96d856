// SPDX-License-Identifier: Apache-2.0
#include "cli/unfinished_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <mutex>
#include <string_view>

namespace nsgcheck::cli {
namespace {

/// A signal handler may look at nothing else: fixed places, each marked whole after its path was written.
struct Slot {
  std::atomic<bool> used{};
  std::array<char, 4096> path{};
};
std::array<Slot, 16> slots;
std::mutex writers;

void remove_and_end(int signal) {
  for (const Slot& slot : slots)
    if (slot.used.load()) unlink(slot.path.data());
  // The handler was taken off when it was called: now the signal ends the program, and its parent sees by which.
  std::raise(signal);
}

}  // namespace

void note_unfinished(const std::string& path) {
  const std::lock_guard lock{writers};
  const auto free = std::find_if(slots.begin(), slots.end(), [](const Slot& slot) { return !slot.used.load(); });
  if (free == slots.end() || path.size() >= free->path.size()) return;
  *std::copy(path.begin(), path.end(), free->path.begin()) = '\0';
  free->used.store(true);
}

void forget_unfinished(const std::string& path) {
  const std::lock_guard lock{writers};
  for (Slot& slot : slots)
    if (slot.used.load() && std::string_view{slot.path.data()} == path) slot.used.store(false);
}

void remove_unfinished_on_signals() {
  struct sigaction action {};
  action.sa_handler = remove_and_end;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

}  // namespace nsgcheck::cli
