// SVG, PDF and PNG writers: well-formedness, determinism, tags.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "scene/cairo_writer.hpp"
#include "scene/detail/png_chunk.hpp"
#include "scene/svg.hpp"

namespace hedgerow::scene {
namespace {

Scene sample() {
  Scene s;
  s.width = 120.0;
  s.height = 80.0;
  s.title = "Effects of <A> & \"B\"";
  s.description = "One square, one label.";
  s.marks.push_back(line({10.001, 20}, {50.128, 20}, palette::ink, 0.75, {1.5, 2.0}));
  s.marks.push_back(filled(Rectangle{20, 15, 10, 10}, palette::blue));
  s.marks.push_back(filled(Circle{{60, 20}, 4}, palette::orange, 0.5));
  s.marks.push_back(filled(Polygon{{{10, 40}, {20, 35}, {30, 40}, {20, 45}}}, palette::black));
  s.marks.push_back(polyline({{10, 60}, {30, 50}, {50, 60}}, palette::vermillion));
  Mark row{Group{{text({10, 75}, "Müller & Søn <2019>", {.size = 9, .bold = true}, Anchor::middle)}}};
  row.id = "row1";
  row.css_class = "study";
  row.tooltip = "a < b";
  s.marks.push_back(row);
  Mark upright{Text{{100, 60}, "up", {.size = 8, .italic = true}, Anchor::end, palette::muted, 90.0}};
  s.marks.push_back(upright);
  return s;
}

// A checker of well-formedness: tags nest, attributes are quoted and unique, entities are known.
std::string xml_problem(std::string_view xml) {
  std::vector<std::string> open;
  std::size_t at = 0;
  while (at < xml.size()) {
    if (xml[at] == '&') {
      const std::string_view rest = xml.substr(at);
      bool known = false;
      for (std::string_view e : {"&amp;", "&lt;", "&gt;", "&quot;"}) known = known || rest.starts_with(e);
      if (!known) return "unknown entity";
    }
    if (xml[at] == '>') return "stray >";
    if (xml[at] != '<') {
      ++at;
      continue;
    }
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) return "tag without end";
    const std::string_view tag = xml.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.starts_with('?')) continue;
    if (tag.find('<') != std::string_view::npos) return "< inside a tag";
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return "unbalanced quotes";
    const std::string name(tag.substr(0, tag.find_first_of(" /", 1)));
    if (tag.starts_with('/')) {
      if (open.empty() || "/" + open.back() != tag) return "closes " + std::string(tag);
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(name);
    }
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

TEST(Svg, checker_finds_faults) {
  EXPECT_EQ(xml_problem("<a b=\"1\"><c/>&amp;</a>"), "");
  for (const char* bad : {"<a>", "<a></b>", "<a>&x;</a>", "<a b=\"></a>", "<a>></a>"}) EXPECT_NE(xml_problem(bad), "");
}

TEST(Svg, is_well_formed_with_title_description_and_role) {
  const std::string out = svg(sample());
  EXPECT_EQ(xml_problem(out), "");
  for (const char* part :
       {"role=\"img\"", "<title id=\"title\">Effects of &lt;A&gt; &amp; &quot;B&quot;</title>", "<desc id=\"desc\">",
        "font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\"", "viewBox=\"0 0 120 80\"",
        "<g id=\"row1\" class=\"study\"><title>a &lt; b</title>", "Müller &amp; Søn &lt;2019&gt;</text>",
        "rotate(-90 100 60)", "x1=\"10\" y1=\"20\" x2=\"50.13\""}) {
    EXPECT_NE(out.find(part), std::string::npos) << part;
  }
}

TEST(Svg, hostile_text_stays_well_formed) {
  Scene s = sample();
  s.title = std::string("\x01\xff]]>\n<script>", 13);
  s.marks.push_back(text({1, 1}, "\xc3\x28\x00\x1b&", {}));
  s.marks.back().id = "\"><x";
  EXPECT_EQ(xml_problem(svg(s)), "");
}

TEST(Svg, prefix_keeps_ids_of_figures_apart) {
  const std::string out = svg_for_html(sample(), "fig2-");
  EXPECT_TRUE(out.starts_with("<svg"));
  EXPECT_NE(out.find("aria-labelledby=\"fig2-title fig2-desc\""), std::string::npos);
  EXPECT_NE(out.find("id=\"fig2-row1\""), std::string::npos);
}

TEST(Writers, same_scene_gives_same_bytes) {
  const Scene s = sample();
  EXPECT_EQ(svg(s), svg(s));
  const auto a = pdf(s);
  const auto b = pdf(s);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(*a, *b);
  EXPECT_TRUE(a->starts_with("%PDF-"));
  EXPECT_NE(a->find("20000101"), std::string::npos) << "fixed creation date";
  const auto c = png(s);
  const auto d = png(s);
  ASSERT_TRUE(c.ok() && d.ok());
  EXPECT_EQ(*c, *d);
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = (out << 8) | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

TEST(Png, has_the_pixels_and_the_tag_of_its_resolution) {
  EXPECT_EQ(detail::crc32("123456789"), 0xCBF43926U) << "check value of CRC-32";
  const auto out = png(sample(), 300.0);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(big_endian(*out, 16), 500U) << "120 pt at 300 dpi";
  const std::size_t tag = out->find("pHYs");
  ASSERT_NE(tag, std::string::npos);
  EXPECT_EQ(tag, 37U) << "directly after the header chunk";
  EXPECT_EQ(big_endian(*out, tag + 4), 11811U) << "pixels per metre of 300 dpi";
  EXPECT_EQ(big_endian(*out, tag + 13), detail::crc32(out->substr(tag, 13)));
}

TEST(Png, refuses_impossible_requests_and_shrinks_towers) {
  EXPECT_FALSE(png(sample(), 0.0).ok());
  EXPECT_FALSE(png(sample(), 1e5).ok());
  EXPECT_FALSE(png(Scene{}).ok());
  EXPECT_FALSE(pdf(Scene{}).ok());
  Scene tower = sample();
  tower.width = 5.0;
  tower.height = 20000.0;
  const auto out = png(tower, 600.0);
  ASSERT_TRUE(out.ok()) << out.error().message;
  EXPECT_LE(big_endian(*out, 20), 32767U);
}

TEST(Dump, names_every_mark_on_a_line) {
  const std::string out = dump(sample());
  EXPECT_NE(out.find("line 10,20 50.13,20 stroke=#222222 0.75 dash=1.5,2\n"), std::string::npos) << out;
  EXPECT_NE(out.find("group #row1 .study tooltip=\"a < b\"\n  text 10,75 middle [9 bold] #222222 \"Müller"),
            std::string::npos)
      << out;
}

}  // namespace
}  // namespace hedgerow::scene
