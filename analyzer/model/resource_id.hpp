// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace nsgcheck::model {

/// What follows "/word/" in a resource id, in lower case: of "resourcegroups" the resource group. "" when it is not
/// there or is known at deployment only, which stands in braces. `word` is in lower case.
[[nodiscard]] std::string id_segment(std::string_view id, std::string_view word);

}  // namespace nsgcheck::model
