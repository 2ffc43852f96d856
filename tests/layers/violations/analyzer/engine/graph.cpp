// SPDX-License-Identifier: Apache-2.0
#include <yaml-cpp/yaml.h>
#include <boost/graph/adjacency_list.hpp>
#include <simulator/wire/frame.hpp>
// #include <fstream>
