// SPDX-License-Identifier: Apache-2.0
#include "cli/verify/statements.hpp"

#include <algorithm>

#include "cli/verify/sets.hpp"

namespace nsgcheck::verify {
namespace {

enum class Share : std::uint8_t { Some, All, None };

// A claim about all of its question, or about one packet of it.
bool shows(const Claim& claim, View view, Share share) {
  const bool allowed = view == View::Allowed;
  if (claim.view != view || (claim.kind != Kind::Verdict && claim.kind != Kind::Packet)) return false;
  const bool is_all = claim.claims == (allowed ? "allow" : "all");
  switch (share) {
    case Share::All:
      return claim.kind == Kind::Verdict && is_all;
    case Share::None:
      return claim.kind == Kind::Verdict && claim.claims == (allowed ? "deny" : "none");
    case Share::Some:
      return claim.kind == Kind::Packet || is_all || claim.claims == (allowed ? "partial" : "some");
  }
  return false;
}

/// Checks what the claims of one statement come to.
class Reader {
 public:
  Reader(const Evidence& evidence, const Statement& statement) : evidence_{evidence}, statement_{statement} {}

  std::string run() const {
    for (std::size_t i = 0; i < statement_.claims.size(); ++i) {
      if (list(i).nsg != statement_.nsg) return "claim " + number(i) + " is about another NSG";
      const bool listed = statement_.form == Form::Unlisted || statement_.form == Form::Exactly;
      if (!claim(i).except.empty() && !(listed && i == 0)) return "claim " + number(i) + " leaves flows out";
    }
    if (statement_.claims.size() < needed()) return "it names too few claims";
    return makes_it() ? "" : "its claims do not show it";
  }

 private:
  [[nodiscard]] const Claim& claim(std::size_t i) const { return evidence_.claims[statement_.claims[i]]; }
  [[nodiscard]] const List& list(std::size_t i) const { return evidence_.lists[claim(i).list]; }
  [[nodiscard]] std::string number(std::size_t i) const { return std::to_string(statement_.claims[i]); }

  [[nodiscard]] std::size_t needed() const {
    switch (*statement_.form) {
      case Form::AllowedWithout:
      case Form::NamedAndDenied:
      case Form::NamedAndClosed:
        return 2;
      default:
        return 1;
    }
  }

  [[nodiscard]] bool makes_it() const {
    switch (*statement_.form) {
      case Form::SomeAllowed:
        return shows(claim(0), View::Allowed, Share::Some);
      case Form::AllAllowed:
        return shows(claim(0), View::Allowed, Share::All);
      case Form::NoneAllowed:
        return shows(claim(0), View::Allowed, Share::None);
      case Form::SomeDenied:
        return shows(claim(0), View::Denied, Share::Some);
      case Form::NoneDenied:
        return shows(claim(0), View::Denied, Share::None);
      case Form::SomeDeniedByUser:
        return shows(claim(0), View::DeniedByUser, Share::Some);
      case Form::AllowedWithout:
        return shows(claim(0), View::Allowed, Share::Some) && shows(claim(1), View::Allowed, Share::None);
      case Form::NamedAndDenied:
        return claim(0).kind == Kind::Named && shows(claim(1), View::Denied, Share::Some);
      case Form::NamedAndClosed:
        return claim(0).kind == Kind::Named && shows(claim(1), View::Allowed, Share::None);
      case Form::SourcePortOnly:
        return source_port_only();
      case Form::Shadowed:
        return about_rule(Kind::Shadowed);
      case Form::Redundant:
        return about_rule(Kind::Redundant);
      case Form::Overlapped:
        return about_rule(Kind::Overlapped);
      case Form::NeverMatches:
        return about_rule(Kind::NeverMatches);
      case Form::Unlisted:
        return shows(claim(0), View::Allowed, Share::Some) && leaves_out_the_listed();
      case Form::Exactly:
        return shows(claim(0), View::Allowed, Share::None) && leaves_out_the_listed() && all_listed_are_allowed();
    }
    return false;
  }

  [[nodiscard]] bool is_own(std::size_t rule) const { return list(0).rules[rule].name == statement_.rule; }

  [[nodiscard]] bool about_rule(Kind kind) const { return claim(0).kind == kind && is_own(claim(0).rule); }

  [[nodiscard]] bool source_port_only() const {
    const Claim& packet = claim(0);
    if (packet.kind != Kind::Packet || packet.view != View::Allowed || packet.by.size() != 1) return false;
    if (packet.by.front() >= list(0).rules.size() || !is_own(packet.by.front())) return false;
    return list(0).rules[packet.by.front()].source_ports.maybe != all_ports();
  }

  // The flows left out of the first question are those of the others, no more and no less.
  [[nodiscard]] bool leaves_out_the_listed() const {
    const std::vector<Box>& except = claim(0).except;
    std::vector<Box> listed;
    for (std::size_t i = 1; i < statement_.claims.size(); ++i) {
      if (claim(i).list != claim(0).list) return false;
      listed.insert(listed.end(), claim(i).question.begin(), claim(i).question.end());
    }
    const auto in = [](const std::vector<Box>& all, const std::vector<Box>& some) {
      return std::all_of(some.begin(), some.end(),
                         [&](const Box& box) { return std::find(all.begin(), all.end(), box) != all.end(); });
    };
    return in(listed, except) && in(except, listed);
  }

  [[nodiscard]] bool all_listed_are_allowed() const {
    for (std::size_t i = 1; i < statement_.claims.size(); ++i)
      if (!shows(claim(i), View::Denied, Share::None)) return false;
    return true;
  }

  const Evidence& evidence_;
  const Statement& statement_;
};

}  // namespace

std::string refuse(const Evidence& evidence, const Statement& statement) { return Reader{evidence, statement}.run(); }

bool rests_on(const Statement& statement, std::size_t index) { return statement.form != Form::Unlisted || index == 0; }

std::string name_of(const Statement& statement) {
  const std::string who = statement.is_expectation ? "expectation \"" + statement.id + '"'
                                                   : "finding " + statement.policy + " (" + statement.id + ')';
  return who + (statement.nsg.empty() ? "" : " of " + statement.nsg);
}

}  // namespace nsgcheck::verify
