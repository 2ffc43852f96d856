// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::io {

/// Remote desktop as the files switch it on for one role (azure-rdp 3).
struct RoleDesktop {
  bool by_plugin{};                   ///< the role imports RemoteAccess, and it is on
  bool by_extension{};                ///< the extension applies to the role
  std::optional<model::Doubt> doubt;  ///< the role may be without remote desktop all the same
  bool settings_assumed{};            ///< imported, but whether it is on is in no file
  bool extension_unknown{};  ///< the settings of the extension are in no file; where they are open the account says so
  bool forwards{};           ///< imports RemoteForwarder, and it is on
  std::optional<model::Account> account;
};

/// The plugin wins where both are there: Azure then refuses the extension (azure-rdp 3.2).
[[nodiscard]] RoleDesktop role_desktop(const model::CloudService& service, const model::CloudRole& role);

}  // namespace nsgcheck::io
