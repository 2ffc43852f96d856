// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/reader.hpp"

namespace nsgcheck::io {

/// Says of every duplicate key of the document where it stands: as a fault of the NSG around it, else as an error of
/// the input, since which of the two values Azure would take is not defined (RFC 8259, 4). What a reader has reported
/// already is not repeated. A different value that could hold rules makes the NSG's verdicts unknown.
void report_duplicate_keys(const Document& document, RuleSource& source);

}  // namespace nsgcheck::io
