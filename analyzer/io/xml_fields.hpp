// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/model/doubt.hpp"
#include "analyzer/net/address.hpp"
#include "analyzer/net/port_set.hpp"

namespace nsgcheck::io {

/// Takes typed values out of the elements of parse_xml(), and notes every fault where it stands.
class XmlFields {
 public:
  XmlFields(const Document& document, std::vector<Diagnostic>& errors) : document_{document}, errors_{errors} {}

  void fault(const Node& node, std::string message);
  /// For what depends on a value that is at fault: "<what> cannot be read".
  [[nodiscard]] static model::Doubt unread(const Node& node, std::string_view what);

  /// Visits the child elements of that name.
  static void each(const Node& element, std::string_view name, const std::function<void(const Node&)>& visit);
  /// The same for the children of a child: each(list, name) for each list.
  static void each_in(const Node& element, std::string_view list, std::string_view name,
                      const std::function<void(const Node&)>& visit);

  /// An attribute, or null.
  [[nodiscard]] static const Node* attribute(const Node& element, std::string_view name);
  [[nodiscard]] static std::string text(const Node& element, std::string_view name);
  /// The character data of a child element; "" when it is not there.
  [[nodiscard]] static std::string child_text(const Node& element, std::string_view name);
  /// An attribute that must be there and not be empty; `what` says whose.
  std::string needed(const Node& element, std::string_view name, std::string_view what);
  /// A whole number low..high that stands in an attribute or an element's text; a fault when it is none. `called`: its
  /// name in the fault.
  std::optional<std::int64_t> number(const Node& node, std::string_view called, std::int64_t low, std::int64_t high);
  std::optional<net::Port> port(const Node& node, std::string_view called);
  std::optional<net::IpAddress> address(const Node& node, std::string_view text);

 private:
  const Document& document_;
  std::vector<Diagnostic>& errors_;
};

}  // namespace nsgcheck::io
