// SPDX-License-Identifier: Apache-2.0
// Faults of the load balance info, and what the way makes of a file.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rdp_case.hpp"

namespace nsgcheck::cli::rdp_cookie_findings_test {
namespace {

using nlohmann::json;

const std::string kAddress = "full address:s:198.51.100.20\n";
const std::string kUser = "username:s:ops\n";
const std::string kCookie = "loadbalanceinfo:s:Cookie: mstshash=WebRole1#WebRole1_IN_0\n";

std::string with_info(const std::string& value) { return kAddress + "loadbalanceinfo:s:" + value + "\n"; }

class RdpCookieFindings : public testing::TestWithParam<FindingCase> {};

TEST_P(RdpCookieFindings, HaveCodePlaceAndVerdict) { expect_findings(GetParam()); }

const auto kName = [](const auto& entry) { return std::string{entry.param.name}; };

INSTANTIATE_TEST_SUITE_P(
    Cookie, RdpCookieFindings,
    testing::Values(
        FindingCase{"no_cookie", kAddress + kUser, {"1:1 high no-cookie"}, "unroutable", "no-cookie"},
        FindingCase{"empty", with_info(""), {"1:1 high no-cookie"}, "unroutable", "no-cookie"},
        FindingCase{"user", with_info("Cookie: mstshash=ops"), {"2:19 high user-cookie"}, "unroutable", "user-cookie"},
        FindingCase{"token",
                    with_info("Cookie: msts=3640205228.15629.0000"),
                    {"2:19 high msts-token"},
                    "unroutable",
                    "msts-token"},
        FindingCase{"bad_token",
                    with_info("Cookie: msts=1.2"),
                    {"2:19 high msts-token", "2:19 medium bad-token"},
                    "unroutable",
                    "msts-token"},
        FindingCase{"no_header",
                    with_info("mstshash=WebRole1#WebRole1_IN_0"),
                    {"2:19 high no-cookie-header"},
                    "unroutable",
                    "msts-token"},
        FindingCase{"no_blank",
                    with_info("Cookie:mstshash=WebRole1#WebRole1_IN_0"),
                    {"2:19 high blanks-around-colon"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"no_blank_read_tolerantly",
                    with_info("Cookie:mstshash=WebRole1#WebRole1_IN_0"),
                    {"2:19 high blanks-around-colon"},
                    "reached",
                    "ok",
                    "works",
                    {"--reading", "tolerant"}},
        FindingCase{"no_blank_read_strictly",
                    with_info("Cookie:mstshash=WebRole1#WebRole1_IN_0"),
                    {"2:19 high blanks-around-colon"},
                    "unroutable",
                    "malformed-request",
                    "works",
                    {"--reading", "strict"}},
        FindingCase{"case_of_words",
                    with_info("cookie: MSTSHASH=WebRole1#WebRole1_IN_0"),
                    {"2:19 high wrong-case"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"trailing_blank",
                    with_info("Cookie: mstshash=WebRole1#WebRole1_IN_0 "),
                    {"2:58 low trailing-blank"},
                    "reached",
                    "ok"},
        FindingCase{"leading_blank",
                    with_info(" Cookie: mstshash=WebRole1#WebRole1_IN_0"),
                    {"2:19 high leading-blank"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"quoted",
                    with_info("\"Cookie: mstshash=WebRole1#WebRole1_IN_0\""),
                    {"2:19 high quoted"},
                    "unroutable",
                    "msts-token"},
        FindingCase{"escaped_line_end",
                    with_info("Cookie: mstshash=WebRole1#WebRole1_IN_0\\r\\n"),
                    {"2:19 high escaped-line-end", "2:45 high unknown-instance"},
                    "unroutable",
                    "unknown-instance"},
        FindingCase{"empty_role",
                    with_info("Cookie: mstshash=#WebRole1_IN_0"),
                    {"2:36 high empty-role", "2:36 high unknown-role"},
                    "unroutable",
                    "unknown-role"},
        FindingCase{"empty_instance",
                    with_info("Cookie: mstshash=WebRole1#"),
                    {"2:44 high empty-instance", "2:45 high unknown-instance"},
                    "unroutable",
                    "unknown-instance"},
        FindingCase{"four_parts",
                    with_info("Cookie: mstshash=WebRole1#WebRole1_IN_0#a#b"),
                    {"2:19 high too-many-parts"},
                    "unroutable",
                    "malformed-request"},
        FindingCase{"nul",
                    with_info(std::string("Cookie: mstshash=WebRole1#WebRole1_IN_0\0", 40)),
                    {"2:19 high nul", "2:45 high unknown-instance"},
                    "unroutable",
                    "unknown-instance"},
        FindingCase{"utf16_inside",
                    with_info(wide("Cookie: mstshash=WebRole1#WebRole1_IN_0")),
                    {"2:19 high utf16"},
                    "unroutable",
                    "malformed-request"},
        FindingCase{"control_character",
                    with_info("Cookie: mstshash=WebRole1#WebRole1_IN_0\x07"),
                    {"2:19 high control-character", "2:45 high unknown-instance"},
                    "unroutable",
                    "unknown-instance"},
        FindingCase{"beyond_ascii",
                    with_info("Cookie: mstshash=WebR\xC3\xB6le1#WebRole1_IN_0"),
                    {"2:19 medium non-ascii", "2:36 high unknown-role"},
                    "unroutable",
                    "unknown-role"}),
    kName);

INSTANTIATE_TEST_SUITE_P(Names, RdpCookieFindings,
                         testing::Values(FindingCase{"unknown_role",
                                                     right_file("WebRole9#WebRole1_IN_0"),
                                                     {"3:36 high unknown-role"},
                                                     "unroutable",
                                                     "unknown-role"},
                                         FindingCase{"unknown_instance",
                                                     right_file("WebRole1#WebRole1_IN_7"),
                                                     {"3:45 high unknown-instance"},
                                                     "unroutable",
                                                     "unknown-instance"},
                                         FindingCase{"instance_of_other_role",
                                                     right_file("WebRole1#WorkerRole1_IN_0"),
                                                     {"3:45 high unknown-instance"},
                                                     "unroutable",
                                                     "unknown-instance"},
                                         FindingCase{"unknown_endpoint",
                                                     right_file("WebRole1#WebRole1_IN_0#Rdp"),
                                                     {"3:59 high unknown-endpoint"},
                                                     "unroutable",
                                                     "unknown-endpoint"},
                                         FindingCase{"case_of_names",
                                                     right_file("webrole1#WEBROLE1_IN_0"),
                                                     {"3:36 high name-case-differs"},
                                                     "unknown",
                                                     "name-case-differs"},
                                         FindingCase{"case_of_names_ignored",
                                                     right_file("webrole1#WEBROLE1_IN_0"),
                                                     {},
                                                     "reached",
                                                     "ok",
                                                     "works",
                                                     {"--names", "ignore-case"}},
                                         FindingCase{"case_of_names_exact",
                                                     right_file("webrole1#WebRole1_IN_0"),
                                                     {"3:36 high unknown-role"},
                                                     "unroutable",
                                                     "unknown-role",
                                                     "works",
                                                     {"--names", "exact"}},
                                         // A fault of the form does not hide one of the names.
                                         FindingCase{"form_and_name",
                                                     with_info("Cookie:mstshash=WebRole1#WebRole1_IN_7"),
                                                     {"2:19 high blanks-around-colon", "2:44 high unknown-instance"},
                                                     "unroutable",
                                                     "malformed-request"}),
                         kName);

INSTANTIATE_TEST_SUITE_P(
    Way, RdpCookieFindings,
    testing::Values(
        FindingCase{"forwarder_port_closed",
                    right_file(),
                    {"3:45 high nsg-denied-forwarder-port"},
                    "blocked",
                    "nsg-denied-forwarder-port",
                    "only-3389-open"},
        // What cannot get in is stopped there, whomever the file names.
        FindingCase{"forwarder_port_closed_and_bad_name",
                    right_file("WebRole1#WebRole1_IN_7"),
                    {"3:45 high unknown-instance", "3:45 high nsg-denied-forwarder-port"},
                    "blocked",
                    "nsg-denied-forwarder-port",
                    "only-3389-open"},
        FindingCase{"second_hop_denied",
                    right_file("WorkerRole1#WorkerRole1_IN_0"),
                    {"3:48 high nsg-denied-second-hop"},
                    "blocked",
                    "nsg-denied-second-hop",
                    "second-hop-denied"},
        FindingCase{"only_through_itself",
                    right_file(),
                    {"3:45 high nsg-denied-second-hop"},
                    "unknown",
                    "nsg-denied-second-hop",
                    "second-hop-denied"},
        FindingCase{
            "probe_denied", right_file(), {"3:45 high probe-denied"}, "blocked", "probe-denied", "probe-denied"},
        FindingCase{"not_ready",
                    right_file("WorkerRole1#WorkerRole1_IN_0"),
                    {"3:48 high instance-not-ready"},
                    "blocked",
                    "instance-not-ready",
                    "unready-instance"},
        FindingCase{"preconnection",
                    right_file() + "pcb:s:vm1\r\n",
                    {"4:7 high preconnection-pdu"},
                    "unroutable",
                    "malformed-request"},
        FindingCase{"direct_tls",
                    right_file() + "negotiate security layer:i:0\r\n",
                    {"4:28 high direct-tls"},
                    "not-rdp",
                    "not-rdp"}),
    kName);

// 259 bytes less header 11, negotiation 8 and CR LF 2 leave 238 for the text; less 36 of correlation info, 202.
TEST(RdpCookieFindings, LengthIsThatOfX224) {
  struct Row {
    const char* name;
    std::size_t size;
    std::vector<std::string> codes;
  };
  const Row rows[]{{"fits", 202, {"unknown-role"}},
                   {"near", 203, {"near-oversize", "unknown-role"}},
                   {"longest", 238, {"near-oversize", "unknown-role"}},
                   {"over", 239, {"oversize", "unknown-role"}}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::string value = "Cookie: mstshash=R#";
    value += std::string(row.size - value.size(), 'x');
    const json file = json::parse(rdp("works", {"-", "-f", "json"}, with_info(value)).out)["files"][0];
    std::vector<std::string> codes;
    for (const json& one : file["findings"]) codes.push_back(one["code"]);
    EXPECT_EQ(codes, row.codes);
  }
}

}  // namespace
}  // namespace nsgcheck::cli::rdp_cookie_findings_test
