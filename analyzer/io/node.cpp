// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/node.hpp"

#include <algorithm>

#include "analyzer/io/json_children.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {

Node::Node() = default;

// A copy of what can be read again is folded: most copies are looked at in one place, if at all.
Node::Node(const Node& other)
    : kind{other.kind},
      boolean{other.boolean},
      text{other.text},
      why{other.why},
      span{other.span},
      source_{other.source_},
      begin_{other.begin_} {
  if (source_ != nullptr) return;
  items_ = other.items_;
  members_ = other.members_;
}

Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node& other) {
  Node copy{other};
  return *this = std::move(copy);
}
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

Node::Node(Kind container, SourceSpan place, const FoldSource& source)
    : kind{container}, span{place}, source_{&source}, begin_{place.begin} {}

Node::Node(Kind container, SourceSpan place, const FoldSource& source, std::vector<Node> items, Members members)
    : kind{container},
      span{place},
      unfolded_{Unfolded::Whole},
      source_{&source},
      begin_{place.begin},
      items_{std::move(items)},
      members_{std::move(members)} {}

const std::vector<Node>& Node::items() const {
  unfold();
  return items_;
}

std::vector<Node>& Node::items() {
  unfold();
  source_ = nullptr;
  return items_;
}

const Node::Members& Node::members() const {
  unfold();
  return members_;
}

Node::Members& Node::members() {
  unfold();
  source_ = nullptr;
  return members_;
}

void Node::unfold() const {
  if (source_ != nullptr && unfolded_ == Unfolded::No) read_children(Unfolded::Shallow);
}

void Node::unfold_whole() const {
  if (source_ == nullptr || unfolded_ == Unfolded::Whole) return;
  if (is_longer(*source_, begin_, source_->read_whole)) return;
  read_children(Unfolded::Whole);
}

void Node::read_children(Unfolded how) const {
  if (kind == Kind::Array) {
    items_ = items_at(*source_, begin_, how == Unfolded::Whole);
  } else {
    members_ = members_at(*source_, begin_, how == Unfolded::Whole);
  }
  unfolded_ = how;
}

void Node::fold() const {
  if (source_ == nullptr || unfolded_ == Unfolded::No) return;
  std::vector<Node>{}.swap(items_);
  Members{}.swap(members_);
  unfolded_ = Unfolded::No;
}

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::Object) return nullptr;
  const Node* found = nullptr;
  bool exact = false;
  for (const auto& [key, value] : members()) {
    if (key == name) {
      found = &value;
      exact = true;
    } else if (!exact && key.size() == name.size() && net::same_word(key, name)) {
      found = &value;
    }
  }
  return found;
}

const Node* Node::at(std::initializer_list<std::string_view> path) const {
  const Node* node = this;
  for (const std::string_view name : path) {
    node = node->find(name);
    if (node == nullptr) return nullptr;
  }
  return node;
}

bool same_value(const Node& a, const Node& b) {
  const auto same_member = [](const auto& x, const auto& y) {
    return x.first == y.first && same_value(x.second, y.second);
  };
  return a.kind == b.kind && a.boolean == b.boolean && a.text == b.text &&
         std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), same_value) &&
         std::equal(a.members().begin(), a.members().end(), b.members().begin(), b.members().end(), same_member);
}

}  // namespace nsgcheck::io
