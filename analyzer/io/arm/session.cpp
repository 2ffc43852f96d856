// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/session.hpp"

#include <utility>

namespace nsgcheck::io::arm {

bool Session::spend(std::size_t& done, std::size_t count, std::size_t limit) {
  if (count > limit - done)
    exhausted_ = true;
  else
    done += count;
  return !exhausted_;
}

std::string Session::exhausted_reason() const {
  return "the template expands to more than " + std::to_string(limits_.passes) + " loop passes or " +
         std::to_string(limits_.values) + " values";
}

LinkedFile Session::linked(const std::string& path) {
  if (find_linked_ == nullptr || !*find_linked_) return {nullptr, "linked files are not looked for here", false};
  LinkedFile file = (*find_linked_)(path);
  if (file.document != nullptr) linked_[file.document->root.span.document] = file.document;
  return file;
}

const Document* Session::linked_document(SourceSpan span) const {
  const auto found = linked_.find(span.document);
  return found == linked_.end() ? nullptr : found->second;
}

void Session::note(SourceSpan span, std::string what) {
  if (muted) return;
  if (told_.emplace(span.document, span.begin, what).second) notes_.push_back({span, std::move(what)});
}

}  // namespace nsgcheck::io::arm
