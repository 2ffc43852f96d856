// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/json_strict.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>

#include <simdjson.h>

#include "analyzer/io/json_fault.hpp"
#include "analyzer/io/json_tokens.hpp"
#include "analyzer/io/threads.hpp"

namespace nsgcheck::io {
namespace {

/// Longer numbers could be beyond what a double holds, which the reference reader looks at.
constexpr std::size_t kLongNumber = 256;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool is_hex(std::string_view digits) {
  return digits.size() == 4 && std::all_of(digits.begin(), digits.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

/// Escapes of RFC 8259 7; surrogates in pairs.
bool has_good_escapes(std::string_view inner) {
  const auto is_surrogate = [&](std::size_t at, char low_from, char low_to) {
    const char second = static_cast<char>(inner[at + 3] | 0x20);
    return (inner[at + 2] == 'd' || inner[at + 2] == 'D') && second >= low_from && second <= low_to;
  };
  for (std::size_t at = inner.find('\\'); at != std::string_view::npos; at = inner.find('\\', at)) {
    const char letter = at + 1 < inner.size() ? inner[at + 1] : '\0';
    if (letter != 'u') {
      if (letter == '\0' || std::strchr("\"\\/bfnrt", letter) == nullptr) return false;
      at += 2;
      continue;
    }
    if (!is_hex(inner.substr(at + 2, 4))) return false;
    if (is_surrogate(at, 'c', 'f')) return false;
    if (!is_surrogate(at, '8', 'b') && !is_surrogate(at, '9', '9')) {
      at += 6;
      continue;
    }
    const bool paired = inner.substr(at + 6, 2) == "\\u" && is_hex(inner.substr(at + 8, 4));
    if (!paired || !is_surrogate(at + 6, 'c', 'f')) return false;
    at += 12;
  }
  return true;
}

/// Checks the tokens of one part of a text, in the order in which simdjson lists their beginnings.
class PartCheck {
 public:
  PartCheck(std::string_view text, std::size_t begin, std::size_t end, TokenOrder& order)
      : text_{text}, begin_{begin}, end_{end}, escape_{begin}, order_{order} {
    find_escape(begin);
  }

  bool run(const std::uint32_t* tokens, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = begin_ + tokens[i];
      if (!token(at, i + 1 < count ? begin_ + tokens[i + 1] : end_)) return false;
    }
    return true;
  }

 private:
  bool token(std::size_t at, std::size_t next) {
    switch (text_[at]) {
      // Only blanks can stand between one of these and the next token.
      case '{':
        return order_.open(true, at);
      case '[':
        return order_.open(false, at);
      case '}':
        return order_.close(true, at + 1);
      case ']':
        return order_.close(false, at + 1);
      case ',':
        return order_.comma();
      case ':':
        return order_.colon();
      case '"':
        return string(at, end_of(at, next));
      default:
        return other(text_.substr(at, end_of(at, next) - at)) && order_.other_scalar();
    }
  }

  /// One past the last byte of the token that is no blank.
  [[nodiscard]] std::size_t end_of(std::size_t at, std::size_t next) const {
    while (next > at + 1 && is_blank(text_[next - 1])) --next;
    return next;
  }

  bool string(std::size_t at, std::size_t end) {
    if (end < at + 2 || text_[end - 1] != '"') return false;
    if (escape_ < at) find_escape(at);
    const bool plain = escape_ >= end;
    if (!plain && !has_good_escapes(text_.substr(at + 1, end - at - 2))) return false;
    return order_.string(at, end, plain);
  }

  static bool other(std::string_view token) {
    if (token == "true" || token == "false" || token == "null") return true;
    return token.size() < kLongNumber && number_end(token, 0) == token.size() &&
           token.find_first_of("eE") == std::string_view::npos;
  }

  void find_escape(std::size_t from) {
    const void* found = std::memchr(text_.data() + from, '\\', end_ - from);
    escape_ = found == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
  }

  std::string_view text_;
  std::size_t begin_;
  std::size_t end_;
  std::size_t escape_;  ///< the first one at or after the last string that was looked at
  TokenOrder& order_;
};

/// Where parts of a text begin, and its end. A cut may turn out to be inside a string; then the part before it is not
/// complete.
std::vector<std::size_t> cuts_of(std::string_view text, std::size_t chunk) {
  std::vector<std::size_t> cuts{0};
  for (std::size_t target = chunk; target < text.size(); target += chunk) {
    const std::string_view near = text.substr(target, chunk / 2);
    std::size_t cut = near.find('\n');
    if (cut == std::string_view::npos) {
      const std::size_t comma = near.find("},");
      cut = comma == std::string_view::npos ? comma : comma + 1;
    }
    if (cut == std::string_view::npos) continue;
    target += cut + 1;
    cuts.push_back(target);
  }
  cuts.push_back(text.size());
  return cuts;
}

using Indexer = std::unique_ptr<simdjson::internal::dom_parser_implementation>;

bool check_part(std::string_view text, std::size_t begin, std::size_t end, Indexer& indexer, TokenOrder& order) {
  if (begin == end) return true;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data()) + begin;
  const auto error = indexer->stage1(bytes, end - begin, simdjson::stage1_mode::regular);
  if (error == simdjson::EMPTY) return true;
  if (error != simdjson::SUCCESS) return false;
  return PartCheck{text, begin, end, order}.run(indexer->structural_indexes.get(), indexer->n_structural_indexes);
}

std::optional<std::vector<ContainerPlace>> check_parts(std::string_view text, const std::vector<std::size_t>& cuts,
                                                       std::size_t threads) {
  const std::size_t count = cuts.size() - 1;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < count; ++i) longest = std::max(longest, cuts[i + 1] - cuts[i]);
  std::vector<TokenOrder> orders(count, TokenOrder{text});
  std::atomic<std::size_t> next{0};
  std::atomic<bool> good{true};
  on_threads(std::min(threads, count), [&] {
    Indexer indexer;
    constexpr std::size_t kDepth = 1;  // of nothing that is used here
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(longest, kDepth, indexer) !=
        simdjson::SUCCESS)
      good = false;
    for (std::size_t i = next++; i < count && good; i = next++)
      if (!check_part(text, cuts[i], cuts[i + 1], indexer, orders[i])) good = false;
  });
  if (!good) return std::nullopt;
  TokenOrder all{text};
  for (const TokenOrder& order : orders)
    if (!all.join(order)) return std::nullopt;
  if (!all.is_whole()) return std::nullopt;
  std::vector<ContainerPlace> large = all.large();
  std::sort(large.begin(), large.end(),
            [](const ContainerPlace& a, const ContainerPlace& b) { return a.begin < b.begin; });
  return large;
}

}  // namespace

std::optional<std::vector<ContainerPlace>> check_strict_json(std::string_view text, const StrictOptions& options) {
  const std::vector<std::size_t> cuts = cuts_of(text, options.chunk);
  auto large = check_parts(text, cuts, options.threads);
  // A cut inside a string, perhaps.
  if (!large && cuts.size() > 2) large = check_parts(text, {0, text.size()}, 1);
  return large;
}

}  // namespace nsgcheck::io
