// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "analyzer/io/reader.hpp"

namespace nsgcheck::cli {

/// The files that templates link to, each read once. They lie in the directory of the template or below it, or in the
/// directory that was given as an input; nothing else on the disk is opened.
class LinkedFiles {
 public:
  /// Reads a file; null with the reason in the diagnostic.
  using Load = std::function<const io::Document*(const std::string& path, io::Diagnostic& error)>;

  explicit LinkedFiles(Load load) : load_{std::move(load)} {}

  /// The finder for one template. `tree`: the directory given as an input that brought it, "" when it was named itself.
  [[nodiscard]] io::FindLinked finder(const std::string& template_path, const std::string& tree);

  /// Some file was found that a template links to.
  [[nodiscard]] bool any() const { return !known_.empty(); }

  /// The template, as shown, of which a file is a part: one that links to it, perhaps through others, and that no other
  /// links to. "" when there is none.
  [[nodiscard]] std::string part_of(const std::string& path) const;

 private:
  struct Known {
    io::LinkedFile file;
    std::set<std::string> templates;  ///< that link to it, perhaps through others; as given
  };

  /// Those among them that are other files than this one.
  [[nodiscard]] std::set<std::string> others_for(const std::string& path) const;

  [[nodiscard]] io::LinkedFile find(const std::string& template_path, const std::string& tree, const std::string& path);

  Load load_;
  std::map<std::string, Known> known_;  ///< by canonical path
};

}  // namespace nsgcheck::cli
