// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/fragment_table.hpp"

#include <algorithm>

namespace nsgcheck::wire {
namespace {

constexpr std::size_t kUnit = 8;  // all fragments but the last are multiples of it

std::string_view judge_shape(const Fragment& fragment) {
  if (fragment.bytes.empty()) return "fragment without data";
  if (fragment.more && fragment.bytes.size() % kUnit != 0) return "fragment length is no multiple of 8";
  if (fragment.offset + fragment.bytes.size() > FragmentTable::kLongest) return "fragment ends beyond 65535 bytes";
  return {};
}

}  // namespace

FragmentTable::Partial& FragmentTable::partial_for(const FragmentKey& key) {
  const auto found = std::find_if(partial_.begin(), partial_.end(), [&](const Partial& p) { return p.key == key; });
  if (found != partial_.end()) return *found;
  if (partial_.size() == kDatagrams) partial_.pop_front();
  partial_.emplace_back();
  partial_.back().key = key;
  return partial_.back();
}

// Empty when the fragment found its place, else why it did not.
std::string_view FragmentTable::place(Partial& partial, const Fragment& fragment) {
  const Piece piece{fragment.offset, fragment.offset + fragment.bytes.size()};
  const auto next = std::find_if(partial.pieces.begin(), partial.pieces.end(),
                                 [&](const Piece& other) { return other.end > piece.begin; });
  if (next != partial.pieces.end() && next->begin < piece.end) {
    const bool copy = next->begin == piece.begin && next->end == piece.end &&
                      std::equal(fragment.bytes.begin(), fragment.bytes.end(),
                                 partial.bytes.begin() + static_cast<std::ptrdiff_t>(piece.begin));
    return copy ? std::string_view{} : "overlapping fragments";
  }
  const std::size_t reach = partial.pieces.empty() ? 0 : partial.pieces.back().end;
  if (partial.size && (piece.end > *partial.size || !fragment.more)) return "fragments disagree on the length";
  if (!fragment.more && reach > piece.end) return "fragments disagree on the length";
  if (!fragment.more) partial.size = piece.end;
  if (partial.bytes.size() < piece.end) partial.bytes.resize(piece.end);
  std::copy(fragment.bytes.begin(), fragment.bytes.end(),
            partial.bytes.begin() + static_cast<std::ptrdiff_t>(piece.begin));
  partial.pieces.insert(next, piece);
  return {};
}

bool FragmentTable::complete(const Partial& partial) {
  std::size_t reached = 0;
  for (const Piece& piece : partial.pieces) {
    if (piece.begin != reached) return false;
    reached = piece.end;
  }
  return partial.size == reached;
}

tl::expected<FragmentTable::Datagram, std::string_view> FragmentTable::add(const Fragment& fragment) {
  if (const auto fault = judge_shape(fragment); !fault.empty()) return tl::unexpected{fault};
  Partial& partial = partial_for(fragment.key);
  if (partial.spoiled) return tl::unexpected{std::string_view{"fragment of a datagram with overlapping fragments"}};
  if (const auto fault = place(partial, fragment); !fault.empty()) {
    // The entry stays, so that later fragments of the same datagram cannot complete what was refused.
    partial.spoiled = true;
    partial.bytes = {};
    partial.pieces = {};
    return tl::unexpected{fault};
  }
  if (fragment.offset == 0) partial.protocol = fragment.next;
  if (!complete(partial)) return tl::unexpected{std::string_view{"fragment of a datagram that is not complete yet"}};

  whole_ = std::move(partial.bytes);
  const std::uint8_t protocol = partial.protocol;
  partial_.remove_if([&](const Partial& p) { return p.key == fragment.key; });
  return Datagram{protocol, whole_};
}

}  // namespace nsgcheck::wire
