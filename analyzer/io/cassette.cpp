// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/embedded.hpp"
#include "analyzer/io/form.hpp"

namespace nsgcheck::io {
namespace {

/// The bodies of the recorded answers. Those recorded as text are parsed into `parsed`, which must outlive the result.
std::vector<const Node*> bodies_of(const Node& root, std::deque<Node>& parsed, Collector& collector) {
  std::vector<const Node*> bodies;
  for (const Node& interaction : list_of(root, "interactions")->items()) {
    const Node* body = interaction.at({"response", "body"});
    if (body == nullptr) continue;
    for (const std::string_view wrapper : {"data", "string"}) {
      if (const Node* inner = body->find(wrapper)) body = inner;
    }
    if (may_be_embedded_json(*body)) {
      auto inner = parse_embedded(*body);
      if (!inner) {
        collector.error(body->span, inner.error());
        continue;
      }
      parsed.push_back(std::move(*inner));
      body = &parsed.back();
    }
    if (body->is(Node::Kind::Object) || body->is(Node::Kind::Array)) bodies.push_back(body);
  }
  return bodies;
}

/// The resources of an answer: those of its list, or itself.
std::vector<const Node*> resources_of(const Node& body) {
  const Node* list = body.is(Node::Kind::Array) ? &body : list_of(body, "value");
  if (list == nullptr) return {&body};
  std::vector<const Node*> resources;
  for (const Node& each : list->items()) resources.push_back(&each);
  return resources;
}

}  // namespace

bool is_cassette(const Node& root) { return list_of(root, "interactions") != nullptr; }

RuleSource read_cassette(const Document& document, const ReadOptions&) {
  Collector collector{document};
  std::deque<Node> parsed;
  std::vector<const Node*> seen;
  for (const Node* body : bodies_of(document.root, parsed, collector)) {
    for (const Node* resource : resources_of(*body)) {
      if (!looks_like_nsg(*resource)) {
        const std::string_view type = text_of(*resource, "type");
        collector.skip(resource->span,
                       type.empty() ? "answer that holds no resource" : fmt::format("resource of type {}", type));
        continue;
      }
      // A recorded session asks for the same group again and again.
      bool repeated = false;
      for (const Node* earlier : seen) repeated = repeated || same_value(*earlier, *resource);
      if (repeated) continue;
      seen.push_back(resource);
      collector.add(*resource);
    }
  }
  return collector.take();
}

}  // namespace nsgcheck::io
