// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// A report with all that it points to. Built in place: documents and policies must not move.
struct Sample {
  Documents documents;
  AuditReport report;

  Sample() { report.documents = &documents; }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  /// Reads a document that is a list of NSGs or one NSG, and judges each by the policies that are set.
  void add(std::string file, std::string_view json);
};

/// The policies that samples are judged by, a few of each kind.
[[nodiscard]] std::vector<policy::Policy> sample_policies();

/// Three NSGs: one that is open in many ways, one that is fine, one that is not settled; with a skipped part, an input
/// without NSG, an error and a suppressed finding.
void fill_full(Sample& sample);

/// One NSG, and its file, in which every name is `name`.
void fill_hostile(Sample& sample, const std::string& name);

}  // namespace nsgcheck::io
