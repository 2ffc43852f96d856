// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/replay_made.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace nsgcheck::cli {

using nlohmann::json;

json made_rule(const std::string& name, int priority, const std::string& access, const std::string& direction,
               const std::string& source, const std::string& port) {
  return {{"name", name},
          {"properties",
           {{"priority", priority},
            {"access", access},
            {"direction", direction},
            {"protocol", "*"},
            {"sourceAddressPrefix", source},
            {"sourcePortRange", "*"},
            {"destinationAddressPrefix", "*"},
            {"destinationPortRange", port}}}};
}

namespace {

json instance(const std::string& name, const std::string& address) {
  return {{"name", name}, {"address", address}, {"state", "Ready"}};
}

json role(const std::string& name, bool forwarder, std::vector<json> instances) {
  return {{"name", name},
          {"remoteForwarder", forwarder},
          {"remoteAccess", true},
          {"subnet", "web"},
          {"instances", std::move(instances)}};
}

}  // namespace

ReplayMade::ReplayMade()
    : folder_{std::filesystem::temp_directory_path() / ("nsgcheck-made-" + std::to_string(getpid()))} {
  std::filesystem::create_directories(folder_);
  rules_ = {made_rule("AllowForwarder", 1000, "Allow", "Inbound", "*", "20000"),
            made_rule("AllowRdp", 1010, "Allow", "Inbound", "*", "3389")};
  const json subnet{{"name", "web"}, {"addressPrefix", "10.0.0.0/24"}, {"nsg", "web-nsg"}};
  deployment_ = {
      {"name", "made"},
      {"nsgs", {"rules.json"}},
      {"forwarderPort", 20000},
      {"virtualNetwork", {{"addressPrefixes", {"10.0.0.0/16"}}, {"subnets", {subnet}}}},
      {"loadBalancer",
       {{"frontends", {kVip.address}},
        {"frontendPort", 3389},
        {"distribution", "five-tuple"},
        {"idleTimeoutMinutes", 4}}},
      {"roles",
       {role("WebRole1", true, {instance("WebRole1_IN_0", "10.0.0.4"), instance("WebRole1_IN_1", "10.0.0.5")}),
        role("WorkerRole1", false, {instance("WorkerRole1_IN_0", "10.0.0.6")})}},
      {"remoteDesktop", {{"mode", "extension"}, {"roles", {"*"}}}}};
}

ReplayMade::~ReplayMade() { std::filesystem::remove_all(folder_); }

void ReplayMade::add_rule(const std::string& name, const std::string& access, const std::string& direction,
                          const std::string& source, const std::string& port) {
  rules_.push_back(made_rule(name, 100 + static_cast<int>(rules_.size()), access, direction, source, port));
}

std::string ReplayMade::write(const std::string& name, const std::string& bytes) const {
  const std::string path = folder_ / name;
  std::ofstream{path, std::ios::binary} << bytes;
  return path;
}

ReplayMade::Result ReplayMade::run_with(const std::string& command, std::vector<std::string> args) {
  write("rules.json", json{{"name", "web-nsg"}, {"properties", {{"securityRules", rules_}}}}.dump(1));
  const std::string deployment = write("deployment.json", deployment_.dump(1));
  args.insert(args.begin(), {command, "--deployment", deployment});
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit = run(args, Process{in, out, err});
  return {exit, out.str(), err.str()};
}

json ReplayMade::replay(const CaptureMaker& capture, std::vector<std::string> args) {
  args.insert(args.end(), {"-f", "json", write("made.pcap", capture.bytes())});
  const Result result = run_with("replay", std::move(args));
  EXPECT_EQ(result.err, "");
  return result.out.empty() ? json{} : json::parse(result.out);
}

std::string ReplayMade::replay_text(const CaptureMaker& capture) {
  return run_with("replay", {write("made.pcap", capture.bytes())}).out;
}

}  // namespace nsgcheck::cli
