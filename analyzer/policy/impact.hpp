// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "analyzer/policy/compare.hpp"

namespace nsgcheck::policy {

class ImpactTables;

/// A flow as it met an NSG, as a capture or a flow log shows it.
struct SeenFlow {
  std::size_t pair{};  ///< index into the pairs
  net::Direction direction{};
  net::FiveTuple packet;                    ///< from client to server
  std::optional<std::int64_t> first, last;  ///< milliseconds since 1970, UTC; empty: the input gives no time
  std::optional<bool> logged_allow;         ///< of a flow log: what was decided then
  bool answered{true};                      ///< some packet came back, or the input does not say
  bool direction_guessed{};                 ///< which end is the client is not certain
};

/// When something was seen.
struct TimeSpan {
  std::optional<std::int64_t> first, last;  ///< milliseconds since 1970, UTC
  void include(const TimeSpan& other);
};

/// What one rule set says of a conversation.
struct ImpactSide {
  engine::Verdict verdict{engine::Verdict::Allow};  ///< Allow without an NSG; never Partial
  std::optional<ModelRule> rule;                    ///< who decides; empty: no NSG, or not settled
  std::optional<model::Reason> reason;              ///< of Verdict::Unknown
  bool platform{};                                  ///< the platform's own traffic, which no rule here is about
  bool perhaps_other{};                             ///< an earlier rule may decide it instead of `rule`, the same way
  friend bool operator==(const ImpactSide&, const ImpactSide&) = default;
};

/// What a change does to a conversation; in the order of lists, worst first.
enum class Effect : std::uint8_t {
  Breaks,      ///< allowed before, denied after
  Opens,       ///< denied before, allowed after
  MayBreak,    ///< denied after, or not settled after; not settled, or allowed, before
  MayOpen,     ///< likewise for what was denied before or is allowed after
  Unsettled,   ///< not settled on both sides, and not surely alike
  Unaffected,  ///< surely fares alike
};
inline constexpr std::size_t kEffects = 6;
/// "breaks", "opens", "may-break", "may-open", "unsettled", "unaffected".
[[nodiscard]] std::string_view name(Effect effect);

/// All flows of one protocol between one client and one port of one server at one NSG; the client's ports are folded.
struct Conversation {
  std::size_t pair{};
  net::Direction direction{};
  net::Protocol protocol;
  net::IpAddress client, server;
  net::Port server_port{};  ///< 0 without meaning for protocols without ports
  ImpactSide before, after;
  Effect effect{};
  std::uint64_t count{};     ///< connections captured and entries logged
  std::uint64_t answered{};  ///< of these
  std::uint64_t logged_allowed{}, logged_denied{};
  std::uint32_t client_ports{};  ///< distinct ones
  bool more_client_ports{};      ///< more than are counted
  bool direction_guessed{};      ///< of some
  TimeSpan seen;
};

/// What the traffic says of a user rule of the old side. Evidence, not proof.
struct RuleUse {
  enum class Status : std::uint8_t {
    Used,
    Unused,   ///< no traffic that was seen is decided by it
    Unknown,  ///< no traffic surely is, some may be
    Unseen,   ///< no traffic of its NSG and direction was seen
  };
  std::size_t pair{};
  ModelRule rule{};
  std::uint64_t hits{};
  Status status{};
  bool gone{};  ///< the new side has no rule of that name and direction
};
[[nodiscard]] std::string_view name(RuleUse::Status status);

struct ImpactOptions {
  std::size_t most_conversations = 1'000'000;   ///< held; about 200 bytes each
  std::uint64_t hash_key = 0x9E3779B97F4A7C15;  ///< no result depends on it
};

struct ImpactResult {
  std::vector<Conversation> affected;                   ///< all but Effect::Unaffected; worst and most frequent first
  std::array<std::uint64_t, kEffects> conversations{};  ///< by effect
  std::uint64_t flows{};                                ///< that were asked
  std::uint64_t not_kept{};    ///< unaffected flows beyond the bound, whose conversations are not counted
  std::uint64_t dropped{};     ///< affected flows beyond the bound: `affected` is not complete
  std::vector<RuleUse> rules;  ///< pair by pair, in the order of the NSG
  TimeSpan window;
  std::uint64_t logged_allowed_denied_before{};  ///< flows logged as allowed that the old rules deny
  std::uint64_t logged_denied_allowed_before{};
  std::optional<Assumption> alike;  ///< values that are not known were taken to be the same on both sides
};

/// Gathers flows to conversations and asks both rule sets about each. Memory: as ImpactOptions says, whatever comes.
class Impact {
 public:
  /// What add() found out about a flow.
  struct Answer {
    bool contradicts_log{};  ///< the old rules do not decide as it was logged
    ImpactSide before;
  };

  /// `pairs` and `context` must outlive this. REQUIRES: the NSGs have their defaults.
  Impact(const std::vector<NsgPair>& pairs, const model::NetworkContext& context, const ImpactOptions& options = {});
  Impact(const Impact&) = delete;
  Impact& operator=(const Impact&) = delete;
  ~Impact();

  Answer add(const SeenFlow& flow);
  [[nodiscard]] ImpactResult finish();

 private:
  struct Key {
    std::size_t pair{};
    net::Direction direction{};
    net::FiveTuple packet;  ///< source port 0 unless a rule tells source ports apart
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::uint64_t secret;
    std::size_t operator()(const Key& key) const;
  };
  struct Outcome {
    ImpactSide before, after;
    Effect effect{};
    friend bool operator==(const Outcome&, const Outcome&) = default;
  };
  struct Group {
    std::uint32_t outcome{};
    bool guessed{}, more_ports{};
    std::uint64_t count{}, answered{}, allowed{}, denied{};
    std::vector<net::Port> ports;  ///< of clients, sorted, kMostPorts at most
    TimeSpan seen;
  };
  static constexpr std::size_t kMostPorts = 64;

  ImpactTables& tables(std::size_t pair, net::Direction direction);
  std::uint32_t outcome_of(const Key& key, ImpactTables& tables);
  void count_rule(const Outcome& outcome, const SeenFlow& flow);
  static void count(Group& group, const SeenFlow& flow);
  static void note_port(Group& group, net::Port port);
  /// What makes a conversation: all of a key but the client's port, and the outcome.
  using Fold =
      std::tuple<std::size_t, std::size_t, std::uint8_t, net::IpAddress, net::IpAddress, net::Port, std::uint32_t>;
  static Fold fold_of(const Key& key, const Group& group);
  [[nodiscard]] Conversation conversation_of(const Key& key, const Group& group) const;
  static void add_to(Group& group, const Group& more);
  void fold(ImpactResult& result);
  [[nodiscard]] std::vector<RuleUse> rule_uses() const;

  const std::vector<NsgPair>& pairs_;
  const model::NetworkContext& context_;
  ImpactOptions options_;
  std::vector<std::array<std::unique_ptr<ImpactTables>, 2>> tables_;
  std::vector<std::array<std::uint64_t, 2>> seen_;  // flows by pair and direction
  std::vector<std::vector<std::uint64_t>> hits_;    // by pair and rule of the old side
  std::vector<std::vector<bool>> perhaps_;          // likewise: may have decided some flow
  std::vector<Outcome> outcomes_;                   // distinct ones
  std::unordered_map<Key, Group, KeyHash> groups_;
  ImpactResult result_;
};

}  // namespace nsgcheck::policy
