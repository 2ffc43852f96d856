// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/pairing.hpp"

#include <algorithm>
#include <optional>

#include "analyzer/net/text.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::policy {
namespace {

std::string base_name(const std::string& file) { return file.substr(file.find_last_of("/\\") + 1); }

/// Ids of which a part is known at deployment only, in braces, tell apart the groups of one file and no more.
bool same_id(const model::Nsg& a, const model::Nsg& b) {
  return a.id && b.id && net::same_word(*a.id, *b.id) && a.id->find('{') == std::string::npos;
}

bool same_in_file(const SideNsg& a, const SideNsg& b) {
  return base_name(a.file) == base_name(b.file) && net::same_word(a.nsg->id.value_or(""), b.nsg->id.value_or(""));
}

/// One side, and what of it has its partner.
struct Side {
  const std::vector<SideNsg>& nsgs;
  std::vector<std::optional<std::size_t>> partner;

  explicit Side(const std::vector<SideNsg>& list) : nsgs{list}, partner(list.size()) {}

  [[nodiscard]] tl::expected<std::size_t, std::string> find(const std::string& name, const char* which) const {
    std::vector<std::string> names;
    bool taken = false;
    for (std::size_t i = 0; i < nsgs.size(); ++i) {
      names.push_back('"' + nsgs[i].nsg->name + '"');
      if (!net::same_word(nsgs[i].nsg->name, name)) continue;
      if (!partner[i]) return i;
      taken = true;
    }
    if (taken) return tl::unexpected{"--map: \"" + name + "\" of the " + which + " side is mapped twice"};
    return tl::unexpected{"--map: no NSG of the " + std::string{which} + " side is called \"" + name + "\"; it has " +
                          (names.empty() ? "none" : enumerate(names, 10))};
  }
};

void join(Side& before, std::size_t i, Side& after, std::size_t j) {
  before.partner[i] = j;
  after.partner[j] = i;
}

template <class Fits>
void join_where(Side& before, Side& after, Fits fits) {
  for (std::size_t j = 0; j < after.nsgs.size(); ++j)
    for (std::size_t i = 0; i < before.nsgs.size() && !after.partner[j]; ++i)
      if (!before.partner[i] && net::same_word(before.nsgs[i].nsg->name, after.nsgs[j].nsg->name) &&
          fits(before.nsgs[i], after.nsgs[j]))
        join(before, i, after, j);
}

}  // namespace

tl::expected<std::vector<NsgPair>, std::string> pair_nsgs(
    const std::vector<SideNsg>& before, const std::vector<SideNsg>& after,
    const std::vector<std::pair<std::string, std::string>>& maps) {
  Side old_side{before};
  Side new_side{after};
  for (const auto& [old_name, new_name] : maps) {
    const auto i = old_side.find(old_name, "old");
    if (!i) return tl::unexpected{i.error()};
    const auto j = new_side.find(new_name, "new");
    if (!j) return tl::unexpected{j.error()};
    join(old_side, *i, new_side, *j);
  }
  join_where(old_side, new_side, [](const SideNsg& a, const SideNsg& b) { return same_id(*a.nsg, *b.nsg); });
  join_where(old_side, new_side, same_in_file);
  join_where(old_side, new_side,
             [](const SideNsg& a, const SideNsg& b) { return base_name(a.file) == base_name(b.file); });
  join_where(old_side, new_side, [](const SideNsg&, const SideNsg&) { return true; });
  if (before.size() == 1 && after.size() == 1 && !new_side.partner[0]) join(old_side, 0, new_side, 0);

  std::vector<NsgPair> out;
  for (std::size_t j = 0; j < after.size(); ++j)
    out.push_back({new_side.partner[j] ? before[*new_side.partner[j]].nsg : nullptr, after[j].nsg});
  for (std::size_t i = 0; i < before.size(); ++i)
    if (!old_side.partner[i]) out.push_back({before[i].nsg, nullptr});
  return out;
}

}  // namespace nsgcheck::policy
