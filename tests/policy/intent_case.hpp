// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/io/intent_reader.hpp"
#include "analyzer/io/policy_reader.hpp"
#include "analyzer/model/legality.hpp"
#include "analyzer/policy/audit.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::policy {

/// The policies of the family NSG-INT.
inline const std::vector<Policy>& intent_policies() {
  static const std::vector<Policy> out = [] {
    std::vector<Policy> all = io::built_in_policies();
    std::erase_if(all, [](const Policy& one) { return !is_about_intent(one); });
    return all;
  }();
  return out;
}

inline Intent intent_of(std::string_view yaml) {
  auto read = io::read_intent("intent.yaml", yaml);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
  return read ? std::move(*read) : Intent{};
}

/// Rules held against an intent and nothing else.
inline NsgAudit held_against(const std::vector<std::string>& lines, const Intent& intent,
                             const model::NetworkContext& context = model::default_context()) {
  model::Nsg nsg = support::nsg_of(lines);
  model::find_faults(nsg);
  AuditOptions options;
  options.intent = &intent;
  return audit_nsg(nsg, 0, context, intent_policies(), options);
}

}  // namespace nsgcheck::policy
