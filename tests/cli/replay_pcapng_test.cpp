// SPDX-License-Identifier: Apache-2.0
// `replay -o pcapng=FILE`: the captures again, with the verdicts as comments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.hpp"
#include "simulator/io/capture_file.hpp"
#include "tests/cli/tshark.hpp"

namespace nsgcheck::cli::replay_pcapng_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kCaptures = NSGCHECK_SOURCE_DIR "/captures/";
const std::string kDeployment = NSGCHECK_SOURCE_DIR "/tests/cli/deployments/open.json";

std::vector<std::string> all_captures() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator{kCaptures}) {
    const std::string name = entry.path().filename();
    if (name.find(".pcap") != std::string::npos || name.find(".snoop") != std::string::npos)
      out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

struct Packet {
  std::int64_t time{};
  std::string bytes;
  std::uint32_t length{};
  int link_type{};
  friend bool operator==(const Packet&, const Packet&) = default;
};

void add_packets(const std::string& path, std::vector<Packet>& packets) {
  auto reader = io::CaptureReader::open(path);
  if (!reader) return;
  io::CaptureRecord record;
  while (reader->next(record))
    packets.push_back({record.time,
                       {reinterpret_cast<const char*>(record.bytes.data()), record.bytes.size()},
                       record.original_length,
                       record.link_type});
}

class ReplayPcapng : public testing::Test {
 protected:
  ReplayPcapng() { fs::create_directories(folder_); }
  ~ReplayPcapng() override { fs::remove_all(folder_); }

  Exit replay(std::vector<std::string> args) {
    args.insert(args.begin(), {"replay", "--deployment", kDeployment, "-o", "pcapng=" + written_});
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    const Exit exit = run(args, Process{in, out, err});
    out_ = out.str();
    err_ = err.str();
    return exit;
  }

  fs::path folder_ = fs::temp_directory_path() / ("nsgcheck-pcapng-" + std::to_string(getpid()));
  std::string written_ = folder_ / "out.pcapng";
  std::string out_, err_;
};

TEST_F(ReplayPcapng, HoldsThePacketsOfAllCapturesUnchanged) {
  EXPECT_EQ(replay(all_captures()), Exit::Incomplete);
  std::vector<Packet> expected;
  for (const std::string& path : all_captures()) add_packets(path, expected);
  std::vector<Packet> got;
  add_packets(written_, got);
  ASSERT_GT(expected.size(), 2000);
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], expected[i]) << "packet " << i + 1;
}

TEST_F(ReplayPcapng, ShowsTsharkTheVerdictOfEachConnection) {
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed";
  std::vector<std::string> args = all_captures();
  args.insert(args.end(), {"-f", "json"});
  EXPECT_EQ(replay(args), Exit::Incomplete);
  const json result = json::parse(out_);
  std::map<std::string, std::uint64_t> before;  // packets of the captures before one
  std::uint64_t packets = 0;
  for (const json& capture : result["captures"]) {
    before[capture["file"]] = packets;
    packets += capture["packets"].get<std::uint64_t>();
  }
  std::map<std::string, std::string> expected;
  for (const json& row : result["connections"]) {
    const std::uint64_t frame = before.at(row["capture"]) + row["decidingPacket"].get<std::uint64_t>();
    expected[std::to_string(frame)] =
        "nsgcheck: " + row["verdict"].get<std::string>() + ", " + row["reason"].get<std::string>() + "; wanted " +
        (row["wanted"].is_null() ? "nothing" : row["wanted"].get<std::string>()) + "; reached " +
        (row["reached"].is_null() ? "nothing" : row["reached"].get<std::string>());
  }
  const auto lines = tshark(written_, "-Y frame.comment -T fields -e frame.number -e frame.comment");
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->size(), result["connections"].size());
  for (const auto& line : *lines) {
    ASSERT_EQ(line.size(), 2);
    ASSERT_TRUE(expected.contains(line[0])) << line[0];
    EXPECT_THAT(line[1], StartsWith(expected[line[0]]));
  }
}

struct CommentCase {
  const char* name;
  std::string capture;
  std::vector<std::string> options;
  std::string says, says_not;
};

class ReplayComment : public ReplayPcapng, public testing::WithParamInterface<CommentCase> {};

TEST_P(ReplayComment, Says) {
  std::vector<std::string> args = GetParam().options;
  args.push_back(kCaptures + GetParam().capture);
  replay(args);
  const std::string bytes = bytes_of(written_);
  EXPECT_THAT(bytes, HasSubstr(GetParam().says));
  if (!GetParam().says_not.empty()) {
    EXPECT_THAT(bytes, Not(HasSubstr(GetParam().says_not)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Of, ReplayComment,
    testing::Values(
        CommentCase{"the_rules_that_let_it_through",
                    "fr-tls-short.client.pcap",
                    {},
                    "nsgcheck: reached, ok; wanted WorkerRole1_IN_0; reached WorkerRole1_IN_0; allowed by lab-nsg "
                    "(subnet): AllowForwarder (100)",
                    ""},
        CommentCase{"what_the_client_sent",
                    "base.client.pcap",
                    {},
                    "reached nothing; sent mstshash=alice; forwarder (WebRole1_IN_0) stops it",
                    "***"},
        CommentCase{"no_user_names_when_masked",
                    "base.client.pcap",
                    {"--mask-users"},
                    "reached nothing; sent mstshash=***; forwarder",
                    "sent mstshash=alice"},
        // A request of this capture has a name that is no UTF-8.
        CommentCase{"nothing_that_a_terminal_would_act_on",
                    "malformed-cookie.client.pcap",
                    {},
                    R"(sent mstshash=WebRole1#\xff\xfe\x80; forwarder)",
                    "sent mstshash=WebRole1#\xff"}),
    [](const auto& test) { return std::string{test.param.name}; });

struct RefusedCase {
  const char* name;
  std::string capture, message;
};

class ReplayPcapngRefused : public ReplayPcapng, public testing::WithParamInterface<RefusedCase> {};

TEST_P(ReplayPcapngRefused, AsAUsageError) {
  fs::copy_file(kCaptures + "base.client.pcap", written_);
  EXPECT_EQ(replay({GetParam().capture.empty() ? written_ : GetParam().capture}), Exit::Usage);
  EXPECT_THAT(err_, HasSubstr(GetParam().message));
  EXPECT_EQ(bytes_of(written_), bytes_of(kCaptures + "base.client.pcap"));
}

INSTANTIATE_TEST_SUITE_P(Of, ReplayPcapngRefused,
                         testing::Values(RefusedCase{"standard_input", "-", "which \"-\" does not allow; name a file"},
                                         RefusedCase{"a_device", "/dev/null", "\"/dev/null\" does not allow"},
                                         RefusedCase{"its_own_input", "", "would replace the capture"}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST_F(ReplayPcapng, LeavesNothingBehindWhenItCannotBeWritten) {
  written_ = folder_ / "no-such-folder" / "out.pcapng";
  EXPECT_EQ(replay({kCaptures + "base.client.pcap"}), Exit::OutputFailed);
  EXPECT_THAT(err_, HasSubstr("No such file or directory"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
}  // namespace nsgcheck::cli::replay_pcapng_test
