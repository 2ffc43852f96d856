// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/intent_reader.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <ostream>

namespace nsgcheck::intent_reader_test {
namespace {

std::string test_name(std::string name) {
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

struct Wrong {
  std::string name;
  std::string yaml;
  std::string said;  ///< line:column: message
};
void PrintTo(const Wrong& row, std::ostream* out) { *out << row.name; }

class WrongIntent : public testing::TestWithParam<Wrong> {};

TEST_P(WrongIntent, IsRefusedAtItsPlace) {
  const auto read = io::read_intent("intent.yaml", GetParam().yaml);
  ASSERT_FALSE(read.has_value());
  const io::Diagnostic& error = read.error();
  EXPECT_EQ(error.file, "intent.yaml");
  EXPECT_EQ(std::to_string(error.position.line) + ':' + std::to_string(error.position.column) + ": " + error.message,
            GetParam().said);
}

const Wrong kWrong[]{
    {"nothing stated", "nsg: web\n",
     "1:1: the intent states nothing: it needs entries under \"must\", \"mustNot\" or \"only\""},
    {"empty lists", "must: []\nonly: []\n",
     "1:1: the intent states nothing: it needs entries under \"must\", \"mustNot\" or \"only\""},
    {"a key that is none", "mustnot:\n  - {ports: [3389]}\n",
     "2:3: \"mustnot\" is no key of the intent; did you mean \"mustNot\"? (allowed: nsg, judged, severity, must, "
     "mustNot, only)"},
    {"a key of an entry", "must:\n  - {port: [3389]}\n",
     "2:12: \"port\" is no key of the expectation; did you mean \"ports\"? (allowed: name, nsg, judged, severity, "
     "direction, protocol, from, to, ports)"},
    {"an address", "must:\n  - {from: 203.0.113.0/33, ports: [443]}\n",
     "2:12: \"203.0.113.0/33\" is no address, CIDR block, service tag, asg:NAME or \"*\""},
    {"host bits", "must:\n  - {from: 203.0.113.1/24}\n", "2:12: \"203.0.113.1/24\" has bits below its prefix length"},
    {"a port", "mustNot:\n  - {ports: [443, 70000]}\n",
     "2:19: \"70000\" is no port: a number 0 to 65535 without leading zeros, low-high, or \"forwarder\""},
    {"a protocol", "must:\n  - {protocol: tpc, ports: 1}\n",
     "2:16: \"tpc\" is no protocol; did you mean \"tcp\"? (allowed: tcp, udp, sctp, icmp, esp, ah, any)"},
    {"ports of ICMP", "must:\n  - {protocol: icmp, ports: 1}\n",
     "2:29: \"ports\" need a protocol with ports: tcp, udp or sctp"},
    {"a direction", "must:\n  - {direction: up}\n", "2:17: \"up\" is no direction (allowed: inbound, outbound)"},
    {"a severity", "must:\n  - {severity: bad, ports: 1}\n",
     "2:16: \"bad\" is no severity (allowed: critical, high, medium, low, info)"},
    {"two families", "must:\n  - {from: 203.0.113.0/24, to: \"2001:db8::/32\"}\n",
     "2:5: no packet goes from 203.0.113.0/24 to 2001:db8::/32: one is IPv4, the other IPv6"},
    {"no list of what is allowed", "only:\n  - {from: Internet}\n", "2:5: the expectation has no \"allow\""},
    {"a direction in what is allowed", "only:\n  - {from: Internet, allow: [{direction: in}]}\n",
     "2:42: \"direction\" is no key of the allowed flows (allowed: protocol, from, to, ports)"},
    {"an entry that is a word", "must: [rdp]\n", "1:8: the expectation is a value where a mapping belongs"},
    {"a mapping for a list", "must: {ports: 1}\n", "1:7: \"must\" must be a list of expectations"},
    {"how it is judged", "must:\n  - {judged: paths, ports: 1}\n",
     "2:14: \"paths\" is no kind of judging; did you mean \"path\"? (allowed: nsg, path)"},
    {"a place for one NSG", "must:\n  - {judged: nsg, to: 'role:Web'}\n",
     "2:14: an NSG by itself knows no instance, role or subnet: \"judged\" must be \"path\""},
    {"an NSG for whole ways", "must:\n  - {nsg: web, to: 'role:Web'}\n",
     "2:11: \"nsg\" is for expectations of one NSG; this one is about whole ways"},
    {"a place without a name", "must:\n  - {to: 'role:'}\n", "2:10: \"role:\" names nothing"},
    {"a key twice", "must:\n  - {ports: 1, ports: 2}\n", "2:16: the key \"ports\" stands twice"},
};
INSTANTIATE_TEST_SUITE_P(Rows, WrongIntent, testing::ValuesIn(kWrong),
                         [](const auto& row) { return test_name(row.param.name); });

TEST(IntentReader, ReadsEveryWord) {
  const auto read = io::read_intent("intent.yaml", R"(
nsg: [web-nsg, app-nsg]
severity: medium
must:
  - name: operators
    direction: out
    protocol: [tcp, udp]
    from: [203.0.113.0/24, 10.0.0.4-10.0.0.9, "2001:db8::/32"]
    to: asg:forwarders
    ports: [443, 8000-8010, forwarder]
    severity: low
mustNot:
  - {nsg: db-nsg, ports: 3389}
only:
  - from: Internet
    ports: [0-1023]
    allow: [{protocol: tcp, ports: 443}, {from: 198.51.100.7}]
)");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  ASSERT_EQ(read->expectations.size(), 3U);
  const policy::Expectation& must = read->expectations[0];
  EXPECT_EQ(must.kind, policy::ExpectationKind::Must);
  EXPECT_EQ(must.name, "operators");
  EXPECT_EQ(must.nsgs, (std::vector<std::string>{"web-nsg", "app-nsg"}));
  EXPECT_EQ(must.severity, policy::Severity::Low);
  EXPECT_EQ(must.flows.direction, net::Direction::Outbound);
  EXPECT_EQ(must.flows.protocols, net::protocol_set({net::kTcp, net::kUdp}));
  ASSERT_EQ(must.flows.from.size(), 3U);
  ASSERT_EQ(must.flows.to.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<model::Asg>(must.flows.to[0].value));
  EXPECT_EQ(std::get<model::Asg>(must.flows.to[0].value).name, "forwarders");
  EXPECT_TRUE(must.flows.with_forwarder_port);
  EXPECT_EQ(must.flows.ports, net::PortSet::range(443, 443) | net::PortSet::range(8000, 8010));
  EXPECT_EQ(must.line, 5U);
  EXPECT_EQ(must.column, 5U);
}

// What is left out means any; ports without a protocol mean those of tcp and udp.
TEST(IntentReader, FillsInWhatIsLeftOut) {
  const auto read = io::read_intent("intent.yaml", R"(
severity: medium
mustNot:
  - {nsg: db-nsg, ports: 3389}
  - {from: Internet}
only:
  - {from: Internet, ports: [0-1023], allow: [{protocol: tcp, ports: 443}, {from: 198.51.100.7}]}
)");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const policy::Expectation& port = read->expectations[0];
  EXPECT_EQ(port.name, "tcp and udp 3389 from * to * inbound");
  EXPECT_EQ(port.nsgs, std::vector<std::string>{"db-nsg"});
  EXPECT_EQ(port.severity, policy::Severity::Medium);
  EXPECT_EQ(port.flows.protocols, net::protocol_set({net::kTcp, net::kUdp}));
  const policy::Expectation& all = read->expectations[1];
  EXPECT_TRUE(all.flows.protocols.all());
  EXPECT_TRUE(all.flows.ports.is_all());
  EXPECT_TRUE(all.nsgs.empty());
  const policy::Expectation& only = read->expectations[2];
  ASSERT_EQ(only.allow.size(), 2U);
  EXPECT_EQ(only.allow[0].from.front().text, "Internet");
  EXPECT_EQ(only.allow[0].ports, net::PortSet::range(443, 443));
  EXPECT_EQ(only.allow[1].from.front().text, "198.51.100.7");
  EXPECT_EQ(only.allow[1].ports, net::PortSet::range(0, 1023));
  EXPECT_EQ(only.allow[1].protocols, net::protocol_set({net::kTcp, net::kUdp}));
}

// Places make an expectation one about whole ways; the sender alone makes it outbound.
TEST(IntentReader, ReadsPlaces) {
  const auto read = io::read_intent("intent.yaml", R"(
nsg: web-nsg
must:
  - {from: Internet, to: [role:Web, 10.0.0.9, subnet:data]}
  - {from: instance:Web_IN_0, to: Internet}
  - {from: role:Web, to: role:Db}
only:
  - {from: Internet, allow: [{to: instance:Web_IN_0, ports: 443}]}
mustNot:
  - {judged: path, ports: 22}
  - {ports: 22}
)");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  std::vector<std::string> said;
  for (const policy::Expectation& one : read->expectations)
    said.push_back((one.whole_way ? "way: " : "nsg: ") + policy::pattern_words(one.flows));
  EXPECT_EQ(said,
            (std::vector<std::string>{
                "way: any protocol from Internet to role:Web, subnet:data and 10.0.0.9 inbound",
                "way: any protocol from instance:Web_IN_0 to Internet outbound",
                "way: any protocol from role:Web to role:Db inbound", "way: any protocol from Internet to * inbound",
                "way: tcp and udp 22 from * to * inbound", "nsg: tcp and udp 22 from * to * inbound"}));
  EXPECT_TRUE(read->expectations[0].nsgs.empty());
  EXPECT_EQ(read->expectations[5].nsgs, std::vector<std::string>{"web-nsg"});
  const auto path = io::read_intent("intent.yaml", "judged: path\nmust: [{ports: 22}, {ports: 23, judged: nsg}]\n");
  ASSERT_TRUE(path.has_value()) << path.error().message;
  EXPECT_TRUE(path->expectations[0].whole_way);
  EXPECT_FALSE(path->expectations[1].whole_way);
}

}  // namespace
}  // namespace nsgcheck::intent_reader_test
