// SPDX-License-Identifier: Apache-2.0
#include "tests/analyzer_io/source_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <sstream>

#include "tests/analyzer_io/rule_line.hpp"

namespace nsgcheck::io {
namespace {

std::string rest(const std::string& name, const std::string& priority, const std::string& access,
                 const std::string& port) {
  return fmt::format(R"({{"name":"{}","properties":{{"priority":{},"access":"{}","direction":"Inbound","protocol":"Tcp",
    "sourceAddressPrefix":"*","sourcePortRange":"*","destinationAddressPrefix":"*","destinationPortRange":"{}"}}}})",
                     name, priority, access, port);
}

std::string powershell(const std::string& name, const std::string& priority, const std::string& access,
                       const std::string& port) {
  return fmt::format(R"({{"Name":"{}","Priority":{},"Access":"{}","Direction":"Inbound","Protocol":"Tcp",
    "SourceAddressPrefix":["*"],"SourcePortRange":["*"],"DestinationAddressPrefix":["*"],
    "DestinationPortRange":["{}"]}})",
                     name, priority, access, port);
}

std::string terraform(const std::string& name, const std::string& priority, const std::string& access,
                      const std::string& port) {
  return fmt::format(R"({{"name":"{}","priority":{},"access":"{}","direction":"Inbound","protocol":"Tcp",
    "source_address_prefix":"*","source_port_range":"*","destination_address_prefix":"*",
    "destination_port_range":"{}"}})",
                     name, priority, access, port);
}

}  // namespace

std::string with_rules(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char mark = text[i];
    const bool starts = (mark == '@' || mark == '#' || mark == '%') && i + 1 < text.size() &&
                        std::isalpha(static_cast<unsigned char>(text[i + 1])) != 0;
    if (!starts) {
      out += mark;
      continue;
    }
    std::size_t end = text.find_first_of(",]}\n", i);
    std::istringstream words{std::string{text.substr(i + 1, end - i - 1)}};
    std::string name;
    std::string priority;
    std::string access;
    std::string port;
    words >> name >> priority >> access >> port;
    const auto write = mark == '@' ? rest : mark == '#' ? powershell : terraform;
    out += write(name, priority, access, port);
    i = end - 1;
  }
  return out;
}

namespace {

std::vector<std::string> lines_in(const Document& document, std::string* format, const ReadOptions& options) {
  const RuleSource source = read_rules(document, options);
  if (format != nullptr) *format = source.format;
  std::vector<std::string> lines;
  for (const model::Nsg& nsg : source.nsgs) {
    if (nsg.rules.empty()) lines.push_back(nsg.name + " /");
    for (const std::string& line : lines_of(nsg)) lines.push_back(nsg.name + " / " + line);
    for (const std::string& subnet : nsg.subnets) lines.push_back(nsg.name + " on subnet " + subnet);
    for (const std::string& nic : nsg.nics) lines.push_back(nsg.name + " on nic " + nic);
  }
  for (const Skipped& skipped : source.skipped) {
    lines.push_back(fmt::format("skip {}: {}", position_of(document, skipped.span).line, skipped.what));
  }
  for (const Diagnostic& error : source.errors) {
    lines.push_back(fmt::format("error {}:{}: {}", error.position.line, error.position.column, error.message));
  }
  return lines;
}

}  // namespace

std::vector<std::string> source_lines(std::string_view text, std::string* format, const ReadOptions& options) {
  const std::string whole = with_rules(text);
  const Document document = document_of(whole);
  std::vector<std::string> lines = lines_in(document, format, options);
  // Large documents are read by several threads, which must not show.
  const auto folded = parse_folded_json(document.file, whole, document.root.span.document,
                                        {.fold_from = 8, .read_whole = 1000, .threads = 3, .chunk = 1000});
  EXPECT_EQ(folded ? lines_in(*folded, nullptr, options) : std::vector<std::string>{}, lines);
  return lines;
}

}  // namespace nsgcheck::io
