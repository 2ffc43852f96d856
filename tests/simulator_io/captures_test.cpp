// SPDX-License-Identifier: Apache-2.0
// From file to connections, over every capture of the repository.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "simulator/flow/connection_table.hpp"
#include "simulator/wire/fragment_table.hpp"
#include "simulator/wire/frame.hpp"
#include "tests/simulator_io/capture_bytes.hpp"

namespace nsgcheck::io::captures_test {
namespace {

using nlohmann::json;

std::vector<flow::Connection> connections_of(CaptureReader& reader) {
  std::vector<flow::Connection> connections;
  flow::ConnectionTable table{{}, [&](flow::Connection&& c) { connections.push_back(std::move(c)); }};
  wire::FragmentTable fragments;
  CaptureRecord record;
  while (reader.next(record)) {
    const auto link_type = wire::link_type(record.link_type);
    if (!link_type) continue;
    if (const auto packet = wire::decode_frame(*link_type, record.bytes, &fragments)) {
      table.add(record.frame, record.time, *packet);
    }
  }
  table.finish();
  return connections;
}

std::string word(flow::Handshake handshake) {
  using H = flow::Handshake;
  static const std::map<H, std::string> words{{H::None, ""},
                                              {H::Full, "full"},
                                              {H::Partial, "partial"},
                                              {H::SynOnly, "syn-only"},
                                              {H::RefusedByRst, "refused"},
                                              {H::RefusedByIcmp, "refused"},
                                              {H::MidStream, "none"}};
  return words.at(handshake);
}

using Row = std::tuple<std::string, std::string, int, std::string, int, std::string>;

Row row_of(const json& c) {
  return {c.at("proto"),  c.at("client"),      c.at("client_port"),
          c.at("server"), c.at("server_port"), c.value("handshake", "")};
}

Row row_of(const flow::Connection& c) {
  return {net::to_string(c.protocol), net::to_string(c.client), c.client_port, net::to_string(c.server), c.server_port,
          word(c.handshake)};
}

// What else expected.json says of a connection.
void expect_details(const json& expected, const flow::Connection& c) {
  if (expected.contains("packets")) {
    EXPECT_EQ(c.client_packets + c.server_packets, expected["packets"]);
  }
  EXPECT_EQ(c.request.ambiguous_overlap, expected.at("parse_outcome") == "ambiguous-overlap");
  EXPECT_EQ(c.request.snaplen_cut, expected.value("snaplen_cut", false));
  if (expected.value("handshake", "") == "none") {
    EXPECT_TRUE(c.request.start_assumed);
  }
  if (expected.at("parse_outcome") == "no-payload") {
    EXPECT_TRUE(c.request.bytes.empty());
  }
  const std::string cookie = expected.value("cookie", "");
  const std::string text{reinterpret_cast<const char*>(c.request.bytes.data()), c.request.bytes.size()};
  if (expected.at("parse_outcome") == "ok") {
    EXPECT_NE(text.find(cookie), std::string::npos) << cookie;
  }
}

void expect_connections(const json& file, const std::vector<flow::Connection>& connections) {
  EXPECT_EQ(connections.size(), file["connection_count"]);
  std::vector<Row> got;
  std::vector<Row> expected;
  std::map<std::uint64_t, const flow::Connection*> by_frame;
  for (const flow::Connection& c : connections) {
    got.push_back(row_of(c));
    by_frame[c.first_frame] = &c;
  }
  for (const json& c : file["connections"]) {
    expected.push_back(row_of(c));
    if (!c.contains("first_frame")) continue;
    SCOPED_TRACE(c.dump());
    const auto found = by_frame.find(c["first_frame"]);
    ASSERT_NE(found, by_frame.end());
    expect_details(c, *found->second);
  }
  std::sort(got.begin(), got.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(got, expected);
}

TEST(Captures, HaveThePacketsAndConnectionsThatWereRecorded) {
  const json expected = json::parse(file_bytes(capture_path("expected.json")));
  ASSERT_GE(expected["files"].size(), 25);
  for (const auto& [name, file] : expected["files"].items()) {
    SCOPED_TRACE(name);
    auto reader = CaptureReader::open(capture_path(name));
    if (!reader) {
      EXPECT_TRUE(file.contains("file_error")) << reader.error().text();
      EXPECT_EQ(file["packets"], 0);
      continue;
    }
    const auto connections = connections_of(*reader);
    EXPECT_EQ(reader->frames(), file["packets"]);
    EXPECT_EQ(reader->damage().empty(), !file.contains("file_error"));
    if (file.contains("link_type")) {
      EXPECT_EQ(reader->link_types(), std::vector<int>{file["link_type"]});
    }
    if (name == "unknown-linktype.client.pcap") {
      EXPECT_TRUE(connections.empty());
    } else {
      expect_connections(file, connections);
    }
  }
}

}  // namespace
}  // namespace nsgcheck::io::captures_test
