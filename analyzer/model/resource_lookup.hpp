// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/model/topology.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {

/// What a resource, or a reference, may be found under: in lower case, without empty ones.
[[nodiscard]] std::vector<std::string> lookup_keys(const ResourceHandle& handle);
[[nodiscard]] std::vector<std::string> lookup_keys(std::string_view reference);

/// Whether a resource says, by a name that is known, in which resource group it is.
[[nodiscard]] bool is_placed(const ResourceHandle& handle);

/// Finds the resource that a reference means. `T` has `handle` and `span`.
template <class T>
class ResourceLookup {
 public:
  /// `all` must outlive the lookup.
  explicit ResourceLookup(const std::vector<T>& all) : all_{all} {
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::string& key : lookup_keys(all[i].handle)) by_key_[std::move(key)].push_back(i);
  }

  /// What is surely meant before what is perhaps, each of document `document` before those of others, as unrelated
  /// files use the same names. Null when there is none, or it is not known which of several: of those that are surely
  /// meant one is told of twice. What is perhaps meant counts only where the document has nothing else of the name.
  [[nodiscard]] const T* find(std::string_view reference, std::uint32_t document) const {
    const ReferenceKey key{reference};
    std::vector<std::size_t> candidates;
    for (const std::string& word : lookup_keys(reference))
      if (const auto found = by_key_.find(word); found != by_key_.end())
        candidates.insert(candidates.end(), found->second.begin(), found->second.end());
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    const T* best = nullptr;
    int best_rank = 0;
    bool several = false;
    std::size_t own = 0;
    for (const std::size_t i : candidates) {
      const T& one = all_[i];
      const bool here = one.span.document == document;
      own += here ? 1 : 0;
      const int rank = rank_of(key.meant(one.handle), here, is_placed(one.handle));
      if (rank == 0 || rank < best_rank) continue;
      if (rank == kHere && best_rank == kHere) continue;
      several = rank == best_rank;
      best_rank = rank;
      best = &one;
    }
    const bool open = best_rank == kPerhapsHere && own > 1;
    return several || open ? nullptr : best;
  }

  /// How many of a name a document has.
  [[nodiscard]] std::size_t namesakes(const std::string& name, std::uint32_t document) const {
    const auto found = by_key_.find(net::lower(name));
    if (found == by_key_.end()) return 0;
    return static_cast<std::size_t>(std::count_if(found->second.begin(), found->second.end(),
                                                  [&](std::size_t i) { return all_[i].span.document == document; }));
  }

 private:
  static constexpr int kPerhapsElsewhere = 1;
  static constexpr int kPerhapsHere = 2;
  static constexpr int kSurelyElsewhere = 3;
  static constexpr int kHere = 4;

  // Where neither says its place, they are in one only if they are of one document.
  static int rank_of(Meant meant, bool here, bool placed) {
    if (meant == Meant::No) return 0;
    if (meant == Meant::Surely && (here || placed)) return here ? kHere : kSurelyElsewhere;
    return here ? kPerhapsHere : kPerhapsElsewhere;
  }

  const std::vector<T>& all_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_key_;
};

/// The other way: finds what refers to a resource.
template <class Value>
class ReferenceLookup {
 public:
  void add(std::string_view reference, Value value) {
    const std::size_t number = entries_.size();
    for (std::string& key : lookup_keys(reference)) by_key_[std::move(key)].push_back(number);
    entries_.push_back({ReferenceKey{reference}, std::move(value)});
  }

  /// In the order in which they were added; without those that perhaps mean it, or with them.
  [[nodiscard]] std::vector<const Value*> find(const ResourceHandle& handle, Meant least = Meant::Perhaps) const {
    std::vector<std::size_t> numbers;
    for (const std::string& key : lookup_keys(handle))
      if (const auto found = by_key_.find(key); found != by_key_.end())
        numbers.insert(numbers.end(), found->second.begin(), found->second.end());
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<const Value*> out;
    for (const std::size_t number : numbers)
      if (entries_[number].key.meant(handle) >= least) out.push_back(&entries_[number].value);
    return out;
  }

 private:
  struct Entry {
    ReferenceKey key;
    Value value;
  };
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_key_;
};

}  // namespace nsgcheck::model
