// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// Where a packet of a trace shows the client as its source.
struct ClientEnd {
  std::size_t hop{};  ///< index into Trace::hops
  bool after{};       ///< in Hop::after, else in Hop::before
};

/// What walk() says of a connection.
struct Walked {
  const Trace* trace{};  ///< valid until the next walk
  /// Connections of one kind have the same trace but for the client's address and port at `client_ends`. Counts from 1;
  /// 0: not known to be like any other.
  std::uint32_t kind{};
  std::span<const ClientEnd> client_ends;
};

/// Walks connections through one deployment, those that are alike once. Two are alike when nothing that the walk looks
/// at tells them apart: no rule and no instance address lies between their clients' addresses, no rule between the
/// ports, the account's expiration not between the times, and all else is equal.
class WalkMemory {
 public:
  /// Both must outlive this, as must the requests of the connections.
  WalkMemory(const CompiledDeployment& deployment, const WalkOptions& options);

  [[nodiscard]] Walked walk(const Observed& observed);

 private:
  struct Kind {
    Trace trace;
    std::vector<ClientEnd> client_ends;
  };
  struct Hash {
    std::size_t operator()(const Observed& key) const;
  };
  [[nodiscard]] Observed key_of(const Observed& observed) const;

  const CompiledDeployment& deployment_;
  const WalkOptions& options_;
  Boundaries boundaries_;
  // Of the roles' accounts, ascending, seconds since 1970: how many are over says which.
  std::vector<std::int64_t> expirations_;
  std::unordered_map<Observed, std::uint32_t, Hash> known_;
  std::vector<Kind> kinds_;
  Trace other_;
};

}  // namespace nsgcheck::path
