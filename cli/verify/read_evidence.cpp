// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/verify/evidence.hpp"

namespace nsgcheck::verify {
namespace {

using Json = nlohmann::json;

constexpr Value kLastPort = 65535;
constexpr Value kLastProtocol = 255;

// Within this file only: read_evidence() turns it into its error.
struct Unreadable {
  std::string what;
};

/// A JSON value with its place in the file.
class Node {
 public:
  Node(const Json& json, std::string place) : json_{&json}, place_{std::move(place)} {}

  [[noreturn]] void fail(const std::string& what) const {
    throw Unreadable{(place_.empty() ? "/" : place_) + ": " + what};
  }

  [[nodiscard]] bool has(const char* key) const { return json_->is_object() && json_->contains(key); }
  [[nodiscard]] Node operator[](const char* key) const {
    if (!has(key)) fail(std::string{"\""} + key + "\" is missing");
    return {(*json_)[key], place_ + '/' + key};
  }
  [[nodiscard]] bool is_null() const { return json_->is_null(); }
  [[nodiscard]] const std::string& text() const {
    if (!json_->is_string()) fail("is no text");
    return json_->get_ref<const std::string&>();
  }
  [[nodiscard]] bool truth() const {
    if (!json_->is_boolean()) fail("is neither true nor false");
    return json_->get<bool>();
  }
  [[nodiscard]] std::int64_t number() const {
    if (!json_->is_number_integer()) fail("is no whole number");
    return json_->get<std::int64_t>();
  }
  [[nodiscard]] std::size_t index(std::size_t size) const {
    const std::int64_t value = number();
    if (value < 0 || static_cast<std::uint64_t>(value) >= size) fail("there is no number " + std::to_string(value));
    return static_cast<std::size_t>(value);
  }
  template <class Read>
  [[nodiscard]] auto list(const Read& read) const {
    if (!json_->is_array()) fail("is no list");
    std::vector<decltype(read(*this))> out;
    for (std::size_t i = 0; i < json_->size(); ++i)
      out.push_back(read(Node{(*json_)[i], place_ + '/' + std::to_string(i)}));
    return out;
  }
  /// The value that the text stands for.
  template <class T>
  [[nodiscard]] T one_of(std::initializer_list<std::pair<const char*, T>> words) const {
    for (const auto& [word, value] : words)
      if (text() == word) return value;
    fail("\"" + text() + "\" is not known here");
  }

 private:
  const Json* json_;
  std::string place_;
};

enum class Axis : std::uint8_t { Protocol, Port, V4, V6 };

std::optional<Value> value_of(const std::string& text, Axis axis) {
  if (axis == Axis::V4 || axis == Axis::V6) {
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(axis == Axis::V4 ? AF_INET : AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
    Value out = 0;
    for (std::size_t i = 0; i < (axis == Axis::V4 ? 4U : 16U); ++i) out = out << 8 | bytes[i];
    return out;
  }
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number > (axis == Axis::Port ? kLastPort : kLastProtocol))
    return std::nullopt;
  return number;
}

Range range_of(const Node& node, Axis axis) {
  const std::string& text = node.text();
  const std::size_t dash = text.find('-');
  const auto low = value_of(text.substr(0, dash), axis);
  const auto high = dash == std::string::npos ? low : value_of(text.substr(dash + 1), axis);
  if (!low || !high || *low > *high) node.fail("\"" + text + "\" is no range");
  return {*low, *high};
}

std::vector<Range> ranges_of(const Node& node, Axis axis) {
  auto out = node.list([&](const Node& item) { return range_of(item, axis); });
  for (std::size_t i = 1; i < out.size(); ++i)
    if (out[i].low <= out[i - 1].high || out[i].low - out[i - 1].high == 1)
      node.fail("ranges meet or are not in order");
  return out;
}

std::vector<std::size_t> symbols_of(const Node& node, const char* key, std::size_t count) {
  if (!node.has(key)) return {};
  const Node list = node[key];
  auto out = list.list([&](const Node& item) { return item.index(count); });
  for (std::size_t i = 1; i < out.size(); ++i)
    if (out[i] <= out[i - 1]) list.fail("symbols are not in order");
  return out;
}

Side side_of(const Node& node, Axis axis, std::size_t symbols) {
  Side out;
  out.sure = {ranges_of(node["sure"], axis), symbols_of(node, "sureSymbols", symbols)};
  out.maybe.ranges = node.has("maybe") ? ranges_of(node["maybe"], axis) : out.sure.ranges;
  out.maybe.symbols = node.has("maybeSymbols") ? symbols_of(node, "maybeSymbols", symbols) : out.sure.symbols;
  return out;
}

Rule rule_of(const Node& node, std::size_t symbols) {
  Rule out;
  out.name = node["name"].text();
  if (!node["priority"].is_null()) out.priority = node["priority"].number();
  if (!node["line"].is_null()) out.line = static_cast<std::size_t>(node["line"].number());
  out.access =
      node["access"].one_of<Access>({{"Allow", Access::Allow}, {"Deny", Access::Deny}, {"unknown", Access::Unknown}});
  out.settled = node["settled"].truth();
  out.is_default = node.has("default") && node["default"].truth();
  if (node.has("open")) out.open = static_cast<std::size_t>(node["open"].number());
  out.protocols = side_of(node["protocols"], Axis::Protocol, 0);
  out.source_ports = side_of(node["sourcePorts"], Axis::Port, 0);
  out.destination_ports = side_of(node["destinationPorts"], Axis::Port, 0);
  for (const std::size_t family : {0U, 1U}) {
    const Node sides = node[family == 0 ? "v4" : "v6"];
    const Axis axis = family == 0 ? Axis::V4 : Axis::V6;
    out.source[family] = side_of(sides["source"], axis, symbols);
    out.destination[family] = side_of(sides["destination"], axis, symbols);
  }
  return out;
}

List list_of(const Node& node) {
  List out;
  if (!node["nsg"].is_null()) out.nsg = node["nsg"].text();
  out.direction = node["direction"].text();
  out.symbols = node["symbols"].list([](const Node& item) {
    return Symbol{
        item["name"].text(), item["inRules"].truth(), {item["surelyHoldsV4"].truth(), item["surelyHoldsV6"].truth()}};
  });
  out.rules = node["rules"].list([&](const Node& item) { return rule_of(item, out.symbols.size()); });
  out.looks = node["order"].list([&](const Node& item) {
    return Look{item["rule"].index(out.rules.size()), item["sure"].truth()};
  });
  return out;
}

Box box_of(const Node& node, std::size_t symbols) {
  Box out;
  out.v6 = node["family"].one_of<bool>({{"v4", false}, {"v6", true}});
  out.ported = node.has("sourcePorts");
  const Axis axis = out.v6 ? Axis::V6 : Axis::V4;
  const std::vector<Range> all{{0, kLastPort}};
  out.sides[kProtocols].ranges = ranges_of(node["protocols"], Axis::Protocol);
  out.sides[kSource] = {ranges_of(node["source"], axis), symbols_of(node, "sourceSymbols", symbols)};
  out.sides[kDestination] = {ranges_of(node["destination"], axis), symbols_of(node, "destinationSymbols", symbols)};
  out.sides[kSourcePorts].ranges = out.ported ? ranges_of(node["sourcePorts"], Axis::Port) : all;
  out.sides[kDestinationPorts].ranges = out.ported ? ranges_of(node["destinationPorts"], Axis::Port) : all;
  return out;
}

// An address, or a symbol that surely has a member of the family.
Set place_of(const Node& node, bool v6, const std::vector<Symbol>& symbols) {
  if (const auto value = value_of(node.text(), v6 ? Axis::V6 : Axis::V4)) return {{{*value, *value}}, {}};
  for (std::size_t i = 0; i < symbols.size(); ++i)
    if (symbols[i].name == node.text() && symbols[i].populated[v6 ? 1 : 0]) return {{}, {i}};
  node.fail("\"" + node.text() + "\" is neither an address of the family nor a tag with members in it");
}

Value protocol_of(const Node& node) {
  const std::vector<std::pair<const char*, Value>> names{{"icmp", 1}, {"tcp", 6},     {"udp", 17},  {"esp", 50},
                                                         {"ah", 51},  {"icmpv6", 58}, {"sctp", 132}};
  for (const auto& [name, value] : names)
    if (node.text() == name) return value;
  if (const auto value = value_of(node.text(), Axis::Protocol)) return *value;
  node.fail("\"" + node.text() + "\" is no protocol");
}

Box witness_of(const Node& node, const std::vector<Symbol>& symbols) {
  Box out;
  out.v6 =
      node["source"].text().find(':') != std::string::npos || node["destination"].text().find(':') != std::string::npos;
  const Value protocol = protocol_of(node["protocol"]);
  out.sides[kProtocols].ranges = {{protocol, protocol}};
  out.sides[kSource] = place_of(node["source"], out.v6, symbols);
  out.sides[kDestination] = place_of(node["destination"], out.v6, symbols);
  out.ported = !node["sourcePort"].is_null();
  for (const auto& [side, key] :
       {std::pair{kSourcePorts, "sourcePort"}, std::pair{kDestinationPorts, "destinationPort"}}) {
    out.sides[side].ranges = {{0, kLastPort}};
    if (!out.ported) continue;
    const Value port = node[key].index(65536);
    out.sides[side].ranges = {{port, port}};
  }
  return out;
}

CoverBox cover_box_of(const Node& node, std::size_t symbols) {
  CoverBox box{box_of(node, symbols), {}};
  box.says = node["says"].list([](const Node& word) {
    return Word{word["answer"].one_of<Answer>({{"yes", Answer::Yes}, {"no", Answer::No}, {"unknown", Answer::Unknown}}),
                word["by"].list([](const Node& rule) { return static_cast<std::size_t>(rule.number()); })};
  });
  return box;
}

bool is_about_rule(Kind kind) { return kind != Kind::Verdict && kind != Kind::Packet && kind != Kind::Comparison; }

void read_proof(const Node& node, const List& list, Claim& out) {
  const std::size_t symbols = list.symbols.size();
  const auto box = [&](const Node& item) { return box_of(item, symbols); };
  out.complete = node["complete"].truth();
  out.sparse = node.has("sparse") && node["sparse"].truth();
  if (node.has("except")) out.except = node["except"].list(box);
  if (node.has("cover")) out.cover = node["cover"].list([&](const Node& item) { return cover_box_of(item, symbols); });
  if (out.kind == Kind::Packet)
    out.by = node["by"].list([&](const Node& rule) { return rule.index(list.rules.size()); });
  if (node.has("witness")) out.witness = witness_of(node["witness"], list.symbols);
  if (node.has("counterpart")) out.counterpart = witness_of(node["counterpart"], list.symbols);
}

Claim claim_of(const Node& node, const std::vector<List>& lists) {
  Claim out;
  out.kind = node["kind"].one_of<Kind>({{"verdict", Kind::Verdict},
                                        {"packet", Kind::Packet},
                                        {"named", Kind::Named},
                                        {"shadowed", Kind::Shadowed},
                                        {"redundant", Kind::Redundant},
                                        {"overlapped", Kind::Overlapped},
                                        {"neverMatches", Kind::NeverMatches},
                                        {"comparison", Kind::Comparison}});
  out.about = node["about"].text();
  out.list = node["list"].index(lists.size());
  const List& list = lists[out.list];
  if (out.kind == Kind::Comparison) out.new_list = node["newList"].index(lists.size());
  if (out.kind == Kind::Verdict || out.kind == Kind::Packet)
    out.view = node["view"].one_of<View>(
        {{"allowed", View::Allowed}, {"denied", View::Denied}, {"deniedByUser", View::DeniedByUser}});
  if (is_about_rule(out.kind)) out.rule = node["rule"].index(list.rules.size());
  // What is asked is there even where nothing is claimed of it.
  if (node.has("question"))
    out.question = node["question"].list([&](const Node& item) { return box_of(item, list.symbols.size()); });
  if (node["claims"].is_null()) {
    out.why_not = node["reason"].text();
    return out;
  }
  out.claims = node["claims"].text();
  if (out.claims.empty()) node["claims"].fail("says nothing");
  read_proof(node, list, out);
  return out;
}

Form form_of(const Node& node) {
  return node.one_of<Form>({{"someAllowed", Form::SomeAllowed},
                            {"allAllowed", Form::AllAllowed},
                            {"noneAllowed", Form::NoneAllowed},
                            {"someDenied", Form::SomeDenied},
                            {"noneDenied", Form::NoneDenied},
                            {"someDeniedByUser", Form::SomeDeniedByUser},
                            {"allowedWithout", Form::AllowedWithout},
                            {"namedAndDenied", Form::NamedAndDenied},
                            {"namedAndClosed", Form::NamedAndClosed},
                            {"sourcePortOnly", Form::SourcePortOnly},
                            {"shadowed", Form::Shadowed},
                            {"redundant", Form::Redundant},
                            {"overlapped", Form::Overlapped},
                            {"neverMatches", Form::NeverMatches},
                            {"unlisted", Form::Unlisted},
                            {"exactly", Form::Exactly}});
}

Statement statement_of(const Node& node, bool is_expectation, std::size_t claims) {
  Statement out;
  out.is_expectation = is_expectation;
  out.id = node[is_expectation ? "name" : "fingerprint"].text();
  if (!is_expectation) out.policy = node["policy"].text();
  if (!node["nsg"].is_null()) out.nsg = node["nsg"].text();
  if (node.has("rule")) out.rule = node["rule"].text();
  out.status = node["status"].text();
  if (node["shows"].is_null()) {
    out.why_not = node["reason"].text();
    return out;
  }
  out.form = form_of(node["shows"]);
  out.claims = node["claims"].list([&](const Node& item) { return item.index(claims); });
  return out;
}

}  // namespace

tl::expected<Evidence, std::string> read_evidence(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    const Node root{json, ""};
    if (root["schema"].text() != "nsgcheck.evidence/1") root["schema"].fail("is not \"nsgcheck.evidence/1\"");
    Evidence out;
    out.lists = root["lists"].list(list_of);
    out.claims = root["claims"].list([&](const Node& node) { return claim_of(node, out.lists); });
    for (const bool is_expectation : {false, true}) {
      const char* key = is_expectation ? "expectations" : "findings";
      if (!root.has(key)) continue;
      for (Statement& one :
           root[key].list([&](const Node& node) { return statement_of(node, is_expectation, out.claims.size()); }))
        out.statements.push_back(std::move(one));
    }
    return out;
  } catch (const Unreadable& error) {
    return tl::unexpected{error.what};
  } catch (const Json::exception& error) {
    return tl::unexpected{std::string{error.what()}};
  }
}

}  // namespace nsgcheck::verify
