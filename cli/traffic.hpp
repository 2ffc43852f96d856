// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/flow_log.hpp"
#include "analyzer/io/render_impact.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"
#include "simulator/io/capture_source.hpp"
#include "simulator/io/conversation_reader.hpp"

namespace nsgcheck::cli {

/// What of the traffic was not asked, or could not be read.
struct TrafficTally {
  bool any_readable{};
  bool broken{};                       ///< some file or part of one could not be read
  std::uint64_t captured{}, logged{};  ///< flows of captures, entries of logs
  std::uint64_t outside_nsgs{};        ///< entries that no NSG decided: platform rules, encryption
  std::uint64_t outside_network{};     ///< captured flows with no end behind the NSGs
  std::uint64_t other_direction{};     ///< entries that --direction leaves out
  std::uint64_t handed_out_early{}, dropped{}, undecoded{};
  std::map<std::string, std::uint64_t>
      others;  ///< entries of NSGs that are on neither side, by what the log calls them
  std::string allowed_but_denied, denied_but_allowed;  ///< the first of each that contradicts the old rules
};

/// Reads captures and flow logs and asks an Impact about every flow in them.
class TrafficRun {
 public:
  /// `inside`: by pair the addresses behind its NSGs, for captures. All must outlive this.
  TrafficRun(const ImpactArguments& arguments, const std::vector<policy::NsgPair>& pairs,
             std::vector<net::AddressSet> inside, policy::Impact& impact, Process& process);

  /// A file, all files of a directory, or "-".
  void read(const std::string& path);

  [[nodiscard]] const TrafficTally& tally() const { return tally_; }
  [[nodiscard]] std::vector<io::TrafficReport> take_reports() { return std::move(reports_); }
  /// Sentences for what was not asked and what contradicts the old rules.
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  void read_file(const std::string& path, bool named);
  void read_capture(const std::string& path, std::istream& in, io::TrafficReport& report);
  void read_log(std::istream& in, const std::string& shown, io::TrafficReport& report);
  void fail(io::TrafficReport& report, io::TrafficFault fault);
  void add(const io::CapturedFlow& flow, io::TrafficReport& report);
  void add(const io::LoggedFlow& flow, const std::string& shown, io::TrafficReport& report);
  void note_contradiction(const io::LoggedFlow& flow, const std::string& shown, const policy::SeenFlow& seen,
                          const policy::Impact::Answer& answer);
  [[nodiscard]] bool asks(std::size_t pair) const;
  [[nodiscard]] std::optional<std::size_t> pair_of(const io::LoggedFlow& flow);
  [[nodiscard]] std::optional<std::size_t> find_pair(const io::LoggedFlow& flow) const;
  void show_progress(std::string_view file, std::uint64_t count, std::string_view what);

  const ImpactArguments& arguments_;
  const std::vector<policy::NsgPair>& pairs_;
  std::vector<net::AddressSet> inside_;
  policy::Impact& impact_;
  Process& process_;
  TrafficTally tally_;
  std::vector<io::TrafficReport> reports_;
  std::map<std::pair<std::string, std::string>, std::optional<std::size_t>> known_pairs_;  // by id or name, and aclID
  bool progress_shown_{};
};

}  // namespace nsgcheck::cli
