// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/model/legality.hpp"
#include "analyzer/policy/audit.hpp"

namespace nsgcheck::test {

/// The repository's folder `name`.
inline std::filesystem::path source_folder(const char* name) {
  return std::filesystem::path{NSGCHECK_SOURCE_DIR} / name;
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Audits an NSG as a reader gives it, with the default settings.
inline policy::NsgAudit audit_nsg(model::Nsg nsg, std::span<const policy::Policy> policies,
                                  const policy::Intent* intent = nullptr) {
  nsg = model::with_defaults(std::move(nsg));
  model::find_faults(nsg);
  policy::AuditOptions options;
  options.intent = intent;
  return policy::audit_nsg(nsg, 0, model::default_context(), policies, options);
}

/// Audits rules as an NSG of their own, with the default settings.
inline policy::NsgAudit audit_rules(std::vector<model::SecurityRule> rules, std::span<const policy::Policy> policies,
                                    const policy::Intent* intent = nullptr) {
  model::Nsg nsg;
  nsg.name = "nsg";
  nsg.rules = std::move(rules);
  return audit_nsg(std::move(nsg), policies, intent);
}

}  // namespace nsgcheck::test
