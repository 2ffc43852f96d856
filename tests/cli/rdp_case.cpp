// SPDX-License-Identifier: Apache-2.0
#include "rdp_case.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

namespace nsgcheck::cli {

namespace fs = std::filesystem;
using nlohmann::json;

RdpResult rdp(const std::string& model, std::vector<std::string> args, const std::string& input) {
  args.insert(args.begin(), "rdp");
  const std::string file = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/deployments/" + model;
  args.insert(args.end(), {"--deployment", file + (model.find('.', 2) == std::string::npos ? ".json" : "")});
  std::istringstream in{input};
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit = run(args, Process{in, out, err});
  return {exit, out.str(), err.str()};
}

std::string right_file(const std::string& names) {
  return "full address:s:198.51.100.20\r\nusername:s:ops\r\nLoadBalanceInfo:s:Cookie: mstshash=" + names + "\r\n";
}

std::string wide(const std::string& text) {
  std::string out;
  for (const char c : text) out += {c, '\0'};
  return out;
}

std::ostream& operator<<(std::ostream& out, const FindingCase& one) { return out << one.name; }

void expect_findings(const FindingCase& one) {
  std::vector<std::string> args{"-", "-f", "json"};
  args.insert(args.end(), one.options.begin(), one.options.end());
  const RdpResult result = rdp(one.model, args, one.text);
  const json file = json::parse(result.out)["files"][0];
  std::vector<std::string> findings;
  bool fails = file["verdict"] != "reached";
  for (const json& found : file["findings"]) {
    findings.push_back(found["line"].dump() + ':' + found["column"].dump() + ' ' +
                       found["severity"].get<std::string>() + ' ' + found["code"].get<std::string>());
    EXPECT_FALSE(found["message"].get<std::string>().empty());
    EXPECT_FALSE(found["fix"].is_null()) << found.dump();
    // What is said about --from is about no file.
    const bool of_a_file = found["code"] != "no-client-of-family";
    EXPECT_EQ(found["policy"].is_null(), !of_a_file) << found.dump();
    fails = fails || found["severity"] != "info";
  }
  EXPECT_EQ(findings, one.findings);
  EXPECT_EQ(file["verdict"], one.verdict);
  EXPECT_EQ(file["reason"], one.reason);
  EXPECT_EQ(result.exit, fails ? Exit::Findings : Exit::Clean);
}

RdpFolder::RdpFolder() {
  static int count = 0;
  path_ = fs::temp_directory_path() / ("nsgcheck-rdp-" + std::to_string(::getpid()) + '-' + std::to_string(count++));
  fs::create_directories(path_);
}

RdpFolder::~RdpFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

std::string RdpFolder::path(const std::string& name) const {
  return name.empty() ? path_.string() : (path_ / name).string();
}

std::string RdpFolder::put(const std::string& name, const std::string& bytes) const {
  std::ofstream{path_ / name, std::ios::binary} << bytes;
  return path(name);
}

std::string RdpFolder::bytes_of(const std::string& name) const {
  std::ifstream file{path_ / name, std::ios::binary};
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

std::vector<std::string> RdpFolder::names() const {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator{path_}) out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace nsgcheck::cli
