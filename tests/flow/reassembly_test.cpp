// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/reassembly.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/flow/conversation.hpp"

namespace nsgcheck::flow::reassembly_test {
namespace {

struct Sent {
  std::int64_t offset;  // from the base, may be negative
  std::string bytes;
  std::size_t captured;
};

// The obvious way: one entry a byte, first come first served.
struct SlowStream {
  explicit SlowStream(std::int64_t most) : limit{most} {}
  void add(const Sent& segment) {
    for (std::size_t i = 0; i < segment.bytes.size(); ++i) {
      const std::int64_t at = segment.offset + static_cast<std::int64_t>(i);
      if (at < 0 || at >= limit) continue;
      if (sent.insert(at).second && (starts.empty() || starts.back().second != count)) starts.emplace_back(at, count);
      if (i >= segment.captured) continue;
      const auto known = bytes.emplace(at, segment.bytes[i]).first;
      if (known->second != segment.bytes[i]) contradicted.insert(at);
    }
    ++count;
  }
  [[nodiscard]] std::string prefix() const {
    std::string text;
    for (const auto& [at, byte] : bytes) {
      if (at != static_cast<std::int64_t>(text.size())) break;
      text += byte;
    }
    return text;
  }
  [[nodiscard]] bool ambiguous(std::size_t length) const {
    return !contradicted.empty() && *contradicted.begin() < static_cast<std::int64_t>(length);
  }
  [[nodiscard]] std::size_t segments(std::size_t length) const {
    std::size_t number = 0;
    for (const auto& start : starts) number += start.first < static_cast<std::int64_t>(length) ? 1 : 0;
    return number;
  }

  std::int64_t limit;
  int count{};
  std::map<std::int64_t, char> bytes;
  std::set<std::int64_t> sent, contradicted;
  std::vector<std::pair<std::int64_t, int>> starts;
};

Sent random_segment(std::mt19937& random, const std::string& stream) {
  const std::int64_t offset = static_cast<std::int64_t>(random() % (stream.size() + 8)) - 8;
  const auto first = static_cast<std::size_t>(std::max<std::int64_t>(offset, 0));
  const std::size_t length = 1 + random() % 12;
  std::string bytes(offset < 0 ? std::min(length, static_cast<std::size_t>(-offset)) : 0, '?');
  bytes += stream.substr(std::min(first, stream.size()), length - bytes.size());
  if (!bytes.empty() && random() % 6 == 0) bytes[random() % bytes.size()] = '!';
  const std::size_t captured = random() % 8 == 0 ? random() % (bytes.size() + 1) : bytes.size();
  return {offset, bytes, captured};
}

TEST(Reassembly, AgreesWithOneEntryAByte) {
  const std::string stream = "The quick brown fox jumps over the lazy dog";
  for (unsigned seed = 0; seed < 4000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random{seed};
    const std::uint32_t base = seed % 3 == 0 ? 0xFFFFFFF0U : static_cast<std::uint32_t>(random());
    const auto limit = static_cast<std::uint32_t>(1 + random() % 48);
    Reassembly fast{base, limit};
    SlowStream slow{limit};
    for (int i = 0; i < 24; ++i) {
      const Sent segment = random_segment(random, stream);
      fast.add(base + static_cast<std::uint32_t>(segment.offset), bytes_of(segment.bytes).first(segment.captured),
               static_cast<std::uint32_t>(segment.bytes.size()));
      slow.add(segment);
      const std::string prefix = slow.prefix();
      ASSERT_EQ(text_of(fast.prefix()), prefix);
      ASSERT_EQ(fast.gap(), slow.bytes.size() > prefix.size());
      ASSERT_EQ(fast.cut(), slow.sent.count(static_cast<std::int64_t>(prefix.size())) != 0);
      ASSERT_EQ(fast.full(), prefix.size() == limit);
      for (std::size_t length = 0; length <= limit; ++length) {
        ASSERT_EQ(fast.ambiguous(length), slow.ambiguous(length)) << length;
        ASSERT_EQ(fast.segments(length), slow.segments(length)) << length;
      }
    }
  }
}

TEST(Reassembly, MovedBaseAgreesWithTheRightOneFromTheStart) {
  const std::string stream = "The quick brown fox jumps over the lazy dog";
  for (unsigned seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random{seed};
    const auto base = static_cast<std::uint32_t>(random());
    const auto shift = static_cast<std::uint32_t>(random() % 60);
    constexpr std::uint32_t kLimit = 48;
    Reassembly moved{base + shift, kLimit};
    SlowStream slow{kLimit};
    const std::size_t moves_at = random() % 12;
    for (std::size_t i = 0; i < 12; ++i) {
      if (i == moves_at) moved.move_base(base);
      const std::size_t at = (i < moves_at ? shift : 0) + random() % 20;
      const std::string bytes = at < stream.size() ? stream.substr(at, 1 + random() % 9) : "";
      moved.add(base + static_cast<std::uint32_t>(at), bytes_of(bytes), static_cast<std::uint32_t>(bytes.size()));
      slow.add({static_cast<std::int64_t>(at), bytes, bytes.size()});
    }
    ASSERT_EQ(text_of(moved.prefix()), slow.prefix());
    ASSERT_EQ(moved.gap(), slow.bytes.size() > slow.prefix().size());
    ASSERT_EQ(moved.segments(kLimit), slow.segments(kLimit));
  }
}

TEST(Contradicts, LooksAtTheCommonPartOnly) {
  struct Row {
    const char* name;
    std::int64_t offset;
    std::string_view segment;
    bool differs;
  };
  for (const Row& row :
       {Row{"same", 0, "hello", false}, Row{"part of it", 1, "ell", false}, Row{"other", 0, "jello", true},
        Row{"other at the end", 4, "a", true}, Row{"behind", 5, "xyz", false}, Row{"far behind", 5000, "xyz", false},
        Row{"before", -3, "xyz", false}, Row{"across the start", -1, "xhe", false},
        Row{"across the start, other", -1, "xje", true}, Row{"across the end", 3, "lox", false},
        Row{"around", -1, "xhellox", false}, Row{"nothing", 0, "", false}}) {
    EXPECT_EQ(contradicts(bytes_of("hello"), row.offset, bytes_of(row.segment)), row.differs) << row.name;
  }
}

}  // namespace
}  // namespace nsgcheck::flow::reassembly_test
