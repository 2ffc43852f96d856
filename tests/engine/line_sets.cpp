// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/line_sets.hpp"

#include <utility>

#include "analyzer/engine/resolve.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine {

std::vector<model::SecurityRule> user_rules(const Lines& lines) {
  std::vector<model::SecurityRule> rules;
  for (const std::string& line : lines) rules.push_back(support::rule_line(line));
  return rules;
}

model::Nsg closed_group(Lines lines) {
  lines.emplace_back("4096 Deny Inbound * * * * *");
  return support::nsg_of(lines);
}

Filter filter_of(Lines lines) {
  return Filter{resolve(closed_group(std::move(lines)), Direction::Inbound, context_of(oracle::default_world()))};
}

Lines changed(Rng& rng, Lines lines) {
  const std::size_t at = rng() % (lines.size() - 1);
  switch (rng() % 3) {
    case 0:
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1: {
      const auto priority = [](const std::string& line) { return line.substr(0, line.find(' ')); };
      const std::string first = priority(lines[at]);
      const std::string second = priority(lines[at + 1]);
      std::swap(lines[at], lines[at + 1]);
      lines[at].replace(0, second.size(), first);
      lines[at + 1].replace(0, first.size(), second);
      break;
    }
    default: {
      const auto deny = lines[at].find("Deny");
      if (deny != std::string::npos)
        lines[at].replace(deny, 4, "Allow");
      else
        lines[at].replace(lines[at].find("Allow"), 5, "Deny");
    }
  }
  return lines;
}

PlainQuestion ipv4_question(std::vector<std::uint8_t> protocols) {
  PlainQuestion question = everything();
  question.protocols = std::move(protocols);
  question.source = question.destination = oracle::ranges({"0.0.0.0/0"});
  return question;
}

}  // namespace nsgcheck::engine
