// SPDX-License-Identifier: Apache-2.0
// Any bytes are suppressions, or none at a place inside them; one without a fault has all that is demanded. As the
// description of a rule they give suppressions of that rule only. As a baseline they are entries that say what they
// are, or a fault.
#include <cstdint>
#include <string_view>

#include "analyzer/io/baseline_file.hpp"
#include "analyzer/io/suppression_reader.hpp"
#include "analyzer/io/yaml.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;

void require_whole(const policy::Suppression& one) {
  if (!one.fault.empty()) return;
  fuzz::require(one.ends && !one.owner.empty() && !one.reason.empty());
  fuzz::require(!one.id.empty() || !one.fingerprint.empty());
  fuzz::require(one.status != policy::Status::Suppressed);
}

void as_file(std::string_view bytes) {
  const auto document = io::parse_yaml("s.yaml", bytes);
  if (!document) return fuzz::require_place(document.error(), bytes);
  const auto read = io::read_suppressions(*document, 0);
  if (!read) return fuzz::require_place(read.error(), bytes);
  for (const policy::Suppression& one : *read) require_whole(one);
}

void as_description(std::string_view bytes) {
  model::Nsg nsg;
  nsg.rules.resize(1);
  nsg.rules[0].description = bytes;
  for (const policy::Suppression& one : io::suppressions_in(nsg, 0)) {
    require_whole(one);
    fuzz::require(one.in_rule && one.in_rule->rule == 0);
  }
}

void as_baseline(std::string_view bytes) {
  const auto document = io::parse_json("b.json", bytes, 0);
  if (!document) return;
  const auto read = io::read_baseline(*document);
  if (!read) return fuzz::require_place(read.error(), bytes);
  for (const policy::BaselineEntry& one : *read)
    fuzz::require(!one.id.empty() && one.fingerprint.size() == 32 && one.status != policy::Status::Suppressed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  as_file(bytes);
  as_description(bytes);
  as_baseline(bytes);
  return 0;
}
