// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/model/reason.hpp"
#include "analyzer/model/source_span.hpp"

namespace nsgcheck::model {

/// Why a fact about a deployment is not known.
struct Doubt {
  std::string why;  ///< names what is open: a sentence without full stop
  Reason reason{Reason::UnresolvedExpression};
  SourceSpan span;  ///< of the value that leaves it open
};

}  // namespace nsgcheck::model
