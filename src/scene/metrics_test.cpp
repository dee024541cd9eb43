// Text metrics against Adobe's published widths and against pango.
#include "scene/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "scene/cairo_writer.hpp"

namespace hedgerow::scene {
namespace {

// Adobe's published widths of Helvetica in 1/1000 em, which Liberation Sans shares.
TEST(Metrics, widths_are_those_of_helvetica) {
  const Font regular{.size = 1000.0};
  const Font bold{.size = 1000.0, .bold = true};
  EXPECT_NEAR(text_width("A", regular), 667, 0.6);
  EXPECT_NEAR(text_width("i", regular), 222, 0.6);
  EXPECT_NEAR(text_width("0", regular), 556, 0.6);
  EXPECT_NEAR(text_width(" ", regular), 278, 0.6);
  EXPECT_NEAR(text_width("W", regular), 944, 0.6);
  EXPECT_NEAR(text_width("A", bold), 722, 0.6);
  EXPECT_NEAR(text_width("Müller", regular), text_width("Muller", regular), 1e-9);
  EXPECT_NEAR(text_width("", regular), 0.0, 0.0);
}

TEST(Metrics, agree_with_what_pango_draws_within_two_percent) {
  ASSERT_EQ(measure_drawn("x", {}).family, "Liberation Sans") << "install the package fonts-liberation2";
  const std::vector<std::string> texts{"Heterogeneity: τ² = 0.17; I² = 49.7 %; Q = 67.64, df = 34, p < 0.001",
                                       "Alonso-Fernandez 2019 LG",
                                       "Standardised mean difference (Hedges’ g)",
                                       "0.54 [−0.34, 0.74]",
                                       "Ångström, Œuvre, Łódź, Şahin, ñandú",
                                       "Χρήστος Ελλάδα Иванов Москва",
                                       "← Favours control … Favours exercise →",
                                       "≥ ≤ × ± ½ € – —"};
  for (const std::string& text : texts) {
    for (bool bold : {false, true}) {
      for (bool italic : {false, true}) {
        const Font font{.size = 100.0, .bold = bold, .italic = italic};
        const double drawn = measure_drawn(text, font).width;
        EXPECT_NEAR(text_width(text, font) / drawn, 1.0, 0.02)
            << text << (bold ? " bold" : "") << (italic ? " italic" : "");
      }
    }
  }
}

TEST(Metrics, broken_bytes_are_measured_and_do_not_end_the_program) {
  const Font font{};
  for (const char* bytes : {"\xff\xfe", "\xc3", "\xe2\x82", "ab\xf0\x9f", "\xed\xa0\x80"}) {
    EXPECT_GT(text_width(bytes, font), 0.0);
    EXPECT_FALSE(wrap(bytes, 3.0, font).empty());
  }
}

TEST(Metrics, ellipsise_fits_and_keeps_what_fits) {
  const Font font{};
  EXPECT_EQ(ellipsise("short", 100.0, font), "short");
  const std::string cut = ellipsise("Überlänge ist hier wirklich das Thema", 60.0, font);
  EXPECT_LE(text_width(cut, font), 60.0);
  EXPECT_GT(text_width(cut, font), 48.0);
  EXPECT_TRUE(cut.ends_with("…"));
}

TEST(Metrics, wrap_keeps_all_words_within_the_width) {
  const Font font{};
  const std::string text =
      "Consortium for long-term follow-up of eccentric/concentric training, Pneumonoultramicroscopicsilico";
  for (double width : {20.0, 50.0, 120.0, 1000.0}) {
    std::string joined;
    for (const std::string& line : wrap(text, width, font)) {
      EXPECT_LE(text_width(line, font), width) << line;
      joined += line;
    }
    std::string expected = text;
    std::erase(expected, ' ');
    std::erase(joined, ' ');
    EXPECT_EQ(joined, expected);
  }
  EXPECT_EQ(wrap(text, 60.0, font, 2).size(), 2U);
  EXPECT_TRUE(wrap(text, 60.0, font, 2).back().ends_with("…"));
  EXPECT_EQ(wrap("", 60.0, font), std::vector<std::string>{""});
  EXPECT_FALSE(wrap("anything", -5.0, font).empty());
}

TEST(Metrics, boxes_follow_anchor_and_rotation) {
  const Font font{.size = 10.0};
  const double w = text_width("Label", font);
  const Rectangle end = text_box(Text{{100, 50}, "Label", font, Anchor::end});
  EXPECT_NEAR(end.x, 100 - w, 1e-9);
  EXPECT_NEAR(end.y, 50 - 9.05, 1e-9);
  EXPECT_NEAR(end.height, 11.17, 1e-9);
  const Rectangle upright = text_box(Text{{100, 50}, "Label", font, Anchor::start, palette::ink, 90.0});
  EXPECT_NEAR(upright.height, w, 1e-9);
  EXPECT_NEAR(upright.y, 50 - w, 1e-9);
  EXPECT_NEAR(upright.x, 100 - 9.05, 1e-9);
}

}  // namespace
}  // namespace hedgerow::scene
