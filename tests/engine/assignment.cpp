// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/assignment.hpp"

namespace nsgcheck::engine {
namespace {

using Ranges = std::vector<oracle::Range>;

// Public in every world that random_case() makes; none holds all the Internet.
Ranges some_public(Rng& rng) {
  static const Ranges kV4 = oracle::ranges({"203.0.113.0/25", "203.0.113.7", "203.0.113.64/26", "203.0.113.0/24",
                                            "20.0.0.0/8", "203.0.113.128-203.0.113.130", "203.0.113.1", "203.0.113.0"});
  static const Ranges kV6 = oracle::ranges({"2001:db8::1", "2001:db8::/64", "2001:db8:5::/48", "2001:db8::/32"});
  Ranges out{pick(rng, kV4)};
  if (rng() % 2 == 0) out.push_back(pick(rng, kV4));
  if (rng() % 2 == 0) out.push_back(pick(rng, kV6));
  return out;
}

Ranges some_private(Rng& rng) {
  static const Ranges kPool =
      oracle::ranges({"10.0.0.0/30", "10.0.0.2", "10.0.0.4-10.0.0.6", "10.0.0.0/16", "10.0.0.1"});
  Ranges out;
  while (rng() % 2 == 0) out.push_back(pick(rng, kPool));
  return out;
}

void add(Ranges& to, const Ranges& more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace

oracle::World random_assignment(Rng& rng, const oracle::World& world) {
  oracle::World out = world;
  const Ranges region = some_public(rng);
  Ranges storage = region;
  if (rng() % 2 == 0) add(storage, some_public(rng));
  // Tags of different services may share addresses.
  const Ranges sql = rng() % 4 == 0 ? storage : some_public(rng);
  Ranges cloud = storage;
  add(cloud, sql);
  if (rng() % 2 == 0) add(cloud, some_public(rng));
  out.tags["storage.westeurope"] = region;
  out.tags["storage"] = storage;
  out.tags["sql"] = sql;
  out.tags["azurecloud"] = cloud;
  out.tags["azureplatformdns"] = oracle::ranges({"168.63.129.16"});
  out.asgs["web"] = some_private(rng);
  out.asgs["db"] = some_private(rng);
  return out;
}

}  // namespace nsgcheck::engine
