// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// Writes the findings of one NSG after the other for people; what a policy says is said once, at its first finding.
class TextFindings {
 public:
  TextFindings(const AuditReport& report, const Paint& paint, std::size_t width)
      : report_{report}, paint_{paint}, width_{width} {}

  [[nodiscard]] std::string render(const NsgReport& nsg);

 private:
  /// Findings of one policy, severity and status.
  struct Group {
    const policy::Finding* first{};
    std::vector<const policy::Finding*> findings;
  };
  [[nodiscard]] static std::vector<Group> groups_of(const policy::NsgAudit& audit);

  [[nodiscard]] std::string render(const NsgReport& nsg, const Group& group);
  [[nodiscard]] std::string heading(const Group& group) const;
  [[nodiscard]] std::string in_full(const NsgReport& nsg, const policy::Finding& finding) const;
  [[nodiscard]] std::string causes(const NsgReport& nsg, const policy::Finding& finding) const;
  [[nodiscard]] std::string in_short(const NsgReport& nsg, const policy::Finding& finding) const;
  [[nodiscard]] std::string advice(const policy::Policy& policy);
  [[nodiscard]] std::string suppressed(const NsgReport& nsg) const;

  const AuditReport& report_;
  const Paint& paint_;
  std::size_t width_;
  std::set<std::string> explained_;  ///< ids of policies
};

}  // namespace nsgcheck::io
