// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <ostream>
#include <set>

#include "analyzer/io/render_simplify.hpp"
#include "analyzer/net/text.hpp"
#include "cli/commands.hpp"
#include "cli/evidence_file.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/patched.hpp"

namespace nsgcheck::cli {
namespace {

bool is_kept(const std::vector<std::string>& names, const model::SecurityRule& rule) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& n) { return net::same_word(n, rule.name); });
}

// A name that no rule has is a slip of the pen, and the rule that was meant might go.
std::string unknown_name(const SimplifyArguments& arguments, const std::vector<std::size_t>& asked,
                         const LoadedInputs& loaded) {
  for (const std::string& name : arguments.keep) {
    const bool known = std::any_of(asked.begin(), asked.end(), [&](std::size_t nsg) {
      const auto& rules = loaded.nsgs[nsg].rules;
      return std::any_of(rules.begin(), rules.end(), [&](const auto& rule) { return is_kept({name}, rule); });
    });
    if (!known) return name;
  }
  return {};
}

std::vector<std::size_t> asked_nsgs(const SimplifyArguments& arguments, const LoadedInputs& loaded) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < loaded.nsgs.size(); ++i)
    if (arguments.nsg.empty() || net::same_word(loaded.nsgs[i].name, arguments.nsg)) out.push_back(i);
  return out;
}

/// What all NSGs of the run change in their files.
struct FileEdits {
  std::set<std::uint32_t> documents;
  std::vector<io::TextEdit> edits;
  std::string refused;  ///< why some of them cannot be written
};

// What proves that the smaller rule sets mean the same. False when it could not be written, said already.
bool write_evidence(const SimplifyArguments& arguments, const LoadedInputs& loaded, const io::SimplifyReport& report,
                    Process& process) {
  if (arguments.evidence.empty()) return true;
  std::deque<model::Nsg> smaller;  // the evidence points into them
  policy::Evidence evidence;
  for (const io::NsgSimplified& entry : report.nsgs) {
    smaller.push_back(model::apply(*entry.nsg, entry.result.changes));
    policy::add_evidence(evidence, {entry.nsg, &smaller.back()}, loaded.context, true);
  }
  return write_evidence(arguments.evidence, evidence, "simplify", {report.places, report.places}, process);
}

// False when it could not be written, said on `process.err`.
bool write_rule_set(const std::string& path, const LoadedInputs& loaded, FileEdits files, Process& process) {
  const auto fail = [&](const std::string& why) {
    say_not_written(process, path, why);
    return false;
  };
  if (!files.refused.empty()) return fail(files.refused);
  if (files.documents.size() != 1) return fail("the rule sets stand in several files; simplify them one by one");
  const auto bytes = patched_bytes(loaded, *files.documents.begin(), std::move(files.edits));
  if (!bytes) return fail(bytes.error());
  const std::string failure = write_file(path, *bytes);
  return failure.empty() || fail(failure);
}

}  // namespace

Exit run_simplify(const SimplifyArguments& arguments, Process& process) {
  LoadedInputs loaded = load_inputs(arguments.inputs, process, arguments.common.quiet);
  say_errors(loaded, process);
  const std::vector<std::size_t> asked = asked_nsgs(arguments, loaded);
  if (asked.empty()) {
    process.err << (loaded.nsgs.empty()
                        ? std::string{"nsgcheck: no network security group in any input\n"}
                        : fmt::format("nsgcheck: no NSG has the name \"{}\"\n", io::printable(arguments.nsg)));
    return Exit::Usage;
  }
  if (const std::string name = unknown_name(arguments, asked, loaded); !name.empty()) {
    process.err << fmt::format("nsgcheck: --keep: no rule has the name \"{}\"\n", io::printable(name));
    return Exit::Usage;
  }
  engine::SimplifyOptions options;
  options.merge = !arguments.no_merge;
  options.keeps = [&](const model::SecurityRule& rule) { return is_kept(arguments.keep, rule); };

  io::SimplifyReport report;
  report.with_patch = arguments.out.empty();
  FileEdits files;
  std::size_t fewer = 0;
  for (const std::size_t nsg : asked) {
    io::NsgSimplified entry{&loaded.nsgs[nsg], engine::simplify(loaded.nsgs[nsg], loaded.context, options), {}, {}};
    Patched one;
    if (!entry.result.changes.empty()) one = patched(loaded, nsg, entry.result.changes);
    if (entry.nsg->span.known()) files.documents.insert(entry.nsg->span.document);
    if (files.refused.empty()) files.refused = one.why_not;
    files.edits.insert(files.edits.end(), one.edits.begin(), one.edits.end());
    entry.why_not_patched = std::move(one.why_not);
    entry.patch = std::move(one.diff);
    fewer += io::saved(entry.result);
    report.nsgs.push_back(std::move(entry));
  }
  report.places.documents = &loaded.documents;
  report.places.files = loaded.files;
  report.places.inputs = std::move(loaded.reports);
  if (loaded.context.virtual_network_assumed)
    report.places.assumptions = policy::assumptions({"virtual-network-default"}, loaded.context, {});

  if (!write_evidence(arguments, loaded, report, process)) return Exit::OutputFailed;
  if (!arguments.out.empty() && !write_rule_set(arguments.out, loaded, std::move(files), process))
    return Exit::OutputFailed;
  const auto rendered = [&](Format format, const io::TextStyle& style) {
    return format == Format::Json ? io::render_simplify_json(report) : io::render_simplify_text(report, style);
  };
  if (!write_outputs({}, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (loaded.incomplete) return Exit::Incomplete;
  return fewer == 0 ? Exit::Clean : Exit::Findings;
}

}  // namespace nsgcheck::cli
