// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "analyzer/io/arm/copy_loop.hpp"
#include "analyzer/io/arm/scope.hpp"

namespace nsgcheck::io::arm {

/// Finds out which file beside the outermost template a link means: by `relativePath`, or by a `uri` that is made of
/// the template's own, `deployment().properties.templateLink.uri`. That URI is unknown everywhere else, so links are
/// evaluated in scopes of their own, whose parameters and variables rest on a URI that stands for the directory.
class Links {
 public:
  /// Where a link stands.
  struct Place {
    Scope* scope{};
    std::vector<Pass> passes;
    std::string path;  ///< of its template's file, relative to the directory of the outermost one
  };

  explicit Links(Session& session) : session_{session} {}

  /// Makes the scope of `inner` known: a template that a deployment with these properties at `outer` nests.
  void add(const Place& inner, const Place& outer, const Node& properties);

  /// The path of the file that `link`, a `templateLink` or `parametersLink`, means, relative to the directory of the
  /// outermost template; "" when it means none there, or nobody knows which.
  [[nodiscard]] std::string target(const Node& link, const Place& place);

 private:
  struct Nested {
    Place outer;
    const Node* properties{};
  };

  /// The scope whose deployment() tells where its template stands.
  [[nodiscard]] Scope& placed(const Place& place);

  Session& session_;
  std::map<const Scope*, Nested> nested_;
  std::map<const Scope*, Scope*> placed_;
  std::deque<Scope> scopes_;
};

}  // namespace nsgcheck::io::arm
