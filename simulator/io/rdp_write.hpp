// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::io {

/// The .rdp file of one instance.
struct RdpFileToWrite {
  std::string name;  ///< of the file: "<instance>.rdp", made safe; no two differ in case only
  std::string bytes;
  std::string note;  ///< what is not known of what it stands for, a sentence without full stop; or ""
  bool doubtful{};   ///< and whether Azure gives it at all
  const model::Role* role{};
  const model::Instance* instance{};
};

/// An instance of which there is no file.
struct RdpLeftOut {
  std::string role, instance;
  std::string reason;  ///< "remote-access-disabled", "account-expired", "oversize", "bad-name"
  std::string message;
};

struct RdpFilesToWrite {
  std::vector<RdpFileToWrite> files;  ///< in the order of the deployment
  std::vector<RdpLeftOut> left_out;
};

/// The files that Azure gives for download: three lines (address of the balancer, account, short cookie), CR LF, ASCII
/// or UTF-8 without mark. `server`: host or address instead of the first frontend, "" for that. `time`: nanoseconds
/// since 1970, held against the account's expiration; empty: not judged. Each file has been read back and names its
/// instance. Without a user name that is known its line stays empty, and clients ask for one.
[[nodiscard]] RdpFilesToWrite rdp_files_of(const model::Deployment& deployment, const std::string& server,
                                           std::optional<std::int64_t> time);

/// Name of a file for an instance: letters, digits, blanks, `.`, `_` and `-` are kept, all others become `_`; never a
/// device of Windows, never hidden.
[[nodiscard]] std::string rdp_file_name(const std::string& instance);

}  // namespace nsgcheck::io
