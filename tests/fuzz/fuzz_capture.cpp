// SPDX-License-Identifier: Apache-2.0
// Property: of any bytes, the records lie inside the file and damage is told at an offset inside it; what is read goes
// through frames and connections without harm.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "simulator/flow/connection_table.hpp"
#include "simulator/io/capture_file.hpp"
#include "simulator/io/conversation_reader.hpp"
#include "simulator/wire/fragment_table.hpp"
#include "simulator/wire/frame.hpp"

namespace {

using namespace nsgcheck;

// A small compressed file can hold more than there is time for.
constexpr std::uint64_t kEnough = 64U << 20;

void check(const io::CaptureDamage& damage, std::size_t size) {
  if (!damage.uncompressed && damage.offset > size) std::abort();
  if (damage.what.empty()) std::abort();
}

bool compressed(const std::uint8_t* data, std::size_t size) {
  return size >= 2 && ((data[0] == 0x1F && data[1] == 0x8B) || (data[0] == 0x28 && data[1] == 0xB5));
}

/// Every flow has ends of one family and a time that goes forward, however few are held at a time.
void check_flows(const std::string& bytes, std::uint64_t frames) {
  std::istringstream stream{bytes};
  nsgcheck::io::ConversationOptions options;
  options.most_flows = 4;
  const auto totals = io::read_conversations("-", stream, options, [](const io::CapturedFlow& flow) {
    if (net::family_of(flow.packet.source) != net::family_of(flow.packet.destination)) std::abort();
    if (flow.first && flow.last && *flow.last < *flow.first) std::abort();
  });
  if (totals.packets != frames) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream stream{{reinterpret_cast<const char*>(data), size}};
  auto reader = io::CaptureReader::open(stream);
  if (!reader) {
    check(reader.error(), size);
    return 0;
  }
  flow::ConnectionTable table{{.max_connections = 1000}, [](flow::Connection&&) {}};
  wire::FragmentTable fragments;
  io::CaptureRecord record;
  std::uint64_t bytes = 0;
  std::uint64_t frames = 0;
  while (bytes < kEnough && reader->next(record)) {
    bytes += record.bytes.size();
    if (record.frame != ++frames) std::abort();
    const auto link_type = wire::link_type(record.link_type);
    if (!link_type) continue;
    const auto packet = wire::decode_frame(*link_type, record.bytes, &fragments);
    if (packet) table.add(record.frame, record.time, *packet);
  }
  table.finish();
  if (!compressed(data, size) && bytes > size) std::abort();
  for (const io::CaptureDamage& damage : reader->damage()) check(damage, size);
  if (!compressed(data, size)) check_flows(stream.str(), frames);
  return 0;
}
