// SPDX-License-Identifier: Apache-2.0
// Writes the captures that replay is measured on: capture_sets DIRECTORY MEGABYTES.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace nsgcheck::bench {
namespace {

constexpr std::size_t kHeaders = 14 + 20 + 20;
constexpr std::uint32_t kFrontend = 0xC6336414;  // 198.51.100.20
constexpr std::uint32_t kClientIsn = 1000;
constexpr std::uint32_t kServerIsn = 5000;

enum Flag : std::uint8_t { kFin = 1, kSyn = 2, kPush = 8, kAck = 16 };

/// One connection of a client to the balancer, and how far it is.
struct Session {
  std::uint32_t client{};
  std::uint16_t port{};
  std::uint32_t sent_by_client = kClientIsn, sent_by_server = kServerIsn;
  std::uint32_t step{};
};

/// Little-endian pcap with Ethernet frames.
class CaptureWriter {
 public:
  explicit CaptureWriter(const std::string& path) : file_{path, std::ios::binary} {
    constexpr std::array<std::uint32_t, 6> kHeader{0xA1B2C3D4, 0x00040002, 0, 0, 262144, 1};
    append(kHeader.data(), sizeof kHeader);
  }
  ~CaptureWriter() { flush(); }
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  void tcp(Session& session, bool by_client, std::uint8_t flags, std::string_view payload) {
    std::array<std::uint8_t, kHeaders> header{};
    header[12] = 8;
    ipv4(header.data() + 14, session, by_client, 6, 40 + payload.size());
    std::uint8_t* tcp = header.data() + 34;
    std::uint32_t& mine = by_client ? session.sent_by_client : session.sent_by_server;
    const std::uint32_t other = by_client ? session.sent_by_server : session.sent_by_client;
    put(tcp + 4, mine, 4);
    put(tcp + 8, (flags & kAck) != 0 ? other : 0, 4);
    tcp[12] = 0x50;
    tcp[13] = flags;
    put(tcp + 14, 64000, 2);
    mine += static_cast<std::uint32_t>(payload.size()) + ((flags & (kSyn | kFin)) != 0 ? 1U : 0U);
    record({reinterpret_cast<const char*>(header.data()), header.size()}, payload);
  }

  void udp(const Session& session, bool by_client, std::string_view payload) {
    std::array<std::uint8_t, 42> header{};
    header[12] = 8;
    ipv4(header.data() + 14, session, by_client, 17, 28 + payload.size());
    put(header.data() + 38, static_cast<std::uint32_t>(8 + payload.size()), 2);
    record({reinterpret_cast<const char*>(header.data()), header.size()}, payload);
  }

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }

 private:
  static void put(std::uint8_t* at, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) at[i] = static_cast<std::uint8_t>(value >> 8 * (bytes - 1 - i));
  }

  static void ipv4(std::uint8_t* ip, const Session& session, bool by_client, std::uint8_t protocol,
                   std::size_t length) {
    ip[0] = 0x45;
    put(ip + 2, static_cast<std::uint32_t>(length), 2);
    ip[8] = 64;
    ip[9] = protocol;
    put(ip + (by_client ? 12 : 16), session.client, 4);
    put(ip + (by_client ? 16 : 12), kFrontend, 4);
    put(ip + (by_client ? 20 : 22), session.port, 2);
    put(ip + (by_client ? 22 : 20), 3389, 2);
  }

  void record(std::string_view header, std::string_view payload) {
    const auto length = static_cast<std::uint32_t>(header.size() + payload.size());
    const std::array<std::uint32_t, 4> fields{1'700'000'000 + static_cast<std::uint32_t>(packets_ / 100'000),
                                              static_cast<std::uint32_t>(packets_ % 100'000 * 10), length, length};
    append(fields.data(), sizeof fields);
    append(header.data(), header.size());
    append(payload.data(), payload.size());
    ++packets_;
  }

  void append(const void* bytes, std::size_t size) {
    block_.append(static_cast<const char*>(bytes), size);
    size_ += size;
    if (block_.size() > (1U << 20)) flush();
  }
  void flush() {
    file_.write(block_.data(), static_cast<std::streamsize>(block_.size()));
    block_.clear();
  }

  std::ofstream file_;
  std::string block_;
  std::uint64_t size_{}, packets_{};
};

class Traffic {
 public:
  explicit Traffic(const std::string& path) : writer_{path} {}

  /// `at_once` sessions take turns; a session that has sent `data` data packets makes room for another one.
  void sessions(std::size_t at_once, std::uint32_t data, std::size_t smallest, std::size_t largest,
                std::uint64_t bytes) {
    std::vector<Session> open(at_once);
    for (Session& session : open) session = fresh();
    while (writer_.size() < bytes) {
      Session& session = open[random_() % open.size()];
      if (!step(session, data, smallest, largest)) session = fresh();
    }
  }

  /// `number` sessions one packet a round, all open at the same time.
  void crowd(std::size_t number, std::uint32_t data) {
    std::vector<Session> open(number);
    for (Session& session : open) session = fresh();
    for (std::uint32_t round = 0; round < data + 5; ++round)
      for (Session& session : open) step(session, data, 6, 46);
  }

  /// Small frames of TCP and, one in five, UDP, of sessions drawn at random.
  void small(std::size_t number, std::uint64_t bytes) {
    std::vector<Session> open(number);
    for (Session& session : open) session = fresh();
    while (writer_.size() < bytes) {
      const std::size_t which = random_() % open.size();
      if (which % 5 != 0) {
        step(open[which], ~0U, 6, 46);
      } else {
        writer_.udp(open[which], random_() % 2 == 0, filler(18, 58));
      }
    }
  }

  [[nodiscard]] std::uint64_t packets() const { return writer_.packets(); }

 private:
  Session fresh() {
    ++begun_;
    // An odd factor visits every number once.
    const std::uint32_t number = begun_ * 2654435761U;
    Session session;
    session.client = 0x17000000 + (number >> 10);
    session.port = static_cast<std::uint16_t>(1024 + (number & 0x3FF));
    return session;
  }

  std::string_view filler(std::size_t smallest, std::size_t largest) {
    static const std::string kBytes = std::string{"\x17\x03\x03", 3} + std::string(2000, 'x');
    return std::string_view{kBytes}.substr(0, smallest + random_() % (largest - smallest + 1));
  }

  std::string request(const Session& session) {
    static constexpr std::array<std::string_view, 4> kNames{"WebRole1#WebRole1_IN_0", "WebRole1#WebRole1_IN_1",
                                                            "WorkerRole1#WorkerRole1_IN_0", "ops"};
    const std::string cookie = "Cookie: mstshash=" + std::string{kNames[session.client % kNames.size()]} + "\r\n";
    const auto total = static_cast<char>(11 + cookie.size() + 8);
    const std::string negotiation{"\x01\x00\x08\x00\x03\x00\x00\x00", 8};
    return std::string{"\x03\x00\x00", 3} + total + static_cast<char>(total - 5) +
           std::string{"\xE0\x00\x00\x00\x00\x00", 6} + cookie + negotiation;
  }

  bool step(Session& session, std::uint32_t data, std::size_t smallest, std::size_t largest) {
    static const std::string kConfirm{"\x03\x00\x00\x13\x0E\xD0\x00\x00\x12\x34\x00\x02\x1F\x08\x00\x02\x00\x00\x00",
                                      19};
    switch (session.step++) {
      case 0:
        writer_.tcp(session, true, kSyn, {});
        return true;
      case 1:
        writer_.tcp(session, false, kSyn | kAck, {});
        return true;
      case 2:
        writer_.tcp(session, true, kAck, {});
        return true;
      case 3:
        writer_.tcp(session, true, kAck | kPush, request(session));
        return true;
      case 4:
        writer_.tcp(session, false, kAck | kPush, kConfirm);
        return true;
      default:
        break;
    }
    const std::uint32_t done = session.step - 6;
    if (done < data) {
      // Screens flow to the client, which mostly acknowledges.
      const bool by_client = random_() % 3 == 0;
      writer_.tcp(session, by_client, kAck | kPush, by_client ? filler(6, 46) : filler(smallest, largest));
      return true;
    }
    writer_.tcp(session, done == data, kFin | kAck, {});
    return done == data;
  }

  CaptureWriter writer_;
  std::mt19937 random_{7};
  std::uint32_t begun_{};
};

}  // namespace
}  // namespace nsgcheck::bench

int main(int argc, char** argv) {
  using nsgcheck::bench::Traffic;
  if (argc != 3) {
    std::cerr << "usage: capture_sets DIRECTORY MEGABYTES\n";
    return 2;
  }
  const std::string directory = argv[1];
  const std::uint64_t bytes = std::strtoull(argv[2], nullptr, 10) * 1'000'000;
  const auto write = [&](const std::string& name, auto fill) {
    Traffic traffic{directory + '/' + name};
    fill(traffic);
    std::cout << name << ": " << traffic.packets() << " packets\n";
  };
  write("mixed.pcap", [&](Traffic& traffic) { traffic.sessions(2'000, 60, 300, 1446, bytes); });
  write("small.pcap", [&](Traffic& traffic) { traffic.small(200'000, bytes); });
  write("million.pcap", [&](Traffic& traffic) { traffic.crowd(1'000'000, 6); });
}
