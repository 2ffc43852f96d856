// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_row_texts.hpp"

#include <charconv>

#include <array>

namespace nsgcheck::io {
namespace {

// Learning a form costs two texts.
constexpr std::uint32_t kWorthIt = 4;

/// What stands for the parts that differ; no two of one place have a character in common.
struct Marks {
  char client;
  std::uint16_t port;
  std::uint64_t packet;
  std::uint64_t deciding;
};
constexpr Marks kOne{'a', 11111, 2222222222222222222U, 6666666666666666666U};
constexpr Marks kOther{'b', 33333, 4444444444444444444U, 8888888888888888888U};

ConnectionRow marked(ConnectionRow row, const Marks& marks) {
  const std::string client = row.outcome.client;
  const std::uint16_t port = row.outcome.client_port;
  row.outcome.client.assign(8, marks.client);
  row.outcome.client_port = marks.port;
  row.outcome.first_packet = marks.packet;
  row.deciding_packet = marks.deciding;
  for (HopRow& hop : row.hops)
    for (auto* ends : {&hop.before, &hop.after})
      if (*ends && (*ends)->source.address == client && (*ends)->source.port == port)
        (*ends)->source = {row.outcome.client, marks.port};
  return row;
}

template <class Number>
void append_number(std::string& text, Number number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

}  // namespace

RowTexts::Part RowTexts::part_of(char mark) {
  switch (mark) {
    case kOne.client:
      return Part::Client;
    case '1':
      return Part::ClientPort;
    case '2':
      return Part::FirstPacket;
    default:
      return Part::DecidingPacket;
  }
}

std::string_view RowTexts::text(const ConnectionRow& row) {
  if (row.kind != 0) {
    if (row.kind > forms_.size()) forms_.resize(row.kind);
    Form& form = forms_[row.kind - 1];
    if (form.capture != row.capture_index) form = {row.capture_index, 0, {}, {}};
    if (++form.seen == kWorthIt) learn(form, row);
    if (form.seen >= kWorthIt) {
      fill(form, row);
      return text_;
    }
  }
  text_ = writer_(row);
  return text_;
}

void RowTexts::learn(Form& form, const ConnectionRow& row) const {
  const std::string one = writer_(marked(row, kOne));
  const std::string other = writer_(marked(row, kOther));
  std::size_t begin = 0;
  for (std::size_t at = 0; at < one.size();) {
    if (one[at] == other[at]) {
      ++at;
      continue;
    }
    form.between.push_back(one.substr(begin, at - begin));
    form.parts.push_back(part_of(one[at]));
    while (at < one.size() && one[at] != other[at]) ++at;
    begin = at;
  }
  form.between.push_back(one.substr(begin));
}

void RowTexts::fill(const Form& form, const ConnectionRow& row) {
  text_ = form.between.front();
  for (std::size_t i = 0; i < form.parts.size(); ++i) {
    switch (form.parts[i]) {
      case Part::Client:
        text_ += row.outcome.client;
        break;
      case Part::ClientPort:
        append_number(text_, row.outcome.client_port);
        break;
      case Part::FirstPacket:
        append_number(text_, row.outcome.first_packet);
        break;
      case Part::DecidingPacket:
        append_number(text_, row.deciding_packet);
        break;
    }
    text_ += form.between[i + 1];
  }
}

}  // namespace nsgcheck::io
