// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/functions.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

const std::vector<Function>& all_functions() {
  static const std::vector<Function> table = [] {
    std::vector<Function> all;
    for (const auto family :
         {string_functions(), text_search_functions(), conversion_functions(), collection_functions(), set_functions(),
          object_functions(), number_functions(), comparison_functions(), resource_functions(), cidr_functions()})
      all.insert(all.end(), family.begin(), family.end());
    std::sort(all.begin(), all.end(), [](const Function& a, const Function& b) { return a.name < b.name; });
    return all;
  }();
  return table;
}

constexpr std::array<std::string_view, 23> kRunTimeFunctions{
    "reference",       "references",    "resourcegroup",  "subscription",   "tenant",         "managementgroup",
    "deployment",      "environment",   "deployer",       "providers",      "pickzones",      "utcnow",
    "newguid",         "guid",          "uniquestring",   "datetimeadd",    "getsecret",      "datetimefromepoch",
    "datetimetoepoch", "tologicalzone", "tologicalzones", "tophysicalzone", "tophysicalzones"};

}  // namespace

const Function* find_function(std::string_view name) {
  const std::string key = net::lower(name);
  const auto& all = all_functions();
  const auto found =
      std::lower_bound(all.begin(), all.end(), key, [](const Function& f, const std::string& k) { return f.name < k; });
  return found != all.end() && found->name == key ? &*found : nullptr;
}

std::string run_time_reason(std::string_view name) {
  const std::string key = net::lower(name);
  const bool listed = std::find(kRunTimeFunctions.begin(), kRunTimeFunctions.end(), key) != kRunTimeFunctions.end();
  // list, listKeys, listSecrets, ...: one for each operation that a resource provider offers.
  if (!listed && key.substr(0, 4) != "list") return {};
  return std::string{name} + "() is known at run time only";
}

const Node* open_argument(Arguments arguments) {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(), [](const Value& one) { return one->is(Node::Kind::Unknown); });
  return found == arguments.end() ? nullptr : found->get();
}

std::vector<Value> known_lists(Arguments arguments) {
  std::vector<Value> out;
  for (const Value& argument : arguments) {
    if (argument->is(Node::Kind::Array)) out.push_back(argument);
    if (argument->is(Node::Kind::Unknown) && !argument->items().empty())
      out.push_back(make_value(array_node(argument->items())));
  }
  return out;
}

tl::unexpected<std::string> wrong_type(Arguments arguments, std::size_t index, std::string_view wanted) {
  return refuse("argument " + std::to_string(index + 1) + " is of type " + std::string{type_name(*arguments[index])} +
                ", not " + std::string{wanted});
}

}  // namespace nsgcheck::io::arm
