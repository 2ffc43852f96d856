// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::io {

/// Looks for faults of the encrypted passwords in the settings of a Cloud Service (azure-rdp 3.1) and notes them in
/// CloudService::password_faults; nothing is decrypted. `certificate`: bytes of the certificate of the passwords (PEM,
/// DER, PFX without password), empty: only what the passwords themselves show. `now`: seconds since 1970, empty:
/// whether the certificate is valid is not judged. The error says why the bytes are no certificate.
[[nodiscard]] tl::expected<void, std::string> check_passwords(model::Deployment& deployment,
                                                              std::optional<std::string_view> certificate,
                                                              std::optional<std::int64_t> now);

}  // namespace nsgcheck::io
