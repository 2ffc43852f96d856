// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

/// A second, small opinion on what nsgcheck says: reads an evidence file (docs/evidence.md) and checks every claim in
/// it with nothing but sets of numbers. It shares no code with the engine that wrote the file.
namespace nsgcheck::verify {

/// A protocol, a port or an address, as a number. ISO C++ has no 128-bit integer; both compilers that build this do.
__extension__ typedef unsigned __int128 Value;

/// From `low` to `high`, both included; `low <= high`.
struct Range {
  Value low{};
  Value high{};
  friend bool operator==(const Range&, const Range&) = default;
};

/// Values as ascending ranges that do not meet, and symbols beside them: tags and groups without data, each of which
/// stands for any member.
struct Set {
  std::vector<Range> ranges;
  std::vector<std::size_t> symbols;  ///< ascending indices into List::symbols
  friend bool operator==(const Set&, const Set&) = default;
};

/// What surely belongs, and what perhaps does: a superset.
struct Side {
  Set sure;
  Set maybe;
  friend bool operator==(const Side&, const Side&) = default;
};

/// The sides of a box: protocols, source, source ports, destination, destination ports.
inline constexpr std::size_t kSides = 5;
using SideIndex = std::uint8_t;
inline constexpr SideIndex kProtocols = 0;
inline constexpr SideIndex kSource = 1;
inline constexpr SideIndex kSourcePorts = 2;
inline constexpr SideIndex kDestination = 3;
inline constexpr SideIndex kDestinationPorts = 4;

/// A product of five sets of one address family, of protocols with ports or of those without, which have all ports.
struct Box {
  bool v6{};
  bool ported{};
  std::array<Set, kSides> sides;
  friend bool operator==(const Box&, const Box&) = default;
};

enum class Access : std::uint8_t { Allow, Deny, Unknown };

struct Rule {
  std::string name;
  std::optional<std::int64_t> priority;  ///< empty: not known, or none
  std::optional<std::size_t> line;
  Access access{Access::Unknown};
  bool settled{};  ///< all is known of it but for the members of the symbols that it names
  bool is_default{};
  std::size_t open{};  ///< not 0: what it leaves open; rules of equal numbers turn out alike
  Side protocols, source_ports, destination_ports;
  std::array<Side, 2> source, destination;  ///< by family: IPv4, IPv6
};

/// One look at a rule, in the order of evaluation. Not sure: it may match there at most.
struct Look {
  std::size_t rule{};
  bool sure{};
};

struct Symbol {
  std::string name;
  bool in_rules{};                  ///< some rule names it
  std::array<bool, 2> populated{};  ///< by family: it surely has a member
  friend bool operator==(const Symbol&, const Symbol&) = default;
};

struct List {
  std::string nsg;
  std::string direction;
  std::vector<Symbol> symbols;
  std::vector<Rule> rules;
  std::vector<Look> looks;
};

enum class Answer : std::uint8_t { Yes, No, Unknown };

/// What one list is said to answer for a whole box, and the rules that make it so.
struct Word {
  Answer answer{Answer::Unknown};
  std::vector<std::size_t> by;
};

struct CoverBox {
  Box box;
  /// By list. Empty: both lists of a comparison hold the same rules there; of a verdict: flows left out of it.
  std::vector<Word> says;
};

enum class Kind : std::uint8_t { Verdict, Packet, Named, Shadowed, Redundant, Overlapped, NeverMatches, Comparison };
enum class View : std::uint8_t { Allowed, Denied, DeniedByUser };

struct Claim {
  Kind kind{};
  std::string about;
  std::size_t list{}, new_list{};
  View view{};
  std::size_t rule{};
  std::string claims;   ///< "" when nothing is claimed
  std::string why_not;  ///< the reason, then
  bool complete{};
  bool sparse{};  ///< the cover leaves out flows of which no rule may say otherwise
  std::vector<Box> question;
  std::vector<Box> except;  ///< flows of the question that nothing is said about
  std::vector<CoverBox> cover;
  std::vector<std::size_t> by;     ///< of Packet: the rules that decide it
  std::optional<Box> witness;      ///< one packet that shows it
  std::optional<Box> counterpart;  ///< one that fares the other way
};

/// What follows from the claims that a finding or an expectation names, in their order.
enum class Form : std::uint8_t {
  SomeAllowed,       ///< some flow is allowed
  AllAllowed,        ///< every flow is
  NoneAllowed,       ///< none is
  SomeDenied,        ///< some flow is denied
  NoneDenied,        ///< none is
  SomeDeniedByUser,  ///< some flow is denied by a rule of the user
  AllowedWithout,    ///< some flow of the first question is allowed, none of the second
  NamedAndDenied,    ///< a rule is about the first question; of the second some flow is denied
  NamedAndClosed,    ///< likewise; of the second no flow is allowed
  SourcePortOnly,    ///< a rule that decides something takes some source ports only
  Shadowed,
  Redundant,
  Overlapped,
  NeverMatches,
  Unlisted,  ///< some flow is allowed besides those of the further questions
  Exactly,   ///< every flow of the further questions is allowed, and no other of the first
};

/// A finding, or what became of an expectation, with what shows it.
struct Statement {
  bool is_expectation{};
  std::string id;  ///< fingerprint of a finding, name of an expectation
  std::string policy;
  std::string nsg;                  ///< "": about no NSG
  std::optional<std::string> rule;  ///< name of the rule that it is about
  std::string status;               ///< "violated", "held", ...
  std::optional<Form> form;         ///< empty: not shown
  std::vector<std::size_t> claims;
  std::string why_not;  ///< the reason, then
};

struct Evidence {
  std::vector<List> lists;
  std::vector<Claim> claims;
  std::vector<Statement> statements;
};

/// Reads an evidence file. The error says what is wrong with it and where, "/claims/3/cover/0/source/1: ...".
[[nodiscard]] tl::expected<Evidence, std::string> read_evidence(std::string_view text);

}  // namespace nsgcheck::verify
