// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include "cli/verify/cover.hpp"
#include "cli/verify/kinds.hpp"
#include "cli/verify/sets.hpp"
#include "cli/verify/walk.hpp"

namespace nsgcheck::verify {
namespace {

/// Checks one claim about a rule.
class RuleChecker {
 public:
  RuleChecker(const List& list, const Claim& claim) : list_{list}, claim_{claim}, rule_{list.rules[claim.rule]} {}

  std::string run() const {
    const char* word = word_of(claim_.kind);
    if (claim_.claims != word) return "\"" + claim_.claims + "\" is no such claim";
    if (claim_.kind == Kind::NeverMatches) return never();
    if (std::string why = refuse_question(claim_.question); !why.empty()) return why;
    if (claim_.kind == Kind::Named) return named();
    if (claim_.kind != Kind::Overlapped)
      if (std::string why = asks_whole_rule(); !why.empty()) return why;
    if (std::string why = refuse_partition(claim_); !why.empty()) return why;
    if (std::string why = words(); !why.empty()) return why;
    if (claim_.kind == Kind::Overlapped) return overlapped();
    return claim_.kind == Kind::Shadowed ? shadowed() : redundant();
  }

 private:
  static const char* word_of(Kind kind) {
    switch (kind) {
      case Kind::Shadowed:
        return "shadowed";
      case Kind::Redundant:
        return "redundant";
      case Kind::Overlapped:
        return "overlapped";
      case Kind::NeverMatches:
        return "never matches";
      default:
        return "named";
    }
  }

  [[nodiscard]] std::string own_name() const { return name_of(list_, claim_.rule); }

  [[nodiscard]] Set without_strangers(Set set) const {
    std::erase_if(set.symbols, [&](std::size_t symbol) { return !list_.symbols[symbol].in_rules; });
    return set;
  }

  // All that the rule surely matches, members of its symbols by the symbols. Whether its ports count for protocols
  // without ports is not known, so all of that is asked about.
  [[nodiscard]] std::string asks_whole_rule() const {
    if (!rule_.settled) return own_name() + " leaves open what it matches";
    std::size_t parts = 0;
    for (const bool v6 : {false, true}) {
      for (const bool with_ports : {false, true}) {
        Box whole{v6, with_ports, {}};
        whole.sides[kProtocols] = common(rule_.protocols.sure, with_ports ? ported() : portless());
        whole.sides[kSource] = without_strangers(rule_.source[v6 ? 1 : 0].sure);
        whole.sides[kDestination] = without_strangers(rule_.destination[v6 ? 1 : 0].sure);
        whole.sides[kSourcePorts] = with_ports ? rule_.source_ports.sure : all_ports();
        whole.sides[kDestinationPorts] = with_ports ? rule_.destination_ports.sure : all_ports();
        if (std::any_of(whole.sides.begin(), whole.sides.end(), is_empty)) continue;
        ++parts;
        if (std::find(claim_.question.begin(), claim_.question.end(), whole) == claim_.question.end())
          return "the question is not all that " + own_name() + " matches";
      }
    }
    return parts == claim_.question.size() ? "" : "the question is more than " + own_name() + " matches";
  }

  [[nodiscard]] std::string words() const {
    const auto list_of = [&](std::size_t) -> const List& { return list_; };
    for (std::size_t i = 0; i < claim_.cover.size(); ++i) {
      const CoverBox& box = claim_.cover[i];
      std::vector<Word> truth{walk(list_, box.box, View::Allowed)};
      if (claim_.kind != Kind::Overlapped) truth.push_back(walk(list_, box.box, View::Allowed, claim_.rule));
      if (std::string why = refuse_words(i, box, truth, list_of); !why.empty()) return why;
    }
    return "";
  }

  [[nodiscard]] std::string shadowed() const {
    bool opposed = false;
    for (const CoverBox& box : claim_.cover) {
      for (const std::size_t rule : box.says[0].by) {
        if (rule == claim_.rule) return own_name() + " may still decide something";
        opposed = opposed || list_.rules[rule].access != rule_.access;
      }
    }
    return opposed ? "" : "no rule before it says otherwise";
  }

  [[nodiscard]] std::string redundant() const {
    const bool same = std::all_of(claim_.cover.begin(), claim_.cover.end(), [](const CoverBox& box) {
      return box.says[0].answer != Answer::Unknown && box.says[0].answer == box.says[1].answer;
    });
    return same ? "" : "without " + own_name() + " some flows are answered otherwise";
  }

  // All of the question is matched by the rule, and decided the other way before it.
  [[nodiscard]] std::string overlapped() const {
    if (rule_.access == Access::Unknown) return own_name() + " may allow or deny";
    const Answer other = rule_.access == Access::Allow ? Answer::No : Answer::Yes;
    bool real = false;
    for (std::size_t i = 0; i < claim_.cover.size(); ++i) {
      const CoverBox& box = claim_.cover[i];
      if (match(rule_, box.box) != Match::Yes) return own_name() + " does not match all of " + numbered("box", i);
      if (box.says[0].answer != other) return numbered("box", i) + " is not decided the other way";
      real = real || surely_holds_a_flow(box.box, list_);
    }
    return real ? "" : "no box surely holds a flow";
  }

  [[nodiscard]] std::string never() const {
    const bool with_ports = meets(rule_.protocols.maybe, ported()) && !is_empty(rule_.source_ports.maybe) &&
                            !is_empty(rule_.destination_ports.maybe);
    const bool some_protocol = with_ports || meets(rule_.protocols.maybe, portless());
    for (const std::size_t family : {0U, 1U})
      if (some_protocol && !is_empty(rule_.source[family].maybe) && !is_empty(rule_.destination[family].maybe))
        return own_name() + " may match something";
    return "";
  }

  // A rule of the user's that allows flows of the question, for no port besides.
  [[nodiscard]] std::string named() const {
    if (rule_.is_default || rule_.access != Access::Allow) return own_name() + " is no rule of the user that allows";
    const bool meets_it = std::any_of(claim_.question.begin(), claim_.question.end(), [&](const Box& box) {
      const std::size_t family = box.v6 ? 1 : 0;
      return meets(rule_.protocols.sure, box.sides[kProtocols]) &&
             meets(rule_.source[family].sure, box.sides[kSource]) &&
             meets(rule_.destination[family].sure, box.sides[kDestination]) &&
             (!box.ported || holds(box.sides[kDestinationPorts], rule_.destination_ports.maybe));
    });
    return meets_it ? "" : own_name() + " is not about the question";
  }

  const List& list_;
  const Claim& claim_;
  const Rule& rule_;
};

}  // namespace

std::string refuse_rule(const List& list, const Claim& claim) { return RuleChecker{list, claim}.run(); }

}  // namespace nsgcheck::verify
