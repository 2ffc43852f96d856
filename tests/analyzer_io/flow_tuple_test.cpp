// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/flow_tuple.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nsgcheck::io::flow_tuple_test {
namespace {

using net::Direction;

struct Row {
  const char* name;
  const char* text;
  std::int64_t time;
  Direction direction;
  net::Protocol protocol;
  const char* source;
  net::Port source_port;
  const char* destination;
  net::Port destination_port;
  bool allowed;
  FlowState state;
  const char* encryption;
  FlowCount sent, received;
};

// Tuples of the documentation's forms (nsg-semantics 4.10), with addresses of our own.
TEST(ParseFlowTuple, ReadsAllVersions) {
  const std::vector<Row> rows{
      {"version 1",
       "1487282421,203.0.113.7,10.1.0.4,59096,3389,T,I,D",
       1'487'282'421'000,
       Direction::Inbound,
       net::kTcp,
       "203.0.113.7",
       59096,
       "10.1.0.4",
       3389,
       false,
       FlowState::NotLogged,
       "",
       {},
       {}},
      {"version 2, begin",
       "1542110377,10.0.0.4,198.51.100.2,59831,443,T,O,A,B,,,,",
       1'542'110'377'000,
       Direction::Outbound,
       net::kTcp,
       "10.0.0.4",
       59831,
       "198.51.100.2",
       443,
       true,
       FlowState::Begin,
       "",
       {},
       {}},
      {"version 2, end",
       "1542110437,10.0.0.4,198.51.100.2,59831,53,U,O,A,E,8,3040,12,4096",
       1'542'110'437'000,
       Direction::Outbound,
       net::kUdp,
       "10.0.0.4",
       59831,
       "198.51.100.2",
       53,
       true,
       FlowState::End,
       "",
       {8, 3040},
       {12, 4096}},
      {"version 2, denied",
       "1542110437,203.0.113.7,10.0.0.4,5,3389,T,I,D,B,,,,",
       1'542'110'437'000,
       Direction::Inbound,
       net::kTcp,
       "203.0.113.7",
       5,
       "10.0.0.4",
       3389,
       false,
       FlowState::Begin,
       "",
       {},
       {}},
      {"VNet, begin",
       "1663146003599,10.0.0.6,192.0.2.180,23956,443,6,O,B,NX,0,0,0,0",
       1'663'146'003'599,
       Direction::Outbound,
       net::kTcp,
       "10.0.0.6",
       23956,
       "192.0.2.180",
       443,
       true,
       FlowState::Begin,
       "NX",
       {0, 0},
       {0, 0}},
      {"VNet, denied",
       "1663145989563,20.106.221.10,10.0.0.6,50557,44357,6,I,D,NX_HW_NOT_SUPPORTED,0,0,0,0",
       1'663'145'989'563,
       Direction::Inbound,
       net::kTcp,
       "20.106.221.10",
       50557,
       "10.0.0.6",
       44357,
       false,
       FlowState::Deny,
       "NX_HW_NOT_SUPPORTED",
       {0, 0},
       {0, 0}},
      {"VNet, no ports",
       "1663146003606,10.0.0.6,10.0.0.7,0,0,1,O,C,X,3,294,3,294",
       1'663'146'003'606,
       Direction::Outbound,
       net::kIcmp,
       "10.0.0.6",
       0,
       "10.0.0.7",
       0,
       true,
       FlowState::Continuing,
       "X",
       {3, 294},
       {3, 294}},
      {"VNet, IPv6",
       "1663146003606,2001:db8::7,fd00::4,1,3389,6,I,E,NX,18446744073709551615,0,,",
       1'663'146'003'606,
       Direction::Inbound,
       net::kTcp,
       "2001:db8::7",
       1,
       "fd00::4",
       3389,
       true,
       FlowState::End,
       "NX",
       {18'446'744'073'709'551'615U, 0},
       {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto tuple = parse_flow_tuple(row.text);
    ASSERT_TRUE(tuple) << tuple.error();
    EXPECT_EQ(tuple->time, row.time);
    EXPECT_EQ(tuple->direction, row.direction);
    EXPECT_EQ(tuple->packet, (net::FiveTuple{row.protocol, *net::parse_address(row.source), row.source_port,
                                             *net::parse_address(row.destination), row.destination_port}));
    EXPECT_EQ(tuple->allowed, row.allowed);
    EXPECT_EQ(tuple->state, row.state);
    EXPECT_EQ(tuple->encryption, row.encryption);
    EXPECT_EQ(tuple->sent.packets, row.sent.packets);
    EXPECT_EQ(tuple->sent.bytes, row.sent.bytes);
    EXPECT_EQ(tuple->received.packets, row.received.packets);
    EXPECT_EQ(tuple->received.bytes, row.received.bytes);
  }
}

TEST(ParseFlowTuple, QuotesWhatIsWrong) {
  struct Wrong {
    const char* text;
    const char* error;
  };
  const std::vector<Wrong> rows{
      {"", "the flow tuple \"\" has 1 fields instead of 8 or 13"},
      {"1487282421,203.0.113.7,10.1.0.4,59096,3389,T,I",
       "the flow tuple \"1487282421,203.0.113.7,10.1.0.4,59096,3389,T,"
       "I\" has 7 fields instead of 8 or 13"},
      {"1,203.0.113.7,10.1.0.4,1,2,6,I,D",
       "the flow tuple \"1,203.0.113.7,10.1.0.4,1,2,6,I,D\" has 8 fields instead of 8 "
       "or 13"},
      {"soon,203.0.113.7,10.1.0.4,1,2,T,I,D",
       "time \"soon\" of a flow tuple is no number of seconds or milliseconds since 1970"},
      {"-1,203.0.113.7,10.1.0.4,1,2,T,I,D",
       "time \"-1\" of a flow tuple is no number of seconds or milliseconds since 1970"},
      {"1,203.0.113,10.1.0.4,1,2,T,I,D", "source \"203.0.113\" of a flow tuple is no address"},
      {"1,203.0.113.7,,1,2,T,I,D", "destination \"\" of a flow tuple is no address"},
      {"1,2001:db8::1,10.1.0.4,1,2,T,I,D",
       "2001:db8::1 and 10.1.0.4 of a flow tuple are of different address families"},
      {"1,203.0.113.7,10.1.0.4,65536,2,T,I,D", "source port \"65536\" of a flow tuple is no port, 0 to 65535"},
      {"1,203.0.113.7,10.1.0.4,1,,T,I,D", "destination port \"\" of a flow tuple is no port, 0 to 65535"},
      {"1,203.0.113.7,10.1.0.4,1,2,T,B,D", "direction \"B\" of a flow tuple is no I or O"},
      {"1,203.0.113.7,10.1.0.4,1,2,T,I,X", "decision \"X\" of a flow tuple is no A or D"},
      {"1,203.0.113.7,10.1.0.4,1,2,T,I,A,X,,,,", "state \"X\" of a flow tuple is no B, C or E"},
      {"1,203.0.113.7,10.1.0.4,1,2,T,I,A,B,many,,,", "count \"many\" of a flow tuple is no number"},
      {"1,203.0.113.7,10.1.0.4,1,2,256,I,B,NX,0,0,0,0",
       "protocol \"256\" of a flow tuple is no T, U or number 0 to 255"},
      {"1,203.0.113.7,10.1.0.4,1,2,6,I,A,NX,0,0,0,0", "state \"A\" of a flow tuple is no B, C, E or D"},
  };
  for (const Wrong& row : rows) {
    const auto tuple = parse_flow_tuple(row.text);
    ASSERT_FALSE(tuple.has_value()) << row.text;
    EXPECT_EQ(tuple.error(), row.error);
  }
}

}  // namespace
}  // namespace nsgcheck::io::flow_tuple_test
