// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/io/reader.hpp"

namespace nsgcheck::io::arm {

/// Bounds of one reading. A template of a few lines can ask for any amount of work; ARM's own limits are 4 MiB of
/// template and 800 passes a loop.
struct Limits {
  std::size_t passes{100'000};    ///< passes of copy loops and lambdas, all together
  std::size_t values{2'000'000};  ///< values made, all together
  std::size_t depth{400};         ///< evaluations inside each other
  std::size_t value_depth{520};   ///< levels of one value
};

/// What all parts of one reading share: the work done so far and what is to be told to the user.
class Session {
 public:
  explicit Session(Limits limits = {}) : limits_{limits} {}

  /// False once there is no more work to be had; then everything is unknown.
  [[nodiscard]] bool spend_pass(std::size_t count = 1) { return spend(passes_, count, limits_.passes); }
  [[nodiscard]] bool spend_values(std::size_t count) { return spend(values_, count, limits_.values); }
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  /// Why values are unknown once exhausted().
  [[nodiscard]] std::string exhausted_reason() const;

  /// What templates link to, in the directory of the document.
  [[nodiscard]] LinkedFile linked(const std::string& path);
  void set_linked(const FindLinked& find) { find_linked_ = &find; }
  /// The document of a span when it is a linked one, else null.
  [[nodiscard]] const Document* linked_document(SourceSpan span) const;

  /// Something that was left out or could not be understood; told once for each place.
  void note(SourceSpan span, std::string what);
  [[nodiscard]] const std::vector<Skipped>& notes() const { return notes_; }

  std::size_t depth{};  ///< evaluations that are going on
  bool muted{};         ///< notes are dropped: the same is evaluated once more, for another purpose

 private:
  [[nodiscard]] bool spend(std::size_t& done, std::size_t count, std::size_t limit);

  Limits limits_;
  std::size_t passes_{};
  std::size_t values_{};
  bool exhausted_{};
  const FindLinked* find_linked_{};
  std::map<std::uint32_t, const Document*> linked_;
  std::vector<Skipped> notes_;
  std::set<std::tuple<std::uint32_t, std::uint64_t, std::string>> told_;
};

/// One level of evaluation, counted while it lives.
class Level {
 public:
  explicit Level(Session& session) : session_{session} { ++session_.depth; }
  ~Level() { --session_.depth; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  [[nodiscard]] bool too_deep() const { return session_.depth > session_.limits().depth; }

 private:
  Session& session_;
};

}  // namespace nsgcheck::io::arm
