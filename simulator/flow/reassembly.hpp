// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nsgcheck::flow {

/// Puts the first bytes of one TCP direction together, whatever the order, overlap or repetition of its segments.
/// The first copy of a byte wins; a later one that differs is remembered. Memory: at most `limit` bytes, and
/// 20 for each separate piece, which is at least one byte.
class Reassembly {
 public:
  /// `base` is the sequence number of the stream's first byte. At most 2^30 bytes are put together.
  Reassembly(std::uint32_t base, std::uint32_t limit) : base_{base}, limit_{limit} {}

  /// Adds a segment: `captured` are the first bytes of the `length` that were sent (RFC 9293 3.4: numbers wrap at
  /// 2^32). Bytes before the base and from the limit on are left out.
  void add(std::uint32_t sequence, std::span<const std::byte> captured, std::uint32_t length);

  /// Moves the base back to `base`, an earlier sequence number, when the true start becomes known.
  void move_base(std::uint32_t base);

  [[nodiscard]] std::span<const std::byte> prefix() const;
  [[nodiscard]] bool full() const { return prefix().size() == limit_; }
  /// Whether bytes behind the prefix are known.
  [[nodiscard]] bool gap() const;
  /// Whether the byte after the prefix was sent but not captured.
  [[nodiscard]] bool cut() const;
  /// Whether one of the first `length` bytes was sent with two values.
  [[nodiscard]] bool ambiguous(std::size_t length) const { return contradiction_ < length; }
  /// How many segments sent something new of the first `length` bytes.
  [[nodiscard]] std::size_t segments(std::size_t length) const;
  [[nodiscard]] std::size_t memory() const;

 private:
  struct Range {
    std::uint32_t begin, end;
  };
  /// Merges `range` into `ranges`, which stay sorted and apart.
  static void merge(std::vector<Range>& ranges, Range range);
  void note_sent(Range range);
  void write(std::uint32_t begin, std::span<const std::byte> bytes);
  void compare(std::uint32_t begin, std::span<const std::byte> bytes);

  std::uint32_t base_;
  std::uint32_t limit_;
  std::uint32_t contradiction_ = ~0U;  // lowest offset with two values
  std::vector<std::byte> bytes_;
  std::vector<Range> known_;           // offsets into bytes_ that hold a byte
  std::vector<Range> sent_;            // offsets that were sent, captured or not
  std::vector<std::uint32_t> starts_;  // per segment that sent something new: lowest new offset
};

/// Where in `kept` a segment starting at `offset` (possibly before the start) has another byte: whether it has.
[[nodiscard]] bool contradicts(std::span<const std::byte> kept, std::int64_t offset,
                               std::span<const std::byte> segment);

}  // namespace nsgcheck::flow
