// SPDX-License-Identifier: Apache-2.0
#include <pcap/pcap.h>
#include <CLI/CLI.hpp>
#include "simulator/io/capture_file.hpp"
