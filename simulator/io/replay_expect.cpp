// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_expect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::array<std::string_view, 11> kKeys{"capture",     "client", "clientPort", "server",  "serverPort", "leg",
                                                 "firstPacket", "wanted", "reached",    "verdict", "reason"};

Diagnostic diagnostic(const Document& document, const Node& node, std::string message) {
  return {document.file, position_of(document, node.span), std::move(message)};
}

bool is_known_key(std::string_view key) { return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end(); }

std::string_view file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool picks_text(const Node& entry, std::string_view key, std::string_view value) {
  const Node* wanted = entry.find(key);
  return wanted == nullptr || wanted->text == value;
}

bool picks_capture(const Node& entry, std::string_view capture) {
  const Node* wanted = entry.find("capture");
  return wanted == nullptr || wanted->text == capture || wanted->text == file_name(capture);
}

bool picks(const Node& entry, const OutcomeRow& row) {
  return picks_capture(entry, row.capture) && picks_text(entry, "client", row.client) &&
         picks_text(entry, "clientPort", std::to_string(row.client_port)) && picks_text(entry, "server", row.server) &&
         picks_text(entry, "serverPort", std::to_string(row.server_port)) && picks_text(entry, "leg", row.leg) &&
         picks_text(entry, "firstPacket", std::to_string(row.first_packet));
}

std::string shown_or_null(const std::optional<std::string>& text) {
  return text ? '"' + printable(*text) + '"' : "null";
}

}  // namespace

tl::expected<ExpectedOutcomes, Diagnostic> ExpectedOutcomes::read(const Document& document) {
  const Node* list = document.root.find("connections");
  if (list == nullptr || !list->is(Node::Kind::Array))
    return tl::unexpected{diagnostic(document, document.root, "no file of expected outcomes: no list \"connections\"")};
  ExpectedOutcomes out{document};
  for (const Node& entry : list->items()) {
    if (!entry.is(Node::Kind::Object)) return tl::unexpected{diagnostic(document, entry, "an entry that is no object")};
    for (const auto& [key, value] : entry.members()) {
      // A misspelt key would be an expectation that never fails.
      if (!is_known_key(key))
        return tl::unexpected{diagnostic(document, value, fmt::format("\"{}\" is no key of an expectation", key))};
      if (value.is(Node::Kind::Object) || value.is(Node::Kind::Array) || value.is(Node::Kind::Bool))
        return tl::unexpected{diagnostic(document, value, fmt::format("\"{}\" takes a text, a number or null", key))};
    }
    const Node* client = entry.find("client");
    const Node* port = entry.find("clientPort");
    const bool exact = client != nullptr && port != nullptr;
    out.by_client_.emplace(exact ? client->text + ' ' + port->text : "", out.entries_.size());
    out.entries_.push_back({&entry, false});
  }
  return out;
}

bool ExpectedOutcomes::compare(const OutcomeRow& row) {
  std::optional<std::size_t> first;
  for (const std::string& client : {fmt::format("{} {}", row.client, row.client_port), std::string{}}) {
    const auto [begin, end] = by_client_.equal_range(client);
    for (auto at = begin; at != end; ++at) {
      const Entry& entry = entries_[at->second];
      if (entry.used || !picks(*entry.node, row)) continue;
      if (!first || at->second < *first) first = at->second;
      break;
    }
  }
  if (!first) return false;
  entries_[*first].used = true;
  const Node& entry = *entries_[*first].node;
  compare_text(entry, "wanted", row.wanted, row);
  compare_text(entry, "reached", row.reached, row);
  compare_text(entry, "verdict", row.verdict, row);
  compare_text(entry, "reason", row.reason, row);
  return entry.find("verdict") != nullptr || entry.find("reason") != nullptr || entry.find("reached") != nullptr;
}

void ExpectedOutcomes::finish() {
  for (const Entry& entry : entries_)
    if (!entry.used) add(*entry.node, "no connection fits this expectation");
}

void ExpectedOutcomes::add(const Node& at, std::string message) {
  differences_.push_back(diagnostic(*document_, at, std::move(message)));
}

void ExpectedOutcomes::compare_text(const Node& entry, const char* key, const std::optional<std::string>& found,
                                    const OutcomeRow& row) {
  const Node* expected = entry.find(key);
  if (expected == nullptr) return;
  const bool null = expected->is(Node::Kind::Null);
  if (null ? !found : found && *found == expected->text) return;
  add(*expected,
      fmt::format("{}:{} in {}: {} {} expected, {} found", row.client, row.client_port, printable(row.capture), key,
                  null ? "null" : '"' + printable(expected->text) + '"', shown_or_null(found)));
}

}  // namespace nsgcheck::io
