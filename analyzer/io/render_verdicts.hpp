// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io {

/// "100 AllowRdp", "default", "100 AllowRdp (+2)", "100 AllowRdp?" (it may): who decides a row of the table.
[[nodiscard]] std::string decider(const model::Nsg& nsg, const policy::Judgement& judgement);

/// "ALLOW" for what the Internet reaches as a whole, else the verdict in lower case.
[[nodiscard]] std::string verdict_word(const policy::PortVerdict& row);

/// What the table proves, when nothing of it is open to the Internet: "3389/tcp, 3389/udp or 20000/tcp". Empty when
/// something is, or may be.
[[nodiscard]] std::string proven_closed(const policy::NsgAudit& audit);

/// True when a part of the input that the NSG stands in is missing or not understood: it may hold rules of it.
[[nodiscard]] bool is_read_in_part(const AuditReport& report, const NsgReport& nsg);

/// The verdict table of one NSG with a note for each row that is open in part or not settled.
[[nodiscard]] std::string verdict_table(const NsgReport& nsg, const Paint& paint, std::size_t width);

}  // namespace nsgcheck::io
