// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io {

/// The packets of all captures as one pcapng file, with a comment on the deciding packet of each connection: verdict,
/// reason, wanted and reached instance, and the rules that decided. `paths` are the captures of the report, which are
/// read once more; none may be a pipe. The error says which of them has changed in between; "" when the sink failed,
/// which then has said why.
[[nodiscard]] tl::expected<void, std::string> render_replay_pcapng(const ReplayReport& report,
                                                                   const std::vector<std::string>& paths,
                                                                   const TextSink& sink);

/// The comment of a connection: one line of printable UTF-8.
[[nodiscard]] std::string packet_comment(const ConnectionRow& row);

}  // namespace nsgcheck::io
