// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/reassembly.hpp"

#include <algorithm>

namespace nsgcheck::flow {

void Reassembly::add(std::uint32_t sequence, std::span<const std::byte> captured, std::uint32_t length) {
  const std::int64_t begin = static_cast<std::int32_t>(sequence - base_);
  const std::int64_t end = std::min<std::int64_t>(begin + length, limit_);
  const std::int64_t first = std::max<std::int64_t>(begin, 0);
  if (first >= end) return;
  const std::int64_t captured_end = std::min(begin + static_cast<std::int64_t>(captured.size()), end);
  if (first < captured_end) {
    write(static_cast<std::uint32_t>(first),
          captured.subspan(static_cast<std::size_t>(first - begin), static_cast<std::size_t>(captured_end - first)));
  }
  note_sent({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)});
}

void Reassembly::note_sent(Range range) {
  const auto holds_begin = std::find_if(sent_.begin(), sent_.end(), [range](const Range& sent) {
    return sent.begin <= range.begin && range.begin < sent.end;
  });
  const std::uint32_t first_new = holds_begin == sent_.end() ? range.begin : holds_begin->end;
  if (first_new >= range.end) return;
  starts_.push_back(first_new);
  merge(sent_, range);
}

void Reassembly::write(std::uint32_t begin, std::span<const std::byte> bytes) {
  const auto end = begin + static_cast<std::uint32_t>(bytes.size());
  if (bytes_.size() < end) bytes_.resize(end);
  std::uint32_t at = begin;
  const auto copy = [&](std::uint32_t stop) {
    if (at < stop) std::copy(bytes.begin() + (at - begin), bytes.begin() + (stop - begin), bytes_.begin() + at);
  };
  auto known = std::lower_bound(known_.begin(), known_.end(), begin,
                                [](const Range& range, std::uint32_t offset) { return range.end <= offset; });
  for (; known != known_.end() && known->begin < end; ++known) {
    copy(known->begin);
    const std::uint32_t from = std::max(known->begin, at);
    const std::uint32_t to = std::min(known->end, end);
    compare(from, bytes.subspan(from - begin, to - from));
    at = to;
  }
  copy(end);
  merge(known_, {begin, end});
}

void Reassembly::compare(std::uint32_t begin, std::span<const std::byte> bytes) {
  const auto differs = std::mismatch(bytes.begin(), bytes.end(), bytes_.begin() + begin).first;
  if (differs == bytes.end()) return;
  contradiction_ = std::min(contradiction_, begin + static_cast<std::uint32_t>(differs - bytes.begin()));
}

void Reassembly::merge(std::vector<Range>& ranges, Range range) {
  const auto first = std::lower_bound(ranges.begin(), ranges.end(), range.begin,
                                      [](const Range& r, std::uint32_t offset) { return r.end < offset; });
  auto last = first;
  for (; last != ranges.end() && last->begin <= range.end; ++last) {
    range.begin = std::min(range.begin, last->begin);
    range.end = std::max(range.end, last->end);
  }
  if (first == last) {
    ranges.insert(first, range);
    return;
  }
  *first = range;
  ranges.erase(first + 1, last);
}

void Reassembly::move_base(std::uint32_t base) {
  const std::uint32_t shift = std::min(base_ - base, limit_);
  base_ = base;
  if (shift == 0) return;
  bytes_.insert(bytes_.begin(), shift, std::byte{});
  bytes_.resize(std::min<std::size_t>(bytes_.size(), limit_));
  for (auto* ranges : {&known_, &sent_}) {
    for (Range& range : *ranges) range = {range.begin + shift, std::min(range.end + shift, limit_)};
    std::erase_if(*ranges, [](const Range& range) { return range.begin >= range.end; });
  }
  for (std::uint32_t& start : starts_) start += shift;
  if (contradiction_ != ~0U) contradiction_ += shift;
}

std::span<const std::byte> Reassembly::prefix() const {
  if (known_.empty() || known_.front().begin != 0) return {};
  return std::span{bytes_}.first(known_.front().end);
}

bool Reassembly::gap() const {
  if (known_.empty()) return false;
  return known_.size() > 1 || known_.front().begin != 0;
}

bool Reassembly::cut() const {
  const std::size_t at = prefix().size();
  return std::any_of(sent_.begin(), sent_.end(), [at](const Range& r) { return r.begin <= at && at < r.end; });
}

std::size_t Reassembly::segments(std::size_t length) const {
  return static_cast<std::size_t>(
      std::count_if(starts_.begin(), starts_.end(), [length](std::uint32_t start) { return start < length; }));
}

std::size_t Reassembly::memory() const {
  return bytes_.capacity() + (known_.capacity() + sent_.capacity()) * sizeof(Range) +
         starts_.capacity() * sizeof(std::uint32_t);
}

bool contradicts(std::span<const std::byte> kept, std::int64_t offset, std::span<const std::byte> segment) {
  const std::int64_t begin = std::max<std::int64_t>(offset, 0);
  const std::int64_t end = std::min<std::int64_t>(offset + static_cast<std::int64_t>(segment.size()),
                                                  static_cast<std::int64_t>(kept.size()));
  if (begin >= end) return false;
  return !std::equal(kept.begin() + begin, kept.begin() + end, segment.begin() + (begin - offset));
}

}  // namespace nsgcheck::flow
