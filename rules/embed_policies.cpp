// SPDX-License-Identifier: Apache-2.0
// Run by the build: embed_policies OUT.cpp POLICY.yaml...
// Reads every policy, so that a faulty one fails the build at its line, and writes them as JSON without their examples:
// yaml-cpp would take most of the start-up time of every run.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "analyzer/io/policy_reader.hpp"
#include "analyzer/io/yaml.hpp"

namespace {

using nsgcheck::io::Diagnostic;
using nsgcheck::io::Node;

void append_string(std::string& json, const std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  json += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (byte < 0x20) {
      json += "\\u00";
      json += kDigits[byte >> 4U];
      json += kDigits[byte & 15U];
    } else {
      json += c;
    }
  }
  json += '"';
}

void append_json(std::string& json, const Node& node) {
  std::string_view separator;
  switch (node.kind) {
    case Node::Kind::Object:
      json += '{';
      for (const auto& [key, value] : node.members()) {
        json += separator;
        append_string(json, key);
        json += ':';
        append_json(json, value);
        separator = ",";
      }
      json += '}';
      return;
    case Node::Kind::Array:
      json += '[';
      for (const Node& item : node.items()) {
        json += separator;
        append_json(json, item);
        separator = ",";
      }
      json += ']';
      return;
    case Node::Kind::Null:
      json += "null";
      return;
    default:
      append_string(json, node.text);
  }
}

/// Policies as JSON, by id.
using Policies = std::map<std::string, std::string>;

bool complain(const std::string& file, const std::string& message) {
  std::cerr << file << ": error: " << message << '\n';
  return false;
}

bool complain(const Diagnostic& fault) {
  std::cerr << fault.file << ':' << fault.position.line << ':' << fault.position.column << ": error: " << fault.message
            << '\n';
  return false;
}

bool add_policy(const std::filesystem::path& path, Policies& policies) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream bytes;
  if (!(bytes << in.rdbuf())) return complain(path.string(), "cannot be read");
  auto document = nsgcheck::io::parse_yaml(path.string(), bytes.str());
  if (!document) return complain(document.error());
  const auto file = nsgcheck::io::read_policy(*document);
  if (!file) return complain(file.error());
  const std::string& id = file->policy.id;
  if (!path.stem().string().starts_with(id + '-'))
    return complain(path.string(), "the file's name must start with " + id);
  auto& members = document->root.members();
  std::erase_if(members, [](const auto& member) { return member.first == "examples"; });
  std::string json;
  append_json(json, document->root);
  if (!policies.emplace(id, std::move(json)).second) return complain(path.string(), id + " is taken by another file");
  return true;
}

std::string source_of(const Policies& policies) {
  std::string out =
      "// Written by embed_policies from rules/*.yaml.\n"
      "#include <array>\n\n"
      "#include \"rules/embedded_policies.hpp\"\n\n"
      "namespace nsgcheck::rules {\n\n"
      "std::span<const std::string_view> embedded_policies() {\n"
      "  static constexpr std::array<std::string_view, " +
      std::to_string(policies.size()) + "> kPolicies{\n";
  for (const auto& [id, json] : policies) out += "      R\"policy(" + json + ")policy\",\n";
  return out + "  };\n  return kPolicies;\n}\n\n}  // namespace nsgcheck::rules\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: embed_policies OUT.cpp POLICY.yaml...\n";
    return 2;
  }
  Policies policies;
  bool good = true;
  for (int i = 2; i < argc; ++i) good = add_policy(argv[i], policies) && good;
  if (!good) return 1;
  std::ofstream out{argv[1], std::ios::binary};
  out << source_of(policies);
  out.close();
  return out ? 0 : 1;
}
