// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/engine/ask.hpp"
#include "analyzer/model/nsg.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::policy {

/// Index into model::Nsg::rules.
using ModelRule = std::uint32_t;

/// An address of a witness: a real one, or the name of a tag or ASG of which any member will do.
using WitnessAddress = std::variant<net::IpAddress, std::string>;

/// One concrete packet of a region. Ports are empty for protocols without.
struct Witness {
  net::Protocol protocol;
  WitnessAddress source;
  std::optional<net::Port> source_port;
  WitnessAddress destination;
  std::optional<net::Port> destination_port;
};

/// A region with the names of its symbols, so that it can leave the filter that it came from. The texts are those of
/// the JSON output (interface 3).
struct NamedRegion {
  engine::Region region;
  std::vector<std::string> source, source_ports, destination, destination_ports;
  std::vector<std::string> protocols;  ///< names as net::to_string(Protocol), or one "any"
};

/// The answer to a question as outputs show it. The verdict follows from what is listed.
struct Judgement {
  engine::Verdict verdict{engine::Verdict::Unknown};
  std::vector<ModelRule> decided_by;  ///< of the allowed part, or of the denied when nothing is allowed
  std::vector<ModelRule> candidates;  ///< rules that may decide the unknown part
  std::vector<ModelRule> unsettled;   ///< candidates that leave it open, for `reason`
  std::vector<NamedRegion> region;    ///< the allowed part
  std::vector<NamedRegion> unknown_region;
  bool some_denied{};  ///< surely at least one flow is not allowed
  bool complete{true};
  std::optional<model::Reason> reason;  ///< why something is unknown
  std::optional<Witness> witness;       ///< of the allowed part, else of the unknown part
};

/// One row of the verdict table that every audit shows (interface 3, `ports`).
struct PortVerdict {
  net::Port port{};
  net::Protocol protocol;
  net::Direction direction{};
  std::string source;       ///< tag
  std::string destination;  ///< tag
  Judgement judgement;
};

enum class Status : std::uint8_t { Violated, Unknown, Suppressed };
[[nodiscard]] constexpr std::string_view name(Status status) {
  switch (status) {
    case Status::Violated:
      return "violated";
    case Status::Unknown:
      return "unknown";
    case Status::Suppressed:
      return "suppressed";
  }
  return "unknown";
}

/// An assumption that a verdict rests on, by its stable code.
struct Assumption {
  std::string code;
  std::string text;
  friend bool operator==(const Assumption&, const Assumption&) = default;
};

struct Finding {
  const Policy* policy{};  ///< outlives the finding
  Severity severity{};
  Status status{Status::Violated};
  std::uint32_t nsg{};  ///< index into the audit's NSGs
  std::optional<net::Direction> direction;
  std::optional<ModelRule> rule;  ///< findings about one rule
  model::SourceSpan span;         ///< the rule or value to look at; the NSG when it is about none
  std::string message;
  std::vector<ModelRule> decided_by;  ///< deciding rules; for hygiene the causes
  std::vector<NamedRegion> region;    ///< the violating flows
  std::vector<NamedRegion> unknown_region;
  bool region_complete{true};
  std::optional<model::Reason> reason;  ///< status Unknown: why
  std::optional<Witness> witness;
  /// With a deployment, of flows that the NSG lets in: the instances behind it at which some arrive through all stages.
  struct Arrives {
    std::vector<std::string> at;
    std::vector<std::string> perhaps_at;  ///< not settled
  };
  std::optional<Arrives> arrives;
  /// Of the family NSG-INT: which expectation is not met.
  struct Expected {
    std::uint32_t expectation{};         ///< index into Intent::expectations
    std::string name;                    ///< its name
    std::optional<std::uint32_t> entry;  ///< index into Expectation::allow, of what is listed and denied
  };
  std::optional<Expected> expected;
  /// Of an expectation about whole ways: the stages that the witness meets, in order.
  struct Hop {
    std::string stage;  ///< "web-nsg (subnet)", "admin rules (virtual network)"
    net::Direction direction{};
    std::string at;          ///< the instance
    std::string nsg;         ///< "" where no NSG filters
    std::string applied_to;  ///< "subnet", "nic", "virtual-network", ...; "" likewise
    engine::Verdict verdict{};
    std::string rule;  ///< who decides; "" where it is not settled, or nothing filters
    std::optional<std::int64_t> priority;
    model::SourceSpan span;  ///< of the rule, else of its list
  };
  std::vector<Hop> hops;
  /// Flows of which an expectation says that none may be allowed; outlives the finding. Null for others.
  const FlowPattern* barred{};
  std::vector<std::string> assumptions;  ///< codes
  /// Status Suppressed: who answers for it, until when and why.
  struct Suppressed {
    std::string owner, until, reason;  ///< `until`: the last day, as written
    model::SourceSpan span;            ///< the entry, or the rule's description
    bool in_source{};                  ///< it stands in the input, not in a file beside it
  };
  std::optional<Suppressed> suppressed;
  /// With a baseline: whether an earlier audit had the finding.
  enum class Baseline : std::uint8_t { New, Known };
  std::optional<Baseline> baseline;
  std::string fingerprint;  ///< 32 hex digits; stable under rename of files, moved lines, reordering without effect
};

}  // namespace nsgcheck::policy
