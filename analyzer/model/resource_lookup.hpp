// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/model/topology.hpp"

namespace nsgcheck::model {

/// What a resource, or a reference, may be found under: in lower case, without empty ones.
[[nodiscard]] std::vector<std::string> lookup_keys(const ResourceHandle& handle);
[[nodiscard]] std::vector<std::string> lookup_keys(std::string_view reference);

/// Finds the resource that a reference means. `T` has `handle` and `span`.
template <class T>
class ResourceLookup {
 public:
  /// `all` must outlive the lookup.
  explicit ResourceLookup(const std::vector<T>& all) : all_{all} {
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::string& key : lookup_keys(all[i].handle)) by_key_[std::move(key)].push_back(i);
  }

  /// Of document `document` before those of others, as unrelated files use the same names. Null when there is none, or
  /// more than one in others.
  [[nodiscard]] const T* find(std::string_view reference, std::uint32_t document) const {
    const ReferenceKey key{reference};
    const T* elsewhere = nullptr;
    bool several = false;
    for (const std::string& word : lookup_keys(reference)) {
      const auto found = by_key_.find(word);
      if (found == by_key_.end()) continue;
      for (const std::size_t i : found->second) {
        const T& one = all_[i];
        if (&one == elsewhere || !key.means(one.handle)) continue;
        if (one.span.document == document) return &one;
        several = several || elsewhere != nullptr;
        elsewhere = &one;
      }
    }
    return several ? nullptr : elsewhere;
  }

 private:
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

  /// In the order in which they were added.
  [[nodiscard]] std::vector<const Value*> find(const ResourceHandle& handle) const {
    std::vector<std::size_t> numbers;
    for (const std::string& key : lookup_keys(handle))
      if (const auto found = by_key_.find(key); found != by_key_.end())
        numbers.insert(numbers.end(), found->second.begin(), found->second.end());
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<const Value*> out;
    for (const std::size_t number : numbers)
      if (entries_[number].key.means(handle)) out.push_back(&entries_[number].value);
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
