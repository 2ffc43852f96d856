// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/address.hpp"
