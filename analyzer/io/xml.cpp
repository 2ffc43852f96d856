// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <pugixml.hpp>

#include "analyzer/io/encoding.hpp"
#include "analyzer/io/position.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr int kDeepestElement = 64;

/// Why a text is no XML that is read here: bytes [begin, end) and a sentence without full stop.
struct XmlFault {
  std::size_t begin{};
  std::size_t end{};
  std::string message;
};

std::string_view local_name(std::string_view name) { return name.substr(name.find(':') + 1); }

bool is_namespace_declaration(std::string_view name) { return name == "xmlns" || name.starts_with("xmlns:"); }

constexpr std::string_view kXmlBlanks = " \t\n\r";

bool is_xml_blank(char c) { return kXmlBlanks.find(c) != std::string_view::npos; }

// A code point that XML 1.0 (2.2) allows.
bool is_xml_character(std::uint32_t value) {
  constexpr std::uint32_t kLastPlane = 0x10FFFF;
  return value == '\t' || value == '\n' || value == '\r' || (value >= 0x20 && value <= 0xD7FF) ||
         (value >= 0xE000 && value <= 0xFFFD) || (value >= 0x10000 && value <= kLastPlane);
}

// What stands between & and ;. The parser leaves what it does not know as it is, which would pass for text.
bool is_known_reference(std::string_view name) {
  constexpr std::string_view kEntities[]{"lt", "gt", "amp", "quot", "apos"};
  if (name.empty() || name.front() != '#')
    return std::find(std::begin(kEntities), std::end(kEntities), name) != std::end(kEntities);
  const bool hexadecimal = name.size() > 1 && name[1] == 'x';
  name.remove_prefix(hexadecimal ? 2 : 1);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value, hexadecimal ? 16 : 10);
  return error == std::errc{} && end == name.data() + name.size() && is_xml_character(value);
}

/// Turns what pugixml parsed in place into nodes. Names and values it keeps point into its buffer, which has the
/// length of the text: that gives their offsets.
class ElementBuilder {
 public:
  ElementBuilder(std::string_view text, const char* buffer, std::uint32_t document)
      : text_{text}, buffer_{buffer}, document_{document} {}

  [[nodiscard]] const std::optional<XmlFault>& fault() const { return fault_; }

  Node root(const pugi::xml_document& parsed) {
    Node out;
    out.kind = Node::Kind::Object;
    out.span = {document_, 0, text_.size()};
    for (const pugi::xml_node& child : parsed.children()) {
      if (fault_) break;
      beside_root(child, out);
    }
    if (!fault_ && out.members().empty()) fail(text_.size(), text_.size(), "there is no element");
    return out;
  }

 private:
  void fail(std::size_t begin, std::size_t end, std::string message) {
    if (!fault_) fault_ = XmlFault{begin, end, std::move(message)};
  }

  [[nodiscard]] std::size_t offset(const char* in_buffer) const {
    return static_cast<std::size_t>(in_buffer - buffer_);
  }

  // The first offset behind `mark`, looked for from `from` on.
  [[nodiscard]] std::size_t behind(std::string_view mark, std::size_t from) const {
    const std::size_t at = text_.find(mark, from);
    return at == std::string_view::npos ? text_.size() : at + mark.size();
  }

  void beside_root(const pugi::xml_node& child, Node& out) {
    switch (child.type()) {
      case pugi::node_element: {
        const std::size_t begin = offset(child.name()) - 1;
        if (!out.members().empty())
          return fail(begin, begin + 1, fmt::format("a second element beside the root: <{}>", child.name()));
        std::size_t end = begin;
        Node element = this->element(child, 1, end);
        out.members().emplace_back(local_name(child.name()), std::move(element));
        return;
      }
      case pugi::node_doctype: {
        const std::size_t begin = text_.rfind("<!DOCTYPE", offset(child.value()));
        return fail(begin, begin + 9, "a DOCTYPE; document types and entities of their own are not read");
      }
      case pugi::node_declaration:
        return declaration(child);
      case pugi::node_pcdata:
      case pugi::node_cdata: {
        const std::size_t begin = std::min(text_.find_first_not_of(kXmlBlanks, offset(child.value())), text_.size());
        return fail(begin, begin + 1, "text outside of the root element");
      }
      default:
        return;
    }
  }

  // The parser ends a declaration at "/>" too, and takes the rest up to "?>" for elements.
  void declaration(const pugi::xml_node& xml) {
    const std::size_t begin = offset(xml.name());
    const std::size_t close = std::min(text_.find('>', begin), text_.size());
    if (text_[close - 1] != '?') fail(close, close + 1, "a > inside of the XML declaration, which ends with ?>");
  }

  // The value must be looked at as it was written: what is a reference there is plain text in the value.
  void check_references(std::size_t begin, std::size_t end) {
    for (std::size_t at = text_.find('&', begin); at < end; at = text_.find('&', at + 1)) {
      const std::size_t stop = std::min(text_.find(';', at), end);
      const std::string_view name = text_.substr(at + 1, stop - at - 1);
      constexpr std::size_t kLongestShown = 32;
      if (stop == end) return fail(at, at + 1, "an & that begins no entity reference; write &amp;");
      if (!is_known_reference(name))
        return fail(at, stop + 1, fmt::format("\"&{};\" is no entity that is known", name.substr(0, kLongestShown)));
    }
  }

  void attributes(const pugi::xml_node& xml, Node& out, std::size_t& cursor) {
    for (const pugi::xml_attribute& each : xml.attributes()) {
      const std::size_t begin = offset(each.name());
      const std::size_t value = offset(each.value());
      const std::size_t end = std::min(text_.find(text_[value - 1], value), text_.size());
      cursor = end + 1;
      check_references(value, end);
      if (is_namespace_declaration(each.name())) continue;
      std::string name = '@' + std::string{local_name(each.name())};
      for (const auto& [other, node] : out.members())
        if (other == name)
          fail(begin, end, fmt::format("the attribute \"{}\" stands twice in one element", each.name()));
      Node node;
      node.kind = Node::Kind::String;
      node.text = each.value();
      // Something to point at, also where there is nothing between the quotes.
      node.span = value == end ? SourceSpan{document_, value - 1, end + 1} : SourceSpan{document_, value, end};
      out.members().emplace_back(std::move(name), std::move(node));
    }
  }

  // One child that is no element; `cursor` goes behind it.
  void content(const pugi::xml_node& xml, Node& out, std::size_t& cursor) {
    switch (xml.type()) {
      case pugi::node_pcdata: {
        const std::size_t begin = offset(xml.value());
        cursor = std::min(text_.find('<', begin), text_.size());
        check_references(begin, cursor);
        out.text += xml.value();
        return;
      }
      case pugi::node_cdata:
        cursor = behind("]]>", offset(xml.value()));
        out.text += xml.value();
        return;
      case pugi::node_comment:
        cursor = behind("-->", offset(xml.value()));
        return;
      default:
        cursor = behind("?>", cursor);
    }
  }

  // `end` becomes the offset behind the element.
  Node element(const pugi::xml_node& xml, int depth, std::size_t& end) {
    Node out;
    out.kind = Node::Kind::Object;
    const std::size_t begin = offset(xml.name()) - 1;
    if (depth > kDeepestElement)
      fail(begin, begin + 1, fmt::format("elements are nested deeper than {}", kDeepestElement));
    if (fault_) return out;
    std::size_t cursor = begin + 1 + std::string_view{xml.name()}.size();
    attributes(xml, out, cursor);
    const std::size_t close = std::min(text_.find('>', cursor), text_.size());
    const bool closed = text_[close - 1] == '/';
    cursor = close + 1;
    for (const pugi::xml_node& child : xml.children()) {
      if (fault_) return out;
      if (child.type() == pugi::node_element) {
        Node node = element(child, depth + 1, cursor);
        out.members().emplace_back(local_name(child.name()), std::move(node));
      } else {
        content(child, out, cursor);
      }
    }
    end = closed ? cursor : behind(">", behind("</", cursor));
    out.span = {document_, begin, end};
    const auto first = std::find_if_not(out.text.begin(), out.text.end(), is_xml_blank);
    const auto last = std::find_if_not(out.text.rbegin(), out.text.rend(), is_xml_blank).base();
    out.text = first < last ? std::string{first, last} : std::string{};
    return out;
  }

  std::string_view text_;
  const char* buffer_;
  std::uint32_t document_;
  std::optional<XmlFault> fault_;
};

// The parser takes U+0000 for the end and lets other characters through that XML has not.
std::optional<XmlFault> find_bad_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = code_point_at(text, i);
    if (!is_xml_character(point.value))
      return XmlFault{i, i + point.size,
                      fmt::format("U+{:04X}, which XML does not allow", static_cast<std::uint32_t>(point.value))};
    i += point.size;
  }
  return std::nullopt;
}

std::optional<XmlFault> parse_into(Document& document, std::uint32_t index) {
  const std::string_view text = document.text;
  if (text.size() > kMostBytes) return XmlFault{0, 0, "more than 64 MiB"};
  if (auto bad = find_bad_character(text)) return bad;
  std::string buffer{text};
  pugi::xml_document parsed;
  constexpr unsigned kOptions = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_comments |
                                pugi::parse_pi | pugi::parse_declaration | pugi::parse_doctype | pugi::parse_fragment |
                                pugi::parse_wconv_attribute;
  const pugi::xml_parse_result result =
      parsed.load_buffer_inplace(buffer.data(), buffer.size(), kOptions, pugi::encoding_utf8);
  if (!result) {
    const auto at = std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)), text.size());
    std::string why = result.description();
    why.front() = net::lower(why.front());
    return XmlFault{at, at + 1, fmt::format("no XML: {}", why)};
  }
  ElementBuilder builder{text, buffer.data(), index};
  document.root = builder.root(parsed);
  return builder.fault();
}

}  // namespace

tl::expected<Document, Diagnostic> parse_xml(std::string file, std::string_view bytes, std::uint32_t document) {
  auto parsed = decoded_document(std::move(file), std::string{bytes});
  if (!parsed) return parsed;
  if (auto fault = parse_into(*parsed, document)) {
    return tl::unexpected(Diagnostic{std::move(parsed->file),
                                     position_in(parsed->text, parsed->line_starts, fault->begin, fault->end),
                                     std::move(fault->message)});
  }
  return parsed;
}

bool looks_like_xml(std::string_view bytes) {
  constexpr std::size_t kEnough = 4096;
  const auto text = to_utf8(std::string{bytes.substr(0, std::min(bytes.size(), kEnough))});
  const std::string_view start = text ? std::string_view{*text} : std::string_view{text.error().decoded};
  const auto first = std::find_if_not(start.begin(), start.end(), is_xml_blank);
  return first != start.end() && *first == '<';
}

}  // namespace nsgcheck::io
