// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/model/nsg.hpp"

namespace nsgcheck::model {

/// Adds to `nsg` and its rules every fault for which Azure's API would refuse the NSG and that can be seen in the
/// finished model (nsg-semantics 1). Default rules are not judged, but for a priority that no default rule has. Values
/// that are Undetermined for another reason than InvalidRule are left in peace: nothing is known of them. To be called
/// once: a second call adds every fault again.
void find_faults(Nsg& nsg);

}  // namespace nsgcheck::model
