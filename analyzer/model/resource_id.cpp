// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/resource_id.hpp"

#include "analyzer/net/text.hpp"

namespace nsgcheck::model {

std::string id_segment(std::string_view id, std::string_view word) {
  const std::string lower = net::lower(id);
  const std::string key = '/' + std::string{word} + '/';
  const std::size_t at = lower.find(key);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + key.size();
  std::string out = lower.substr(begin, lower.find('/', begin) - begin);
  return out.find('{') == std::string::npos ? out : std::string{};
}

}  // namespace nsgcheck::model
