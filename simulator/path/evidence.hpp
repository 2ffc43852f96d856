// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// Corrects a walked trace by what the capture shows: a connection that ended on another instance is misrouted; one
/// that the model loses although it was answered, or brings to its end although nothing answered, makes the verdict
/// unknown, since an assumption must then be wrong.
void hold_against_capture(Trace& trace, const Observed& observed);

}  // namespace nsgcheck::path
