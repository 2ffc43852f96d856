// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/io/reader.hpp"

namespace nsgcheck::io {

/// The text of a member, "" when it is not there or no text.
[[nodiscard]] std::string_view text_of(const Node& node, std::string_view member);

/// A member that is a list, else null.
[[nodiscard]] const Node* list_of(const Node& node, std::string_view member);

/// True for an object with a member spelled exactly so; find() would take any case.
[[nodiscard]] bool has_exactly(const Node& node, std::string_view member);

/// True for a network security group in any layout: by its type, or by its list of rules.
[[nodiscard]] bool looks_like_nsg(const Node& node);

/// The name that an id holds after `/networkSecurityGroups/`, "" when it holds none.
[[nodiscard]] std::string_view nsg_in_id(std::string_view id);

/// What an NSG without name is called: the file's name without folders and `.json`.
[[nodiscard]] std::string fallback_name(const Document& document);

/// A fault of `document` at `span`.
[[nodiscard]] Diagnostic diagnostic_at(const Document& document, SourceSpan span, std::string message);

/// Gathers what a document holds, resource by resource. Rules that stand alone are put together by the NSG they name;
/// where that NSG stands in the document, too, they take their place in it, instead of a rule of that name. Of the NSG
/// of a rule that is all of the document nothing else is known (Nsg::rest_missing).
class Collector {
 public:
  explicit Collector(const Document& document);

  /// Any resource: an NSG, a rule, a list of them (bare, under `value` or `NewNSG`), or something else, which is
  /// listed as skipped; what has no form at all is an error.
  void add(const Node& node);
  void add_nsg(model::Nsg nsg);
  void add_admin_rule(model::AdminRule rule);
  /// All that a part of the document holds which was read by itself.
  void add_source(RuleSource source);
  [[nodiscard]] const Document& document() const { return document_; }
  /// A rule of the NSG called `nsg_name` (the document's fallback name when empty).
  void add_rule(model::SecurityRule rule, std::string_view nsg_name, std::optional<std::string> nsg_id);
  /// A rule that the input takes away from the group of that id.
  void remove_rule(std::string_view name, std::string_view nsg_id);
  /// The groups of rules that stand alone hold more than the input shows.
  void miss_rest_of_lone_rules() { rest_missing_ = true; }
  void skip(SourceSpan span, std::string what);
  void error(SourceSpan span, std::string message);

  [[nodiscard]] model::Topology& topology() { return source_.topology; }
  [[nodiscard]] RuleSource take();

  /// How many threads may read nodes of the document at a time.
  [[nodiscard]] std::size_t threads() const { return document_.folds ? document_.folds->threads : 1; }

 private:
  void add_object(const Node& node);
  void add_list(const Node& list);
  [[nodiscard]] model::Nsg read_group(const Node& node) const;
  /// The groups among the items of a list, read by several threads; empty when that is not worth it.
  [[nodiscard]] std::vector<std::optional<model::Nsg>> read_groups(const std::vector<Node>& items) const;
  void add_lone_rule(const Node& node);
  void join_lone_rules();

  const Document& document_;
  std::string fallback_;
  RuleSource source_;
  std::map<std::string, std::size_t> by_name_;  ///< NSGs made of lone rules, by lower-case name
  bool rest_missing_{};
  std::vector<std::pair<std::string, std::string>> removed_;  ///< name and NSG's id of each rule taken away
};

}  // namespace nsgcheck::io
