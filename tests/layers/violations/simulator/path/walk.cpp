// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/graph/adjacency_list.hpp>
#include <fstream>
