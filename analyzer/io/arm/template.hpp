// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/reader.hpp"

namespace nsgcheck::io {

/// True for an ARM template, and for a Blueprint artifact, template spec or deployment that holds one.
[[nodiscard]] bool looks_like_template(const Node& root);

/// True for a parameter file: {"parameters": {"name": {"value": ...}}}, or that member alone.
[[nodiscard]] bool is_parameter_file(const Node& root);

/// Reads the NSGs that a deployment of the template would make: parameters, variables, loops, conditions and nested
/// deployments are evaluated, and what only a deployment can know stays unknown. Format "arm-template".
///
/// An NSG or rule that is written out in the template has its place there; the values in it stand where they are used.
[[nodiscard]] RuleSource read_template(const Document& document, const ReadOptions& options);

/// The same for a template that stands in a member of `document`, with the values of its parameters ({"name": {"value":
/// ...}}, or a parameter file; null: none are given). Links are not followed. No format is set.
[[nodiscard]] RuleSource read_template_node(const Document& document, const Node& root, const Node* parameters);

}  // namespace nsgcheck::io
