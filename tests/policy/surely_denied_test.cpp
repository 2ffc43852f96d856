// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/judge.hpp"
#include "tests/engine/random_case.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::policy::surely_denied_test {
namespace {

using engine::Case;
using engine::Complaint;

engine::Filter inbound(const std::vector<std::string>& lines, const model::NetworkContext& context) {
  return engine::Filter{engine::resolve(support::nsg_of(lines), net::Direction::Inbound, context)};
}

TEST(SurelyDenied, SaysNoMoreThanTheWholeAnswer) {
  int said = 0;
  engine::hold(engine::seeds(1500), {}, [&](const Case& c) -> Complaint {
    const engine::Filter filter = inbound(c.lines, engine::context_of(c.world));
    const engine::FlowSet flows = engine::flow_set_of(c.question);
    if (!surely_denied(filter, flows)) return std::nullopt;
    ++said;
    if (engine::verdict(engine::ask(filter, flows)) == engine::Verdict::Deny) return std::nullopt;
    return "surely denied, but the whole answer is another";
  });
  EXPECT_GT(said, 10);
}

struct Row {
  const char* name;
  std::vector<std::string> lines;
  bool denied;
};

class OfTheInternet : public testing::TestWithParam<Row> {};

/// TCP 3389 from 203.0.113.0/24 to 10.0.0.0/24; the lines are followed by the default rules.
TEST_P(OfTheInternet, IsDenied) {
  const auto block = [](const char* text) { return net::AddressSet::of(net::parse_prefix(text)->prefix); };
  const engine::FlowSet flows{net::protocol_set({net::kTcp}),
                              {block("203.0.113.0/24"), {}, false},
                              net::PortSet::all(),
                              {block("10.0.0.0/24"), {}, false},
                              net::PortSet::range(3389, 3389)};
  EXPECT_EQ(surely_denied(inbound(GetParam().lines, model::default_context()), flows), GetParam().denied);
}

INSTANTIATE_TEST_SUITE_P(Rules, OfTheInternet,
                         testing::Values(Row{"DefaultsOnly", {}, true},
                                         Row{"OtherPort", {"100 Allow Inbound Tcp Internet * * 443"}, true},
                                         Row{"OtherProtocol", {"100 Allow Inbound Udp Internet * * *"}, true},
                                         Row{"OtherSource", {"100 Allow Inbound Tcp 198.51.100.0/24 * * *"}, true},
                                         Row{"OtherDestination", {"100 Allow Inbound Tcp * * 10.0.1.0/24 *"}, true},
                                         Row{"Allowed", {"100 Allow Inbound Tcp Internet * * 3389"}, false},
                                         Row{"AllowedBehindDeny",
                                             {"100 Deny Inbound * * * * *", "200 Allow Inbound Tcp Internet * * 3389"},
                                             false},
                                         Row{"TagWithoutData", {"100 Allow Inbound Tcp Sql * * *"}, false}),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace nsgcheck::policy::surely_denied_test
