// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "cli/verify/evidence.hpp"

namespace nsgcheck::verify {

/// Why this is no question; "" when it is: it asks about flows, and about none twice.
[[nodiscard]] std::string refuse_question(const std::vector<Box>& question);

/// Why the cover is not all of the question, once; "" when it is: disjoint boxes that lie in the question and hold as
/// many flows as it does.
[[nodiscard]] std::string refuse_partition(const Claim& claim);

/// Why the cover does not hold all flows of the question of which a rule may say other than `answer`; "" when it does.
/// The boxes are disjoint, lie in the question, and hold all that each such rule may match in it; and every flow is
/// decided by some rule. Then all flows are answered as the boxes are: whoever decides one outside of them says so.
[[nodiscard]] std::string refuse_sparse(const List& list, const Claim& claim, Answer answer);

/// Why a box is not answered as it says, by just the rules that it says; "" when it is. `truth`: the words of a box.
/// `list_of`: the list that a word is about.
[[nodiscard]] std::string refuse_words(std::size_t index, const CoverBox& box, const std::vector<Word>& truth,
                                       const std::function<const List&(std::size_t)>& list_of);

}  // namespace nsgcheck::verify
