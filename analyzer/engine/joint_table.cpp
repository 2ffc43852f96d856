// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/joint_table.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "analyzer/engine/box.hpp"

namespace nsgcheck::engine {
namespace {

constexpr std::size_t kMostNumbers = std::numeric_limits<std::uint16_t>::max();
constexpr int kDeciderBits = 14;

/// Numbers for different runs of `T` of one length, in the order in which they are first met.
template <class T>
class Numbers {
 public:
  explicit Numbers(std::size_t length) : length_{length}, slots_(64, kFree) {}

  /// The number of `run`, which has the given hash.
  std::uint32_t operator()(const T* run, std::uint64_t hash) {
    std::size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != kFree; slot = (slot + 1) & (slots_.size() - 1))
      if (hashes_[slots_[slot]] == hash && std::equal(run, run + length_, (*this)[slots_[slot]])) return slots_[slot];
    const auto number = static_cast<std::uint32_t>(hashes_.size());
    slots_[slot] = number;
    hashes_.push_back(hash);
    runs_.insert(runs_.end(), run, run + length_);
    if (2 * hashes_.size() > slots_.size()) grow();
    return number;
  }
  [[nodiscard]] std::size_t size() const { return hashes_.size(); }
  [[nodiscard]] const T* operator[](std::size_t number) const { return runs_.data() + number * length_; }
  [[nodiscard]] std::vector<T> take() && { return std::move(runs_); }

 private:
  static constexpr std::uint32_t kFree = ~0U;
  void grow() {
    slots_.assign(2 * slots_.size(), kFree);
    for (std::uint32_t number = 0; number < hashes_.size(); ++number) {
      std::size_t slot = hashes_[number] & (slots_.size() - 1);
      while (slots_[slot] != kFree) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = number;
    }
  }

  std::size_t length_;
  std::vector<std::uint32_t> slots_;
  std::vector<std::uint64_t> hashes_;
  std::vector<T> runs_;
};

std::uint64_t fold(std::uint64_t hash) {
  hash *= 0x9E3779B97F4A7C15U;
  return hash ^ hash >> 32;
}

// Which pairs of classes share their rows of bits: those that surely match, and behind them those that may.
struct Pairs {
  std::vector<std::uint16_t> number;  // source by source
  Numbers<std::uint64_t> rows;
};

std::optional<Pairs> pairs_of(const LookRows& sources, const LookRows& destinations, bool uncertain) {
  const std::size_t words = sources.words;
  Pairs out{{}, Numbers<std::uint64_t>{uncertain ? 2 * words : words}};
  out.number.reserve(sources.size() * destinations.size());
  Words row(uncertain ? 2 * words : words);
  for (std::size_t s = 0; s < sources.size(); ++s)
    for (std::size_t d = 0; d < destinations.size(); ++d) {
      // Products of single words do not wait for each other.
      std::uint64_t hash = 0;
      std::uint64_t factor = 0xC2B2AE3D27D4EB4FU;
      std::uint64_t* to = row.data();
      const auto both = [&](std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
        for (std::size_t w = 0; w < words; ++w) {
          *to = a[w] & b[w];
          hash += (*to ^ *to >> 29) * factor;
          factor += 0x165667B19E3779F8U;
          ++to;
        }
      };
      both(sources.sure_row(s), destinations.sure_row(d));
      if (uncertain) both(sources.may_row(s), destinations.may_row(d));
      const std::uint32_t number = out.rows(row.data(), fold(hash));
      if (number > kMostNumbers) return std::nullopt;
      out.number.push_back(static_cast<std::uint16_t>(number));
    }
  return out;
}

/// Writes down what a row of bits decides for every class of protocol and ports.
class RowWriter {
 public:
  RowWriter(const LookRows& services, const Looks& looks)
      : looks_{looks}, words_{words_for(services.size())}, cells_(services.size()), says_(services.size()) {
    const std::size_t count = looks.rule.size();
    sure_.assign(count * words_, 0);
    if (looks.uncertain) may_ = sure_;
    const auto turn = [&](std::vector<std::uint64_t>& by_look, std::span<const std::uint64_t> row,
                          std::size_t service) {
      for_each_bit(row, [&](std::size_t look) { set_bit(std::span{by_look}.subspan(look * words_, words_), service); });
    };
    for (std::size_t service = 0; service < services.size(); ++service) {
      turn(sure_, services.sure_row(service), service);
      if (looks.uncertain) turn(may_, services.may_row(service), service);
    }
  }

  /// By class. `sure` and `may`: the looks that match the pair's addresses.
  const std::vector<std::uint16_t>& write(std::span<const std::uint64_t> sure, std::span<const std::uint64_t> may) {
    open_.assign(words_, ~std::uint64_t{0});
    std::fill(says_.begin(), says_.end(), std::uint8_t{0});
    for_each_bit(may, [&](std::size_t look) { hear(look, test_bit(sure, look)); });
    for (std::size_t service = 0; service < cells_.size(); ++service)
      if (test_bit(open_, service)) cells_[service] = cell(says_[service] | kSaysDeny, std::nullopt);
    return cells_;
  }

 private:
  void hear(std::size_t look, bool addresses_surely_match) {
    const std::uint64_t* sure = &sure_[look * words_];
    const std::uint64_t* may = looks_.uncertain ? &may_[look * words_] : sure;
    for (std::size_t w = 0; w < words_; ++w) {
      const std::uint64_t settles = addresses_surely_match ? sure[w] & open_[w] : 0;
      for (std::uint64_t rest = may[w] & open_[w]; rest != 0; rest &= rest - 1) {
        const std::size_t service = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
        says_[service] = static_cast<std::uint8_t>(says_[service] | looks_.says[look]);
        if ((rest & -rest & settles) != 0) cells_[service] = cell(says_[service], looks_.rule[look]);
      }
      open_[w] &= ~settles;
    }
  }
  static std::uint16_t cell(unsigned says, std::optional<RuleIndex> rule) {
    const Verdict verdict = to_verdict(static_cast<std::uint8_t>(says));
    const unsigned decider = rule && verdict != Verdict::Unknown ? *rule + 1 : 0;
    return static_cast<std::uint16_t>(decider << 2 | static_cast<unsigned>(verdict));
  }

  const Looks& looks_;
  std::size_t words_;                      // for a bit of each class
  std::vector<std::uint64_t> sure_, may_;  // look by look: the classes that it matches
  std::vector<std::uint64_t> open_;        // classes for which nothing surely matched yet
  std::vector<std::uint16_t> cells_;
  std::vector<std::uint8_t> says_;
};

}  // namespace

std::optional<JointTable> JointTable::make(const LookRows& sources, const LookRows& destinations,
                                           const LookRows& services, const Looks& looks, const Limits& limits) {
  static_assert(kVerdictBits + kDeciderBits == 16);
  const std::size_t count = sources.size() * destinations.size();
  const auto last = std::max_element(looks.rule.begin(), looks.rule.end());
  if (count == 0 || count > limits.pairs || count * sizeof(std::uint16_t) > limits.bytes || services.size() == 0 ||
      *last + 1 >= 1U << kDeciderBits)
    return std::nullopt;
  auto pairs = pairs_of(sources, destinations, looks.uncertain);
  if (!pairs || pairs->rows.size() * services.size() > limits.work) return std::nullopt;
  RowWriter writer{services, looks};
  Numbers<std::uint16_t> rows{services.size()};
  std::vector<std::uint16_t> row_of;  // by number of a pair
  for (std::size_t number = 0; number < pairs->rows.size(); ++number) {
    const std::uint64_t* bits = pairs->rows[number];
    const auto& row =
        writer.write({bits, sources.words}, {looks.uncertain ? bits + sources.words : bits, sources.words});
    std::uint64_t hash = 0;
    for (const std::uint16_t cell : row) hash = hash * 0x9E3779B97F4A7C15U + cell;
    row_of.push_back(static_cast<std::uint16_t>(rows(row.data(), fold(hash))));
    if ((count + rows.size() * services.size()) * sizeof(std::uint16_t) > limits.bytes) return std::nullopt;
  }
  JointTable out;
  out.destinations_ = destinations.size();
  out.services_ = services.size();
  out.pairs_ = std::move(pairs->number);
  for (std::uint16_t& pair : out.pairs_) pair = row_of[pair];
  out.cells_ = std::move(rows).take();
  return out;
}

}  // namespace nsgcheck::engine
