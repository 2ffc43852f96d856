// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/run.hpp"
#include "cli/unfinished_files.hpp"

namespace {

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) return size.ws_col;
  return 80;
}

bool wants_color() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view{term} == "dumb";
  return isatty(STDOUT_FILENO) != 0 && !dumb && (no_color == nullptr || *no_color == '\0');
}

std::int64_t seconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::vector<std::pair<std::string, std::string>> settings_of_environment() {
  std::vector<std::pair<std::string, std::string>> out;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    const auto equals = text.find('=');
    if (text.starts_with("NSGCHECK_") && equals != std::string_view::npos)
      out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

// Memory given back while the program runs is soon asked for again, page by page; at its end all is given back at once.
void keep_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

std::string current_directory() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  // A closed pipe is an output failure with an exit code of its own, not a silent death.
  std::signal(SIGPIPE, SIG_IGN);
  nsgcheck::cli::remove_unfinished_on_signals();
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> args(argv + 1, argv + argc);
  const nsgcheck::cli::Process process{std::cin,
                                       std::cout,
                                       std::cerr,
                                       wants_color(),
                                       isatty(STDERR_FILENO) != 0,
                                       terminal_width(),
                                       seconds_since_1970(),
                                       settings_of_environment(),
                                       current_directory()};
  return static_cast<int>(nsgcheck::cli::run(args, process));
}
