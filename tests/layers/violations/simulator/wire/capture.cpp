// SPDX-License-Identifier: Apache-2.0
#include <pcap.h>
#include "analyzer/model/nsg.hpp"
#include "analyzer/net/address.hpp"
#include "simulator/flow/flow.hpp"
