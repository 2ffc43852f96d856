// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>

#include "cli/inputs.hpp"

namespace nsgcheck::cli {

/// Adds to the errors the values given that none of the templates of `sides` declares; says so where none is there.
void check_parameters(LoadedInputs& loaded, std::initializer_list<const LoadedInputs*> sides, Process& process);

/// What is wrong with the values given to templates is an error of each of them: none was read as it was meant.
void note_in_templates(LoadedInputs& loaded);

}  // namespace nsgcheck::cli
