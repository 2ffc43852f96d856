// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/cover.hpp"

#include <algorithm>
#include <utility>

namespace nsgcheck::engine {
namespace {

// From so many words of covers on it pays to look at one point first.
constexpr std::size_t kManyWords = 1024;

bool sticks_out(std::span<const std::uint64_t> inner, std::span<const std::uint64_t> outer) {
  for (std::size_t w = 0; w < inner.size(); ++w)
    if ((inner[w] & ~outer[w]) != 0) return true;
  return false;
}

// Cuts `cover` out of `box` dimension by dimension; the pieces are disjoint and each is given to `take`, which may stop
// the walk by returning false.
template <class Take>
void cut_out(const Layout& layout, Box box, const Box& cover, Take take) {
  for (std::size_t d = 0; d < kDims; ++d) {
    const auto inside = layout.side(cover, d);
    if (!sticks_out(layout.side(std::as_const(box), d), inside)) continue;
    Box piece = box;
    const auto outer = layout.side(piece, d);
    for (std::size_t w = 0; w < outer.size(); ++w) outer[w] &= ~inside[w];
    if (!take(std::move(piece))) return;
    const auto kept = layout.side(box, d);
    for (std::size_t w = 0; w < kept.size(); ++w) kept[w] &= inside[w];
  }
}

}  // namespace

CoverSearch::Outcome CoverSearch::find(const Box& box, const std::vector<const Box*>& covers) {
  return answer(box, covers, true);
}

CoverSearch::Outcome CoverSearch::decide(const Box& box, const std::vector<const Box*>& covers) {
  return answer(box, covers, false);
}

CoverSearch::Outcome CoverSearch::answer(const Box& box, const std::vector<const Box*>& covers, bool want_witness) {
  left_ = kBudget;
  used_.clear();
  if (covers.empty()) {
    if (!pay(1)) return Outcome::Exhausted;
    witness_ = box;
    return Outcome::Uncovered;
  }
  if (!pay(1 + covers.size())) return Outcome::Exhausted;
  narrow_to(box);
  gather(covers);
  if (!want_witness && covers_.size() > kManyWords && finds_open_point()) return Outcome::Uncovered;
  was_used_.assign(cover_index_.size(), false);
  const Outcome outcome = search(0, 0, candidates_.size());
  for (std::size_t i = 0; i < was_used_.size(); ++i)
    if (was_used_[i]) used_.push_back(cover_index_[i]);
  return outcome;
}

bool CoverSearch::pay(std::size_t comparisons) {
  if (left_ < comparisons || total_.left < comparisons) return false;
  left_ -= comparisons;
  total_.left -= comparisons;
  return true;
}

void CoverSearch::narrow_to(const Box& box) {
  words_.clear();
  boxes_.clear();
  std::size_t word = 0;
  for (std::size_t d = 0; d < kDims; ++d) {
    first_[d] = words_.size();
    for (const std::uint64_t bits : layout_.side(box, d)) {
      if (bits != 0) {
        words_.push_back(word);
        boxes_.push_back(bits);
      }
      ++word;
    }
  }
  first_[kDims] = words_.size();
}

void CoverSearch::gather(const std::vector<const Box*>& covers) {
  covers_.clear();
  cover_index_.clear();
  candidates_.clear();
  for (std::size_t i = 0; i < covers.size(); ++i) {
    const std::size_t begin = covers_.size();
    covers_.resize(begin + words_.size());
    std::uint64_t* const own = covers_.data() + begin;
    const std::uint64_t* const cover = covers[i]->data();
    bool meets = true;
    for (std::size_t d = 0; d < kDims && meets; ++d) {
      std::uint64_t common = 0;
      for (std::size_t w = first_[d]; w < first_[d + 1]; ++w) {
        own[w] = cover[words_[w]] & boxes_[w];
        common |= own[w];
      }
      meets = common != 0;
    }
    if (!meets) {
      covers_.resize(begin);
      continue;
    }
    candidates_.push_back(static_cast<std::uint32_t>(cover_index_.size()));
    cover_index_.push_back(i);
  }
}

std::optional<std::size_t> CoverSearch::outside(std::size_t box, std::uint32_t cover,
                                                std::array<bool, kDims>& missing) const {
  const std::span<const std::uint64_t> inner = std::span{boxes_}.subspan(box, words_.size());
  const std::span<const std::uint64_t> outer = std::span{covers_}.subspan(cover * words_.size(), words_.size());
  std::size_t count = 0;
  for (std::size_t d = 0; d < kDims; ++d) {
    std::uint64_t common = 0;
    std::uint64_t rest = 0;
    for (std::size_t w = first_[d]; w < first_[d + 1]; ++w) {
      common |= inner[w] & outer[w];
      rest |= inner[w] & ~outer[w];
    }
    if (common == 0) return std::nullopt;
    missing[d] = rest != 0;
    count += rest != 0 ? 1 : 0;
  }
  return count;
}

std::size_t CoverSearch::rarest_class(std::size_t dim) {
  const std::span<const std::uint64_t> box = std::span{boxes_}.subspan(first_[dim], first_[dim + 1] - first_[dim]);
  counts_.assign(box.size() * 64, 0);
  for (const std::uint32_t cover : holders_) {
    const auto held = side(cover, dim);
    if (std::equal(held.begin(), held.end(), box.begin())) continue;
    for_each_bit(held, [&](std::size_t cls) { ++counts_[cls]; });
  }
  std::size_t rarest = box.size() * 64;
  for_each_bit(box, [&](std::size_t cls) {
    if (rarest == box.size() * 64 || counts_[cls] < counts_[rarest]) rarest = cls;
  });
  return rarest;
}

bool CoverSearch::finds_open_point() {
  holders_ = candidates_;
  for (std::size_t d = kDims; d-- > 0 && !holders_.empty();) {
    if (first_[d] == first_[d + 1]) return false;
    const std::size_t cls = rarest_class(d);
    std::erase_if(holders_, [&](std::uint32_t cover) { return !test_bit(side(cover, d), cls); });
  }
  return holders_.empty();
}

void CoverSearch::keep_witness(std::size_t box) {
  witness_.assign(layout_.words(), 0);
  for (std::size_t w = 0; w < words_.size(); ++w) witness_[words_[w]] = boxes_[box + w];
}

// The work of a call is paid by the caller.
CoverSearch::Outcome CoverSearch::search(std::size_t box, std::size_t first, std::size_t last) {
  const std::size_t mine = candidates_.size();  // those that meet the box
  std::size_t chosen = 0;
  std::size_t fewest = kDims + 1;
  std::array<bool, kDims> missing{};
  for (std::size_t i = first; i < last && fewest > 0; ++i) {
    std::array<bool, kDims> out{};
    const auto count = outside(box, candidates_[i], out);
    if (!count) continue;
    if (*count < fewest) {
      fewest = *count;
      chosen = candidates_.size();
      missing = out;
    }
    const std::uint32_t candidate = candidates_[i];
    candidates_.push_back(candidate);
  }
  if (fewest > kDims) {
    keep_witness(box);
    return Outcome::Uncovered;
  }
  const std::size_t cover = candidates_[chosen];
  was_used_[cover] = true;
  candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(chosen));
  const std::size_t end = candidates_.size();
  const std::size_t piece = boxes_.size();
  const std::size_t words = words_.size();
  Outcome outcome = Outcome::Covered;
  for (std::size_t d = 0; d < kDims && outcome == Outcome::Covered; ++d) {
    if (!missing[d]) continue;
    if (!pay(1 + end - mine)) {
      outcome = Outcome::Exhausted;
      break;
    }
    boxes_.resize(piece + words);
    for (std::size_t w = 0; w < words; ++w) boxes_[piece + w] = boxes_[box + w];
    for (std::size_t w = first_[d]; w < first_[d + 1]; ++w) {
      const std::uint64_t inside = covers_[cover * words + w];
      boxes_[piece + w] &= ~inside;
      boxes_[box + w] &= inside;
    }
    outcome = search(piece, mine, end);
  }
  boxes_.resize(piece);
  candidates_.resize(mine);
  return outcome;
}

std::optional<std::vector<Box>> subtract(const Layout& layout, const Box& box, const std::vector<const Box*>& covers,
                                         std::size_t limit) {
  std::vector<Box> pieces{box};
  for (const Box* cover : covers) {
    std::vector<Box> next;
    for (Box& piece : pieces) {
      if (!layout.overlaps(piece, *cover)) {
        next.push_back(std::move(piece));
        continue;
      }
      cut_out(layout, std::move(piece), *cover, [&](Box part) {
        next.push_back(std::move(part));
        return true;
      });
    }
    pieces = std::move(next);
    if (pieces.size() > limit) return std::nullopt;
  }
  return pieces;
}

}  // namespace nsgcheck::engine
