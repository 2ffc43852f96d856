// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/io/rdp_settings.hpp"
#include "simulator/path/walk.hpp"

namespace nsgcheck::io {

/// Where the client of an .rdp file connects to, and as whom.
struct RdpConnection {
  std::string host;                       ///< as written, without port; "" when the file names none that can be read
  std::optional<net::IpAddress> address;  ///< for a host name that of the first frontend
  bool is_name{};
  net::Port port{3389};
  std::string user_name;                 ///< as written, or ""
  std::vector<std::string> assumptions;  ///< codes of rdp_assumption_text()
};

/// Holds all lines but the load balance info against the deployment; what is wrong is added to the findings.
/// `frontends_assumed`: the deployment names none, those of the files were put in. `from`: the clients asked for.
[[nodiscard]] RdpConnection connection_of(RdpSettings& settings, const path::CompiledDeployment& compiled,
                                          const net::AddressSet& from, bool frontends_assumed);

}  // namespace nsgcheck::io
