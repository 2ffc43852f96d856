// SPDX-License-Identifier: Apache-2.0
// tshark as an independent reader: for every capture of the repository it must see the connections that we see, by
// first frame, addresses and ports, with the same cookie. Where its dissector shows another cookie the row says why.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "cli/run.hpp"
#include "tests/cli/tshark.hpp"

namespace nsgcheck::cli::tshark_agreement_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kCaptures = NSGCHECK_SOURCE_DIR "/captures/";

/// A connection whose cookie tshark 4.0 shows otherwise than we do.
struct Difference {
  const char* capture;
  std::uint64_t first_frame;
  std::string tshark;  ///< what rdp.rt_cookie is, "" for none
  const char* why;
};

constexpr const char* kNoTpkt = "what a strict reader refuses as TPKT or X.224 is not given to the RDP dissector";
constexpr const char* kSpelling = "only the spelling `Cookie: ` is taken for a cookie";
constexpr const char* kCut = "cut off by the snap length: we show no cookie without its end";

const std::vector<Difference>& differences() {
  static const std::string kPlain = "Cookie: mstshash=WebRole1#WebRole1_IN_0";
  static const std::vector<Difference> out{
      {"malformed-cookie.client.pcap", 1, kPlain + "\x01", "CR LF is missing: the next byte belongs to the cookie"},
      {"malformed-cookie.client.pcap", 41, "", kSpelling},
      {"malformed-cookie.client.pcap", 57, "", kSpelling},
      {"malformed-cookie.client.pcap", 65, "Cookie:  mstshash=WebRole1#WebRole1_IN_0", "two blanks: it keeps both"},
      {"malformed-cookie.client.pcap", 73, "", kSpelling},
      {"malformed-cookie.client.pcap", 149, kPlain, "a NUL ends the text"},
      {"malformed-cookie.client.pcap", 199, "", "the cookie stands behind the negotiation request"},
      {"malformed-cookie.client.pcap", 257, kPlain + ',' + kPlain, "two requests in one segment: it shows both"},
      {"malformed-tpkt.client.pcap", 1, "Cookie: mstshash=We", "a TPKT length that is too small cuts the request"},
      {"malformed-tpkt.client.pcap", 9, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 17, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 25, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 33, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 41, "", "TPKT's reserved byte is not 0"},
      {"malformed-tpkt.client.pcap", 49, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 73, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 81, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 89, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 97, "", kNoTpkt},
      {"malformed-tpkt.client.pcap", 121, "", "the TPKT length is larger than what is sent"},
      {"msts-token.client.pcap", 50, "", "tsv:// is not shown"},
      {"msts-token.client.pcap", 58, "", "tsv:// is not shown"},
      {"scanner-noise.client.pcap", 73, "", "a PROXY header stands before the request"},
      {"snaplen96.client.pcap", 1, "Cookie: mstshash=We", kCut},
      {"snaplen96.client.pcap", 11, "Cookie: mstshash=We", kCut},
      {"snaplen96.client.pcap", 21, "Cookie: mstshash=We", kCut},
      {"snaplen96.client.pcap", 31, "Cookie: mstshash=We", kCut},
      {"snaplen96.client.pcap", 41, "Cookie: mstshash=Wo", kCut},
      {"snaplen96.client.pcap", 51, "Cookie: mstshash=Wo", kCut},
      {"snaplen96.client.pcap", 61, "Cookie: mstshash=al", kCut},
      {"split-segments.client.pcap", 1, "", "a first segment of one byte is not recognised as TPKT"},
      {"split-segments.client.pcap", 129, "", "a first segment of one byte is not recognised as TPKT"},
  };
  return out;
}

struct Seen {
  std::uint64_t first_frame{};
  std::string protocol;
  std::set<std::pair<std::string, std::string>> ends;
  std::string cookie;
};

bool by_frame(const Seen& a, const Seen& b) {
  return std::tie(a.first_frame, a.protocol) < std::tie(b.first_frame, b.protocol);
}

std::vector<Seen> ours(const std::string& capture) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit =
      run({"replay", "--deployment", NSGCHECK_SOURCE_DIR "/tests/cli/deployments/open.json", "-f", "json", capture},
          Process{in, out, err});
  if (exit == Exit::OutputFailed || out.str().empty()) return {};
  std::vector<Seen> seen;
  const json result = json::parse(out.str());
  for (const json& row : result["connections"]) {
    Seen one{row["firstPacket"], row["protocol"], {}, ""};
    one.ends = {{row["client"], row["clientPort"].dump()}, {row["server"], row["serverPort"].dump()}};
    if (!row["cookie"]["text"].is_null()) one.cookie = row["cookie"]["text"];
    seen.push_back(std::move(one));
  }
  std::sort(seen.begin(), seen.end(), by_frame);
  return seen;
}

// An address is that of IPv4 or that of IPv6; fields 2 and 3 are TCP's and UDP's stream numbers.
std::vector<Seen> theirs(const std::string& capture) {
  // On 20000 tshark expects DNP 3. Packets inside ICMP errors belong to no stream of the error's sender.
  const auto lines = tshark(capture,
                            "-o tcp.reassemble_out_of_order:TRUE -d tcp.port==20000,tpkt -Y '(tcp||udp) && !icmp && "
                            "!icmpv6' -T fields -e frame.number -e tcp.stream -e udp.stream -e ip.src -e ipv6.src -e "
                            "tcp.srcport -e udp.srcport -e ip.dst -e ipv6.dst -e tcp.dstport -e udp.dstport -e "
                            "rdp.rt_cookie");
  if (!lines) return {};
  std::map<std::pair<std::string, std::string>, Seen> streams;
  for (const auto& f : *lines) {
    const bool tcp = !f[1].empty();
    Seen& one = streams[{f[1], f[2]}];
    if (one.first_frame == 0)
      one = {std::stoull(f[0]), tcp ? "tcp" : "udp", {{f[3] + f[4], f[5] + f[6]}, {f[7] + f[8], f[9] + f[10]}}, ""};
    if (one.cookie.empty()) one.cookie = f[11];
  }
  std::vector<Seen> seen;
  for (auto& [stream, one] : streams) seen.push_back(std::move(one));
  std::sort(seen.begin(), seen.end(), by_frame);
  return seen;
}

std::string without_header(const std::string& cookie) {
  constexpr std::string_view kHeader = "Cookie: ";
  return cookie.rfind(kHeader, 0) == 0 ? cookie.substr(kHeader.size()) : cookie;
}

TEST(TsharkAgreement, OnConnectionsAndCookiesOfEveryCapture) {
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed";
  std::size_t compared = 0;
  std::size_t differing = 0;
  for (const auto& entry : fs::directory_iterator{kCaptures}) {
    const std::string name = entry.path().filename();
    // The snoop file is of a format that we refuse.
    if (name.find(".pcap") == std::string::npos) continue;
    SCOPED_TRACE(name);
    const std::vector<Seen> mine = ours(entry.path());
    const std::vector<Seen> other = theirs(entry.path());
    ASSERT_EQ(mine.size(), other.size());
    for (std::size_t i = 0; i < mine.size(); ++i) {
      SCOPED_TRACE("packet " + std::to_string(mine[i].first_frame));
      ++compared;
      // tshark 4.0 counts custom blocks as frames.
      if (name != "odd-blocks.client.pcapng") {
        EXPECT_EQ(mine[i].first_frame, other[i].first_frame);
      }
      EXPECT_EQ(mine[i].protocol, other[i].protocol);
      EXPECT_EQ(mine[i].ends, other[i].ends);
      const auto listed = std::find_if(differences().begin(), differences().end(), [&](const Difference& one) {
        return one.capture == name && one.first_frame == mine[i].first_frame;
      });
      if (listed == differences().end()) {
        EXPECT_EQ(mine[i].cookie, without_header(other[i].cookie));
        continue;
      }
      ++differing;
      EXPECT_EQ(other[i].cookie, listed->tshark) << listed->why;
      EXPECT_NE(mine[i].cookie, without_header(other[i].cookie)) << "no longer differs";
    }
  }
  EXPECT_GT(compared, 400);
  EXPECT_EQ(differing, differences().size());
}

}  // namespace
}  // namespace nsgcheck::cli::tshark_agreement_test
