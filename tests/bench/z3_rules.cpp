// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/z3_rules.hpp"

#include <z3++.h>

#include <chrono>

namespace nsgcheck::bench {
namespace {

class Packet {
 public:
  explicit Packet(z3::context& context)
      : context_{context},
        v6_{context.bool_const("v6")},
        udp_{context.bool_const("udp")},
        source_{context.bv_const("source", 32)},
        destination_{context.bv_const("destination", 32)},
        source_port_{context.bv_const("sport", 16)},
        destination_port_{context.bv_const("dport", 16)} {}

  z3::expr match(const FlatRule& rule) {
    const z3::expr v4 = in(source_, rule.source, 32) && in(destination_, rule.destination, 32);
    const z3::expr v6 = context_.bool_val(rule.source_v6 && rule.destination_v6);
    return z3::ite(v6_, v6, v4) && ((context_.bool_val(rule.udp) && udp_) || (context_.bool_val(rule.tcp) && !udp_)) &&
           in(source_port_, rule.source_ports, 16) && in(destination_port_, rule.destination_ports, 16);
  }
  z3::expr allowed(const std::vector<FlatRule>& rules) {
    z3::expr out = context_.bool_val(false);
    for (std::size_t i = rules.size(); i-- > 0;) out = z3::ite(match(rules[i]), context_.bool_val(rules[i].allow), out);
    return out;
  }

 private:
  template <class T>
  z3::expr in(const z3::expr& field, const std::vector<net::Interval<T>>& parts, unsigned bits) {
    z3::expr_vector any{context_};
    for (const auto& part : parts) {
      const z3::expr low = context_.bv_val(static_cast<std::uint64_t>(part.low), bits);
      const z3::expr high = context_.bv_val(static_cast<std::uint64_t>(part.high), bits);
      any.push_back(part.low == part.high ? field == low : z3::uge(field, low) && z3::ule(field, high));
    }
    return z3::mk_or(any);
  }

  z3::context& context_;
  z3::expr v6_, udp_, source_, destination_, source_port_, destination_port_;
};

void limit(z3::solver& solver, double seconds) {
  z3::params params{solver.ctx()};
  params.set("timeout", static_cast<unsigned>(seconds * 1000));
  solver.set(params);
}

}  // namespace

std::optional<std::size_t> z3_covered(const std::vector<FlatRule>& rules, double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  z3::context context;
  z3::solver solver{context};
  Packet packet{context};
  limit(solver, seconds);
  std::size_t covered = 0;
  for (const FlatRule& rule : rules) {
    if (std::chrono::steady_clock::now() > end) return std::nullopt;
    const z3::expr match = packet.match(rule);
    solver.push();
    solver.add(match);
    const z3::check_result result = solver.check();
    solver.pop();
    if (result == z3::unknown) return std::nullopt;
    covered += result == z3::unsat ? 1 : 0;
    solver.add(!match);
  }
  return covered;
}

std::optional<bool> z3_equal(const std::vector<FlatRule>& before, const std::vector<FlatRule>& after, double seconds) {
  z3::context context;
  z3::solver solver{context};
  Packet packet{context};
  limit(solver, seconds);
  solver.add(packet.allowed(before) != packet.allowed(after));
  const z3::check_result result = solver.check();
  if (result == z3::unknown) return std::nullopt;
  return result == z3::unsat;
}

}  // namespace nsgcheck::bench
