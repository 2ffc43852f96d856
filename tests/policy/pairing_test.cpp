// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/pairing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace nsgcheck::policy::pairing_test {
namespace {

/// "name", "name@file" or "name@file#id".
struct Side {
  explicit Side(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto hash = text.find('#');
      const auto at = text.find('@');
      model::Nsg nsg;
      nsg.name = text.substr(0, at);
      if (hash != std::string::npos) nsg.id = text.substr(hash + 1);
      nsgs.push_back(std::move(nsg));
      const std::string file = at == std::string::npos ? "f.json" : text.substr(at + 1, hash - at - 1);
      list.push_back({&nsgs.back(), file});
      names.emplace(&nsgs.back(), text);
    }
  }
  std::deque<model::Nsg> nsgs;
  std::vector<SideNsg> list;
  std::map<const model::Nsg*, std::string> names;
};

struct Row {
  const char* name;
  std::vector<std::string> before, after;
  std::vector<std::pair<std::string, std::string>> maps;
  std::vector<std::string> pairs;  ///< "old=new", "-" for none
};

const Row kRows[] = {
    {"ByNameInAnyCase", {"web", "db"}, {"DB", "Web"}, {}, {"db=DB", "web=Web"}},
    {"OneOnEachSideWhateverTheName", {"old"}, {"new"}, {}, {"old=new"}},
    {"WithoutPartner", {"a", "b"}, {"b", "c"}, {}, {"b=b", "-=c", "a=-"}},
    {"TwoAndOneOfOtherNames", {"a", "b"}, {"c"}, {}, {"-=c", "a=-", "b=-"}},
    {"TheOneThatIsLeftIsNoPartner", {"a", "b"}, {"a", "c"}, {}, {"a=a", "-=c", "b=-"}},
    {"MappedAgainstTheName", {"a", "b"}, {"a", "b"}, {{"a", "B"}}, {"-=a", "a=b", "b=-"}},
    {"MappedBoth", {"a", "b"}, {"x", "y"}, {{"a", "y"}, {"b", "x"}}, {"b=x", "a=y"}},
    {"OfOneNameByFile",
     {"web@prod/a.json", "web@prod/b.json"},
     {"web@new/b.json", "web@new/a.json"},
     {},
     {"web@prod/b.json=web@new/b.json", "web@prod/a.json=web@new/a.json"}},
    {"OfOneNameByIdBeforeFile",
     {"web@a.json#/s/1", "web@b.json#/s/2"},
     {"web@a.json#/S/2", "web@b.json#/s/1"},
     {},
     {"web@b.json#/s/2=web@a.json#/S/2", "web@a.json#/s/1=web@b.json#/s/1"}},
    {"OfOneFileByIdsThatAreOpen",
     {"web@a.json", "web@a.json#/{s}/other"},
     {"web@a.json#/{s}/other", "web@a.json"},
     {},
     {"web@a.json#/{s}/other=web@a.json#/{s}/other", "web@a.json=web@a.json"}},
    {"OpenIdsTellNothingOfOtherFiles",
     {"web@a.json#/{s}/other", "web@b.json#/{s}/other"},
     {"web@b.json#/{s}/other"},
     {},
     {"web@b.json#/{s}/other=web@b.json#/{s}/other", "web@a.json#/{s}/other=-"}},
    {"NothingBefore", {}, {"a"}, {}, {"-=a"}},
};

TEST(Pairing, FollowsTheInterface) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const Side before{row.before};
    const Side after{row.after};
    const auto pairs = pair_nsgs(before.list, after.list, row.maps);
    ASSERT_TRUE(pairs.has_value()) << pairs.error();
    std::vector<std::string> texts;
    for (const NsgPair& pair : *pairs)
      texts.push_back((pair.before == nullptr ? "-" : before.names.at(pair.before)) + '=' +
                      (pair.after == nullptr ? "-" : after.names.at(pair.after)));
    EXPECT_EQ(texts, row.pairs);
  }
}

TEST(Pairing, SaysWhatIsWrongWithAMapping) {
  struct Wrong {
    const char* name;
    std::vector<std::pair<std::string, std::string>> maps;
    const char* says;
  };
  const Wrong rows[]{
      {"OldNameThatIsNotThere", {{"nope", "x"}}, "no NSG of the old side is called \"nope\"; it has \"a\" and \"b\""},
      {"NewNameThatIsNotThere", {{"a", "nope"}}, "no NSG of the new side is called \"nope\"; it has \"x\" and \"y\""},
      {"MappedTwice", {{"a", "x"}, {"a", "y"}}, "\"a\" of the old side is mapped twice"},
  };
  const Side before{{"a", "b"}};
  const Side after{{"x", "y"}};
  for (const Wrong& row : rows) {
    SCOPED_TRACE(row.name);
    const auto pairs = pair_nsgs(before.list, after.list, row.maps);
    ASSERT_FALSE(pairs.has_value());
    EXPECT_THAT(pairs.error(), testing::HasSubstr(row.says));
  }
}

}  // namespace
}  // namespace nsgcheck::policy::pairing_test
