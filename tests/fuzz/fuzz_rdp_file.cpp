// SPDX-License-Identifier: Apache-2.0
// Any bytes are read; every error lies in the text; what was read is written and read again equal; a file held against
// a deployment has findings that lie in it, and no verdict but those of the interface.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "simulator/io/rdp_check.hpp"
#include "simulator/io/rdp_report.hpp"

namespace {

using namespace nsgcheck;

void require(bool holds) {
  if (!holds) std::abort();
}

const model::Deployment& deployment() {
  static const model::Deployment made = [] {
    model::Deployment out;
    out.balancer.frontends = {*net::parse_address("198.51.100.20"), *net::parse_address("2001:db8::20")};
    model::Role role;
    role.name = "WebRole1";
    role.remote_forwarder = role.remote_access = true;
    model::Instance instance;
    instance.name = "WebRole1_IN_0";
    instance.addresses = {*net::parse_address("10.0.0.4"), *net::parse_address("fd00::4")};
    role.instances = {instance};
    out.roles = {role};
    out.remote_desktop.user_name = "ops";
    return out;
  }();
  return made;
}

void judge_places(const io::RdpFile& file) {
  const std::string& text = file.document.text;
  std::size_t last = 0;
  for (const wire::RdpSetting& setting : file.lines.settings) {
    require(last <= setting.key_begin && setting.key_begin < setting.value_begin);
    require(setting.value_begin <= setting.end && setting.end <= text.size());
    require(text.compare(setting.key_begin, setting.key.size(), setting.key) == 0);
    require(text.substr(setting.value_begin, setting.end - setting.value_begin) == setting.value);
    last = setting.end;
  }
  for (const wire::RdpLineFault& fault : file.lines.faults)
    require(fault.begin < fault.end && fault.end <= text.size() && !fault.message.empty());
  for (const io::Diagnostic& error : file.errors) {
    require(!error.message.empty());
    require(error.position.line >= 1 && error.position.line <= file.document.line_starts.size());
    require(error.position.column >= 1 && error.position.column <= text.size() + 1);
  }
  require(file.readable || !file.errors.empty());
}

void judge_writer(const io::RdpFile& file) {
  const std::string written = wire::write_rdp_lines(file.lines.settings);
  const wire::RdpLines again = wire::read_rdp_lines(written);
  require(again.faults.empty() && again.settings.size() == file.lines.settings.size());
  for (std::size_t i = 0; i < again.settings.size(); ++i) {
    const wire::RdpSetting& before = file.lines.settings[i];
    const wire::RdpSetting& after = again.settings[i];
    require(before.key == after.key && before.type == after.type && before.value == after.value);
  }
}

void judge_check(const io::RdpFile& file) {
  static const path::CompiledDeployment compiled{deployment()};
  static const io::RdpCheck check{compiled, {net::AddressSet::any(), std::nullopt, {}, false}};
  const io::RdpAnswer answer = check.check(file);
  require((answer.verdict == "reached") == answer.reached.has_value());
  // Whoever reaches an instance is led there by a cookie that names it.
  if (answer.verdict == "reached") require(answer.request.names && answer.request.names->instance == answer.reached);
  if (answer.verdict != "reached" && file.readable && !file.truncated) require(!answer.findings.empty());
  for (const io::RdpFinding& finding : answer.findings) {
    require(finding.begin <= finding.end && finding.end <= file.document.text.size());
    require(!finding.code.empty() && !finding.message.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const io::RdpFile file = io::read_rdp_file("input.rdp", bytes);
  judge_places(file);
  judge_writer(file);
  judge_check(file);
  return 0;
}
