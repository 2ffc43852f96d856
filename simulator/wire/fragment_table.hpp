// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/net/address.hpp"

namespace nsgcheck::wire {

/// What the fragments of one datagram have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
struct FragmentKey {
  net::IpAddress source;
  net::IpAddress destination;
  std::uint32_t identification{};
  std::uint8_t protocol{};  ///< 0 for IPv6, whose fragments need not agree on it
  friend bool operator==(const FragmentKey&, const FragmentKey&) = default;
};

/// One fragment, all of its bytes captured.
struct Fragment {
  FragmentKey key;
  std::size_t offset{};  ///< in the datagram's payload, bytes
  bool more{};           ///< further fragments follow
  std::uint8_t next{};   ///< protocol of the payload; that of the first fragment counts
  std::span<const std::byte> bytes;
};

/// Puts fragmented datagrams together. At most kDatagrams of at most kLongest bytes are kept, the oldest goes first.
/// A fragment that overlaps another spoils its datagram, as RFC 5722 demands for IPv6 and an attacker's choice
/// between the two readings demands for IPv4; an exact copy of a fragment is no overlap (a duplicated frame).
class FragmentTable {
 public:
  static constexpr std::size_t kDatagrams = 64;
  static constexpr std::size_t kLongest = 65535;

  /// A whole payload; the view holds until the next add().
  struct Datagram {
    std::uint8_t protocol{};
    std::span<const std::byte> payload;
  };

  /// The datagram that this fragment completes, or in plain words why there is none (yet).
  [[nodiscard]] tl::expected<Datagram, std::string_view> add(const Fragment& fragment);

  /// Datagrams begun and not complete.
  [[nodiscard]] std::size_t pending() const { return partial_.size(); }

 private:
  struct Piece {
    std::size_t begin{};
    std::size_t end{};
  };
  struct Partial {
    FragmentKey key;
    std::vector<std::byte> bytes;
    std::vector<Piece> pieces;        // sorted by begin, disjoint
    std::optional<std::size_t> size;  // known from the last fragment
    std::uint8_t protocol{};
    bool spoiled{};
  };

  Partial& partial_for(const FragmentKey& key);
  static std::string_view place(Partial& partial, const Fragment& fragment);
  static bool complete(const Partial& partial);

  std::list<Partial> partial_;  // oldest first
  std::vector<std::byte> whole_;
};

}  // namespace nsgcheck::wire
