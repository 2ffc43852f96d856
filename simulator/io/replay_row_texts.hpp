// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io {

/// The texts of rows, by a writer that copies a client's address and numbers into its text as they are. Rows of one
/// kind are written by it a few times only: two of them that differ in every character of what may differ show where it
/// stands, and the others are put together from the pieces between.
class RowTexts {
 public:
  using Writer = std::function<std::string(const ConnectionRow&)>;
  explicit RowTexts(Writer writer) : writer_{std::move(writer)} {}

  /// What the writer says; valid until the next call.
  [[nodiscard]] std::string_view text(const ConnectionRow& row);

 private:
  enum class Part : std::uint8_t { Client, ClientPort, FirstPacket, DecidingPacket };
  /// By what stands for it in the first of the two texts.
  static Part part_of(char mark);
  struct Form {
    std::size_t capture{};
    std::uint32_t seen{};
    std::vector<std::string> between;  // one more than `parts`
    std::vector<Part> parts;
  };
  void learn(Form& form, const ConnectionRow& row) const;
  void fill(const Form& form, const ConnectionRow& row);

  Writer writer_;
  std::vector<Form> forms_;  // by kind, of the capture that is being written
  std::string text_;
};

}  // namespace nsgcheck::io
