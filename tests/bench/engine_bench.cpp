// SPDX-License-Identifier: Apache-2.0
// What an audit asks of one group: rules to sets, hygiene of every rule, the ports that the report always lists.
#include <benchmark/benchmark.h>

#include <array>
#include <random>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/classifier.hpp"
#include "analyzer/engine/diff.hpp"
#include "analyzer/engine/hygiene.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/engine/simplify.hpp"
#include "tests/bench/rounds.hpp"
#include "tests/bench/rule_sets.hpp"

namespace nsgcheck::bench {
namespace {

engine::Filter filter_of(const RuleSet& set) {
  return engine::Filter{engine::resolve(set.nsg, model::Direction::Inbound, set.context)};
}

engine::FlowSet flows(net::ProtocolSet protocols, const net::AddressSet& source, net::PortSet ports,
                      const net::AddressSet& destination) {
  return {protocols, {source, {}, false}, net::PortSet::all(), {destination, {}, false}, std::move(ports)};
}

// Eight questions inbound, as the interface lists them (section 3).
std::vector<engine::FlowSet> port_questions(const model::NetworkContext& context) {
  std::vector<engine::FlowSet> out;
  const auto& network = context.virtual_network;
  const std::array sources{model::internet(network), network, model::azure_load_balancer()};
  for (const net::Port port : {net::Port{3389}, net::Port{20000}})
    for (const auto& source : sources)
      out.push_back(flows(net::protocol_set({net::kTcp}), source, net::PortSet::range(port, port), network));
  for (const auto& source : {sources[0], sources[1]})
    out.push_back(flows(net::protocol_set({net::kUdp}), source, net::PortSet::range(3389, 3389), network));
  return out;
}

void resolve(benchmark::State& state, const RuleSet& set) {
  for (auto _ : state) benchmark::DoNotOptimize(filter_of(set).rules().size());
}

void hygiene(benchmark::State& state, const RuleSet& set) {
  const engine::Filter filter = filter_of(set);
  std::size_t undecided = 0;
  std::size_t findings = 0;
  for (auto _ : state) {
    const auto report = engine::check_hygiene(filter);
    undecided = report.undecided.size();
    findings = report.findings.size();
  }
  state.counters["undecided"] = static_cast<double>(undecided);
  state.counters["findings"] = static_cast<double>(findings);
}

void questions(benchmark::State& state, const RuleSet& set) {
  const engine::Filter filter = filter_of(set);
  const auto asked = port_questions(set.context);
  std::size_t incomplete = 0;
  for (auto _ : state) {
    incomplete = 0;
    for (const auto& question : asked) incomplete += engine::ask(filter, question).complete ? 0 : 1;
  }
  state.counters["incomplete"] = static_cast<double>(incomplete);
}

void everything(benchmark::State& state, const RuleSet& set) {
  const engine::Filter filter = filter_of(set);
  const engine::FlowSet question =
      flows(net::all_protocols(), net::AddressSet::any(), net::PortSet::all(), net::AddressSet::any());
  bool complete = false;
  for (auto _ : state) complete = engine::ask(filter, question).complete;
  state.counters["complete"] = complete ? 1 : 0;
}

// The same rules but for one near the top, which opens another port.
void diff(benchmark::State& state, const RuleSet& set) {
  model::Nsg after = set.nsg;
  model::SecurityRule& rule = after.rules[10];
  rule.access.value = model::Access::Allow;
  rule.destination_ports = {{model::PortRange{5000, 5000}, "5000", {}, false, false}};
  bool complete = false;
  std::size_t differences = 0;
  for (auto _ : state) {
    const auto found = engine::diff(&set.nsg, &after, net::Direction::Inbound, set.context);
    complete = found.complete;
    differences = found.differences.size();
  }
  state.counters["complete"] = complete ? 1 : 0;
  state.counters["differences"] = static_cast<double>(differences);
}

void simplify(benchmark::State& state, const RuleSet& set) {
  std::size_t left = 0;
  std::size_t unproven = 0;
  for (auto _ : state) {
    const auto result = engine::simplify(set.nsg, set.context);
    left = set.nsg.rules.size() - result.removed.size() - result.merged.size();
    unproven = result.unproven.size();
  }
  state.counters["left"] = static_cast<double>(left);
  state.counters["unproven"] = static_cast<double>(unproven);
}

void build_classifier(benchmark::State& state, const RuleSet& set) {
  const engine::Filter filter = filter_of(set);
  for (auto _ : state) {
    const engine::Classifier classifier{filter};
    benchmark::DoNotOptimize(&classifier);
  }
}

void classify(benchmark::State& state, const RuleSet& set) {
  const engine::Filter filter = filter_of(set);
  const engine::Classifier classifier{filter};
  std::mt19937 engine{1};
  const auto draw = [&engine] { return static_cast<std::uint32_t>(engine()); };
  std::vector<net::FiveTuple> packets;
  for (int i = 0; i < 65536; ++i) {
    const auto port = static_cast<net::Port>(draw() % 4 == 0 ? draw() % 65536 : 3389);
    packets.push_back({net::kTcp, net::Ipv4{0x17000000 + (draw() & 0x00FFFFFF)},
                       static_cast<net::Port>(49152 + draw() % 16384), net::Ipv4{0x0A000000 + (draw() & 0x00FFFFFF)},
                       port});
  }
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(classifier.classify(packets[next++ & 65535]));
  state.SetItemsProcessed(state.iterations());
}

void add(const std::string& name, const RuleSet& set) {
  const auto in_ms = [&](const std::string& what, auto function) {
    benchmark::RegisterBenchmark((name + '/' + what).c_str(), function, set)->Unit(benchmark::kMillisecond);
  };
  in_ms("resolve", resolve);
  in_ms("hygiene", hygiene);
  in_ms("questions", questions);
  in_ms("everything", everything);
  in_ms("diff", diff);
  in_ms("simplify", simplify);
  in_ms("build_classifier", build_classifier);
  benchmark::RegisterBenchmark((name + "/classify").c_str(), classify, set);
}

}  // namespace
}  // namespace nsgcheck::bench

int main(int argc, char** argv) {
  using namespace nsgcheck::bench;
  keep_memory();
  add("n50", list_rules(50, 4));
  add("n200", list_rules(200, 4));
  add("n1000", list_rules(1000, 4));
  add("n1000h", list_rules(1000, 10));
  add("tag200", tag_rules(200));
  add("tag1000", tag_rules(1000));
  add("tile1000", tiling(1000));
  add("holes1000", holes(1000));
  add("cross1000", crossing(1000));
  add("grid1000", grid(1000));
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
