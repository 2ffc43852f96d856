// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/model/cloud_service.hpp"

namespace nsgcheck::io {

/// The XML files that describe a Cloud Service.
enum class CloudForm : std::uint8_t {
  None,
  Definition,     ///< .csdef
  Configuration,  ///< .cscfg
  Topology,       ///< SharedConfig.xml of an instance
  GetDeployment,  ///< answer of the service management API, and Get Cloud Service with details
};

/// The form of a document from parse_xml(), by its root element.
[[nodiscard]] CloudForm cloud_form(const Node& root);

/// What a form is called in lists of inputs; "" for None.
[[nodiscard]] std::string_view format_name(CloudForm form);

/// What the files of one Cloud Service say together, in whatever order they come.
struct CloudFiles {
  model::CloudService service;
  std::vector<Diagnostic> errors;  ///< values that are not of their form; the rest of the file is read
};

/// Adds what a file says. REQUIRES: cloud_form(document.root) is not None. Elements that say nothing about the way of
/// remote desktop are passed over. Values stand where their attributes do.
void read_cloud_file(const Document& document, CloudFiles& files);

/// The service configuration that an answer of Get Deployment carries in base64, as a document of its own: "FILE
/// (Configuration)", with the lines of what was decoded. Empty when it carries none, and for other forms. `index`: that
/// its spans carry. The fault stands in `document` when the text is no base64, in the configuration when that is no XML
/// or no service configuration.
[[nodiscard]] tl::expected<std::optional<Document>, Diagnostic> carried_configuration(const Document& document,
                                                                                      std::uint32_t index);

// The forms one by one, each in a source file of its own; `element` is the root element.
void read_definition(const Document& document, const Node& element, CloudFiles& files);
void read_configuration(const Document& document, const Node& element, CloudFiles& files);
void read_topology(const Document& document, const Node& element, CloudFiles& files);
void read_get_deployment(const Document& document, const Node& element, CloudFiles& files);

}  // namespace nsgcheck::io
