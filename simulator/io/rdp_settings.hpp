// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/net/address.hpp"
#include "analyzer/net/port_set.hpp"
#include "analyzer/policy/policy.hpp"
#include "simulator/io/rdp_file.hpp"

namespace nsgcheck::io {

/// What is wrong or doubtful about an .rdp file.
struct RdpFinding {
  std::string code;  ///< stable: a code of this command, of a cookie's fault or a reason of a replay
  policy::Severity severity{policy::Severity::High};
  std::string message;         ///< a sentence without full stop; text of the file in it is as it stands there
  std::string fix;             ///< what to change; or ""
  std::size_t begin{}, end{};  ///< the words to point at, bytes of the document's text
  std::string policy{};        ///< id of the policy that it falls under, once name_policies() was called; or ""
};

/// The settings that matter to the way, by key, and what is wrong about their lines. The last line of a key counts.
class RdpSettings {
 public:
  /// `file` must outlive this.
  explicit RdpSettings(const RdpFile& file);

  /// The line of a key that has its type and a value other than blanks; null when there is none.
  [[nodiscard]] const wire::RdpSetting* find(std::string_view key) const;
  /// Value of a key without blanks at both ends; "" when not given.
  [[nodiscard]] std::string_view text(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key) const;

  [[nodiscard]] std::vector<RdpFinding>& findings() { return findings_; }
  [[nodiscard]] const RdpFile& file() const { return file_; }

  /// Notes that clients may take the file in different ways, so that no outcome is certain.
  void unsettle(const std::string& why);
  /// Why no outcome is certain; "" when nothing speaks against one.
  [[nodiscard]] const std::string& unsettled() const { return unsettled_; }

  void add(std::string_view code, policy::Severity severity, const wire::RdpSetting& at, std::string message,
           std::string fix);

 private:
  void take(const wire::RdpSetting& setting);
  void add_bounded(RdpFinding finding);
  void judge_unknown(const wire::RdpSetting& setting);

  const RdpFile& file_;
  std::map<std::string, const wire::RdpSetting*> by_key_;  // lower case
  std::vector<RdpFinding> findings_;
  std::string unsettled_;
  std::size_t more_{};  ///< findings about lines beyond the listed ones
};

/// Text without blanks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Where a client connects to.
struct RdpServer {
  std::string host;                       ///< name or address as written, without port and brackets; "" when not given
  std::optional<net::IpAddress> address;  ///< when it is no name
  std::optional<net::Port> port;          ///< written behind the host
};
/// "host", "host:port", an address, "[IPv6]:port"; nothing when it is none of them. Blanks at both ends are overlooked.
[[nodiscard]] std::optional<RdpServer> parse_rdp_server(std::string_view text);

}  // namespace nsgcheck::io
