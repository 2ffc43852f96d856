// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/xml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/io/position.hpp"

namespace nsgcheck::io::xml_test {
namespace {

using testing::HasSubstr;

std::string place(const Position& at) { return std::to_string(at.line) + ':' + std::to_string(at.column); }

TEST(Xml, GivesElementsTheirAttributesChildrenAndText) {
  const auto document = parse_xml("s.csdef",
                                  "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
                                  "<!-- <no/> -->\r\n"
                                  "<a:Root xmlns=\"urn:x\" xmlns:a='urn:y' name = 'A &amp; &#x42;'>\r\n"
                                  "  <Item key=\"1\"/><Item\n key=\"\"></Item>\r\n"
                                  "  <a:Text>\n one <!-- </Text> --><![CDATA[<two>]]> &lt;3 </a:Text>\r\n"
                                  "</a:Root>\r\n",
                                  3);
  ASSERT_TRUE(document) << document.error().message;
  ASSERT_EQ(document->root.members().size(), 1U);
  const auto& [name, root] = document->root.members()[0];
  EXPECT_EQ(name, "Root");
  ASSERT_EQ(root.members().size(), 4U);
  EXPECT_EQ(root.members()[0].first, "@name");
  EXPECT_EQ(root.members()[0].second.text, "A & B");
  EXPECT_EQ(root.members()[1].first, "Item");
  EXPECT_EQ(root.members()[1].second.members().at(0).second.text, "1");
  EXPECT_EQ(root.members()[2].second.members().at(0).second.text, "");
  EXPECT_EQ(root.members()[3].first, "Text");
  EXPECT_EQ(root.members()[3].second.text, "one <two> <3");
  // Places are counted in the text without its byte order mark.
  const auto at = [&](const Node& node) { return place(position_of(*document, node.span)); };
  EXPECT_EQ(at(root), "3:1");
  EXPECT_EQ(at(root.members()[0].second), "3:47");
  EXPECT_EQ(at(root.members()[2].second), "4:18");
  EXPECT_EQ(at(root.members()[2].second.members()[0].second), "5:6");
  const auto text_of = [&](const Node& node) {
    return document->text.substr(node.span.begin, node.span.end - node.span.begin);
  };
  EXPECT_EQ(text_of(root.members()[2].second), "<Item\n key=\"\"></Item>");
  EXPECT_EQ(text_of(root.members()[3].second), "<a:Text>\n one <!-- </Text> --><![CDATA[<two>]]> &lt;3 </a:Text>");
  EXPECT_EQ(root.span.document, 3U);
}

TEST(Xml, ReadsUtf16) {
  const auto document = parse_xml("s.cscfg", std::string_view{"\xFF\xFE<\0r\0 \0a\0=\0'\0\xE9\0'\0/\0>\0", 22}, 0);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->root.members().at(0).second.members().at(0).second.text, "\xC3\xA9");
}

/// A text that is refused, where, and what is said.
struct FaultCase {
  std::string name;
  std::string text;
  std::string place;
  std::string message;
};

std::string nested(int depth) {
  std::string out;
  for (int i = 0; i < depth; ++i) out += "<e>";
  for (int i = 0; i < depth; ++i) out += "</e>";
  return out;
}

TEST(Xml, RefusesWhatIsNoXmlOrNotSafe) {
  const std::vector<FaultCase> rows{
      {"a document type", "<?xml version='1.0'?>\n<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", "2:1", "a DOCTYPE"},
      {"entities of its own", "<!DOCTYPE r [<!ENTITY x \"y\">]>\n<r>&x;</r>", "1:1", "a DOCTYPE"},
      {"a declaration that ends early", "<?xml /><r?>", "1:8", "a > inside of the XML declaration"},
      {"a declaration inside of an element", "<r>\n<?xml version='1.0'?></r>", "2:6", "no XML: "},
      {"an unknown entity in text", "<r>\n a &nbsp; b</r>", "2:4", "\"&nbsp;\" is no entity that is known"},
      {"an unknown entity in an attribute", "<r a='&file;'/>", "1:7", "\"&file;\" is no entity"},
      {"an & by itself", "<r>\n R&D</r>", "2:3", "write &amp;"},
      {"a reference to no character", "<r>&#0;</r>", "1:4", "\"&#0;\" is no entity"},
      {"a reference beyond all characters", "<r>&#x110000;</r>", "1:4", "\"&#x110000;\" is no entity"},
      {"an attribute twice", "<r a='1'\n a='2'/>", "2:2", "\"a\" stands twice"},
      {"a second root", "<r/>\n<s/>", "2:1", "a second element beside the root: <s>"},
      {"text behind the root", "<r/>\n text", "2:2", "text outside of the root"},
      {"nothing", "", "1:1", "there is no element"},
      {"only a comment", "<!-- -->", "1:9", "there is no element"},
      {"end tags that do not fit", "<r>\n<s></r>", "2:6", "no XML: start-end tags mismatch"},
      {"an element without end", "<r><s/>", "1:7", "no XML: "},
      {"U+0000", std::string{"<r>\n\0</r>", 9}, "2:1", "U+0000"},
      {"a control character", "<r>\x01</r>", "1:4", "U+0001"},
      {"a byte that is no UTF-8", "<r>\xE9</r>", "1:4", "E9"},
      {"elements too deep", nested(65), "1:193", "nested deeper than 64"},
  };
  for (const FaultCase& row : rows) {
    SCOPED_TRACE(row.name);
    const auto document = parse_xml("s.xml", row.text, 0);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().file, "s.xml");
    EXPECT_THAT(document.error().message, HasSubstr(row.message));
    EXPECT_EQ(place(document.error().position), row.place) << document.error().message;
  }
  EXPECT_TRUE(parse_xml("s.xml", nested(64), 0));
}

TEST(Xml, IsKnownByItsFirstCharacter) {
  EXPECT_TRUE(looks_like_xml("\xEF\xBB\xBF\n <r/>"));
  EXPECT_TRUE(looks_like_xml(std::string_view{"\xFF\xFE<\0r\0", 6}));
  EXPECT_FALSE(looks_like_xml("{\"a\": \"<r/>\"}"));
  EXPECT_FALSE(looks_like_xml(""));
  EXPECT_FALSE(looks_like_xml("\xFF"));
}

}  // namespace
}  // namespace nsgcheck::io::xml_test
