// SPDX-License-Identifier: Apache-2.0
// Faults of the lines that say where a client connects to, and as whom.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rdp_case.hpp"

namespace nsgcheck::cli::rdp_findings_test {
namespace {

const std::string kAddress = "full address:s:198.51.100.20\n";
const std::string kUser = "username:s:ops\n";
const std::string kCookie = "loadbalanceinfo:s:Cookie: mstshash=WebRole1#WebRole1_IN_0\n";

class RdpFindings : public testing::TestWithParam<FindingCase> {};

TEST_P(RdpFindings, HaveCodePlaceAndVerdict) { expect_findings(GetParam()); }

const auto kName = [](const auto& entry) { return std::string{entry.param.name}; };

INSTANTIATE_TEST_SUITE_P(
    Right, RdpFindings,
    testing::Values(
        FindingCase{"as_azure_writes", right_file(), {}, "reached", "ok"},
        FindingCase{"long_form",
                    right_file("WebRole1#WebRole1_IN_0#Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp"),
                    {},
                    "reached",
                    "ok"},
        FindingCase{"other_role", right_file("WorkerRole1#WorkerRole1_IN_0"), {}, "reached", "ok"},
        FindingCase{"port_written", "full address:s:198.51.100.20:3389\n" + kCookie, {}, "reached", "ok"},
        FindingCase{"server_port", kAddress + "server port:i:3389\n" + kCookie, {}, "reached", "ok"},
        FindingCase{
            "host_name", "full address:s:contoso.westeurope.cloudapp.azure.com\n" + kCookie, {}, "reached", "ok"},
        FindingCase{"local_account", kAddress + "username:s:.\\OPS\n" + kCookie, {}, "reached", "ok"},
        FindingCase{"unknown_keys", kAddress + "screen mode id:i:2\nfoo bar:s:x\n" + kCookie, {}, "reached", "ok"},
        FindingCase{"gateway_not_used",
                    kAddress + kCookie + "gatewayhostname:s:gw\ngatewayusagemethod:i:4\n",
                    {},
                    "reached",
                    "ok"},
        FindingCase{"keys_in_capitals",
                    "FULL ADDRESS:s:198.51.100.20\nLOADBALANCEINFO:s:Cookie: mstshash=WebRole1#WebRole1_IN_0\n",
                    {},
                    "reached",
                    "ok"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Lines, RdpFindings,
    testing::Values(
        FindingCase{"utf16_of_mstsc", "\xFF\xFE" + wide(right_file()), {}, "reached", "ok"},
        FindingCase{
            "utf16_without_mark", wide(right_file()), {"1:1 high no-byte-order-mark"}, "unknown", "reading-differs"},
        FindingCase{"same_line_twice", kAddress + kAddress + kCookie, {"2:16 info duplicate-key"}, "reached", "ok"},
        FindingCase{"two_users",
                    kAddress + "username:s:other\n" + kUser + kCookie,
                    {"3:12 low duplicate-key"},
                    "reached",
                    "ok"},
        FindingCase{"two_cookies",
                    kAddress + "loadbalanceinfo:s:Cookie: mstshash=WebRole1#WebRole1_IN_1\n" + kCookie,
                    {"3:19 high duplicate-key"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"two_addresses",
                    "full address:s:198.51.100.99\n" + kAddress + kCookie,
                    {"2:16 high duplicate-key"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"cookie_of_type_i",
                    kAddress + "loadbalanceinfo:i:Cookie: mstshash=WebRole1#WebRole1_IN_0\n",
                    {"1:1 high no-cookie", "2:19 high wrong-type"},
                    "unroutable",
                    "no-cookie"},
        FindingCase{
            "password_of_type_s", kAddress + kCookie + "password 51:s:x\n", {"3:15 low wrong-type"}, "reached", "ok"},
        FindingCase{
            "port_is_no_number", kAddress + "server port:i:rdp\n" + kCookie, {"2:15 high bad-value"}, "reached", "ok"},
        FindingCase{
            "port_is_no_port", kAddress + "server port:i:70000\n" + kCookie, {"2:15 high bad-value"}, "reached", "ok"},
        FindingCase{"misspelt_key",
                    kAddress + "load balance info:s:Cookie: mstshash=WebRole1#WebRole1_IN_0\n",
                    {"1:1 high no-cookie", "2:1 medium misspelt-key"},
                    "unroutable",
                    "no-cookie"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Server, RdpFindings,
    testing::Values(
        FindingCase{"no_address", kUser + kCookie, {"1:1 high no-address"}, "unknown", "not-a-modelled-address"},
        FindingCase{"empty_address",
                    "full address:s:\n" + kCookie,
                    {"1:1 high no-address"},
                    "unknown",
                    "not-a-modelled-address"},
        FindingCase{"bad_address",
                    "full address:s:198.51.100\n" + kCookie,
                    {"1:16 high bad-address"},
                    "unknown",
                    "not-a-modelled-address"},
        FindingCase{"not_a_frontend",
                    "full address:s:198.51.100.21\n" + kCookie,
                    {"1:16 high not-a-frontend"},
                    "unknown",
                    "not-a-modelled-address"},
        FindingCase{"instance_address",
                    "full address:s:10.0.0.4\n" + kCookie,
                    {"1:16 medium instance-address", "2:45 high nsg-denied-second-hop"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"instance_address_from_inside",
                    "full address:s:10.0.0.4\n" + kCookie,
                    {"1:16 medium instance-address"},
                    "reached",
                    "ok",
                    "works",
                    {"--from", "10.0.0.9"}},
        FindingCase{"wrong_port",
                    "full address:s:198.51.100.20:20000\n" + kCookie,
                    {"1:16 high wrong-port"},
                    "unknown",
                    "not-a-modelled-address"},
        FindingCase{"wrong_server_port",
                    kAddress + "server port:i:3390\n" + kCookie,
                    {"2:15 high wrong-port"},
                    "unknown",
                    "not-a-modelled-address"},
        FindingCase{"ports_differ",
                    "full address:s:198.51.100.20:3389\nserver port:i:3390\n" + kCookie,
                    {"2:15 high ports-differ"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"alternate_address",
                    kAddress + kCookie + "alternate full address:s:198.51.100.9\n",
                    {"3:26 high addresses-differ"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"same_alternate_address",
                    kAddress + kCookie + "alternate full address:s:198.51.100.20\n",
                    {},
                    "reached",
                    "ok"},
        FindingCase{"classic_host",
                    "full address:s:contoso.cloudapp.net\n" + kCookie,
                    {"1:16 low classic-host-name"},
                    "reached",
                    "ok"},
        FindingCase{"gateway",
                    kAddress + kCookie + "gatewayhostname:s:gw.contoso.test\ngatewayusagemethod:i:1\n",
                    {"3:19 medium gateway"},
                    "unknown",
                    "reading-differs"},
        FindingCase{"no_client_of_the_family",
                    kAddress + kCookie,
                    {"1:1 high no-client-of-family"},
                    "unknown",
                    "not-a-modelled-address",
                    "works",
                    {"--from", "2001:db8::1"}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Account, RdpFindings,
    testing::Values(
        FindingCase{
            "other_user", kAddress + "username:s:admin\n" + kCookie, {"2:12 medium other-user"}, "reached", "ok"},
        FindingCase{"domain_before",
                    kAddress + "username:s:CONTOSO\\ops\n" + kCookie,
                    {"2:12 low domain-user"},
                    "reached",
                    "ok"},
        FindingCase{"domain_behind",
                    kAddress + "username:s:ops@contoso\n" + kCookie,
                    {"2:12 low domain-user"},
                    "reached",
                    "ok"},
        FindingCase{"domain_line",
                    kAddress + kUser + kCookie + "domain:s:CONTOSO\n",
                    {"2:12 low domain-user"},
                    "reached",
                    "ok"},
        FindingCase{
            "password", kAddress + kCookie + "password 51:b:01AB\n", {"3:15 info stored-password"}, "reached", "ok"},
        FindingCase{"azure_ad_user",
                    kAddress + "username:s:AzureAD\\ops\n" + kCookie,
                    {"2:12 low domain-user"},
                    "reached",
                    "ok"},
        FindingCase{"azure_ad_target",
                    kAddress + kUser + kCookie + "targetisaadjoined:i:1\n",
                    {"4:21 medium azure-ad-target"},
                    "reached",
                    "ok"},
        FindingCase{"expired",
                    right_file(),
                    {"3:45 high account-expired"},
                    "unroutable",
                    "account-expired",
                    "works",
                    {"--now", "2027-01-01T00:00:00Z"}},
        FindingCase{"not_yet_expired", right_file(), {}, "reached", "ok", "works", {"--now", "2026-12-31T23:59:59Z"}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Security, RdpFindings,
    testing::Values(
        FindingCase{
            "no_credssp", kAddress + kCookie + "enablecredsspsupport:i:0\n", {"3:24 info no-credssp"}, "reached", "ok"},
        FindingCase{"no_credssp_where_it_is_not_needed",
                    kAddress + kCookie + "enablecredsspsupport:i:0\n",
                    {},
                    "reached",
                    "ok",
                    "../cloud-service-files/no-nla"},
        FindingCase{"azure_ad_sign_in",
                    kAddress + kCookie + "enablerdsaadauth:i:1\n",
                    {"3:20 medium azure-ad-sign-in"},
                    "reached",
                    "ok"},
        FindingCase{"certificate_must_be_trusted",
                    kAddress + kCookie + "authentication level:i:1\n",
                    {"3:24 medium untrusted-certificate"},
                    "reached",
                    "ok"},
        FindingCase{"certificate_is_not_looked_at",
                    kAddress + kCookie + "authentication level:i:0\n",
                    {"3:24 info no-server-authentication"},
                    "reached",
                    "ok"},
        FindingCase{"client_asks", kAddress + kCookie + "authentication level:i:2\n", {}, "reached", "ok"},
        FindingCase{
            "no_level", kAddress + kCookie + "authentication level:i:9\n", {"3:24 low bad-value"}, "reached", "ok"}),
    kName);

// Of two deployments that can be swapped, the one in production is looked at.
INSTANTIATE_TEST_SUITE_P(
    Slots, RdpFindings,
    testing::Values(
        FindingCase{
            "address_in_production", kAddress + kCookie, {}, "reached", "ok", "../cloud-service-files/two-slots.xml"},
        FindingCase{"address_in_staging",
                    "full address:s:198.51.100.21\n" + kCookie,
                    {"1:16 high not-a-frontend"},
                    "unknown",
                    "not-a-modelled-address",
                    "../cloud-service-files/two-slots.xml"},
        FindingCase{"name_in_production",
                    "full address:s:CONTOSO.cloudapp.net\n" + kCookie,
                    {"1:16 low classic-host-name"},
                    "reached",
                    "ok",
                    "../cloud-service-files/two-slots.xml"},
        FindingCase{"name_in_staging",
                    "full address:s:0f3c2f5e9f8e4f0b8d6a1c7e5b2a4d90.cloudapp.net\n" + kCookie,
                    {"1:16 high other-host-name", "1:16 low classic-host-name"},
                    "unknown",
                    "reading-differs",
                    "../cloud-service-files/two-slots.xml"},
        FindingCase{"name_of_neither",
                    "full address:s:fabrikam.cloudapp.net\n" + kCookie,
                    {"1:16 medium other-host-name", "1:16 low classic-host-name"},
                    "reached",
                    "ok",
                    "../cloud-service-files/two-slots.xml"}),
    kName);

}  // namespace
}  // namespace nsgcheck::cli::rdp_findings_test
