// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer: over every file of a folder, and over each file cut and changed at every byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

// Beyond this the neighbours of a file take longer than they teach.
constexpr std::size_t kNeighbourhood = 2048;

void run(const Bytes& bytes, std::size_t size) {
  // A copy of its own, so that a sanitizer sees a read one byte too far.
  const Bytes input(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

void run_neighbours(const Bytes& bytes) {
  const std::size_t reach = std::min(bytes.size(), kNeighbourhood);
  for (std::size_t size = 0; size < reach; ++size) run(bytes, size);
  Bytes changed = bytes;
  for (std::size_t at = 0; at < reach; ++at) {
    for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
      changed[at] = static_cast<std::uint8_t>(bytes[at] ^ flip);
      run(changed, changed.size());
    }
    changed[at] = bytes[at];
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t files = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator{arguments[i]}) {
      std::ifstream file{entry.path(), std::ios::binary};
      const Bytes bytes{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
      run(bytes, bytes.size());
      run_neighbours(bytes);
      ++files;
    }
  }
  std::printf("%zu files\n", files);
  return files == 0 ? 1 : 0;
}
