// SPDX-License-Identifier: Apache-2.0
#include "cli/verify/cover.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

#include "cli/verify/sets.hpp"
#include "cli/verify/walk.hpp"

namespace nsgcheck::verify {
namespace {

/// Numbers of flows: up to 2^296 for a box of IPv6.
using Count = boost::multiprecision::cpp_int;

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

Box common(const Box& a, const Box& b) {
  Box out{a.v6, a.ported, {}};
  for (std::size_t i = 0; i < kSides; ++i) out.sides[i] = common(a.sides[i], b.sides[i]);
  return out;
}

// Well-formed, and no flow in two of them.
std::string refuse_boxes(const std::vector<CoverBox>& cover) {
  for (std::size_t i = 0; i < cover.size(); ++i) {
    const Box& box = cover[i].box;
    if (const std::string why = refuse_shape(box); !why.empty()) return numbered("box", i) + ' ' + why;
    for (std::size_t j = 0; j < i; ++j)
      if (meets(cover[j].box, box)) return numbered("boxes", j) + " and " + std::to_string(i) + " overlap";
  }
  return "";
}

// All that the rule may match, of the kind of the question.
Box perhaps(const Rule& rule, const Box& question) {
  const std::size_t family = question.v6 ? 1 : 0;
  Box out{question.v6, question.ported, {}};
  out.sides[kProtocols] = rule.protocols.maybe;
  out.sides[kSource] = rule.source[family].maybe;
  out.sides[kDestination] = rule.destination[family].maybe;
  out.sides[kSourcePorts] = question.ported ? rule.source_ports.maybe : all_ports();
  out.sides[kDestinationPorts] = question.ported ? rule.destination_ports.maybe : all_ports();
  return out;
}

}  // namespace

std::string refuse_question(const std::vector<Box>& question) {
  if (question.empty()) return "it asks about no flow";
  for (std::size_t i = 0; i < question.size(); ++i) {
    if (const std::string why = refuse_shape(question[i]); !why.empty()) return numbered("question", i) + ' ' + why;
    for (std::size_t j = 0; j < i; ++j)
      if (meets(question[j], question[i])) return "two parts of the question overlap";
  }
  return "";
}

std::string refuse_partition(const Claim& claim) {
  if (std::string why = refuse_boxes(claim.cover); !why.empty()) return why;
  std::vector<Count> held(claim.question.size());
  for (std::size_t i = 0; i < claim.cover.size(); ++i) {
    const Box& box = claim.cover[i].box;
    const auto asked = std::find_if(claim.question.begin(), claim.question.end(),
                                    [&](const Box& question) { return holds(question, box); });
    if (asked == claim.question.end()) return numbered("box", i) + " is not in the question";
    held[static_cast<std::size_t>(asked - claim.question.begin())] += size(box);
  }
  for (std::size_t i = 0; i < claim.question.size(); ++i)
    if (held[i] != size(claim.question[i]))
      return "the boxes hold " + held[i].str() + " of the " + size(claim.question[i]).str() + " flows asked about";
  return "";
}

std::string refuse_sparse(const List& list, const Claim& claim, Answer answer) {
  if (std::string why = refuse_boxes(claim.cover); !why.empty()) return why;
  for (std::size_t i = 0; i < claim.cover.size(); ++i)
    if (!holds_any(claim.question, claim.cover[i].box)) return numbered("box", i) + " is not in the question";
  const unsigned other = answer == Answer::Yes ? 2U : 1U;
  for (const Box& question : claim.question) {
    if (!ends(list, question)) return "no rule surely decides the last of it";
    for (std::size_t r = 0; r < list.rules.size(); ++r) {
      const Rule& rule = list.rules[r];
      if ((says(rule, claim.view) & other) == 0 || match(rule, question) == Match::No) continue;
      const Box own = common(perhaps(rule, question), question);
      Count held;
      for (const CoverBox& box : claim.cover)
        if (meets(own, box.box)) held += size(common(own, box.box));
      if (held != size(own)) return "the boxes leave out flows that " + name_of(list, r) + " may match";
    }
  }
  return "";
}

std::string refuse_words(std::size_t index, const CoverBox& box, const std::vector<Word>& truth,
                         const std::function<const List&(std::size_t)>& list_of) {
  if (box.says.size() != truth.size()) return numbered("box", index) + " has not one answer for each list";
  for (std::size_t w = 0; w < truth.size(); ++w) {
    if (box.says[w].by != truth[w].by)
      return numbered("box", index) + " is decided by " + names_of(list_of(w), truth[w].by) + ", not by " +
             names_of(list_of(w), box.says[w].by);
    if (box.says[w].answer != truth[w].answer) return numbered("box", index) + " has another answer";
  }
  return "";
}

}  // namespace nsgcheck::verify
