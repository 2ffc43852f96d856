// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/connection_request.hpp"

#include <gtest/gtest.h>

#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing::connection_request_test {
namespace {

using enum CookieOutcome;

const std::string kEndpoint = "Microsoft.WindowsAzure.Plugins.RemoteAccess.Rdp";
const Bytes kTls = from_hex("01 00 08 00 01 00 00 00");

ConnectionRequest read(const Bytes& bytes, bool ended = true) {
  RequestStream stream;
  stream.bytes = bytes;
  stream.ended = ended;
  return read_connection_request(stream);
}

std::string codes(const RequestFaults& faults) {
  std::string text;
  for (const RequestFault fault : faults) {
    if (!text.empty()) text += ' ';
    text += code(fault);
  }
  return text;
}

struct Row {
  const char* name;
  Bytes bytes;
  CookieOutcome outcome;
  CookieOutcome strict;
  CookieOutcome tolerant;
  std::string text;
  std::string faults;
  std::optional<CookieNames> names;
};

Row row(const char* name, const Bytes& bytes, CookieOutcome outcome, std::string text, std::string faults = "",
        std::optional<CookieNames> names = std::nullopt) {
  return {name, bytes, outcome, outcome, outcome, std::move(text), std::move(faults), std::move(names)};
}

Row differs(const char* name, const Bytes& bytes, CookieOutcome tolerant, std::string text, std::string faults,
            std::optional<CookieNames> names = std::nullopt) {
  return {name, bytes, tolerant, Malformed, tolerant, std::move(text), std::move(faults), std::move(names)};
}

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Request : public ::testing::TestWithParam<Row> {};

TEST_P(Request, IsReadAsThis) {
  const Row& expected = GetParam();
  const ConnectionRequest request = read(expected.bytes);
  EXPECT_EQ(word(request.outcome), word(expected.outcome));
  EXPECT_EQ(word(request.strict.outcome), word(expected.strict));
  EXPECT_EQ(word(request.tolerant.outcome), word(expected.tolerant));
  EXPECT_EQ(request.text, expected.text);
  EXPECT_EQ(codes(request.faults), expected.faults);
  EXPECT_EQ(request.names, expected.names);
  EXPECT_EQ(request.strict.names.has_value(), expected.strict == Azure);
  EXPECT_EQ(request.tolerant.names.has_value(), expected.tolerant == Azure);
}

const CookieNames kWeb{"WebRole", "WebRole_IN_0", std::nullopt};
const CookieNames kWeb1{"WebRole1", "WebRole1_IN_0", std::nullopt};
const std::string kShort = "mstshash=WebRole1#WebRole1_IN_0";
const std::string kLong = "mstshash=WebRole1#WebRole1_IN_0#" + kEndpoint;

/// "Cookie: <text>" CR LF and the request for TLS, framed as it should be.
Bytes cookie(const std::string& text) { return framed(from_text("Cookie: " + text + "\r\n") + kTls); }

// Vectors of MS-RDPBCGR 4.1.1 and of other implementations' tests, then our own for the Azure forms.
INSTANTIATE_TEST_SUITE_P(
    Published, Request,
    ::testing::Values(
        row("P1",
            from_hex("03 00 00 2c 27 e0 00 00 00 00 00 43 6f 6f 6b 69 65 3a 20 6d 73 74 73 68 61 73 68 3d 65 6c 74 6f "
                     "6e 73 0d 0a 01 00 08 00 00 00 00 00"),
            User, "mstshash=eltons"),
        row("P3",
            from_hex("03 00 00 2b 26 e0 00 00 00 00 00 43 6f 6f 6b 69 65 3a 20 6d 73 74 73 68 61 73 68 3d 72 7a 68 6f "
                     "75 0d 0a 01 00 08 00 03 00 00 00"),
            User, "mstshash=rzhou"),
        row("P5", from_hex("03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 00 00 00 00"), None, ""),
        row("NoNegotiation", from_hex("03 00 00 0b 06 e0 00 00 00 00 00"), None, ""),
        row("D1",
            from_hex("03 00 00 3a 35 e0 00 00 00 00 00 43 6f 6f 6b 69 65 3a 20 6d 73 74 73 68 61 73 68 3d 57 65 62 52 "
                     "6f 6c 65 23 57 65 62 52 6f 6c 65 5f 49 4e 5f 30 0d 0a 01 00 08 00 0b 00 00 00"),
            Azure, "mstshash=WebRole#WebRole_IN_0", "", kWeb),
        row("D2",
            from_hex("03 00 00 6c 67 e0 00 00 00 00 00") + from_text("Cookie: " + kLong + "\r\n") +
                from_hex("01 00 08 00 0b 00 00 00"),
            Azure, kLong, "", CookieNames{"WebRole1", "WebRole1_IN_0", kEndpoint}),
        row("D3",
            from_hex("03 00 00 37 32 e0 00 00 00 00 00") + from_text("Cookie: msts=3640205228.15629.0000\r\n") +
                from_hex("01 00 08 00 03 00 00 00"),
            Token, "msts=3640205228.15629.0000")),
    [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Text, Request,
    ::testing::Values(
        row("Empty", cookie("mstshash="), User, "mstshash="),
        row("NoHash", cookie("mstshash=WebRole1_IN_0"), User, "mstshash=WebRole1_IN_0"),
        row("NineCharacters", cookie("mstshash=Administr"), User, "mstshash=Administr", "truncated-user-name"),
        row("AzureCutToNine", cookie("mstshash=WebRole#W"), Azure, "mstshash=WebRole#W", "truncated-user-name",
            CookieNames{"WebRole", "W", std::nullopt}),
        row("NineByChance", cookie("mstshash=A#A_IN_10"), Azure, "mstshash=A#A_IN_10", "",
            CookieNames{"A", "A_IN_10", std::nullopt}),
        row("TwoBlanksBehind", cookie(kShort + "  "), Azure, kShort + "  ", "trailing-blank", kWeb1),
        row("EmptyInstance", cookie("mstshash=Web#"), Azure, "mstshash=Web#", "empty-instance",
            CookieNames{"Web", "", std::nullopt}),
        row("EmptyRole", cookie("mstshash=#WebRole_IN_0"), Azure, "mstshash=#WebRole_IN_0", "empty-role",
            CookieNames{"", "WebRole_IN_0", std::nullopt}),
        row("EmptyEndpoint", cookie(kShort + "#"), Azure, kShort + "#", "",
            CookieNames{"WebRole1", "WebRole1_IN_0", ""}),
        row("FourParts", cookie(kLong + "#x"), Malformed, kLong + "#x", "too-many-parts"),
        row("Nul", cookie(kShort + std::string("\0x", 2)), Azure, kShort + std::string("\0x", 2), "nul",
            CookieNames{"WebRole1", std::string("WebRole1_IN_0\0x", 15), std::nullopt}),
        row("NonAscii", cookie("mstshash=Jos\xc3\xa9"), User, "mstshash=Jos\xc3\xa9", "non-ascii"),
        row("Bell", cookie("mstshash=a\ab"), User, "mstshash=a\ab", "control-character"),
        row("LfInside", cookie("mstshash=a\nb"), User, "mstshash=a\nb", "bare-lf"),
        differs("HeaderCase", framed(from_text("cOOKIE: " + kShort + "\r\n") + kTls), Azure, kShort, "wrong-case",
                kWeb1),
        differs("NameCase", cookie("MstsHash=WebRole1#WebRole1_IN_0"), Azure, "MstsHash=WebRole1#WebRole1_IN_0",
                "wrong-case", kWeb1),
        differs("NoBlank", framed(from_text("Cookie:" + kShort + "\r\n") + kTls), Azure, kShort, "blanks-around-colon",
                kWeb1),
        differs("TwoBlanks", framed(from_text("Cookie:  " + kShort + "\r\n") + kTls), Azure, kShort,
                "blanks-around-colon", kWeb1),
        differs("BlankBefore", framed(from_text("Cookie : " + kShort + "\r\n") + kTls), Azure, kShort,
                "blanks-around-colon", kWeb1),
        differs("Tab", framed(from_text("Cookie:\t" + kShort + "\r\n") + kTls), Azure, kShort, "blanks-around-colon",
                kWeb1),
        row("NoHeader", framed(from_text(kShort + "\r\n") + kTls), Token, kShort, "no-cookie-header"),
        row("Tsv", framed(from_text("tsv://MS Terminal Services Plugin.1.Sessions\r\n") + kTls), Token,
            "tsv://MS Terminal Services Plugin.1.Sessions"),
        row("OtherCookie", cookie("session=1"), Token, "session=1"),
        row("MstsOutOfRange", cookie("msts=4294967296.15629.0000"), Token, "msts=4294967296.15629.0000", "bad-token"),
        row("EmptyLine", framed(from_text("\r\n") + kTls), None, ""),
        row("TwoCookies", framed(from_text("Cookie: " + kShort + "\r\nCookie: mstshash=B#B_IN_1\r\n") + kTls), Azure,
            kShort, "two-cookies", kWeb1),
        row("TokenAndCookie", framed(from_text("tsv://x.1.y\r\nCookie: " + kShort + "\r\n") + kTls), Token,
            "tsv://x.1.y", "two-cookies")),
    [](const auto& param) { return param.param.name; });

const Bytes kLine = from_text("Cookie: " + kShort);

Bytes utf16(const std::string& text) {
  Bytes bytes;
  for (const char c : text) {
    bytes.push_back(static_cast<std::byte>(c));
    bytes.push_back(std::byte{0});
  }
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    LineEnd, Request,
    ::testing::Values(
        row("None", framed(kLine), Malformed, kShort, "missing-crlf"),
        row("NoneNegotiationFollows", framed(kLine + kTls), Malformed, kShort, "missing-crlf"),
        row("Lf", framed(kLine + from_hex("0a") + kTls), Malformed, kShort, "missing-crlf bare-lf"),
        row("Cr", framed(kLine + from_hex("0d") + kTls), Malformed, kShort, "missing-crlf"),
        row("CrAtTheEnd", framed(kLine + from_hex("0d")), Malformed, kShort, "missing-crlf"),
        row("LfCr", framed(kLine + from_hex("0a 0d") + kTls), Malformed, kShort, "missing-crlf bare-lf"),
        row("CrBeforeCrLf", framed(kLine + from_hex("0d 78 0d 0a") + kTls), Malformed, kShort, "missing-crlf"),
        row("Utf16", framed(utf16("Cookie: " + kShort + "\r\n") + kTls), Malformed, kShort, "utf16"),
        row("Utf16PlainEnd", framed(utf16("Cookie: " + kShort) + from_hex("0d 0a") + kTls), Malformed, kShort, "utf16"),
        row("Utf16Mark", framed(from_hex("ff fe") + utf16("Cookie: " + kShort + "\r\n") + kTls), Malformed, kShort,
            "utf16"),
        row("Utf16BigEndian", framed(from_hex("00") + utf16("Cookie: " + kShort + "\r\n")), Malformed, kShort,
            "utf16")),
    [](const auto& param) { return param.param.name; });

Bytes with(Bytes bytes, std::size_t at, int value) {
  bytes.at(at) = static_cast<std::byte>(value);
  return bytes;
}

const Bytes kGood = cookie(kShort);  // 60 bytes, length indicator 55

INSTANTIATE_TEST_SUITE_P(
    Header, Request,
    ::testing::Values(row("Reserved", with(kGood, 1, 0x7f), Azure, kShort, "", kWeb1),
                      row("DestinationReference", with(kGood, 7, 0x12), Azure, kShort, "", kWeb1),
                      row("SourceReference", with(kGood, 9, 0x34), Azure, kShort, "", kWeb1),
                      row("Version2", with(kGood, 0, 2), Malformed, kShort, "tpkt-version", kWeb1),
                      row("Data", with(kGood, 5, 0xf0), Malformed, kShort, "x224-type", kWeb1),
                      row("Confirm", with(kGood, 5, 0xd0), Malformed, kShort, "x224-type", kWeb1),
                      row("Credit", with(kGood, 5, 0xe1), Malformed, kShort, "x224-type", kWeb1),
                      differs("Class4", with(kGood, 10, 0x40), Azure, kShort, "x224-class", kWeb1),
                      differs("Tpkt30", with(kGood, 3, 30), Azure, kShort, "tpkt-length", kWeb1),
                      differs("Tpkt200", with(kGood, 3, 200), Azure, kShort, "tpkt-length", kWeb1),
                      differs("Tpkt4", with(kGood, 3, 4), Azure, kShort, "tpkt-length", kWeb1),
                      differs("Tpkt0", with(kGood, 3, 0), Azure, kShort, "tpkt-length", kWeb1),
                      differs("Indicator6", with(kGood, 4, 6), Azure, kShort, "x224-length", kWeb1),
                      differs("Indicator0", with(kGood, 4, 0), Azure, kShort, "x224-length", kWeb1),
                      differs("Indicator254", with(kGood, 4, 254), Azure, kShort, "x224-length", kWeb1),
                      differs("Indicator255", with(kGood, 4, 255), Azure, kShort, "x224-length", kWeb1),
                      differs("BothWrong", with(with(kGood, 3, 30), 4, 6), Azure, kShort, "tpkt-length x224-length",
                              kWeb1),
                      Row{"WrongLengthNothingToRouteOn", with(framed(kTls), 4, 6), Malformed, Malformed, None, "",
                          "x224-length", std::nullopt},
                      Row{"LengthAndLineEnd", with(framed(kLine + from_hex("0a")), 4, 6), Malformed, Malformed,
                          Malformed, kShort, "missing-crlf bare-lf x224-length", std::nullopt}),
    [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Negotiation, Request,
    ::testing::Values(
        row("Length9", framed(kLine + from_hex("0d0a 01 00 09 00 01 00 00 00")), Azure, kShort, "bad-negotiation",
            kWeb1),
        row("Type42", framed(kLine + from_hex("0d0a 42 00 08 00 01 00 00 00")), Azure, kShort, "bad-negotiation",
            kWeb1),
        row("Type42Alone", framed(from_hex("42 00 08 00 01 00 00 00")), None, "", "bad-negotiation"),
        row("UnknownFlag", framed(kLine + from_hex("0d0a 01 04 08 00 01 00 00 00")), Azure, kShort, "bad-negotiation",
            kWeb1),
        row("UnknownProtocol", framed(kLine + from_hex("0d0a 01 00 08 00 20 00 00 00")), Azure, kShort,
            "bad-negotiation", kWeb1),
        row("EntraId", framed(kLine + from_hex("0d0a 01 00 08 00 10 00 00 00")), Azure, kShort, "", kWeb1),
        row("Cut", framed(kLine + from_hex("0d0a 01 00 08 00 01 00 00")), Azure, kShort, "bad-negotiation", kWeb1),
        row("FlagWithoutCorrelation", framed(kLine + from_hex("0d0a 01 08 08 00 01 00 00 00")), Azure, kShort,
            "bad-negotiation", kWeb1),
        row("LeftOver", framed(kLine + from_hex("0d0a 01 00 08 00 01 00 00 00 99")), Azure, kShort, "trailing-bytes",
            kWeb1),
        row("CookieAfter", framed(kTls + kLine + from_hex("0d0a")), Malformed, kShort, "cookie-after-negotiation",
            kWeb1),
        row("SecondCookieAfter", framed(from_text("Cookie: mstshash=B#B_IN_1\r\n") + kTls + kLine + from_hex("0d0a")),
            Azure, "mstshash=B#B_IN_1", "cookie-after-negotiation", CookieNames{"B", "B_IN_1", std::nullopt})),
    [](const auto& param) { return param.param.name; });

const std::string kEndpointOf200(200, 'B');
const std::string kOversizeText = "Cookie: " + kShort + '#' + kEndpointOf200 + kEndpointOf200;

INSTANTIATE_TEST_SUITE_P(
    Size, Request,
    ::testing::Values(
        row("Longest", framed(from_text("Cookie: mstshash=W#" + std::string(219, 'C') + "\r\n") + kTls), Azure,
            "mstshash=W#" + std::string(219, 'C'), "", CookieNames{"W", std::string(219, 'C'), std::nullopt}),
        differs("OneMore", framed(from_text("Cookie: mstshash=W#" + std::string(220, 'C') + "\r\n") + kTls), Azure,
                "mstshash=W#" + std::string(220, 'C'), "x224-length oversize",
                CookieNames{"W", std::string(220, 'C'), std::nullopt}),
        differs("WrappedIndicator", framed(from_text(kOversizeText + "\r\n") + kTls), Azure, kOversizeText.substr(8),
                "x224-length oversize", CookieNames{"WebRole1", "WebRole1_IN_0", kEndpointOf200 + kEndpointOf200})),
    [](const auto& param) { return param.param.name; });

const Bytes kPreconnection = from_hex("24000000 00000000 02000000 07000000 0900 76006d002d00310032003300340000000000");
const Bytes kProxy2 = from_hex("0d0a0d0a000d0a515549540a 21 11 000c cb00710a c6336414 c350 0d3d");

INSTANTIATE_TEST_SUITE_P(
    Prefix, Request,
    ::testing::Values(row("Preconnection", kPreconnection + kGood, Malformed, kShort, "preconnection-pdu", kWeb1),
                      row("Proxy1", from_text("PROXY TCP4 203.0.113.10 198.51.100.20 50000 3389\r\n") + kGood,
                          Malformed, kShort, "proxy-prefix", kWeb1),
                      row("Proxy2", kProxy2 + kGood, Malformed, kShort, "proxy-prefix", kWeb1),
                      row("ProxyThenTls", kProxy2 + from_hex("16 03 01 02 00 01 00"), NotRdp, "", "proxy-prefix"),
                      row("PreconnectionAlone", kPreconnection, Incomplete, "", "preconnection-pdu"),
                      row("PreconnectionCut", Bytes(kPreconnection.begin(), kPreconnection.begin() + 20), Incomplete,
                          "", "preconnection-pdu")),
    [](const auto& param) { return param.param.name; });

struct ForeignRow {
  const char* name;
  Bytes bytes;
  std::string_view word;
};

TEST(ConnectionRequest, KnowsOtherProtocols) {
  const ForeignRow rows[] = {
      {"TLS", from_hex("16 03 01 02 00 01 00 01 fc 03 03"), "tls"},
      {"HTTP", from_text("GET / HTTP/1.1\r\nCookie: mstshash=x#y\r\n\r\n"), "http"},
      {"HTTP OPTIONS", from_text("OPTIONS / HTTP/1.0\r\n\r\n"), "http"},
      {"SSH", from_text("SSH-2.0-OpenSSH_9.2\r\n"), "ssh"},
      {"SMB", from_hex("00 00 00 2f ff 53 4d 42 72 00"), "smb"},
      {"SMB 2", from_hex("00 00 00 2f fe 53 4d 42 40 00"), "smb"},
      {"SIP", from_text("OPTIONS sip:nm SIP/2.0\r\n"), "sip"},
      {"two empty lines", from_text("\r\n\r\n"), "text"},
      {"zeros", Bytes(64), "binary"},
      {"PROXY without an end", from_text("PROXY " + std::string(200, 'x')), "text"},
  };
  for (const ForeignRow& foreign : rows) {
    SCOPED_TRACE(foreign.name);
    const ConnectionRequest request = read(foreign.bytes);
    EXPECT_EQ(word(request.outcome), "not-rdp");
    ASSERT_TRUE(request.foreign);
    EXPECT_EQ(word(*request.foreign), foreign.word);
    EXPECT_FALSE(request.names);
  }
}

TEST(ConnectionRequest, DecodesWhatStandsBehindTheText) {
  const Bytes correlation = from_hex("06 00 24 00 74de90dcedc8787483db973130ce847a 00000000000000000000000000000000");
  const ConnectionRequest request = read(framed(kLine + from_hex("0d0a 01 09 08 00 03 00 00 00") + correlation));
  EXPECT_EQ(request.outcome, Azure);
  EXPECT_EQ(codes(request.faults), "");
  ASSERT_TRUE(request.negotiation);
  EXPECT_EQ(request.negotiation->flags, kRestrictedAdminRequired | kCorrelationInfoPresent);
  EXPECT_EQ(request.negotiation->protocols, kProtocolSsl | kProtocolHybrid);
  ASSERT_TRUE(request.correlation);
  EXPECT_EQ(request.correlation->id[0], std::byte{0x74});
  EXPECT_EQ(request.correlation->id[15], std::byte{0x7a});
}

TEST(ConnectionRequest, FindsFaultWithCorrelationInfo) {
  const std::string good = "74de90dcedc8787483db973130ce847a 00000000000000000000000000000000";
  const std::pair<const char*, std::string> rows[] = {
      {"id begins with 00", "06 00 24 00 00" + good.substr(2)},
      {"id begins with f4", "06 00 24 00 f4" + good.substr(2)},
      {"id holds 0d", "06 00 24 00 740d" + good.substr(4)},
      {"flags", "06 01 24 00 " + good},
      {"length", "06 00 25 00 " + good},
      {"type", "07 00 24 00 " + good},
      {"reserved", "06 00 24 00 " + good.substr(0, good.size() - 1) + '1'},
  };
  for (const auto& [name, hex] : rows) {
    SCOPED_TRACE(name);
    const auto request = read(framed(kLine + from_hex("0d0a 01 08 08 00 03 00 00 00") + from_hex(hex)));
    EXPECT_TRUE(request.faults.contains(RequestFault::BadNegotiation)) << codes(request.faults);
    EXPECT_EQ(request.outcome, Azure);
  }
  const auto unannounced = read(framed(kLine + from_hex("0d0a 01 00 08 00 03 00 00 00 06 00 24 00") + from_hex(good)));
  EXPECT_EQ(codes(unannounced.faults), "bad-negotiation");
}

TEST(ConnectionRequest, DecodesTheBrokersToken) {
  const ConnectionRequest request = read(cookie("msts=3640205228.15629.0000"));
  ASSERT_TRUE(request.msts);
  EXPECT_EQ(net::to_string(request.msts->address), "172.31.249.216");
  EXPECT_EQ(request.msts->port, 3389);
}

TEST(ConnectionRequest, CountsOnlyBytesSentBeforeTheAnswerAsTrailing) {
  RequestStream stream;
  const Bytes bytes = kGood + from_hex("16 03 01");
  stream.bytes = bytes;
  EXPECT_EQ(read_connection_request(stream).trailing_bytes, 3U);
  EXPECT_EQ(codes(read_connection_request(stream).faults), "trailing-bytes");
  stream.before_answer = kGood.size();
  EXPECT_EQ(read_connection_request(stream).trailing_bytes, 0U);
  EXPECT_EQ(codes(read_connection_request(stream).faults), "");
  EXPECT_EQ(read_connection_request(stream).request_size, kGood.size());
}

TEST(ConnectionRequest, TakesTheCallersFaults) {
  RequestStream stream;
  stream.bytes = kGood;
  stream.split_segments = true;
  stream.ambiguous_overlap = true;
  EXPECT_EQ(codes(read_connection_request(stream).faults), "split-segments ambiguous-overlap");
}

TEST(ConnectionRequest, ReadsTheNamesThatASnapLengthLeft) {
  RequestStream stream;
  stream.sent = kGood.size();
  stream.bytes = std::span{kGood}.first(kGood.size() - 5);
  EXPECT_EQ(word(read_connection_request(stream).outcome), "azure");
  EXPECT_EQ(codes(read_connection_request(stream).faults), "");
  stream.bytes = std::span{kGood}.first(30);
  EXPECT_EQ(word(read_connection_request(stream).outcome), "incomplete");
}

TEST(ConnectionRequest, WaitsForALengthThatTheStreamDoesNotReach) {
  // A TPKT length that nothing contradicts: the request is cut, not its length wrong.
  Bytes bytes = with(with(kGood, 2, 0xff), 3, 0xff);
  bytes = with(bytes, 4, 0xfe);
  const ConnectionRequest request = read(bytes, true);
  EXPECT_EQ(word(request.outcome), "incomplete");
  EXPECT_EQ(codes(request.faults), "x224-length oversize");
}

TEST(ConnectionRequest, HasNoDataWithoutBytes) {
  EXPECT_EQ(word(read({}, true).outcome), "no-data");
  EXPECT_EQ(word(read({}, false).outcome), "no-data");
}

}  // namespace
}  // namespace nsgcheck::wire::testing::connection_request_test
