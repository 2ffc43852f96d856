// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_cookie.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "analyzer/net/spelling.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using policy::Severity;
using wire::CookieOutcome;
using wire::RequestFault;

constexpr std::string_view kNewText =
    "Download the .rdp file anew, or write the line as "
    "loadbalanceinfo:s:Cookie: mstshash=<Role>#<Instance>.";

/// What a fault of the cookie means in an .rdp file.
struct FaultText {
  RequestFault fault;
  Severity severity;
  std::string_view message;
};
constexpr std::array kFaults{
    FaultText{RequestFault::TrailingBlank, Severity::Low,
              "blanks stand behind the load balance info; forwarders overlook them, but nothing says so"},
    FaultText{RequestFault::WrongCase, Severity::High,
              "\"Cookie\" and \"mstshash\" are not in the case in which forwarders look for them"},
    FaultText{RequestFault::BlanksAroundColon, Severity::High,
              "exactly one blank must stand between \"Cookie:\" and \"mstshash\", none before the colon"},
    FaultText{RequestFault::NoCookieHeader, Severity::High,
              "\"Cookie: \" is missing in front; clients send the text as it stands"},
    FaultText{RequestFault::EmptyRole, Severity::High, "no role stands before \"#\""},
    FaultText{RequestFault::EmptyInstance, Severity::High, "no instance stands behind \"#\""},
    FaultText{RequestFault::TooManyParts, Severity::High, "there are more than three parts between \"#\""},
    FaultText{RequestFault::BadToken, Severity::Medium, "the token's address or port does not decode"},
    FaultText{RequestFault::Nul, Severity::High, "the load balance info holds NUL characters"},
    FaultText{RequestFault::Utf16, Severity::High,
              "the load balance info is UTF-16 inside the text: two bytes a character reach the forwarder"},
    FaultText{
        RequestFault::NonAscii, Severity::Medium,
        "the load balance info holds characters beyond ASCII; clients differ in the bytes that they send for them"},
    FaultText{RequestFault::ControlCharacter, Severity::High, "the load balance info holds control characters"},
};

// Where the fault stands in the line.
void point_at(RequestFault fault, RdpFinding& finding, const wire::RdpSetting& line) {
  const std::string_view value = line.value;
  if (fault == RequestFault::TrailingBlank) {
    finding.begin = line.value_begin + value.find_last_not_of(" \t") + 1;
  } else if (fault == RequestFault::WrongCase || fault == RequestFault::BlanksAroundColon) {
    const auto equals = value.find('=');
    if (equals != std::string_view::npos) finding.end = line.value_begin + equals;
  } else if (fault == RequestFault::EmptyRole || fault == RequestFault::EmptyInstance) {
    finding.begin = line.value_begin + std::min(value.find('#'), value.size());
    finding.end = finding.begin + 1;
  }
}

/// Findings about the load balance info of one file.
class CookieFindings {
 public:
  CookieFindings(RdpSettings& settings, const model::Deployment& deployment, const wire::RdpSetting& line)
      : settings_{settings}, line_{line}, mended_{nearest_line(deployment, line.value)} {
    if (mended_.empty()) mended_ = kNewText;
  }

  void add_faults(const wire::RequestFaults& faults) {
    for (const FaultText& known : kFaults) {
      if (!faults.contains(known.fault)) continue;
      add(std::string{wire::code(known.fault)}, known.severity, std::string{known.message});
      point_at(known.fault, settings_.findings().back(), line_);
    }
  }

  void add(std::string_view code, Severity severity, std::string message) {
    settings_.add(code, severity, line_, std::move(message), mended_);
  }

  // What people write around the text; all of it goes to the forwarder.
  void add_wrapping() {
    const std::string_view value = line_.value;
    const std::string_view inner = trimmed(value);
    if (value.front() == ' ' || value.front() == '\t')
      add("leading-blank", Severity::High, "blanks stand before the load balance info; not every client drops them");
    if (inner.front() == '"' || inner.front() == '\'')
      add("quoted", Severity::High, "quotes stand around the load balance info; clients send them along");
    if (inner.find("\\r") != std::string_view::npos || inner.find("\\n") != std::string_view::npos)
      add("escaped-line-end", Severity::High,
          "\"\\r\\n\" stands in the file as characters; clients add the line end themselves and send these along");
  }

  // T.123 and X.224: the length indicator is one byte, 255 is reserved.
  void add_length(std::size_t size) {
    constexpr std::size_t kRoom = wire::kLongestRequest - wire::NegotiationRequest::kSize;
    if (size > kRoom)
      add("oversize", Severity::High,
          fmt::format("the connection request would have {} bytes; its length indicator allows {}",
                      size + wire::NegotiationRequest::kSize, wire::kLongestRequest));
    else if (size > kRoom - wire::CorrelationInfo::kSize)
      add("near-oversize", Severity::Info,
          "a client that adds correlation info to its request would exceed the 259 bytes that X.224 allows");
  }

 private:
  RdpSettings& settings_;
  const wire::RdpSetting& line_;
  std::string mended_;
};

// A client whose request is too long sends it all the same, with a length indicator that wrapped: only forwarders that
// do not look at lengths find the text.
wire::ConnectionRequest overlong(const wire::RoutingText& routing) {
  wire::ConnectionRequest request;
  request.outcome = routing.outcome;
  request.faults = routing.faults;
  request.faults.insert(RequestFault::Oversize);
  request.text = routing.text;
  request.names = routing.names;
  request.msts = routing.msts;
  request.strict.outcome = CookieOutcome::Malformed;
  request.tolerant = {routing.outcome, routing.names};
  return request;
}

wire::ConnectionRequest sent(const std::string& text, std::uint32_t protocols) {
  wire::RequestContent content;
  content.text = text;
  content.negotiation = wire::NegotiationRequest{0, protocols};
  const auto bytes = wire::write_connection_request(content);
  if (!bytes) return overlong(wire::read_routing_text(text));
  wire::RequestStream stream;
  stream.bytes = *bytes;
  stream.ended = true;
  return wire::read_connection_request(stream);
}

// Something that stands before the request keeps every forwarder from reading it.
void hide(wire::ConnectionRequest& request, CookieOutcome outcome) {
  request.outcome = outcome;
  request.strict = request.tolerant = {outcome, std::nullopt};
}

void judge_prefixes(RdpSettings& settings, wire::ConnectionRequest& request) {
  if (const wire::RdpSetting* blob = settings.find("pcb")) {
    settings.add("preconnection-pdu", Severity::High, *blob,
                 "a preconnection PDU goes before the request, where forwarders look for the cookie",
                 "Remove the line \"pcb\".");
    request.faults.insert(RequestFault::PreconnectionPdu);
    hide(request, CookieOutcome::Malformed);
  }
  if (settings.number("negotiate security layer") == 0) {
    settings.add("direct-tls", Severity::High, *settings.find("negotiate security layer"),
                 "the client begins with TLS, so no forwarder can read the request",
                 "Write negotiate security layer:i:1.");
    hide(request, CookieOutcome::NotRdp);
  }
}

}  // namespace

wire::ConnectionRequest request_of(RdpSettings& settings, const model::Deployment& deployment) {
  const wire::RdpSetting* line = settings.find("loadbalanceinfo");
  const std::uint32_t protocols =
      wire::kProtocolSsl | (settings.number("enablecredsspsupport") == 0 ? 0U : wire::kProtocolHybrid);
  wire::ConnectionRequest request = sent(line == nullptr ? "" : line->value, protocols);
  if (line != nullptr) {
    CookieFindings findings{settings, deployment, *line};
    findings.add_wrapping();
    findings.add_faults(request.faults);
    findings.add_length(wire::kRequestHeader + line->value.size() + 2);
    // Some clients drop blanks in front, as FreeRDP does; what they then send is what a lenient forwarder would read.
    if (line->value != trimmed(line->value) && request.strict.outcome == CookieOutcome::Token) {
      const wire::ConnectionRequest dropped = sent(std::string{trimmed(line->value)}, protocols);
      request.outcome = dropped.outcome;
      request.names = dropped.names;
      request.tolerant = dropped.tolerant;
    }
  }
  judge_prefixes(settings, request);
  return request;
}

std::string nearest_line(const model::Deployment& deployment, std::string_view value) {
  constexpr std::size_t kLongest = 256;
  if (value.size() > kLongest) return "";
  std::string_view meant = value.substr(value.find('=') == std::string_view::npos ? 0 : value.find('=') + 1);
  meant = meant.substr(0, meant.find('\\'));
  while (!meant.empty() && (meant.back() == ' ' || meant.back() == '"' || meant.back() == '\'')) meant.remove_suffix(1);
  const auto first = meant.find('#');
  const std::string_view two = meant.substr(0, first == std::string_view::npos ? first : meant.find('#', first + 1));
  std::size_t least = std::max<std::size_t>(3, two.size() / 4) + 1;
  std::string line;
  for (const model::Role& role : deployment.roles) {
    for (const model::Instance& instance : role.instances) {
      // Often the instance is all that is written.
      const std::size_t here = std::min(net::edit_distance(two, role.name + '#' + instance.name),
                                        net::edit_distance(trimmed(two), instance.name));
      if (here >= least) continue;
      least = here;
      line = fmt::format("Write loadbalanceinfo:s:{} for {}.",
                         wire::azure_cookie({role.name, instance.name, std::nullopt}), instance.name);
    }
  }
  return line;
}

}  // namespace nsgcheck::io
