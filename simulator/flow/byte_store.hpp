// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nsgcheck::flow {

/// Byte strings, equal ones stored once: thousands of connections carry the same request and reply.
class ByteStore {
 public:
  using Id = std::uint32_t;

  /// Takes a reference; every keep() wants one release().
  Id keep(std::span<const std::byte> bytes);
  void release(Id id);
  /// Valid until the next keep() or release().
  [[nodiscard]] std::span<const std::byte> get(Id id) const;
  /// Bytes held, with an allowance for the bookkeeping of each string.
  [[nodiscard]] std::size_t memory() const { return memory_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Ids = std::unordered_map<std::string, Id, Hash, std::equal_to<>>;
  struct Entry {
    const std::string* text{};
    std::uint32_t references{};
  };
  Ids ids_;
  std::vector<Entry> entries_;
  std::vector<Id> free_;
  std::size_t memory_{};
};

}  // namespace nsgcheck::flow
