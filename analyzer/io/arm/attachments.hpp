// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/io/arm/resources.hpp"

namespace nsgcheck::io::arm {

/// A subnet or NIC of a template that refers to an NSG.
struct Attachment {
  enum class At : std::uint8_t { Subnet, Nic };
  At at{At::Subnet};
  std::string place;         ///< "network/subnet", the NIC's name, or "scale set/NIC configuration"
  std::string nsg;           ///< its name, see Evaluator::name_of()
  std::size_t deployment{};  ///< of the resource that refers to it
  Target target;             ///< where it is: as its id says, else where the resource is that refers to it
  bool placed{};             ///< its id says
};

/// All references from virtual networks, subnets, NICs and scale sets, in input order. Rules that are written into such
/// a reference are noted in `session`: only its id counts, whether Azure looks at the rest is not documented.
[[nodiscard]] std::vector<Attachment> attachments_of(const std::vector<Resource>& resources, Session& session);

}  // namespace nsgcheck::io::arm
