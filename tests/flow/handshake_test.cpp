// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>

#include "tests/flow/conversation.hpp"

namespace nsgcheck::flow::handshake_test {
namespace {

struct HandshakeCase {
  const char* name;
  std::function<void(Conversation&)> play;
  std::vector<Handshake> connections;
};

const std::vector<HandshakeCase>& handshake_cases() {
  using H = Handshake;
  static const std::vector<HandshakeCase> cases{
      {"three packets", [](Conversation& c) { c.handshake(); }, {H::Full}},
      {"SYN-ACK before the SYN (swapped on the way)",
       [](Conversation& c) { c.server("SA", 5000, 1001).client("S", 1000).client("A", 1001, 5001); },
       {H::Full}},
      {"SYN lost in the capture",
       [](Conversation& c) { c.server("SA", 5000, 1001).client("A", 1001, 5001); },
       {H::Full}},
      {"one SYN", [](Conversation& c) { c.client("S", 1000); }, {H::SynOnly}},
      {"the same SYN three times",
       [](Conversation& c) { c.client("S", 1000).client("S", 1000).client("S", 1000); },
       {H::SynOnly}},
      {"SYN, then the client gives up", [](Conversation& c) { c.client("S", 1000).client("R", 1001); }, {H::SynOnly}},
      {"RST in answer", [](Conversation& c) { c.client("S", 1000).server("RA", 0, 1001); }, {H::RefusedByRst}},
      {"RST for another SYN", [](Conversation& c) { c.client("S", 1000).server("RA", 0, 777); }, {H::Partial}},
      {"refused, and tried again with the same number as Windows does",
       [](Conversation& c) { c.client("S", 1000).server("RA", 0, 1001).client("S", 1000).server("RA", 0, 1001); },
       {H::RefusedByRst}},
      {"refused, then accepted",
       [](Conversation& c) { c.client("S", 1000).server("RA", 0, 1001).handshake(); },
       {H::Full}},
      {"ICMP error in answer", [](Conversation& c) { c.client("S", 1000).icmp_about(kToServer); }, {H::RefusedByIcmp}},
      {"ICMP error about the server's packets",
       [](Conversation& c) { c.client("S", 1000).icmp_about(reply_to(kToServer)); },
       {H::SynOnly}},
      {"ICMP error, then accepted",
       [](Conversation& c) { c.client("S", 1000).icmp_about(kToServer).handshake(); },
       {H::Full}},
      {"half-open scan",
       [](Conversation& c) { c.client("S", 1000).server("SA", 5000, 1001).client("R", 1001); },
       {H::Partial}},
      {"only the client's direction captured",
       [](Conversation& c) { c.client("S", 1000).client("A", 1001, 5001).client("PA", 1001, 5001, "x"); },
       {H::Partial}},
      {"mid-stream",
       [](Conversation& c) { c.client("PA", 9000, 700, "x").server("PA", 700, 9001, "y"); },
       {H::MidStream}},
      {"late packets", [](Conversation& c) { c.server("FA", 700, 9001).client("R", 9001); }, {H::MidStream}},
      {"simultaneous open",
       [](Conversation& c) {
         c.client("S", 1000)
             .server("S", 5000)
             .server("SA", 5000, 1001)
             .client("SA", 1000, 5001)
             .client("A", 1001, 5001);
       },
       {H::Full}},
      {"port reuse: another initial sequence number",
       [](Conversation& c) { c.client("S", 1000).client("S", 2000); },
       {H::SynOnly, H::SynOnly}},
      {"port reuse after a close",
       [](Conversation& c) {
         c.handshake().client("FA", 1001, 5001).server("FA", 5001, 1002).client("S", 7000);
         c.server("SA", 8000, 7001).client("A", 7001, 8001);
       },
       {H::Full, H::Full}},
      {"port reuse, the new SYN lost in the capture",
       [](Conversation& c) { c.handshake().client("R", 1001).server("SA", 8000, 7001).client("A", 7001, 8001); },
       {H::Full, H::Full}},
      {"a stray SYN-ACK into an open connection",
       [](Conversation& c) { c.handshake().server("SA", 8000, 7001).client("A", 1001, 5001); },
       {H::Full}},
      {"every packet twice, as a routed capture shows them",
       [](Conversation& c) {
         c.client("S", 1000).client("S", 1000).server("SA", 5000, 1001).server("SA", 5000, 1001);
         c.client("A", 1001, 5001).client("A", 1001, 5001);
       },
       {H::Full}},
      {"FIN from both sides and late acknowledgments",
       [](Conversation& c) { c.handshake().client("FA", 1001, 5001).server("FA", 5001, 1002).client("A", 1002, 5002); },
       {H::Full}},
  };
  return cases;
}

TEST(Handshake, IsNamed) {
  for (const HandshakeCase& c : handshake_cases()) {
    SCOPED_TRACE(c.name);
    Conversation conversation;
    c.play(conversation);
    std::vector<Handshake> got;
    for (const Connection& connection : conversation.finish()) {
      got.push_back(connection.handshake);
      EXPECT_EQ(connection.client_port, 50000);
      EXPECT_EQ(connection.server_port, 3389);
      EXPECT_EQ(connection.simultaneous_open, std::string_view{c.name} == "simultaneous open");
    }
    EXPECT_EQ(got, c.connections);
  }
}

struct DirectionCase {
  const char* name;
  net::Port source, destination;
  std::string_view flags, payload;
  bool sender_is_client;
  DirectionSource source_of_it;
};

TEST(Direction, ComesFromTheFirstPacket) {
  using namespace std::string_view_literals;
  const auto request = "\x03\x00\x00\x0B\x06\xE0\x00\x00\x00\x00\x00"sv;
  const auto confirm = "\x03\x00\x00\x0B\x06\xD0\x00\x00\x00\x00\x00"sv;
  const DirectionCase cases[]{
      {"SYN, whatever the ports", 3389, 50000, "S", "", true, DirectionSource::Syn},
      {"SYN-ACK, whatever the ports", 50000, 3389, "SA", "", false, DirectionSource::SynAck},
      {"connection request", 40000, 50000, "PA", request, true, DirectionSource::Payload},
      {"connection request against the port", 3389, 50000, "PA", request, true, DirectionSource::Payload},
      {"connection confirm", 40000, 50000, "PA", confirm, false, DirectionSource::Payload},
      {"to 3389", 50000, 3389, "A", "", true, DirectionSource::Port},
      {"from 3389", 3389, 50000, "A", "", false, DirectionSource::Port},
      {"from the forwarder port of the option", 21000, 50000, "A", "", false, DirectionSource::Port},
      {"no known port", 40000, 50000, "A", "", true, DirectionSource::FirstSender},
      {"two known ports", 21000, 3389, "A", "", true, DirectionSource::FirstSender},
  };
  for (const DirectionCase& c : cases) {
    SCOPED_TRACE(c.name);
    net::FiveTuple tuple = kToServer;
    tuple.source_port = c.source;
    tuple.destination_port = c.destination;
    Conversation conversation{{.server_ports = {3389, 21000}}, tuple};
    const auto connections = conversation.client(c.flags, 1000, 5000, c.payload).finish();
    ASSERT_EQ(connections.size(), 1);
    EXPECT_EQ(connections[0].client_port == c.source, c.sender_is_client);
    EXPECT_EQ(connections[0].direction, c.source_of_it);
    EXPECT_EQ(connections[0].direction_guessed(), c.source_of_it > DirectionSource::SynAck);
  }
}

TEST(MidStream, TakesTheClientsFirstSegmentForTheBeginning) {
  Conversation conversation{{.request_length = line_length}};
  conversation.client("PA", 9000, 700, "lo\n").client("PA", 8997, 700, "hel");
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_TRUE(connections[0].request.start_assumed);
  EXPECT_TRUE(connections[0].reply.start_assumed);
  EXPECT_EQ(text_of(connections[0].request.bytes), "lo\n");
}

TEST(MidStream, MovesItsBeginningForAnEarlierUndecidedSegment) {
  Conversation conversation{{.request_length = line_length}};
  conversation.client("PA", 9000, 700, "lo").client("PA", 8997, 700, "hel").client("PA", 9002, 700, "\n");
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_EQ(text_of(connections[0].request.bytes), "hello\n");
}

TEST(MidStream, KnowsTheBeginningFromTheServersAcknowledgment) {
  Conversation conversation{{.request_length = line_length}};
  conversation.server("A", 700, 8997).client("PA", 9000, 700, "lo\n").client("PA", 8997, 700, "hel");
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_EQ(text_of(connections[0].request.bytes), "hello\n");
  EXPECT_EQ(connections[0].request_complete, 3);
}

TEST(LateSyn, SetsTheBeginningRight) {
  Conversation conversation{{.request_length = line_length}};
  conversation.client("PA", 1004, 5001, "lo\n").client("S", 1000).client("PA", 1001, 5001, "hel");
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_EQ(text_of(connections[0].request.bytes), "hello\n");
  EXPECT_EQ(connections[0].syn, 2);
  EXPECT_EQ(connections[0].first_frame, 1);
  EXPECT_EQ(connections[0].direction, DirectionSource::Syn);
  EXPECT_FALSE(connections[0].request.start_assumed);
}

}  // namespace
}  // namespace nsgcheck::flow::handshake_test
