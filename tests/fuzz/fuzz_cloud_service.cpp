// SPDX-License-Identifier: Apache-2.0
// Any XML is a file of a Cloud Service, a classic group, or of no known form; what it says wrong stands inside it. A
// service without faults becomes a deployment that keeps what the rest rests on: every instance has an address, every
// index points at something, every code has a text.
#include <cstdint>
#include <string_view>

#include "analyzer/io/cloud_deployment.hpp"
#include "analyzer/io/cloud_files.hpp"
#include "analyzer/io/reader.hpp"
#include "analyzer/io/xml.hpp"
#include "tests/fuzz/fault_place.hpp"

namespace {

using namespace nsgcheck;

void judge(const model::Deployment& deployment) {
  for (const model::Role& role : deployment.roles) {
    fuzz::require(!role.name.empty());
    fuzz::require(!role.subnet || *role.subnet < deployment.subnets.size());
    fuzz::require(!role.endpoint_acl || *role.endpoint_acl < deployment.endpoint_acls.size());
    for (const model::Instance& instance : role.instances) {
      fuzz::require(!instance.name.empty() && !instance.addresses.empty());
      fuzz::require(instance.space.empty() || instance.space.contains(instance.addresses.front()));
    }
  }
  for (const std::string& code : deployment.assumptions) fuzz::require(!model::assumption_text(code).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  io::Documents documents;
  auto document = io::parse_xml("input.xml", bytes, 0);
  if (!document) return 0;
  documents.push_back(std::move(*document));
  if (io::cloud_form(documents[0].root) == io::CloudForm::None) {
    const io::RuleSource source = io::read_rules(documents[0], {});
    fuzz::require(source.format.empty() || source.format == "classic-nsg");
    return 0;
  }
  io::CloudFiles files;
  io::read_cloud_file(documents[0], files);
  for (const io::Diagnostic& fault : files.errors) fuzz::require_place(fault, bytes);
  // What Get Deployment carries is a service configuration, or a fault.
  auto carried = io::carried_configuration(documents[0], 1);
  if (!carried) fuzz::require(!carried.error().message.empty());
  if (carried && *carried) {
    fuzz::require(io::cloud_form((*carried)->root) == io::CloudForm::Configuration);
    documents.push_back(std::move(**carried));
    io::read_cloud_file(documents[1], files);
  }
  if (!files.errors.empty()) return 0;
  const io::Document nothing = io::empty_deployment();
  io::DeploymentFile file = io::read_deployment(nothing, true);
  io::apply_service(files.service, documents, file);
  io::assume_addresses(file);
  for (const io::Diagnostic& fault : file.errors) fuzz::require(!fault.message.empty());
  if (file.errors.empty()) judge(file.deployment);
  return 0;
}
