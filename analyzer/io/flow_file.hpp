// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "analyzer/engine/ask.hpp"
#include "analyzer/io/document.hpp"
#include "analyzer/policy/explain.hpp"

namespace nsgcheck::io {

/// One flow of a flow file (interface 4).
struct FlowRow {
  std::size_t line{};
  std::size_t column{};  ///< of the flow in its line; 0: it is the whole line
  policy::FlowQuery query;
  std::string protocol;  ///< as outputs show it: a name of net::to_string(Protocol), or "any"
  std::string nsg;       ///< empty: every NSG
  std::optional<engine::Verdict> expect;
  std::string logged_rule;  ///< of a flow log: the rule that it names; "" elsewhere
};

/// The values of a flow as a user gives them, on the command line or in a flow file. Empty: not given.
struct FlowText {
  std::string_view direction, protocol, source, source_port, destination, destination_port, nsg, expect;
};

/// Turns texts into a query; the error quotes the offending value and says what is allowed. Source and destination must
/// be able to be of one family.
[[nodiscard]] tl::expected<FlowRow, std::string> parse_flow(const FlowText& text);

/// A CSV or JSON lines file of flows, read row by row; the first byte that is no blank says which.
class FlowFile {
 public:
  /// `in` must outlive this. `file` is for messages.
  FlowFile(std::string file, std::istream& in);
  ~FlowFile();
  FlowFile(const FlowFile&) = delete;
  FlowFile& operator=(const FlowFile&) = delete;

  /// The next flow, or why its line is none; empty at the end. A CSV without a usable header gives one error and ends.
  [[nodiscard]] std::optional<tl::expected<FlowRow, Diagnostic>> next();

 private:
  struct Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace nsgcheck::io
