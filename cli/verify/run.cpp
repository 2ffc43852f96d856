// SPDX-License-Identifier: Apache-2.0
#include "cli/verify/run.hpp"

#include <algorithm>
#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>
#include <string_view>

#include "cli/verify/check.hpp"
#include "cli/verify/statements.hpp"

namespace nsgcheck::verify {
namespace {

constexpr int kAccepted = 0;
constexpr int kRefused = 1;
constexpr int kUnreadable = 2;

constexpr std::string_view kHelp =
    "Checks again what nsgcheck has said, claim by claim, with none of the code that found it\n"
    "\n"
    "Usage: nsgcheck-verify [-l] EVIDENCE\n"
    "\n"
    "  EVIDENCE    what `nsgcheck audit --evidence FILE`, `nsgcheck diff --evidence FILE` or\n"
    "              `nsgcheck simplify --evidence FILE` wrote; - for standard input\n"
    "  -l,--list   name each rule that was checked, with its line, and what is not claimed or\n"
    "              shown, with the reason\n"
    "  -h,--help   this text\n"
    "\n"
    "A claim is accepted when its boxes are disjoint, hold every flow that is asked about, and are each answered by\n"
    "first match as the claim says; \"partial\" and \"differs\" need a packet that shows it besides. A finding or an\n"
    "expectation counts as shown when the claims that it names are accepted and say it. Not checked is that the\n"
    "rules in the evidence are those of the rule file: -l lists them to compare.\n"
    "\n"
    "Exit codes: 0 every claim accepted; 1 some refused; 2 usage error, or the evidence could not be read.\n";

// What a rule file holds may hold control characters: none goes to a terminal.
std::string shown(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || static_cast<unsigned char>(c) >= 0x80; },
      '?');
  return text;
}

bool read(const std::string& path, std::istream& in, std::string& text) {
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>{in}, {});
    return true;
  }
  std::ifstream file{path, std::ios::binary};
  if (!file) return false;
  text.assign(std::istreambuf_iterator<char>{file}, {});
  return !file.bad() && !text.empty();
}

void list(const Evidence& evidence, std::ostream& out) {
  for (const auto& list : evidence.lists) {
    out << shown(list.nsg.empty() ? "no NSG" : list.nsg) << ' ' << shown(list.direction) << '\n';
    for (const auto& rule : list.rules) {
      out << "  " << (rule.priority ? std::to_string(*rule.priority) : "-") << ' ' << shown(rule.name);
      if (rule.line) out << ", line " << *rule.line;
      out << '\n';
    }
  }
  for (const auto& claim : evidence.claims)
    if (claim.claims.empty())
      out << "not claimed: " << shown(evidence.lists[claim.list].nsg) << ' '
          << shown(evidence.lists[claim.list].direction) << ", " << shown(claim.about) << ": " << shown(claim.why_not)
          << '\n';
  for (const auto& statement : evidence.statements)
    if (!statement.form) out << "not shown: " << shown(name_of(statement)) << ": " << shown(statement.why_not) << '\n';
}

}  // namespace

int run(std::vector<std::string> args, std::istream& in, std::ostream& out, std::ostream& err) {
  const auto take = [&](std::string_view brief, std::string_view whole) {
    return std::erase_if(args, [&](const std::string& arg) { return arg == brief || arg == whole; }) > 0;
  };
  if (take("-h", "--help")) {
    out << kHelp;
    return kAccepted;
  }
  const bool wants_list = take("-l", "--list");
  if (args.size() != 1 || (args[0].size() > 1 && args[0][0] == '-')) {
    err << "nsgcheck-verify: give one evidence file; --help says more\n";
    return kUnreadable;
  }
  std::string text;
  if (!read(args[0], in, text)) {
    err << "nsgcheck-verify: " << shown(args[0]) << ": cannot be read\n";
    return kUnreadable;
  }
  const auto evidence = read_evidence(text);
  if (!evidence) {
    err << "nsgcheck-verify: " << shown(args[0]) << ": " << shown(evidence.error()) << '\n';
    return kUnreadable;
  }
  const Result result = check(*evidence);
  if (wants_list) list(*evidence, out);
  for (const std::string& line : result.refused) out << "refused: " << shown(line) << '\n';
  out << summary(result) << '\n';
  if (!out.flush()) return kUnreadable;
  return result.refused.empty() ? kAccepted : kRefused;
}

}  // namespace nsgcheck::verify
