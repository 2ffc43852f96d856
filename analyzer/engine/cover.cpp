// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/cover.hpp"

#include <algorithm>
#include <utility>

namespace nsgcheck::engine {
namespace {

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
  left_ = kBudget;
  used_.clear();
  if (covers.empty()) {
    if (!pay(1)) return Outcome::Exhausted;
    witness_ = box;
    return Outcome::Uncovered;
  }
  covers_ = &covers;
  was_used_.assign(covers.size(), false);
  std::vector<std::size_t> all(covers.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const Outcome outcome = search(box, std::move(all));
  for (std::size_t i = 0; i < was_used_.size(); ++i)
    if (was_used_[i]) used_.push_back(i);
  return outcome;
}

bool CoverSearch::pay(std::size_t comparisons) {
  if (left_ < comparisons || total_.left < comparisons) return false;
  left_ -= comparisons;
  total_.left -= comparisons;
  return true;
}

std::size_t CoverSearch::best(const Box& box, const std::vector<std::size_t>& candidates,
                              std::array<bool, kDims>& missing) const {
  std::size_t best = 0;
  std::size_t fewest = kDims + 1;
  for (std::size_t i = 0; i < candidates.size() && fewest > 0; ++i) {
    const Box& cover = *(*covers_)[candidates[i]];
    std::array<bool, kDims> out{};
    std::size_t count = 0;
    for (std::size_t d = 0; d < kDims; ++d) {
      out[d] = sticks_out(layout_.side(box, d), layout_.side(cover, d));
      count += out[d] ? 1 : 0;
    }
    if (count >= fewest) continue;
    fewest = count;
    best = i;
    missing = out;
  }
  return best;
}

CoverSearch::Outcome CoverSearch::search(Box box, std::vector<std::size_t> candidates) {
  if (!pay(1 + candidates.size())) return Outcome::Exhausted;
  std::erase_if(candidates, [&](std::size_t i) { return !layout_.overlaps(*(*covers_)[i], box); });
  if (candidates.empty()) {
    witness_ = std::move(box);
    return Outcome::Uncovered;
  }
  std::array<bool, kDims> missing{};
  const std::size_t chosen = best(box, candidates, missing);
  const std::size_t cover = candidates[chosen];
  was_used_[cover] = true;
  if (std::none_of(missing.begin(), missing.end(), [](bool m) { return m; })) return Outcome::Covered;
  candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(chosen));
  Outcome outcome = Outcome::Covered;
  cut_out(layout_, std::move(box), *(*covers_)[cover], [&](Box piece) {
    outcome = search(std::move(piece), candidates);
    return outcome == Outcome::Covered;
  });
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
