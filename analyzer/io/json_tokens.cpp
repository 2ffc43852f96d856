// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/json_tokens.hpp"

#include <algorithm>
#include <cstring>

namespace nsgcheck::io {
namespace {

constexpr std::size_t kDeepestToken = 512;
/// From here on comparing each key with each takes too long: the reference reader has a table for them.
constexpr std::size_t kManyKeys = 4096;

/// The length and up to 16 bytes of a key, mixed.
std::uint64_t mix(std::string_view key) {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  const std::size_t size = std::min<std::size_t>(key.size(), 8);
  std::memcpy(&first, key.data(), size);
  std::memcpy(&last, key.data() + key.size() - size, size);
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
  return (first ^ (last * kOdd) ^ key.size()) * kOdd;
}

}  // namespace

bool TokenOrder::value() {
  if (frames_.empty()) return true;
  Wanted& wanted = frames_.back().wanted;
  if (wanted != Wanted::Value && wanted != Wanted::FirstValue) return false;
  wanted = Wanted::CommaOrEnd;
  return true;
}

bool TokenOrder::open(bool object, std::size_t begin) {
  return enter({begin, keys_.size(), object, object ? Wanted::FirstKey : Wanted::FirstValue});
}

bool TokenOrder::enter(const Frame& frame) {
  if (!value() || frames_.size() == kDeepestToken) return false;
  frames_.push_back(frame);
  deepest_ = std::max(deepest_, frames_.size());
  return true;
}

bool TokenOrder::close(bool object, std::size_t end) {
  if (frames_.empty()) {
    keep(object ? Loose::Kind::EndOfObject : Loose::Kind::EndOfList, end - 1, end);
    return true;
  }
  const Frame frame = frames_.back();
  const bool may_end =
      frame.wanted == Wanted::CommaOrEnd || frame.wanted == Wanted::FirstKey || frame.wanted == Wanted::FirstValue;
  if (frame.object != object || !may_end) return false;
  frames_.pop_back();
  keys_.resize(frame.first_key);
  if (end - frame.begin >= kLargeContainer) large_.push_back({frame.begin, end});
  if (frames_.empty()) keep(Loose::Kind::Value, frame.begin, end);
  return true;
}

bool TokenOrder::comma() {
  if (frames_.empty()) {
    keep(Loose::Kind::Comma, 0, 0);
    return true;
  }
  Frame& frame = frames_.back();
  if (frame.wanted != Wanted::CommaOrEnd) return false;
  frame.wanted = frame.object ? Wanted::Key : Wanted::Value;
  return true;
}

bool TokenOrder::colon() {
  if (frames_.empty()) {
    keep(Loose::Kind::Colon, 0, 0);
    return true;
  }
  Wanted& wanted = frames_.back().wanted;
  if (wanted != Wanted::Colon) return false;
  wanted = Wanted::Value;
  return true;
}

bool TokenOrder::string(std::size_t begin, std::size_t end, bool plain) {
  if (frames_.empty()) {
    keep(plain ? Loose::Kind::String : Loose::Kind::EscapedString, begin, end);
    return true;
  }
  const Wanted wanted = frames_.back().wanted;
  if (wanted != Wanted::FirstKey && wanted != Wanted::Key) return value();
  return plain && key(begin, end);
}

bool TokenOrder::key(std::size_t begin, std::size_t end) {
  const std::string_view name = text_.substr(begin + 1, end - begin - 2);
  const std::uint64_t mixed = mix(name);
  Frame& frame = frames_.back();
  if (keys_.size() - frame.first_key >= kManyKeys) return false;
  for (std::size_t i = frame.first_key; i < keys_.size(); ++i) {
    const Key& other = keys_[i];
    if (other.mixed == mixed && text_.substr(other.begin, other.size) == name) return false;
  }
  keys_.push_back({mixed, begin + 1, name.size()});
  frame.wanted = Wanted::Colon;
  return true;
}

bool TokenOrder::other_scalar() {
  if (!frames_.empty()) return value();
  keep(Loose::Kind::Value, 0, 0);
  return true;
}

bool TokenOrder::take(const Loose& loose) {
  switch (loose.kind) {
    case Loose::Kind::Value:
      if (frames_.empty()) keep(loose.kind, loose.begin, loose.end);
      return value();
    case Loose::Kind::String:
    case Loose::Kind::EscapedString:
      return string(loose.begin, loose.end, loose.kind == Loose::Kind::String);
    case Loose::Kind::EndOfObject:
    case Loose::Kind::EndOfList:
      return close(loose.kind == Loose::Kind::EndOfObject, loose.end);
    case Loose::Kind::Comma:
      return comma();
    case Loose::Kind::Colon:
      return colon();
  }
  return false;
}

bool TokenOrder::join(const TokenOrder& next) {
  // Perhaps deeper than it may be: nothing in the part knows how deep it stands.
  if (frames_.size() + next.deepest_ > kDeepestToken) return false;
  large_.insert(large_.end(), next.large_.begin(), next.large_.end());
  for (const Loose& loose : next.loose_)
    if (!take(loose)) return false;
  for (std::size_t i = 0; i < next.frames_.size(); ++i) {
    Frame frame = next.frames_[i];
    const std::size_t last = i + 1 < next.frames_.size() ? next.frames_[i + 1].first_key : next.keys_.size();
    const std::size_t first = frame.first_key;
    frame.first_key = keys_.size();
    // What the outer frame wants was noted when it was checked: the inner one is its value.
    if (i == 0 && !enter(frame)) return false;
    if (i > 0) frames_.push_back(frame);
    keys_.insert(keys_.end(), next.keys_.begin() + static_cast<std::ptrdiff_t>(first),
                 next.keys_.begin() + static_cast<std::ptrdiff_t>(last));
  }
  return true;
}

bool TokenOrder::is_whole() const {
  if (!frames_.empty() || loose_.size() != 1) return false;
  const Loose::Kind kind = loose_.front().kind;
  return kind == Loose::Kind::Value || kind == Loose::Kind::String || kind == Loose::Kind::EscapedString;
}

}  // namespace nsgcheck::io
