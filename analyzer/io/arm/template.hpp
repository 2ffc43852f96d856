// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/reader.hpp"
#include "analyzer/model/deployment.hpp"

namespace nsgcheck::io {

/// True for an ARM template, and for a Blueprint artifact, template spec or deployment that holds one.
[[nodiscard]] bool looks_like_template(const Node& root);

/// Reads the NSGs that a deployment of the template would make: parameters, variables, loops, conditions and nested
/// deployments are evaluated, and what only a deployment can know stays unknown. Format "arm-template".
///
/// An NSG or rule that is written out in the template has its place there; the values in it stand where they are used.
[[nodiscard]] RuleSource read_template(const Document& document, const ReadOptions& options);

/// A virtual network as a template makes it.
struct NetworkPart {
  std::string name;
  std::vector<net::AnyPrefix> prefixes;
  std::vector<model::Subnet> subnets;  ///< without NSGs: these say themselves where they are attached
  bool has_route_tables{};             ///< routes of its subnets are not read
  bool has_peers{};                    ///< address spaces of its peers are not known
};

/// What a template makes besides NSGs that remote desktop depends on.
struct TemplateParts {
  std::vector<NetworkPart> networks;
  std::vector<Node> cloud_services;  ///< resources of type Microsoft.Compute/cloudServices, evaluated
};
[[nodiscard]] TemplateParts read_template_parts(const Document& document, const ReadOptions& options);

}  // namespace nsgcheck::io
