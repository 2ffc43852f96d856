// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/routing_text.hpp"

#include <algorithm>
#include <vector>

#include "analyzer/net/text.hpp"

namespace nsgcheck::wire {
namespace {

// mstsc sends no more of a user name.
constexpr std::size_t kUserNameCut = 9;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Takes `word` off the front of `text`, in any case, and reports another case than `word` has.
bool eat_word(std::string_view& text, std::string_view word, RoutingText& read) {
  const auto front = text.substr(0, word.size());
  if (!net::same_word(front, word)) return false;
  if (front != word) {
    read.faults.insert(RequestFault::WrongCase);
    read.exact = false;
  }
  text.remove_prefix(word.size());
  return true;
}

std::size_t eat_blanks(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_blank);
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

// True when the line begins with a cookie header, which is then taken off.
bool eat_header(std::string_view& line, RoutingText& read) {
  RoutingText attempt = read;
  std::string_view text = line;
  if (!eat_word(text, "Cookie", attempt)) return false;
  const std::size_t before = eat_blanks(text);
  if (text.empty() || text.front() != ':') return false;
  text.remove_prefix(1);
  const bool tab = !text.empty() && text.front() == '\t';
  if (const std::size_t after = eat_blanks(text); before != 0 || after != 1 || tab) {
    attempt.faults.insert(RequestFault::BlanksAroundColon);
    attempt.exact = false;
  }
  read = std::move(attempt);
  line = text;
  return true;
}

void judge_characters(std::string_view line, RequestFaults& faults) {
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0)
      faults.insert(RequestFault::Nul);
    else if (c == '\n')
      faults.insert(RequestFault::BareLf);
    else if (byte > 0x7F)
      faults.insert(RequestFault::NonAscii);
    else if ((byte < 0x20 && c != '\t') || byte == 0x7F)
      faults.insert(RequestFault::ControlCharacter);
  }
}

std::vector<std::string_view> split_parts(std::string_view value) {
  std::vector<std::string_view> parts;
  for (std::size_t hash = value.find('#'); hash != std::string_view::npos; hash = value.find('#')) {
    parts.push_back(value.substr(0, hash));
    value.remove_prefix(hash + 1);
  }
  parts.push_back(value);
  return parts;
}

// "<Role>_IN_<n>", the form in which the platform names instances.
bool has_instance_form(const CookieNames& names) {
  std::string_view rest = names.instance;
  if (rest.substr(0, names.role.size()) != names.role) return false;
  rest.remove_prefix(names.role.size());
  constexpr std::string_view kInfix = "_IN_";
  if (rest.substr(0, kInfix.size()) != kInfix || rest.size() == kInfix.size()) return false;
  rest.remove_prefix(kInfix.size());
  return std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_mstshash(std::string_view value, RoutingText& read) {
  const auto parts = split_parts(value);
  if (parts.size() > 3) {
    read.outcome = CookieOutcome::Malformed;
    read.faults.insert(RequestFault::TooManyParts);
    return;
  }
  read.outcome = CookieOutcome::User;
  if (parts.size() >= 2) {
    read.outcome = CookieOutcome::Azure;
    read.names = CookieNames{std::string{parts[0]}, std::string{parts[1]}, std::nullopt};
    if (parts.size() == 3) read.names->endpoint = std::string{parts[2]};
    if (parts[0].empty()) read.faults.insert(RequestFault::EmptyRole);
    if (parts[1].empty()) read.faults.insert(RequestFault::EmptyInstance);
  }
  if (value.size() == kUserNameCut && !(read.names && has_instance_form(*read.names)))
    read.faults.insert(RequestFault::TruncatedUserName);
}

}  // namespace

std::string_view word(CookieOutcome outcome) {
  switch (outcome) {
    case CookieOutcome::Azure:
      return "azure";
    case CookieOutcome::User:
      return "user";
    case CookieOutcome::Token:
      return "token";
    case CookieOutcome::None:
      return "none";
    case CookieOutcome::Malformed:
      return "malformed";
    case CookieOutcome::Incomplete:
      return "incomplete";
    case CookieOutcome::NotRdp:
      return "not-rdp";
    case CookieOutcome::NoData:
      return "no-data";
  }
  return "malformed";
}

RoutingText read_routing_text(std::string_view line) {
  RoutingText read;
  judge_characters(line, read.faults);
  std::string_view value = line;
  const bool header = eat_header(value, read);
  read.text = std::string{value};
  while (!value.empty() && is_blank(value.back())) {
    value.remove_suffix(1);
    read.faults.insert(RequestFault::TrailingBlank);
  }
  if (line.empty()) return read;
  read.outcome = CookieOutcome::Token;
  if (!header) {
    // Sent as it is by clients whose user left "Cookie: " out; to every parser that is an unknown token.
    const bool meant = net::same_word(value.substr(0, 9), "mstshash=") || net::same_word(value.substr(0, 5), "msts=");
    if (meant) read.faults.insert(RequestFault::NoCookieHeader);
  } else if (eat_word(value, "mstshash=", read)) {
    read_mstshash(value, read);
  } else if (eat_word(value, "msts=", read)) {
    read.msts = parse_msts(value);
    if (!read.msts) read.faults.insert(RequestFault::BadToken);
  }
  return read;
}

}  // namespace nsgcheck::wire
