// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/io/flow_file.hpp"
#include "analyzer/model/nsg.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// What a flow log held besides the flows that were asked.
struct FlowLogTally {
  bool is_log{};
  std::size_t entries{};                      ///< tuples that could be read
  std::size_t outside{};                      ///< decided by no NSG: platform traffic, encryption
  std::map<std::string, std::size_t> others;  ///< entries of NSGs that are not asked, by what the log calls these
};

/// The flows of `--flows`: CSV, JSON lines or a flow log, plain or compressed.
class FlowInput {
 public:
  /// Takes the next row or fault; false ends the reading.
  using Taker = std::function<bool(tl::expected<io::FlowRow, io::Diagnostic>)>;

  /// `nsgs`: those that are asked. Both must outlive this.
  FlowInput(const ExplainArguments& arguments, const std::vector<const model::Nsg*>& nsgs);

  /// Gives every row in order; of a flow log each distinct flow once, the logged decision as what it expects. That a
  /// file breaks off is a fault like others; false only when nothing of it can be read.
  [[nodiscard]] bool for_each(std::istream& standard_input, const Taker& take);

  [[nodiscard]] const FlowLogTally& tally() const { return tally_; }

 private:
  void read_log(std::istream& in, const Taker& take);
  [[nodiscard]] std::string nsg_of(const std::string& name, const std::string& acl) const;

  const ExplainArguments& arguments_;
  const std::vector<const model::Nsg*>& nsgs_;
  FlowLogTally tally_;
};

/// Says in sentences what of a flow log was not asked, and why. False when a part is missing that the user did not
/// leave out himself.
[[nodiscard]] bool say_tally(const FlowLogTally& tally, const ExplainArguments& arguments, Process& process);

}  // namespace nsgcheck::cli
