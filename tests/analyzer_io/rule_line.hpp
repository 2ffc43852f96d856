// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/model/nsg.hpp"

namespace nsgcheck::io {

/// A rule as tables of tests write it: `NAME PRIORITY ACCESS DIRECTION PROTOCOLS SOURCES:PORTS > DESTINATIONS:PORTS`,
/// items joined by commas, `-` for none, `?` and the reason for what is unknown, e.g.
/// `AllowRdp 100 Allow inbound tcp 10.0.0.0/8,tag Sql:* > *:3389-3389`.
/// Rules that are not the user's own start with `default` or `gap`; rules that may be absent end with `(perhaps)`.
[[nodiscard]] std::string line_of(const model::SecurityRule& rule);

/// The lines of all rules of an NSG.
[[nodiscard]] std::vector<std::string> lines_of(const model::Nsg& nsg);

/// The faults of a rule or NSG as `code: message`.
[[nodiscard]] std::vector<std::string> faults_of(const std::vector<model::Fault>& faults);

/// A document of test text, folded wherever it can be, as readers have most to get wrong with those; the test fails
/// when it does not parse.
[[nodiscard]] Document document_of(std::string_view text, std::string file = "folder/sample.json");

}  // namespace nsgcheck::io
