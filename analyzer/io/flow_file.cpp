// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/flow_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <istream>
#include <nlohmann/json.hpp>

#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

// The columns in the order of FlowText's members.
constexpr std::array<std::string_view, 8> kColumns{"direction",   "protocol",        "source", "sourcePort",
                                                   "destination", "destinationPort", "nsg",    "expect"};
constexpr std::size_t kRequired = 6;

std::array<std::string_view FlowText::*, 8> members() {
  return {&FlowText::direction,   &FlowText::protocol,         &FlowText::source, &FlowText::source_port,
          &FlowText::destination, &FlowText::destination_port, &FlowText::nsg,    &FlowText::expect};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<net::Direction> parse_direction(std::string_view text) {
  if (net::same_word(text, "in")) return net::Direction::Inbound;
  if (net::same_word(text, "out")) return net::Direction::Outbound;
  return model::parse_direction(text);
}

std::optional<engine::Verdict> parse_verdict(std::string_view text) {
  for (const auto verdict :
       {engine::Verdict::Allow, engine::Verdict::Deny, engine::Verdict::Partial, engine::Verdict::Unknown})
    if (net::same_word(engine::name(verdict), text)) return verdict;
  return std::nullopt;
}

tl::expected<std::optional<net::Port>, std::string> parse_port(std::string_view text, std::string_view what) {
  if (text.empty() || text == "*" || net::same_word(text, "any")) return std::nullopt;
  net::Port port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size())
    return tl::unexpected{fmt::format("{} \"{}\" is no port, 0 to 65535", what, text)};
  return port;
}

tl::expected<model::AddressItem, std::string> parse_side(std::string_view text, std::string_view what) {
  if (text.empty()) return tl::unexpected{fmt::format("no {} given", what)};
  model::AddressItem item = model::parse_address_item(text, {}, false);
  if (std::holds_alternative<model::Undetermined>(item.value))
    return tl::unexpected{fmt::format("{} \"{}\" is no address, CIDR, service tag or *", what, text)};
  return item;
}

// The family that an item is bound to, if it is.
std::optional<net::Family> family(const model::AddressItem& item) {
  if (const auto* block = std::get_if<model::Block>(&item.value))
    return std::holds_alternative<net::Prefix4>(block->prefix) ? net::Family::V4 : net::Family::V6;
  if (const auto* range = std::get_if<model::AddressRange>(&item.value)) return net::family_of(range->low);
  return std::nullopt;
}

}  // namespace

tl::expected<FlowRow, std::string> parse_flow(const FlowText& text) {
  FlowRow row;
  const auto direction = parse_direction(text.direction);
  if (!direction) return tl::unexpected{fmt::format("direction \"{}\" is neither in nor out", text.direction)};
  row.query.direction = *direction;
  if (const auto one = net::parse_protocol(text.protocol)) {
    row.query.protocols = net::protocol_set({*one});
    row.protocol = net::to_string(*one);
  } else if (const auto many = model::parse_protocols(text.protocol)) {
    row.query.protocols = *many;
    row.protocol = "any";
  } else {
    return tl::unexpected{fmt::format("protocol \"{}\" is no name, number 0 to 255, or any", text.protocol)};
  }
  auto from = parse_side(text.source, "source");
  if (!from) return tl::unexpected{from.error()};
  auto to = parse_side(text.destination, "destination");
  if (!to) return tl::unexpected{to.error()};
  if (family(*from) && family(*to) && family(*from) != family(*to))
    return tl::unexpected{fmt::format("{} and {} are of different address families", text.source, text.destination)};
  const auto source_port = parse_port(text.source_port, "source port");
  if (!source_port) return tl::unexpected{source_port.error()};
  const auto destination_port = parse_port(text.destination_port, "destination port");
  if (!destination_port) return tl::unexpected{destination_port.error()};
  row.query.from = std::move(*from);
  row.query.to = std::move(*to);
  row.query.source_port = *source_port;
  row.query.destination_port = *destination_port;
  row.nsg = text.nsg;
  if (text.expect.empty()) return row;
  row.expect = parse_verdict(text.expect);
  if (!row.expect)
    return tl::unexpected{fmt::format("expect \"{}\" is none of allow, deny, partial, unknown", text.expect)};
  return row;
}

struct FlowFile::Reader {
  std::string file;
  std::istream& in;
  std::string line;
  std::size_t number{};
  bool started{};
  bool ended{};
  bool json{};
  std::array<std::size_t, kColumns.size()> column{};  ///< place of each column in a CSV row, or kNone
  std::vector<std::string> cells;

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Reader(std::string name, std::istream& stream) : file{std::move(name)}, in{stream} {}

  bool next_line() {
    while (std::getline(in, line)) {
      ++number;
      if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
      if (!trimmed(line).empty()) return true;
    }
    ended = true;
    return false;
  }

  [[nodiscard]] Diagnostic fault(std::string message) const {
    return {file, {number, 1, number, 1}, std::move(message)};
  }

  // RFC 4180 cells of one line; a quoted cell may not span lines, since no flow value does.
  bool split_cells() {
    cells.clear();
    std::string cell;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
        cell += line[++i];
      else if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        cells.emplace_back(trimmed(cell)), cell.clear();
      else
        cell += c;
    }
    cells.emplace_back(trimmed(cell));
    return !quoted;
  }

  std::optional<Diagnostic> read_header() {
    split_cells();
    column.fill(kNone);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const auto known = std::find_if(kColumns.begin(), kColumns.end(),
                                      [&](std::string_view name) { return net::same_word(name, cells[c]); });
      if (known == kColumns.end()) return fault(fmt::format("\"{}\" is no column of a flow file", cells[c]));
      column[static_cast<std::size_t>(known - kColumns.begin())] = c;
    }
    for (std::size_t k = 0; k < kRequired; ++k)
      if (column[k] == kNone && kColumns[k] != "sourcePort")
        return fault(fmt::format("the header has no column \"{}\"", kColumns[k]));
    return std::nullopt;
  }

  tl::expected<FlowRow, Diagnostic> csv_row() {
    if (!split_cells()) return tl::unexpected{fault("a quoted cell does not end on its line")};
    FlowText text;
    for (std::size_t k = 0; k < kColumns.size(); ++k)
      if (column[k] < cells.size()) text.*members()[k] = cells[column[k]];
    return finish(text);
  }

  tl::expected<FlowRow, Diagnostic> json_row() {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object()) return tl::unexpected{fault("the line is no JSON object")};
    std::array<std::string, kColumns.size()> values;
    for (const auto& [key, value] : object.items()) {
      const auto known = std::find(kColumns.begin(), kColumns.end(), key);
      if (known == kColumns.end()) return tl::unexpected{fault(fmt::format("\"{}\" is no key of a flow", key))};
      auto& slot = values[static_cast<std::size_t>(known - kColumns.begin())];
      if (value.is_string())
        slot = value.get<std::string>();
      else if (value.is_number_integer())
        slot = value.dump();
      else if (!value.is_null())
        return tl::unexpected{fault(fmt::format("\"{}\" is neither text nor number", key))};
    }
    FlowText text;
    for (std::size_t k = 0; k < kColumns.size(); ++k) text.*members()[k] = values[k];
    return finish(text);
  }

  tl::expected<FlowRow, Diagnostic> finish(const FlowText& text) {
    auto row = parse_flow(text);
    if (!row) return tl::unexpected{fault(row.error())};
    row->line = number;
    return std::move(*row);
  }
};

FlowFile::FlowFile(std::string file, std::istream& in) : reader_{std::make_unique<Reader>(std::move(file), in)} {}
FlowFile::~FlowFile() = default;

std::optional<tl::expected<FlowRow, Diagnostic>> FlowFile::next() {
  Reader& reader = *reader_;
  if (reader.ended || !reader.next_line()) return std::nullopt;
  if (!reader.started) {
    reader.started = true;
    reader.json = trimmed(reader.line).starts_with('{');
    if (!reader.json) {
      if (auto fault = reader.read_header()) {
        reader.ended = true;
        return tl::unexpected{std::move(*fault)};
      }
      if (!reader.next_line()) return std::nullopt;
    }
  }
  return reader.json ? reader.json_row() : reader.csv_row();
}

}  // namespace nsgcheck::io
