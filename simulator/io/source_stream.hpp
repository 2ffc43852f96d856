// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <istream>
#include <memory>
#include <streambuf>
#include <string_view>
#include <vector>

#include "simulator/io/capture_source.hpp"

namespace nsgcheck::io {

/// A source as a stream buffer, for readers of text.
class SourceBuffer final : public std::streambuf {
 public:
  explicit SourceBuffer(std::unique_ptr<ByteSource> source);

  /// The first 64 KiB, or all there are, without taking them. Before anything is read only.
  [[nodiscard]] std::string_view head();
  /// Why bytes stopped coming, if not for the proper end.
  [[nodiscard]] std::optional<SourceFault> fault() const { return source_->fault(); }

 protected:
  int_type underflow() override;

 private:
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
};

}  // namespace nsgcheck::io
