// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string_view>

#include "cli/command_line.hpp"

namespace nsgcheck::cli {
namespace {

// Text of a page: dashes that can be copied, no requests at the begin of a line.
std::string roff(std::string_view text) {
  std::string out;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) out += "\\&";
    begins_line = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string option_item(const OptionText& option) {
  std::string names;
  for (const std::string& name : {option.short_name, option.long_name, option.argument})
    if (!name.empty()) names += (names.empty() ? "\\fB" : "\\fR, \\fB") + roff(name);
  names += "\\fR";
  if (!option.type.empty()) names += " \\fI" + roff(option.type) + "\\fR";
  std::string text = roff(option.description);
  if (!option.usual.empty()) text += fmt::format(" (usually {})", roff(option.usual));
  return ".TP\n" + names + '\n' + text + '\n';
}

// Its lines as they are.
std::string verbatim(std::string_view text) {
  while (text.starts_with('\n')) text.remove_prefix(1);
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text.empty() ? "" : ".PP\n.nf\n" + roff(text) + "\n.fi\n";
}

constexpr std::string_view kFiles = R"(.SH ENVIRONMENT
.TP
\fBNSGCHECK_\fIOPTION\fR
The value of the option of that name, in capitals and with \fB_\fR for each dash, as \fBNSGCHECK_FAIL_ON\fR. It wins over
the file of settings; the command line wins over it.
.TP
\fBNO_COLOR\fR
No colours.
.SH FILES
.TP
\fB.nsgcheck.yaml\fR
Settings, looked for in the current directory and above it, up to the root of a Git repository.
)";

}  // namespace

std::string man_page(const std::vector<CommandText>& commands, const std::string& description,
                     const std::string& version) {
  std::string out = fmt::format(
      ".TH NSGCHECK 1 \"\" \"nsgcheck {}\"\n.SH NAME\nnsgcheck \\- says exactly what Azure network security groups let "
      "through\n.SH SYNOPSIS\n\\fBnsgcheck\\fR [\\fICOMMAND\\fR] [\\fIOPTIONS\\fR] \\fIFILE\\fR...\n.SH "
      "DESCRIPTION\n{}\n.SH COMMANDS\n",
      roff(version), roff(description));
  for (const CommandText& command : commands) {
    out += fmt::format(".SS nsgcheck {}\n{}\n", roff(command.name), roff(command.description));
    for (const OptionText& option : command.options) out += option_item(option);
    out += verbatim(command.footer);
  }
  return out + std::string{kFiles};
}

}  // namespace nsgcheck::cli
