// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "simulator/io/capture_source.hpp"

namespace nsgcheck::io {

/// The content of a gzip file of any number of members; zero bytes behind the last one are padding.
[[nodiscard]] std::unique_ptr<ByteSource> gunzip(std::unique_ptr<ByteSource> compressed);
/// The content of a Zstandard file of any number of frames with windows of at most 128 MiB.
[[nodiscard]] std::unique_ptr<ByteSource> unzstd(std::unique_ptr<ByteSource> compressed);

}  // namespace nsgcheck::io
