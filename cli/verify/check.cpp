// SPDX-License-Identifier: Apache-2.0
#include "cli/verify/check.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <functional>

namespace nsgcheck::verify {
namespace {

/// Numbers of flows: up to 2^296 for a box of IPv6.
using Count = boost::multiprecision::cpp_int;

constexpr Value kTcp = 6;
constexpr Value kUdp = 17;
constexpr Value kSctp = 132;

const Set kAllPorts{{{0, 65535}}, {}};
const Set kPorted{{{kTcp, kTcp}, {kUdp, kUdp}, {kSctp, kSctp}}, {}};
const Set kPortless{{{0, kTcp - 1}, {kTcp + 1, kUdp - 1}, {kUdp + 1, kSctp - 1}, {kSctp + 1, 255}}, {}};

bool is_empty(const Set& set) { return set.ranges.empty() && set.symbols.empty(); }

Set common(const Set& a, const Set& b) {
  Set out;
  for (std::size_t i = 0, j = 0; i < a.ranges.size() && j < b.ranges.size();) {
    const Value low = std::max(a.ranges[i].low, b.ranges[j].low);
    const Value high = std::min(a.ranges[i].high, b.ranges[j].high);
    if (low <= high) out.ranges.push_back({low, high});
    a.ranges[i].high < b.ranges[j].high ? ++i : ++j;
  }
  std::set_intersection(a.symbols.begin(), a.symbols.end(), b.symbols.begin(), b.symbols.end(),
                        std::back_inserter(out.symbols));
  return out;
}

bool holds(const Set& outer, const Set& inner) { return common(outer, inner) == inner; }
bool meets(const Set& a, const Set& b) { return !is_empty(common(a, b)); }

bool holds(const Box& outer, const Box& inner) {
  for (std::size_t i = 0; i < kSides; ++i)
    if (!holds(outer.sides[i], inner.sides[i])) return false;
  return outer.v6 == inner.v6 && outer.ported == inner.ported;
}

bool meets(const Box& a, const Box& b) {
  for (std::size_t i = 0; i < kSides; ++i)
    if (!meets(a.sides[i], b.sides[i])) return false;
  return a.v6 == b.v6 && a.ported == b.ported;
}

Count number(Value value) {
  return (Count{static_cast<std::uint64_t>(value >> 64)} << 64) + static_cast<std::uint64_t>(value);
}

// Each symbol counts as one value beside the numbers.
Count size(const Set& set) {
  Count out = set.symbols.size();
  for (const Range& range : set.ranges) out += number(range.high - range.low) + 1;
  return out;
}

Count size(const Box& box) {
  Count out = 1;
  for (const Set& side : box.sides) out *= size(side);
  return out;
}

enum class Match : std::uint8_t { No, Maybe, Yes };

Match match(const Side& side, const Set& values) {
  if (holds(side.sure, values)) return Match::Yes;
  return meets(side.maybe, values) ? Match::Maybe : Match::No;
}

// Whether a rule matches all flows of a box, some perhaps, or none. Ports mean nothing for protocols without ports: a
// rule that names some may match there or not (docs/semantics.md).
Match match(const Rule& rule, const Box& box) {
  const std::size_t family = box.v6 ? 1 : 0;
  Match out = std::min({match(rule.protocols, box.sides[kProtocols]), match(rule.source[family], box.sides[kSource]),
                        match(rule.destination[family], box.sides[kDestination])});
  for (const auto& [side, ports] :
       {std::pair{kSourcePorts, &rule.source_ports}, std::pair{kDestinationPorts, &rule.destination_ports}}) {
    if (box.ported)
      out = std::min(out, match(*ports, box.sides[side]));
    else if (ports->sure != kAllPorts)
      out = std::min(out, Match::Maybe);
  }
  return out;
}

// Bit 0: yes, bit 1: no; both where the access is not known.
unsigned says(const Rule& rule, View view) {
  if (rule.access == Access::Unknown) return view == View::DeniedByUser && rule.is_default ? 2U : 3U;
  const bool allows = rule.access == Access::Allow;
  if (view == View::Allowed) return allows ? 1U : 2U;
  if (view == View::Denied) return allows ? 2U : 1U;
  return allows || rule.is_default ? 2U : 1U;
}

constexpr std::size_t kNoRule = static_cast<std::size_t>(-1);

// First match over a whole box: the rules that match or may match, down to the first that surely matches all of it.
Word walk(const List& list, const Box& box, View view, std::size_t without = kNoRule) {
  Word out;
  unsigned heard = 0;
  for (const Look& look : list.looks) {
    if (look.rule == without) continue;
    const Match found = match(list.rules[look.rule], box);
    if (found == Match::No) continue;
    if (std::find(out.by.begin(), out.by.end(), look.rule) == out.by.end()) out.by.push_back(look.rule);
    heard |= says(list.rules[look.rule], view);
    if (found != Match::Yes || !look.sure) continue;
    out.answer = heard == 1 ? Answer::Yes : heard == 2 ? Answer::No : Answer::Unknown;
    return out;
  }
  return out;
}

bool same_rule(const Rule& a, const Rule& b) {
  return a.access == b.access && a.open == b.open && a.protocols == b.protocols && a.source_ports == b.source_ports &&
         a.destination_ports == b.destination_ports && a.source == b.source && a.destination == b.destination;
}

// The looks that a flow of the box may come to.
std::vector<Look> looks_of(const List& list, const Box& box) {
  std::vector<Look> out;
  for (const Look& look : list.looks) {
    const Match found = match(list.rules[look.rule], box);
    if (found == Match::No) continue;
    out.push_back(look);
    if (found == Match::Yes && look.sure) break;
  }
  return out;
}

bool same_there(const List& a, const List& b, const Box& box) {
  const auto of_a = looks_of(a, box);
  const auto of_b = looks_of(b, box);
  return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), [&](const Look& x, const Look& y) {
    return x.sure == y.sure && same_rule(a.rules[x.rule], b.rules[y.rule]);
  });
}

std::string numbered(const char* what, std::size_t index) { return std::string{what} + ' ' + std::to_string(index); }

std::string name_of(const List& list, std::size_t rule) {
  if (rule >= list.rules.size()) return numbered("rule", rule);
  const Rule& found = list.rules[rule];
  return '"' + found.name + '"' + (found.line ? " (line " + std::to_string(*found.line) + ')' : "");
}

std::string names_of(const List& list, const std::vector<std::size_t>& rules) {
  std::string out;
  for (const std::size_t rule : rules) out += (out.empty() ? "" : ", ") + name_of(list, rule);
  return out.empty() ? "none" : out;
}

bool is_real(const Set& set, bool v6, const List& list) {
  return !set.ranges.empty() || std::any_of(set.symbols.begin(), set.symbols.end(), [&](std::size_t symbol) {
    return list.symbols[symbol].populated[v6 ? 1 : 0];
  });
}

// A box of groups without known members may hold no flow.
bool surely_holds_a_flow(const Box& box, const List& list) {
  return is_real(box.sides[kSource], box.v6, list) && is_real(box.sides[kDestination], box.v6, list);
}

std::string refuse_shape(const Box& box) {
  for (const Set& side : box.sides)
    if (is_empty(side)) return "is empty";
  if (!holds(box.ported ? kPorted : kPortless, box.sides[kProtocols])) return "mixes protocols with ports and without";
  return "";
}

/// Checks one claim.
class Checker {
 public:
  Checker(const Evidence& evidence, const Claim& claim)
      : evidence_{evidence}, claim_{claim}, list_{evidence.lists[claim.list]} {}

  std::string run() const {
    if (!claim_.complete) return "not proven: the evidence is not complete";
    if (claim_.kind == Kind::Comparison && list_.symbols != other().symbols) return "the lists know different symbols";
    for (const auto check : {&Checker::question, &Checker::partition, &Checker::words, &Checker::conclusion})
      if (std::string why = (this->*check)(); !why.empty()) return why;
    return "";
  }

 private:
  [[nodiscard]] const List& other() const { return evidence_.lists[claim_.new_list]; }

  [[nodiscard]] std::string question() const {
    if (claim_.question.empty()) return "it asks about no flow";
    for (std::size_t i = 0; i < claim_.question.size(); ++i) {
      const Box& box = claim_.question[i];
      if (const std::string why = refuse_shape(box); !why.empty()) return numbered("question", i) + ' ' + why;
      for (std::size_t j = 0; j < i; ++j)
        if (claim_.question[j].v6 == box.v6 && claim_.question[j].ported == box.ported)
          return "two parts of the question are of one kind";
    }
    if (claim_.kind == Kind::Verdict) return "";
    return claim_.kind == Kind::Comparison ? asks_all_flows() : asks_whole_rule();
  }

  [[nodiscard]] std::string asks_all_flows() const {
    const Set all4{{{0, 0xFFFFFFFF}}, {}};
    const Set all6{{{0, ~Value{0}}}, {}};
    for (const Box& box : claim_.question) {
      const Set& all = box.v6 ? all6 : all4;
      const bool whole = box.sides[kProtocols] == (box.ported ? kPorted : kPortless) &&
                         box.sides[kSourcePorts] == kAllPorts && box.sides[kDestinationPorts] == kAllPorts &&
                         box.sides[kSource].ranges == all.ranges && box.sides[kDestination].ranges == all.ranges;
      if (!whole) return "the question is not every flow";
    }
    return claim_.question.size() == 4 ? "" : "the question is not every flow";
  }

  [[nodiscard]] Set without_strangers(Set set) const {
    std::erase_if(set.symbols, [&](std::size_t symbol) { return !list_.symbols[symbol].in_rules; });
    return set;
  }

  // All that the rule surely matches, members of its symbols by the symbols. Whether its ports count for protocols
  // without ports is not known, so all of that is asked about.
  [[nodiscard]] std::string asks_whole_rule() const {
    const Rule& rule = list_.rules[claim_.rule];
    if (!rule.settled) return name_of(list_, claim_.rule) + " leaves open what it matches";
    std::size_t parts = 0;
    for (const bool v6 : {false, true}) {
      for (const bool ported : {false, true}) {
        Box whole{v6, ported, {}};
        whole.sides[kProtocols] = common(rule.protocols.sure, ported ? kPorted : kPortless);
        whole.sides[kSource] = without_strangers(rule.source[v6 ? 1 : 0].sure);
        whole.sides[kDestination] = without_strangers(rule.destination[v6 ? 1 : 0].sure);
        whole.sides[kSourcePorts] = ported ? rule.source_ports.sure : kAllPorts;
        whole.sides[kDestinationPorts] = ported ? rule.destination_ports.sure : kAllPorts;
        if (std::any_of(whole.sides.begin(), whole.sides.end(), is_empty)) continue;
        ++parts;
        const bool asked = std::any_of(claim_.question.begin(), claim_.question.end(), [&](const Box& box) {
          return box.v6 == v6 && box.ported == ported && box.sides == whole.sides;
        });
        if (!asked) return "the question is not all that " + name_of(list_, claim_.rule) + " matches";
      }
    }
    return parts == claim_.question.size() ? ""
                                           : "the question is more than " + name_of(list_, claim_.rule) + " matches";
  }

  // The boxes are disjoint, lie in the question, and hold as many flows as it does.
  [[nodiscard]] std::string partition() const {
    std::vector<Count> held(claim_.question.size());
    for (std::size_t i = 0; i < claim_.cover.size(); ++i) {
      const Box& box = claim_.cover[i].box;
      if (const std::string why = refuse_shape(box); !why.empty()) return numbered("box", i) + ' ' + why;
      const auto asked = std::find_if(claim_.question.begin(), claim_.question.end(),
                                      [&](const Box& question) { return holds(question, box); });
      if (asked == claim_.question.end()) return numbered("box", i) + " is not in the question";
      held[static_cast<std::size_t>(asked - claim_.question.begin())] += size(box);
      for (std::size_t j = 0; j < i; ++j)
        if (meets(claim_.cover[j].box, box)) return numbered("boxes", j) + " and " + std::to_string(i) + " overlap";
    }
    for (std::size_t i = 0; i < claim_.question.size(); ++i)
      if (held[i] != size(claim_.question[i]))
        return "the boxes hold " + held[i].str() + " of the " + size(claim_.question[i]).str() + " flows asked about";
    return "";
  }

  [[nodiscard]] std::vector<Word> true_words(const Box& box) const {
    std::vector<Word> out{walk(list_, box, claim_.view)};
    if (claim_.kind == Kind::Comparison) out.push_back(walk(other(), box, View::Allowed));
    if (claim_.kind == Kind::Shadowed || claim_.kind == Kind::Redundant)
      out.push_back(walk(list_, box, View::Allowed, claim_.rule));
    return out;
  }

  // Each box is answered as it says, by just the rules that it says.
  [[nodiscard]] std::string words() const {
    for (std::size_t i = 0; i < claim_.cover.size(); ++i) {
      const CoverBox& box = claim_.cover[i];
      if (claim_.kind == Kind::Comparison && box.says.empty()) {
        if (!same_there(list_, other(), box.box)) return numbered("box", i) + ": the two lists are not the same there";
        continue;
      }
      const std::vector<Word> truth = true_words(box.box);
      if (box.says.size() != truth.size()) return numbered("box", i) + " has not one answer for each list";
      for (std::size_t w = 0; w < truth.size(); ++w) {
        const List& list = claim_.kind == Kind::Comparison && w == 1 ? other() : list_;
        if (box.says[w].by != truth[w].by)
          return numbered("box", i) + " is decided by " + names_of(list, truth[w].by) + ", not by " +
                 names_of(list, box.says[w].by);
        if (box.says[w].answer != truth[w].answer) return numbered("box", i) + " has another answer";
      }
    }
    return "";
  }

  [[nodiscard]] bool all_boxes(const std::function<bool(const CoverBox&)>& holds) const {
    return std::all_of(claim_.cover.begin(), claim_.cover.end(), holds);
  }

  [[nodiscard]] std::string conclusion() const {
    switch (claim_.kind) {
      case Kind::Verdict:
        return verdict();
      case Kind::Comparison:
        return comparison();
      case Kind::Shadowed:
        return shadowed();
      case Kind::Redundant:
        break;
    }
    if (claim_.claims != "redundant") return "\"" + claim_.claims + "\" is no such claim";
    const bool same = all_boxes([](const CoverBox& box) {
      return box.says[0].answer != Answer::Unknown && box.says[0].answer == box.says[1].answer;
    });
    return same ? "" : "without " + name_of(list_, claim_.rule) + " some flows are answered otherwise";
  }

  [[nodiscard]] std::string verdict() const {
    const bool of_flows = claim_.view == View::Allowed;
    const auto all = [&](Answer answer) {
      return all_boxes([&](const CoverBox& box) { return box.says[0].answer == answer; });
    };
    const auto real = [&](const CoverBox& box) { return surely_holds_a_flow(box.box, list_); };
    if (claim_.claims == (of_flows ? "deny" : "none"))
      return all(Answer::No) ? "" : "not every box is answered with no";
    if (claim_.claims == (of_flows ? "allow" : "all")) {
      if (!all(Answer::Yes)) return "not every box is answered with yes";
      return std::any_of(claim_.cover.begin(), claim_.cover.end(), real) ? "" : "no box surely holds a flow";
    }
    if (claim_.claims != (of_flows ? "partial" : "some")) return "\"" + claim_.claims + "\" is no such claim";
    const bool others = std::any_of(claim_.cover.begin(), claim_.cover.end(), [&](const CoverBox& box) {
      return box.says[0].answer != Answer::Yes && real(box);
    });
    if (!others) return "every box is answered with yes";
    return witness([&](const Box& packet) { return walk(list_, packet, claim_.view).answer == Answer::Yes; });
  }

  [[nodiscard]] std::string comparison() const {
    if (claim_.claims == "equivalent") {
      const bool same = all_boxes([](const CoverBox& box) {
        return box.says.empty() || (box.says[0].answer != Answer::Unknown && box.says[0].answer == box.says[1].answer);
      });
      return same ? "" : "some flows are answered otherwise, or perhaps";
    }
    if (claim_.claims != "differs") return "\"" + claim_.claims + "\" is no such claim";
    return witness([&](const Box& packet) {
      const Answer before = walk(list_, packet, View::Allowed).answer;
      const Answer after = walk(other(), packet, View::Allowed).answer;
      return before != Answer::Unknown && after != Answer::Unknown && before != after;
    });
  }

  [[nodiscard]] std::string shadowed() const {
    if (claim_.claims != "shadowed") return "\"" + claim_.claims + "\" is no such claim";
    const auto& own = list_.rules[claim_.rule];
    bool opposed = false;
    for (const CoverBox& box : claim_.cover) {
      for (const std::size_t rule : box.says[0].by) {
        if (rule == claim_.rule) return name_of(list_, claim_.rule) + " may still decide something";
        opposed = opposed || list_.rules[rule].access != own.access;
      }
    }
    return opposed ? "" : "no rule before it says otherwise";
  }

  [[nodiscard]] std::string witness(const std::function<bool(const Box&)>& shows) const {
    if (!claim_.witness) return "there is no witness";
    const Box& packet = *claim_.witness;
    const bool asked =
        refuse_shape(packet).empty() && std::any_of(claim_.question.begin(), claim_.question.end(),
                                                    [&](const Box& question) { return holds(question, packet); });
    if (!asked) return "the witness is not in the question";
    return shows(packet) ? "" : "the witness does not show it";
  }

  const Evidence& evidence_;
  const Claim& claim_;
  const List& list_;
};

std::string refuse_sides(const Rule& rule) {
  for (const Side* side : {&rule.protocols, &rule.source_ports, &rule.destination_ports, &rule.source[0],
                           &rule.source[1], &rule.destination[0], &rule.destination[1]})
    if (!holds(side->maybe, side->sure)) return "what it surely matches it does not perhaps match";
  return "";
}

// Whether `rule` must be looked at before `sure` counts.
bool comes_before(const Rule& rule, const Rule& sure) {
  if (!rule.priority) return true;
  if (*rule.priority != *sure.priority) return *rule.priority < *sure.priority;
  return rule.access != sure.access || rule.access == Access::Unknown;
}

}  // namespace

std::string refuse(const List& list) {
  std::vector<std::size_t> first(list.rules.size(), kNoRule);
  for (std::size_t i = list.looks.size(); i-- > 0;) first[list.looks[i].rule] = i;
  for (std::size_t r = 0; r < list.rules.size(); ++r) {
    if (first[r] == kNoRule) return name_of(list, r) + " is never looked at";
    if (const std::string why = refuse_sides(list.rules[r]); !why.empty()) return name_of(list, r) + ": " + why;
  }
  // The one list without priorities is that of an NSG that is not there: everything passes.
  if (list.rules.size() == 1) return "";
  for (std::size_t i = 0; i < list.looks.size(); ++i) {
    const std::size_t sure = list.looks[i].rule;
    if (!list.looks[i].sure) continue;
    if (!list.rules[sure].priority) return name_of(list, sure) + " has no place, but counts as if it had";
    for (std::size_t r = 0; r < list.rules.size(); ++r)
      if (r != sure && first[r] > i && comes_before(list.rules[r], list.rules[sure]))
        return name_of(list, r) + " is looked at after " + name_of(list, sure);
  }
  return "";
}

std::string refuse(const Evidence& evidence, const Claim& claim) { return Checker{evidence, claim}.run(); }

Result check(const Evidence& evidence) {
  Result out;
  std::vector<std::string> of_lists;
  for (const List& list : evidence.lists) of_lists.push_back(refuse(list));
  for (std::size_t i = 0; i < evidence.claims.size(); ++i) {
    const Claim& claim = evidence.claims[i];
    const List& list = evidence.lists[claim.list];
    if (claim.claims.empty()) {
      ++out.unclaimed;
      continue;
    }
    std::string why = of_lists[claim.list];
    if (why.empty() && claim.kind == Kind::Comparison) why = of_lists[claim.new_list];
    if (why.empty()) why = refuse(evidence, claim);
    if (why.empty())
      ++out.accepted[claim.claims];
    else
      out.refused.push_back("claim " + std::to_string(i) + ", " + list.nsg + ' ' + list.direction + ", " + claim.about +
                            ", " + claim.claims + ": " + why);
  }
  return out;
}

std::string summary(const Result& result) {
  std::size_t total = 0;
  std::string kinds;
  for (const auto& [kind, count] : result.accepted) {
    total += count;
    kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + ' ' + kind;
  }
  std::string out = "accepted: " + std::to_string(total) + (total == 1 ? " claim" : " claims");
  if (!kinds.empty()) out += " (" + kinds + ')';
  if (!result.refused.empty()) out += "; refused: " + std::to_string(result.refused.size());
  return out + "; " + std::to_string(result.unclaimed) + " unknown, not claimed";
}

}  // namespace nsgcheck::verify
