// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "simulator/io/rdp_check.hpp"
#include "simulator/io/rdp_write.hpp"

namespace nsgcheck::io {

/// One .rdp file and what it comes to.
struct RdpFileReport {
  RdpFile file;
  RdpAnswer answer;
};

/// What `nsgcheck rdp FILE...` says.
struct RdpReport {
  const AuditReport* places{};  ///< of the deployment's files, for lines and quotes
  std::string deployment;       ///< its name, or ""
  std::string from;             ///< the clients asked for, as given
  std::vector<RdpFileReport> files;
  std::vector<policy::Assumption> assumptions;
};

/// Number of files by what they come to, and of findings.
struct RdpSummary {
  std::size_t files{}, reached{}, blocked{}, unroutable{}, unknown{}, not_rdp{}, unreadable{}, findings{};
};
[[nodiscard]] RdpSummary summarise(const RdpReport& report);

/// {"schema": "nsgcheck.rdp/1", "deployment", "from", "files": [{file, encoding, server, port, userName, cookie,
/// wanted, reached, verdict, reason, message, clients, forwarders, hops, findings, errors}], "assumptions", "summary"}.
[[nodiscard]] std::string render_rdp_json(const RdpReport& report);
/// A head a file, its findings quoted with a caret, and where it fails the way hop by hop.
[[nodiscard]] std::string render_rdp_text(const RdpReport& report, const TextStyle& style);

/// A file of `nsgcheck rdp --write` as it ended on disk.
struct WrittenRdpFile {
  std::string path;  ///< as shown
  std::string role, instance;
  bool replaced{};   ///< there was a file of the name
  std::string note;  ///< RdpFileToWrite::note
};

/// {"schema": "nsgcheck.rdp/1", "deployment", "written": [{file, role, instance, replaced, note}], "leftOut":
/// [{role, instance, reason, message}]}; a note is null where all is known.
[[nodiscard]] std::string render_rdp_written_json(const std::string& deployment,
                                                  const std::vector<WrittenRdpFile>& written,
                                                  const std::vector<RdpLeftOut>& left_out);
[[nodiscard]] std::string render_rdp_written_text(const std::vector<WrittenRdpFile>& written,
                                                  const std::vector<RdpLeftOut>& left_out, const TextStyle& style);

}  // namespace nsgcheck::io
