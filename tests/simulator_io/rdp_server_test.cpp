// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "simulator/io/rdp_settings.hpp"

namespace nsgcheck::io::rdp_server_test {
namespace {

struct ServerCase {
  const char* name;
  std::string text;
  std::string read;  ///< "host", "host|port"; with "=address" behind when it is one; "-" for none
};

class RdpServers : public testing::TestWithParam<ServerCase> {};

TEST_P(RdpServers, AreHostAndPort) {
  const auto server = parse_rdp_server(GetParam().text);
  std::string read = "-";
  if (server) {
    read = server->host;
    if (server->port) read += '|' + std::to_string(*server->port);
    if (server->address) read += '=' + net::to_string(*server->address);
  }
  EXPECT_EQ(read, GetParam().read);
}

INSTANTIATE_TEST_SUITE_P(
    Of, RdpServers,
    testing::Values(ServerCase{"ipv4", "198.51.100.20", "198.51.100.20=198.51.100.20"},
                    ServerCase{"ipv4_and_port", "198.51.100.20:3389", "198.51.100.20|3389=198.51.100.20"},
                    ServerCase{"blanks_around", " 198.51.100.20 ", "198.51.100.20=198.51.100.20"},
                    ServerCase{"ipv6", "2001:db8::1", "2001:db8::1=2001:db8::1"},
                    ServerCase{"ipv6_in_brackets", "[2001:db8::1]", "2001:db8::1=2001:db8::1"},
                    ServerCase{"ipv6_and_port", "[2001:db8::1]:3389", "2001:db8::1|3389=2001:db8::1"},
                    ServerCase{"host", "contoso.cloudapp.net", "contoso.cloudapp.net"},
                    ServerCase{"host_and_port", "contoso.cloudapp.net:3390", "contoso.cloudapp.net|3390"},
                    ServerCase{"one_label", "web01", "web01"}, ServerCase{"last_port", "web01:65535", "web01|65535"},
                    ServerCase{"nothing", "", "-"}, ServerCase{"colon_only", ":", "-"},
                    ServerCase{"no_host", ":3389", "-"}, ServerCase{"no_port", "web01:", "-"},
                    ServerCase{"port_0", "web01:0", "-"}, ServerCase{"port_too_large", "web01:65536", "-"},
                    ServerCase{"port_negative", "web01:-1", "-"}, ServerCase{"port_is_word", "web01:rdp", "-"},
                    ServerCase{"ipv4_octet_too_large", "198.51.100.256", "-"},
                    ServerCase{"ipv4_too_short", "198.51.100", "-"}, ServerCase{"url", "https://contoso", "-"},
                    ServerCase{"blank_inside", "web 01", "-"}, ServerCase{"bracket_open", "[2001:db8::1", "-"},
                    ServerCase{"bracket_holds_host", "[web01]:3389", "-"},
                    ServerCase{"junk_behind_bracket", "[2001:db8::1]3389", "-"}),
    [](const auto& entry) { return std::string{entry.param.name}; });

}  // namespace
}  // namespace nsgcheck::io::rdp_server_test
