#include <gtest/gtest.h>

#include "report/csv.hpp"
#include "report/html.hpp"

namespace hedgerow::report {
namespace {

Table small_table() {
  Table table;
  table.id = "t-results";
  table.caption = Text("Mean & interval");
  table.columns = {
      {"Analysis", Align::left, "analysis"}, {"g [95% CI]", Align::right, "g"}, {"se", Align::right, "se", true}};
  table.rows = {{{"a group"}, RowClass::group},
                {{"one, \"quoted\"", Cell(Text("0.54"), "0.5412750965"), "0.1"}, RowClass::plain},
                {{"all", "0.49", "0.2"}, RowClass::total}};
  table.notes = {Text("A note.")};
  return table;
}

Document small_document() {
  Document document;
  document.title = "A <small> report";
  document.references = {{"b2000", "Second.", ""}, {"a1999", "First.", "https://example.org/a?x=1&y=2"}};
  Section section;
  section.id = "s";
  section.title = "Results";
  section.add(Paragraph{Text("See ").em("this").text(" & ").link("that", "#t-results").cite("a1999")});
  section.add(small_table());
  const scene::Scene dot{10, 10, "Dot", "One dot.", {}};
  section.add(Figure{"fig", dot, Text("A figure"), {{"PDF", "figures/a.pdf"}}});
  section.add(Callout{CalloutKind::warning, "Careful", {Text("It bites.")}, {Text("one")}});
  section.add(Details{"More", {Paragraph{Text("inside").cite("b2000").cite("a1999")}}});
  document.sections.push_back(section);
  return document;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Text, KeepsRunsAndDropsEmptyOnes) {
  const Text text = Text("a").em("").strong("b").cite("k");
  EXPECT_EQ(text.runs().size(), 3U);
  EXPECT_EQ(text.plain(), "ab");
}

TEST(Csv, WritesValuesQuotesAndLeavesGroupRowsOut) {
  EXPECT_EQ(to_csv(small_table()), "analysis,g,se\n\"one, \"\"quoted\"\"\",0.5412750965,0.1\nall,0.49,0.2\n");
  EXPECT_EQ(csv_field("a\nb"), "\"a\nb\"");
}

TEST(CitedKeys, AreInOrderOfFirstAppearance) {
  EXPECT_EQ(cited_keys(small_document()), (std::vector<std::string>{"a1999", "b2000"}));
}

TEST(Html, TableHasCaptionAndScopedHeaders) {
  const std::string html = to_html(small_document());
  EXPECT_TRUE(contains(html, "<caption><b class=\"label\">Table 1.</b> Mean &amp; interval</caption>"));
  EXPECT_TRUE(contains(html, "<th scope=\"col\" class=\"r\">g [95% CI]</th>"));
  EXPECT_TRUE(contains(html, "<tr><th scope=\"row\">one, &quot;quoted&quot;</th><td class=\"r\">0.54</td></tr>"));
  EXPECT_TRUE(contains(html, "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"2\">a group</th></tr>"));
  EXPECT_TRUE(contains(html, "<tr class=\"total\">"));
}

TEST(Html, EscapesTextAndNumbersCitations) {
  const std::string html = to_html(small_document());
  EXPECT_TRUE(contains(html, "<h1>A &lt;small&gt; report</h1>"));
  EXPECT_TRUE(contains(html,
                       "<p>See <em>this</em> &amp; <a href=\"#t-results\">that</a>"
                       "<sup class=\"cite\"><a href=\"#ref-a1999\">[1]</a></sup></p>"));
  EXPECT_TRUE(contains(html, "<li id=\"ref-a1999\">First. <a href=\"https://example.org/a?x=1&amp;y=2\">"));
  EXPECT_LT(html.find("ref-a1999\">First"), html.find("ref-b2000\">Second"));
}

TEST(Html, FigureIsNamedAndItsIdsAreItsOwn) {
  const std::string html = to_html(small_document());
  EXPECT_TRUE(contains(html, "role=\"img\" aria-labelledby=\"f1-title f1-desc\""));
  EXPECT_TRUE(contains(html, "<desc id=\"f1-desc\">One dot.</desc>"));
  EXPECT_FALSE(contains(html, "<?xml"));
  EXPECT_TRUE(contains(html, "<a href=\"figures/a.pdf\">PDF</a>"));
}

TEST(Html, StandsAloneAndIsDeterministic) {
  const std::string html = to_html(small_document());
  EXPECT_FALSE(contains(html, "<script"));
  EXPECT_FALSE(contains(html, "<link"));
  EXPECT_EQ(html, to_html(small_document()));
}

TEST(Html, UnknownCitationIsOurMistake) {
  Document document = small_document();
  document.references.clear();
  EXPECT_THROW(to_html(document), std::logic_error);
}

}  // namespace
}  // namespace hedgerow::report
