// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nsgcheck::wire {

/// One line `key:type:value` of an .rdp file. Offsets are bytes of the text that was read.
struct RdpSetting {
  std::string key;    ///< as written; keys compare without regard to ASCII case
  char type{'s'};     ///< 's' text, 'i' integer, 'b' bytes in hexadecimal
  std::string value;  ///< everything behind the second colon, blanks at both ends included
  std::size_t key_begin{};
  std::size_t value_begin{};
  std::size_t end{};  ///< of the value
};

/// A line that is no setting.
struct RdpLineFault {
  std::size_t begin{}, end{};  ///< the words to point at
  std::string message;         ///< quotes the offending text; no full stop
};

/// An .rdp file taken apart, in file order. Blank lines are left out.
struct RdpLines {
  std::vector<RdpSetting> settings;
  std::vector<RdpLineFault> faults;  ///< the first kMostRdpFaults
  std::size_t more_faults{};         ///< how many others there are
};

inline constexpr std::size_t kMostRdpFaults = 100;

/// Takes a text apart whose lines end with CR LF, LF or CR. Keys are printable ASCII. Never fails: what is no setting
/// is a fault, and the rest is read.
[[nodiscard]] RdpLines read_rdp_lines(std::string_view text);

/// The text of settings, each line ended with CR LF as Azure and mstsc do. read_rdp_lines() reads the same settings
/// from it when keys are printable ASCII without colon and values without CR and LF.
[[nodiscard]] std::string write_rdp_lines(std::span<const RdpSetting> settings);

}  // namespace nsgcheck::wire
