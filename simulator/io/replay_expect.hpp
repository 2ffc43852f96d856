// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io {

/// What an expectation is held against: a row of the result, as outputs show it.
struct OutcomeRow {
  std::string capture, client, server, leg;
  std::uint16_t client_port{}, server_port{};
  std::uint64_t first_packet{};
  std::optional<std::string> wanted, reached;
  std::string verdict, reason;
};

/// An expected-outcome file (interface 7, `--expect`). An entry picks a connection by `capture` (path or file name),
/// `client` and `clientPort`, and where that is not enough by `server`, `serverPort`, `leg` and `firstPacket`; of
/// several that fit, the first in the order of the rows that no earlier entry picked. Its `wanted`, `reached`,
/// `verdict` and `reason` must then be as listed; keys that are not listed are not compared.
class ExpectedOutcomes {
 public:
  /// The document is used until the object dies.
  [[nodiscard]] static tl::expected<ExpectedOutcomes, Diagnostic> read(const Document& document);

  /// Compares a row with the entry that picks it, if any. Adds a message for each key that differs. True when the entry
  /// says how the connection should end.
  bool compare(const OutcomeRow& row);
  /// Call after the last row: adds a message for each entry that picked nothing.
  void finish();

  [[nodiscard]] const std::vector<Diagnostic>& differences() const { return differences_; }

 private:
  struct Entry {
    const Node* node{};
    bool used{};
  };
  explicit ExpectedOutcomes(const Document& document) : document_{&document} {}
  void add(const Node& at, std::string message);
  void compare_text(const Node& entry, const char* key, const std::optional<std::string>& found, const OutcomeRow& row);

  const Document* document_;
  std::vector<Entry> entries_;
  std::multimap<std::string, std::size_t> by_client_;  // "address port"; "" for entries without
  std::vector<Diagnostic> differences_;
};

}  // namespace nsgcheck::io
