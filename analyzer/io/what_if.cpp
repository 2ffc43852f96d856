// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

const Node* changes_of(const Node& root) {
  const Node* list = list_of(root, "changes");
  if (list == nullptr) {
    const Node* properties = root.find("properties");
    list = properties == nullptr ? nullptr : list_of(*properties, "changes");
  }
  const bool right = list != nullptr && (list->items().empty() || list->items().front().find("changeType") != nullptr);
  return right ? list : nullptr;
}

void remove_rule(std::string_view id, Collector& collector) {
  constexpr std::string_view kChildRules = "/securityrules/";
  const std::size_t mark = net::lower(id).find(kChildRules);
  if (mark != std::string::npos) collector.remove_rule(id.substr(mark + kChildRules.size()), id.substr(0, mark));
}

/// Changes that depend on what is known while the deployment runs only.
void note_potential(const Node& root, Collector& collector) {
  const Node* list = list_of(root, "potentialChanges");
  if (list == nullptr && root.find("properties") != nullptr)
    list = list_of(*root.find("properties"), "potentialChanges");
  if (list == nullptr) return;
  for (const Node& change : list->items()) {
    const std::string_view id = text_of(change, "resourceId");
    std::string what =
        fmt::format("{} ({}): a potential change; whether it comes is known while the deployment runs only", id,
                    text_of(change, "changeType"));
    nsg_in_id(id).empty() ? collector.skip(change.span, std::move(what))
                          : collector.error(change.span, std::move(what));
  }
}

}  // namespace

bool is_what_if(const Node& root) { return changes_of(root) != nullptr; }

/// The state after the deployment: `after`, or `before` of what stays as it is; or all that stood before it.
RuleSource read_what_if(const Document& document, const ReadOptions& options) {
  Collector collector{document};
  collector.miss_rest_of_lone_rules();
  for (const Node& change : changes_of(document.root)->items()) {
    const std::string_view type = text_of(change, "changeType");
    if (options.before_change && net::same_word(type, "Create")) {
      collector.skip(change.span, fmt::format("{}: will be created", text_of(change, "resourceId")));
      continue;
    }
    const Node* state = change.find(options.before_change ? "before" : "after");
    const bool stays = net::same_word(type, "NoChange") || net::same_word(type, "Ignore");
    if ((state == nullptr || state->is(Node::Kind::Null)) && stays)
      state = change.find(options.before_change ? "after" : "before");
    if (net::same_word(type, "Delete") && !options.before_change) {
      collector.skip(change.span, fmt::format("{}: will be deleted", text_of(change, "resourceId")));
      remove_rule(text_of(change, "resourceId"), collector);
    } else if (state == nullptr || !state->is(Node::Kind::Object)) {
      const bool is_nsg = !nsg_in_id(text_of(change, "resourceId")).empty();
      std::string what = fmt::format("{} ({}): the answer does not show it", text_of(change, "resourceId"), type);
      is_nsg ? collector.error(change.span, std::move(what)) : collector.skip(change.span, std::move(what));
    } else {
      collector.add(*state);
    }
    change.fold();
  }
  if (!options.before_change) note_potential(document.root, collector);
  return collector.take();
}

}  // namespace nsgcheck::io
