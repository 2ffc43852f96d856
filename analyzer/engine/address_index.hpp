// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/engine/axis_cut.hpp"

namespace nsgcheck::engine {

/// Which class an address is of. The first bits tell a part of the axis; each part has buckets as many as it has
/// pieces, spread over where they lie; within a bucket the piece is searched in the same number of steps whatever the
/// address is, so that no branch has to be foretold. Memory follows the number of pieces.
template <class Bits>
class AddressIndex {
 public:
  AddressIndex() = default;
  /// `pieces` follow each other without a gap from the first address to the last.
  explicit AddressIndex(const std::vector<typename AxisCut<Bits>::Piece>& pieces);

  [[nodiscard]] std::uint32_t operator[](Bits address) const {
    const Head& head = heads_[static_cast<std::size_t>(address >> tail_)];
    const auto after =
        static_cast<std::uint32_t>(std::min<Bits>(static_cast<Bits>(address - head.inner) >> head.shift, head.last));
    const Piece* piece = &pieces_[buckets_[head.bucket + (address < head.inner ? 0 : after + 1)]];
    for (std::uint32_t step = first_step_; step > kBeside; step /= 2) piece += piece[step].low <= address ? step : 0;
    // Beside each other rather than one after the other: none of these reads waits for another one.
    std::ptrdiff_t further = 0;
    for (std::uint32_t i = 1; i <= kBeside; ++i) further += piece[i].low <= address ? 1 : 0;
    return piece[further].cls;
  }

 private:
  static constexpr std::uint32_t kBeside = 3;
  struct Piece {
    Bits low{};
    std::uint32_t cls{};
  };
  struct Head {
    Bits inner{};            // where the first piece begins that does not reach in from before
    std::uint32_t bucket{};  // its first: what lies before `inner`
    std::uint32_t last{};    // buckets behind that one, less one
    int shift{};             // addresses of a bucket, as a power of two
  };
  void add_head(Bits begin, Bits end);
  /// Buckets for `count` pieces behind the piece `before`; says how many pieces begin within one bucket at most.
  std::uint32_t fill_buckets(Head& head, std::uint32_t before, std::uint32_t count);
  /// The piece that holds an address.
  [[nodiscard]] std::uint32_t piece_at(Bits address) const;

  std::vector<Piece> pieces_;  // by first address; behind the last a margin for the search
  std::vector<Head> heads_;
  std::vector<std::uint32_t> buckets_;  // the piece that holds the first address of the bucket
  int tail_{};                          // bits behind the first
  std::uint32_t first_step_{};          // of the search within a bucket, a power of two
};

extern template class AddressIndex<net::Ipv4::Bits>;
extern template class AddressIndex<net::Ipv6::Bits>;

}  // namespace nsgcheck::engine
