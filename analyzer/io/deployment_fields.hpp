// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/deployment_reader.hpp"

namespace nsgcheck::io {

/// Takes typed values out of a deployment file and notes every fault where it stands. A member that is missing or null
/// is "not given".
class DeploymentFields {
 public:
  DeploymentFields(const Document& document, DeploymentFile& file) : document_{document}, file_{file} {}

  [[nodiscard]] model::Deployment& deployment() { return file_.deployment; }
  [[nodiscard]] DeploymentFile& file() { return file_; }
  /// Notes a code of model::assumption_text() once.
  void assume(std::string_view code);
  void fault(const Node& node, std::string message);

  [[nodiscard]] static bool given(const Node* node) { return node != nullptr && !node->is(Node::Kind::Null); }
  /// Whether the node is an object; else a fault that calls it `what`. Keys that are not among `known` are faults with
  /// the nearest known key.
  bool object(const Node& node, std::string_view what, std::initializer_list<std::string_view> known);

  std::optional<std::string> text(const Node& object, std::string_view key);
  /// A name that must be there and not be blank; `what` says whose.
  std::string name(const Node& object, std::string_view what);
  std::optional<bool> flag(const Node& object, std::string_view key);
  std::optional<std::int64_t> number(const Node& object, std::string_view key, std::int64_t low, std::int64_t high);
  std::optional<net::Port> port(const Node& object, std::string_view key);
  /// Visits the items of a list.
  void each(const Node& object, std::string_view key, const std::function<void(const Node&)>& visit);
  /// Visits the texts of a list; with `or_one` a single text will do.
  void each_text(const Node& object, std::string_view key, bool or_one, const std::function<void(const Node&)>& visit);
  std::optional<net::AnyPrefix> prefix(const Node& node);
  std::optional<net::IpAddress> address(const Node& node);

 private:
  const Document& document_;
  DeploymentFile& file_;
};

// The parts of the file, each in a source file of its own.
void read_network(DeploymentFields& fields, const Node* node);
void read_security_groups(DeploymentFields& fields, const Node* node);  ///< `applicationSecurityGroups`
void read_roles(DeploymentFields& fields, const Node& root);
void read_admin_rules(DeploymentFields& fields, const Node& root);

/// Seconds since 1970 (UTC) of the forms that expirations come in: 2027-01-01, 2027-01-01T00:00:00[.fraction][Z or
/// offset], and 1/21/2022 12:00:00 AM. Without an offset: UTC.
[[nodiscard]] std::optional<std::int64_t> parse_expiration(std::string_view text);

}  // namespace nsgcheck::io
