// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/port_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace nsgcheck::net::port_set_test {
namespace {

struct Row {
  const char* name;
  PortSet ports;
  std::vector<std::string> shown;
};

TEST(PortSet, Table) {
  const std::vector<Row> rows{
      {"none", {}, {}},
      {"all", PortSet::all(), {"0-65535"}},
      {"port 0", PortSet::range(0, 0), {"0"}},
      {"port 65535", PortSet::range(65535, 65535), {"65535"}},
      {"both ends", PortSet::range(0, 0) | PortSet::range(65535, 65535), {"0", "65535"}},
      {"neighbours", PortSet::range(20000, 20009) | PortSet::range(20010, 20010), {"20000-20010"}},
      {"a hole at 3389", PortSet::all() - PortSet::range(3389, 3389), {"0-3388", "3390-65535"}},
      {"halves are all", PortSet::range(0, 32767) | PortSet::range(32768, 65535), {"0-65535"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(to_strings(row.ports), ::testing::ElementsAreArray(row.shown));
  }
}

}  // namespace
}  // namespace nsgcheck::net::port_set_test
