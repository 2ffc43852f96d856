// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "simulator/flow/connection.hpp"
#include "simulator/path/trace.hpp"
#include "simulator/wire/connection_confirm.hpp"
#include "simulator/wire/connection_request.hpp"

namespace nsgcheck::path {

/// How the forwarder reads requests (interface 7: two readings exist in real equipment).
enum class ReadingMode : std::uint8_t { Both, Strict, Tolerant };
/// How it compares names (semantics 4).
enum class NameMode : std::uint8_t { NotKnown, Exact, IgnoreCase };

struct WalkOptions {
  ReadingMode reading{ReadingMode::Both};
  NameMode names{NameMode::NotKnown};
  bool first_segment_only{};                 ///< the forwarder does not reassemble
  std::optional<std::uint64_t> hash_seed{};  ///< one deterministic choice of the balancer
};

/// A connection as a capture shows it.
struct Observed {
  net::FiveTuple tuple;  ///< of the client's first packet
  std::int64_t time{};   ///< of it, nanoseconds since 1970
  flow::Handshake handshake{flow::Handshake::Full};
  const wire::ConnectionRequest* request{};  ///< null: no bytes of the client
  bool mid_stream{};
  bool snaplen_cut{};
  bool rdp_udp{};  ///< UDP: it begins as RDP over UDP does
  wire::ServerAnswer::Kind answer{wire::ServerAnswer::Kind::NoData};
  bool closed_unanswered{};  ///< the server ended the connection without having said a byte
  /// What other connections of the same capture show: the instance that took it, the one where it ended.
  const model::Instance* taken_by{};
  const model::Instance* ended_at{};
  friend bool operator==(const Observed&, const Observed&) = default;
};

struct Stage;
struct EndSpaces;

/// Clients of whom it is asked whether they get through.
struct Arrivals {
  net::AddressSet sure;  ///< surely do
  net::AddressSet may;   ///< do or may, where the input does not settle it; holds `sure`
  /// Why it is not settled of those that may, by the filters in their order. What later ones deny may be among them.
  struct Doubt {
    Reason reason{};
    net::AddressSet of;
  };
  std::vector<Doubt> doubts;

  /// Why it is not settled of the first client of whom it is not; Ok when it is of all.
  [[nodiscard]] Reason reason() const;
};

/// Where pieces of the axes begin, ascending and from 0: no rule of the deployment tells two values of one piece apart,
/// and an instance's address is a piece of its own.
struct Boundaries {
  std::vector<net::Ipv4::Bits> v4;
  std::vector<net::Ipv6::Bits> v6;
  std::vector<net::Port> ports;
};

/// A deployment with its NSGs compiled for each subnet. Immutable; keeps a reference to the deployment.
class CompiledDeployment {
 public:
  explicit CompiledDeployment(const model::Deployment& deployment);
  ~CompiledDeployment();
  CompiledDeployment(const CompiledDeployment&) = delete;
  CompiledDeployment& operator=(const CompiledDeployment&) = delete;

  [[nodiscard]] const model::Deployment& deployment() const { return deployment_; }
  /// The instance whose address is given as this one; none for an address that stands for others.
  [[nodiscard]] const model::Instance* instance_at(const net::IpAddress& address) const;
  [[nodiscard]] const model::Role& role_of(const model::Instance& instance) const;
  [[nodiscard]] Leg leg_of(const net::IpAddress& server, net::Port port) const;

  [[nodiscard]] Boundaries boundaries() const;

  /// The filters that a packet passes at an instance in one direction, in order; stops at the first that denies. A
  /// source port of 0 stands for any of the dynamic ones. Hops carry `denied` as reason.
  [[nodiscard]] std::vector<Hop> stages(net::Direction direction, const model::Instance& at, std::string_view place,
                                        const net::FiveTuple& packet, Reason denied) const;

  /// The hop of a network traffic rule that keeps a forwarder from the remote desktop of an instance, if one does.
  [[nodiscard]] std::optional<Hop> traffic_rule(const model::Instance& from, const model::Instance& to) const;

  /// Of the clients in `from` those that the filters at an instance let come in by TCP to `port`. `to` is its address.
  [[nodiscard]] Arrivals arrivals(const net::AddressSet& from, const model::Instance& at, const net::IpAddress& to,
                                  net::Port port) const;

 private:
  struct Tables;
  /// How the way goes on behind the admin rules.
  enum class Behind : std::uint8_t { Nsgs, Delivered, Nowhere };

  const Stage& stage(std::size_t nsg, std::optional<std::size_t> subnet, net::Direction direction) const;
  void add_nsg(std::vector<Hop>& hops, std::size_t nsg, std::string_view applied_to, net::Direction direction,
               const Hop& like, std::optional<std::size_t> subnet, const net::FiveTuple& packet, Reason denied) const;
  bool add_endpoint_acl(std::vector<Hop>& hops, std::size_t acl, const Hop& like, const net::FiveTuple& packet) const;
  EndSpaces spaces_of(const net::FiveTuple& packet) const;
  Behind add_admin(std::vector<Hop>& hops, net::Direction direction, const Hop& like,
                   const net::FiveTuple& packet) const;

  const model::Deployment& deployment_;
  std::unique_ptr<Tables> tables_;
};

/// The way of one connection, hop by hop (semantics 4).
[[nodiscard]] Trace walk(const CompiledDeployment& deployment, const Observed& observed, const WalkOptions& options);

/// The instances that the balancer may choose, and the hops that keep the others out.
struct Pool {
  std::vector<const model::Instance*> healthy;  ///< those of `doubtful` among them
  std::vector<Hop> kept_out;
  std::vector<Hop> doubtful;  ///< of instances of which it is not settled whether the probe gets through
  bool has_role{};            ///< some role imports RemoteForwarder
};
[[nodiscard]] Pool pool_of(const CompiledDeployment& deployment, net::Family family);

}  // namespace nsgcheck::path
