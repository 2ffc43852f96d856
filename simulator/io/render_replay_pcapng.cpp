// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/render_replay_pcapng.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/io/capture_file.hpp"
#include "simulator/io/pcapng_writer.hpp"
#include "simulator/io/render_hops.hpp"

namespace nsgcheck::io {
namespace {

std::string shown(const std::optional<std::string>& name) { return name ? printable(*name) : "nothing"; }

/// Connections of one capture by the frame that decides them.
class Deciders {
 public:
  explicit Deciders(const CaptureContent& capture) {
    for (std::size_t i = 0; i < capture.connections.size(); ++i)
      frames_.emplace_back(capture.connections[i].deciding_frame, i);
    std::sort(frames_.begin(), frames_.end());
  }
  /// Those of the next frame; frames are asked for in rising order.
  std::vector<std::size_t> at(std::uint64_t frame) {
    std::vector<std::size_t> out;
    for (; next_ < frames_.size() && frames_[next_].first <= frame; ++next_)
      if (frames_[next_].first == frame) out.push_back(frames_[next_].second);
    return out;
  }

 private:
  std::vector<std::pair<std::uint64_t, std::size_t>> frames_;
  std::size_t next_{};
};

}  // namespace

std::string packet_comment(const ConnectionRow& row) {
  const OutcomeRow& o = row.outcome;
  std::string out =
      fmt::format("nsgcheck: {}, {}; wanted {}; reached {}", o.verdict, o.reason, shown(o.wanted), shown(o.reached));
  if (!o.wanted && !row.cookie_text.empty()) out += "; sent " + printable(row.cookie_text);
  const bool reached = o.verdict == "reached";
  for (const HopRow& hop : row.hops) {
    // What is lost is lost at the first hop that does not allow; what arrives owes that to all of them.
    if ((hop.verdict == "allow") != reached) continue;
    if (const std::string decider = decider_text(hop); !decider.empty())
      out += fmt::format("; {} {}", hop.verdict == "allow" ? "allowed by" : "decided by", decider);
    if (!reached) break;
  }
  if (!reached && !row.message.empty()) out += "; " + printable(row.message);
  return out;
}

tl::expected<void, std::string> render_replay_pcapng(const ReplayReport& report, const std::vector<std::string>& paths,
                                                     const TextSink& sink) {
  if (!sink(PcapngWriter::section_header())) return tl::unexpected{std::string{}};
  PcapngWriter writer;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const CaptureContent& capture = (*report.captures)[i];
    if (!capture.readable) continue;
    const auto changed = [&] { return tl::unexpected{printable(capture.file) + " changed while it was read"}; };
    auto reader = CaptureReader::open(paths[i]);
    if (!reader) return changed();
    Deciders deciders{capture};
    const std::string name = printable(capture.file);
    CaptureRecord record;
    while (reader->next(record)) {
      std::vector<std::string> comments;
      for (const std::size_t connection : deciders.at(record.frame))
        comments.push_back(packet_comment(report.row(i, connection)));
      if (!sink(writer.packet(i, name, record, comments))) return tl::unexpected{std::string{}};
    }
    if (reader->frames() != capture.packets) return changed();
  }
  return {};
}

}  // namespace nsgcheck::io
