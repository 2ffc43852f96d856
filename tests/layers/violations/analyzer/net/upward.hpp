// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <random>
#include "analyzer/model/nsg.hpp"
