// SPDX-License-Identifier: Apache-2.0
// How fast a capture is read, part by part, beside a bare libpcap loop in the same run: replay_bench CAPTURE...
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "simulator/flow/connection.hpp"
#include "simulator/io/arrival_reader.hpp"
#include "simulator/io/capture_file.hpp"
#include "simulator/io/replay_capture.hpp"
#include "tests/bench/bare_loop.hpp"

namespace nsgcheck::bench {
namespace {

constexpr int kRounds = 3;

std::uint64_t read_only(const std::string& path) {
  auto reader = io::CaptureReader::open(path);
  if (!reader) return 0;
  std::array<io::CaptureRecord, 256> records;
  while (reader->next(records) != 0) continue;
  return reader->frames();
}

std::uint64_t decode_only(const std::string& path) {
  auto reader = io::CaptureReader::open(path);
  if (!reader) return 0;
  const flow::TableOptions options;
  io::ArrivalReader arrivals{*reader, flow::Placer{options.udp_ports, options.all_udp, options.hash_key}};
  io::ArrivalBatch batch;
  std::uint64_t decoded = 0;
  while (arrivals.next(batch, false)) decoded += batch.arrivals().size();
  return decoded == 0 ? 0 : reader->frames();
}

std::uint64_t connections(const std::string& path, bool ahead) {
  std::istringstream none;
  io::CaptureOptions options;
  options.ahead = ahead;
  return io::read_capture(path, path, none, options).packets;
}

struct Part {
  std::string name;
  std::function<std::uint64_t(const std::string&)> run;
  double seconds = 1e9;    // shortest time by the clock
  double processor = 1e9;  // and of the processor, which tells more where others work on the machine
  std::uint64_t packets{};
};

double processor_seconds() {
  double all = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      all += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  return all;
}

void measure(Part& part, const std::string& path) {
  const double before = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  part.packets = part.run(path);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  part.seconds = std::min(part.seconds, passed.count());
  part.processor = std::min(part.processor, processor_seconds() - before);
}

/// A command that reads the capture, whole with its start and its output.
Part command(const std::string& name, const std::string& before, const std::string& after) {
  const auto run = [before, after](const std::string& path) {
    const std::string line = before + " '" + path + "' " + after;
    return std::system(line.c_str()) == -1 ? std::uint64_t{0} : std::uint64_t{1};
  };
  return {name, run};
}

void compare(const std::string& path, const std::string& program, const std::string& deployment) {
  std::vector<Part> parts{{"pcap_next_ex", bare_loop},
                          {"read", read_only},
                          {"read, decode", decode_only},
                          {"read, decode, table", [](const std::string& p) { return connections(p, false); }},
                          {"the same, two threads", [](const std::string& p) { return connections(p, true); }}};
  parts.push_back(command("tcpdump -w /dev/null", "tcpdump -r", "-w /dev/null 2>/dev/null"));
  if (!program.empty()) {
    const std::string replay = program + " replay -q --names ignore-case --deployment " + deployment + " -f ";
    for (const std::string format : {"text", "jsonl", "json"})
      parts.push_back(command("replay -f " + format, replay + format, ">/dev/null 2>&1"));
  }
  for (int round = 0; round < kRounds; ++round)
    for (Part& part : parts) measure(part, path);
  const auto packets = static_cast<double>(parts.front().packets);
  for (const Part& part : parts)
    fmt::print("{:<22} {:7.2f} Mpps {:6.2f}   {:7.2f} Mpps of processor time {:6.2f}\n", part.name,
               packets / part.seconds / 1e6, parts.front().seconds / part.seconds, packets / part.processor / 1e6,
               parts.front().processor / part.processor);
}

}  // namespace
}  // namespace nsgcheck::bench

int main(int argc, char** argv) {
  // NSGCHECK and DEPLOYMENT: the program and a deployment file, to measure whole commands too.
  const char* program = std::getenv("NSGCHECK");
  const char* deployment = std::getenv("DEPLOYMENT");
  for (int i = 1; i < argc; ++i) {
    fmt::print("{}\n", argv[i]);
    nsgcheck::bench::compare(argv[i], program != nullptr ? program : "", deployment != nullptr ? deployment : "");
  }
}
