// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <string>

namespace nsgcheck::bench {

/// Number of packets of a capture, as libpcap alone reads them; 0 when it cannot open the file.
inline std::uint64_t bare_loop(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_t* pcap = pcap_open_offline(path.c_str(), error.data());
  if (pcap == nullptr) return 0;
  std::uint64_t packets = 0;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  while (pcap_next_ex(pcap, &header, &bytes) == 1) ++packets;
  pcap_close(pcap);
  return packets;
}

}  // namespace nsgcheck::bench
