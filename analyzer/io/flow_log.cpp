// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/flow_log.hpp"

#include <fmt/format.h>

#include <istream>
#include <nlohmann/json.hpp>
#include <streambuf>
#include <utility>
#include <vector>

#include "analyzer/io/collector.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::size_t kMostNesting = 512;
// Tuples of one record are held until it ends, since what they belong to may stand behind them.
constexpr std::size_t kMostPending = 1U << 16;
constexpr std::size_t kLongestToken = 1U << 20;

struct LogPlace {
  std::size_t line{1};
  std::size_t column{1};  ///< of the next byte
};

/// The bytes of the log, and where the next of them stands. A value that goes on for longer than any in a flow log ends
/// the input for the parser, which keeps all of it in memory.
class Bytes {
 public:
  explicit Bytes(std::streambuf& in) : in_{in} {}

  /// -1 at the end.
  [[nodiscard]] int peek() {
    const auto c = token_ > kLongestToken ? Traits::eof() : in_.sgetc();
    return c == Traits::eof() ? -1 : static_cast<unsigned char>(Traits::to_char_type(c));
  }
  void take() {
    const int c = peek();
    in_.sbumpc();
    ++token_;
    if (c == '\n') {
      ++place_.line;
      place_.column = 1;
    } else if ((c & 0xC0) != 0x80) {
      ++place_.column;
    }
  }
  void next_token() { token_ = 0; }
  [[nodiscard]] bool token_too_long() const { return token_ > kLongestToken; }
  [[nodiscard]] LogPlace place() const { return place_; }

 private:
  using Traits = std::streambuf::traits_type;
  std::streambuf& in_;
  LogPlace place_;
  std::size_t token_{};
};

/// Input iterator over Bytes, as nlohmann_json takes it.
class ByteIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  ByteIterator() = default;
  explicit ByteIterator(Bytes& bytes) : bytes_{&bytes} {}
  char operator*() const { return static_cast<char>(bytes_->peek()); }
  ByteIterator& operator++() {
    bytes_->take();
    return *this;
  }
  friend bool operator==(const ByteIterator& a, const ByteIterator& b) { return a.at_end() == b.at_end(); }
  friend bool operator!=(const ByteIterator& a, const ByteIterator& b) { return !(a == b); }

 private:
  [[nodiscard]] bool at_end() const { return bytes_ == nullptr || bytes_->peek() < 0; }
  Bytes* bytes_{};
};

/// What an object of the log says of the tuples in it.
struct Scope {
  std::size_t parent{};
  std::string rule, mac, acl, resource;
};

struct Pending {
  FlowTuple tuple;
  Position position;
  std::size_t scope{};
};

struct Frame {
  enum class Kind : std::uint8_t { Object, Records, Tuples, Array } kind{};
  bool record{};  ///< its tuples are complete when it ends
  std::string key;
  std::size_t scope{};    ///< of an object: its own
  std::size_t pending{};  ///< number of tuples that were held when it began
};

std::string without_prefix(std::string_view rule) {
  for (const std::string_view prefix : {"UserRule_", "DefaultRule_"})
    if (rule.size() > prefix.size() && net::same_word(rule.substr(0, prefix.size()), prefix))
      return std::string{rule.substr(prefix.size())};
  return std::string{rule};
}

/// Takes the parser's events. Names the members that matter, wherever they stand: the three versions nest them in three
/// ways, and tools that rewrite logs sort them.
class Handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  Handler(const std::string& file, Bytes& bytes, const FlowLogSink& sink) : file_{file}, bytes_{bytes}, sink_{sink} {}

  bool null() override { return scalar({}); }
  bool boolean(bool) override { return scalar({}); }
  bool number_integer(number_integer_t) override { return scalar({}); }
  bool number_unsigned(number_unsigned_t) override { return scalar({}); }
  bool number_float(number_float_t, const string_t&) override { return scalar({}); }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& text) override { return scalar(&text); }
  bool key(string_t& text) override {
    bytes_.next_token();
    frames_.back().key = text;
    return true;
  }

  bool start_object(std::size_t) override {
    bytes_.next_token();
    if (!may_nest()) return false;
    const bool record = frames_.empty() || frames_.back().kind == Frame::Kind::Records;
    const std::size_t parent = object_scope();
    scopes_.push_back({parent, {}, {}, {}, {}});
    frames_.push_back({Frame::Kind::Object, record, {}, scopes_.size() - 1, pending_.size()});
    return true;
  }
  bool end_object() override {
    bytes_.next_token();
    const Frame ended = std::move(frames_.back());
    frames_.pop_back();
    if (ended.record && !flush(ended.pending)) return false;
    // Nothing refers to it any more: memory stays bounded whatever else a record holds.
    if (pending_.size() <= ended.pending) scopes_.resize(ended.scope);
    return true;
  }
  bool start_array(std::size_t) override {
    bytes_.next_token();
    if (!may_nest()) return false;
    const std::string_view name = frames_.empty() ? std::string_view{"records"} : std::string_view{frames_.back().key};
    const bool keyed = frames_.empty() || frames_.back().kind == Frame::Kind::Object;
    Frame::Kind kind = Frame::Kind::Array;
    if (keyed && net::same_word(name, "records")) kind = Frame::Kind::Records;
    if (keyed && net::same_word(name, "flowTuples")) kind = Frame::Kind::Tuples;
    frames_.push_back({kind, false, {}, object_scope(), pending_.size()});
    return true;
  }
  bool end_array() override {
    bytes_.next_token();
    frames_.pop_back();
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) override {
    if (bytes_.token_too_long()) {
      fail("a value of more than 1 MiB is none of a flow log");
      return false;
    }
    // "[json.exception.parse_error.101] parse error at ...: syntax error while parsing ...": what is wrong comes last.
    std::string what = error.what();
    if (const auto at = what.find("syntax error"); at != std::string::npos) what.erase(0, at);
    if (const auto at = what.find("; last read"); at != std::string::npos) what.resize(at);
    fail(bytes_.peek() < 0 ? "the flow log ends in the middle of its JSON" : "the flow log's JSON is broken: " + what);
    return false;
  }

  /// Gives out what is held; for the end of the input, whole or not.
  bool flush(std::size_t first) {
    for (std::size_t i = first; i < pending_.size() && !stopped_; ++i) give(pending_[i]);
    pending_.resize(std::min(first, pending_.size()));
    return !stopped_;
  }
  void restart() {
    frames_.clear();
    scopes_.clear();
    pending_.clear();
  }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  [[nodiscard]] std::size_t object_scope() const { return frames_.empty() ? kNone : frames_.back().scope; }

  bool may_nest() {
    if (frames_.size() < kMostNesting) return true;
    fail("the flow log's JSON nests deeper than 512 levels");
    return false;
  }

  // What is wrong is the byte that was taken last; what was read before it comes first.
  void fail(std::string message) {
    flush(0);
    const LogPlace next = bytes_.place();
    const std::size_t column = std::max<std::size_t>(next.column, 2) - 1;
    report({file_, {next.line, column, next.line, column}, std::move(message)});
  }
  void report(Diagnostic diagnostic) {
    if (!stopped_) stopped_ = !sink_(tl::unexpected(std::move(diagnostic)));
  }

  // Where the text ends that was just read. Tuples hold no escapes, so that its begin can be told.
  [[nodiscard]] Position position_of_text(std::size_t size) const {
    const LogPlace end = bytes_.place();
    const std::size_t begin = end.column > size + 2 ? end.column - size - 2 : 1;
    return {end.line, begin, end.line, end.column};
  }

  bool scalar(const string_t* text) {
    bytes_.next_token();
    if (frames_.empty()) {
      fail("a flow log holds objects, not single values");
      return false;
    }
    const Frame& frame = frames_.back();
    if (frame.kind == Frame::Kind::Tuples) return tuple(text);
    if (frame.kind == Frame::Kind::Object && text != nullptr) attribute(frame, *text);
    return true;
  }

  void attribute(const Frame& frame, const std::string& text) {
    Scope& scope = scopes_[frame.scope];
    if (net::same_word(frame.key, "rule")) scope.rule = without_prefix(text);
    if (net::same_word(frame.key, "mac") || net::same_word(frame.key, "macAddress")) scope.mac = text;
    if (net::same_word(frame.key, "aclID")) scope.acl = text;
    if (net::same_word(frame.key, "resourceId")) scope.resource = text;
  }

  bool tuple(const string_t* text) {
    const Position position = position_of_text(text == nullptr ? 0 : count_code_points_of(*text));
    auto parsed = text == nullptr ? tl::expected<FlowTuple, std::string>{tl::unexpect, "a flow tuple is no text"}
                                  : parse_flow_tuple(*text);
    if (!parsed) {
      report({file_, position, parsed.error()});
      return !stopped_;
    }
    pending_.push_back({std::move(*parsed), position, frames_.back().scope});
    return pending_.size() < kMostPending || flush(0);
  }

  static std::size_t count_code_points_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
  }

  void give(Pending& held) {
    LoggedFlow flow;
    flow.position = held.position;
    flow.tuple = std::move(held.tuple);
    std::string resource;
    // The innermost that says something counts.
    for (std::size_t at = held.scope; at != kNone; at = scopes_[at].parent) {
      const Scope& scope = scopes_[at];
      if (flow.rule.empty()) flow.rule = scope.rule;
      if (flow.mac.empty()) flow.mac = scope.mac;
      if (flow.acl.empty()) flow.acl = scope.acl;
      if (resource.empty()) resource = scope.resource;
    }
    for (const std::string* id : {&flow.acl, &resource}) {
      const std::string_view name = nsg_in_id(*id);
      if (name.empty()) continue;
      flow.nsg = name;
      flow.nsg_id = *id;
      break;
    }
    stopped_ = !sink_(std::move(flow));
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  const std::string& file_;
  Bytes& bytes_;
  const FlowLogSink& sink_;
  std::vector<Frame> frames_;
  std::vector<Scope> scopes_;
  std::vector<Pending> pending_;
  bool stopped_{};
};

bool is_blank(int c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ','; }

// To the next line that begins with an object: in a blob only the outermost one does, in a log of lines each.
void skip_to_object(Bytes& bytes) {
  bytes.next_token();
  for (bool fresh = bytes.place().column == 1; bytes.peek() >= 0; bytes.next_token()) {
    if (fresh && bytes.peek() == '{') return;
    fresh = bytes.peek() == '\n';
    bytes.take();
  }
}

}  // namespace

bool outside_nsgs(const LoggedFlow& flow) {
  const auto begins = [&](std::string_view word) {
    return net::same_word(std::string_view{flow.rule}.substr(0, word.size()), word);
  };
  return begins("platformrule") || net::same_word(flow.rule, "unspecified") || net::same_word(flow.acl, "unspecified");
}

bool looks_like_flow_log(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const auto first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (head[first] != '{' && head[first] != '[')) return false;
  for (const std::string_view mark : {"\"records\"", "\"flowRecords\"", "\"flowTuples\""})
    if (head.find(mark) != std::string_view::npos) return true;
  return false;
}

void read_flow_log(const std::string& file, std::istream& in, const FlowLogSink& sink) {
  Bytes bytes{*in.rdbuf()};
  Handler handler{file, bytes, sink};
  while (!handler.stopped()) {
    while (is_blank(bytes.peek())) {
      bytes.take();
      bytes.next_token();
    }
    if (bytes.peek() < 0) return;
    const bool whole = nlohmann::json::sax_parse(ByteIterator{bytes}, ByteIterator{}, &handler,
                                                 nlohmann::json::input_format_t::json, false);
    if (handler.stopped()) return;
    handler.flush(0);
    handler.restart();
    if (!whole) skip_to_object(bytes);
  }
}

}  // namespace nsgcheck::io
