// SPDX-License-Identifier: Apache-2.0
// Verdicts for packets: the engine's classifier beside nftables in the running kernel. To be started in a network
// namespace of its own: unshare -Urn build/bench/kernel_packets. Rows of a Markdown table.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/engine/filter.hpp"
#include "tests/bench/kernel_filter.hpp"
#include "tests/bench/packet_sets.hpp"
#include "tests/bench/rounds.hpp"

namespace nsgcheck::bench {
namespace {

constexpr std::size_t kPackets = 50'000;

void verdicts(KernelFilter& kernel, const std::string& name, const RuleSet& set) {
  const auto rules = flatten(set);
  const auto packets = packets_for(rules, kPackets);
  const engine::Filter filter{engine::resolve(set.nsg, model::Direction::Inbound, set.context)};
  const engine::Classifier classifier{filter};
  kernel.take(packets);
  const auto said = [](std::size_t allowed) { return fmt::format("{} allowed", allowed); };
  const auto ours = [&] {
    return said(static_cast<std::size_t>(std::ranges::count_if(packets, [&](const net::FiveTuple& packet) {
      return classifier.classify(packet).verdict == engine::Verdict::Allow;
    })));
  };
  const auto by_kernel = [&] { return said(kernel.send()); };
  // The first is what sending costs by itself: all pass.
  kernel.load({});
  const auto all = [&] { return kernel.send() == packets.size() ? ours() : std::string{"some were lost"}; };
  compare("50,000 packets to the kernel, without rules", name, 0, {{"nsgcheck", ours}, {"sending alone", all}}, 3);
  kernel.load(rules);
  compare("50,000 packets, a verdict each", name, 0,
          {{"nsgcheck", ours}, {"nftables in the kernel, sending included", by_kernel}}, 3);
}

}  // namespace
}  // namespace nsgcheck::bench

int main() try {
  using namespace nsgcheck::bench;
  KernelFilter kernel;
  verdicts(kernel, "n50", ported(list_rules(50, 4)));
  verdicts(kernel, "n200", ported(list_rules(200, 4)));
  verdicts(kernel, "n1000", ported(list_rules(1000, 4)));
} catch (const std::exception& fault) {
  std::fprintf(stderr, "kernel_packets: %s\n", fault.what());
  return 1;
}
