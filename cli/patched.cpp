// SPDX-License-Identifier: Apache-2.0
#include "cli/patched.hpp"

#include <string_view>
#include <utility>

#include "analyzer/io/reader.hpp"
#include "analyzer/model/legality.hpp"

namespace nsgcheck::cli {
namespace {

constexpr std::string_view kOtherBytes = "its file is not plain UTF-8 text";

bool reads_as(const LoadedInputs& loaded, std::size_t index, const model::Nsg& expected, const std::string& text) {
  const std::uint32_t at = loaded.nsgs[index].span.document;
  const auto again = io::parse_json(loaded.files[at], text, at);
  if (!again) return false;
  const io::RuleSource source = io::read_rules(*again, loaded.options);
  std::size_t place = 0;
  for (std::size_t i = 0; i < index; ++i) place += loaded.nsgs[i].span.document == at ? 1 : 0;
  return source.errors.empty() && place < source.nsgs.size() &&
         model::same_rules(model::with_defaults(source.nsgs[place]), expected);
}

}  // namespace

Patched patched(const LoadedInputs& loaded, std::size_t nsg, const std::vector<model::RuleChange>& changes) {
  Patched out;
  const model::Nsg& group = loaded.nsgs[nsg];
  if (!group.span.known()) return {{}, "it stands in no file", {}};
  const io::Document& document = loaded.documents[group.span.document];
  if (!loaded.marks[group.span.document]) return {{}, std::string{kOtherBytes}, {}};
  auto edits = io::patch(document, loaded.forms[group.span.document], group, changes);
  if (!edits) return {{}, edits.error(), {}};
  if (!reads_as(loaded, nsg, model::apply(group, changes), io::edited(document.text, *edits)))
    return {{}, "the edited file would not say exactly that", {}};
  out.edits = std::move(*edits);
  std::string_view name = document.file;
  while (name.starts_with('/')) name.remove_prefix(1);
  out.diff = io::unified_diff(name, document.text, out.edits);
  return out;
}

bool reread(LoadedInputs& loaded, std::uint32_t document, const std::string& text) {
  auto again = io::parse_json(loaded.files[document], text, document);
  if (!again) return false;
  io::RuleSource source = io::read_rules(*again, loaded.options);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < loaded.nsgs.size(); ++i)
    if (loaded.nsgs[i].span.document == document) places.push_back(i);
  if (!source.errors.empty() || source.nsgs.size() != places.size()) return false;
  loaded.documents[document] = std::move(*again);
  for (std::size_t i = 0; i < places.size(); ++i) {
    loaded.nsgs[places[i]] = model::with_defaults(std::move(source.nsgs[i]));
    model::find_faults(loaded.nsgs[places[i]]);
  }
  return true;
}

tl::expected<std::string, std::string> patched_bytes(const LoadedInputs& loaded, std::uint32_t document,
                                                     std::vector<io::TextEdit> edits) {
  const auto& mark = loaded.marks[document];
  if (!mark) return tl::unexpected{std::string{kOtherBytes}};
  io::sort_edits(edits);
  return *mark + io::edited(loaded.documents[document].text, edits);
}

}  // namespace nsgcheck::cli
