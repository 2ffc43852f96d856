// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io {

/// Checks the order of JSON tokens, each of which is known to be right by itself. A text may be checked in parts: what
/// a part says of containers that began before it is kept as loose tokens, until join() brings what was before.
class TokenOrder {
 public:
  explicit TokenOrder(std::string_view text) : text_{text} {}

  // Each says whether the text can still be right. Offsets are those of the text; `end` is one past the token.
  [[nodiscard]] bool open(bool object, std::size_t begin);
  [[nodiscard]] bool close(bool object, std::size_t end);
  [[nodiscard]] bool comma();
  [[nodiscard]] bool colon();
  /// `plain`: a string without escapes.
  [[nodiscard]] bool string(std::size_t begin, std::size_t end, bool plain);
  [[nodiscard]] bool other_scalar();

  /// Goes on with the part that follows; it must have been checked from an order of its own.
  [[nodiscard]] bool join(const TokenOrder& next);
  /// REQUIRES: all parts are joined. Whether they are one value.
  [[nodiscard]] bool is_whole() const;

  /// Those that were closed and are at least kLargeContainer long, in the order of their ends.
  [[nodiscard]] const std::vector<ContainerPlace>& large() const { return large_; }

 private:
  enum class Wanted : std::uint8_t { FirstKey, Key, Colon, FirstValue, Value, CommaOrEnd };
  struct Frame {
    std::size_t begin{};
    std::size_t first_key{};
    bool object{};
    Wanted wanted{};
  };
  struct Key {
    std::uint64_t mixed{};  ///< of equal keys equal
    std::size_t begin{};    ///< of its text without quotes
    std::size_t size{};
  };
  struct Loose {
    enum class Kind : std::uint8_t { Value, String, EscapedString, EndOfObject, EndOfList, Comma, Colon };
    Kind kind{};
    std::size_t begin{};
    std::size_t end{};
  };

  [[nodiscard]] bool value();
  [[nodiscard]] bool take(const Loose& loose);
  [[nodiscard]] bool enter(const Frame& frame);
  [[nodiscard]] bool key(std::size_t begin, std::size_t end);
  void keep(Loose::Kind kind, std::size_t begin, std::size_t end) { loose_.push_back({kind, begin, end}); }

  std::string_view text_;
  std::vector<Frame> frames_;
  std::vector<Key> keys_;  ///< of all open objects
  std::vector<Loose> loose_;
  std::size_t deepest_{};  ///< most frames at a time
  std::vector<ContainerPlace> large_;
};

}  // namespace nsgcheck::io
