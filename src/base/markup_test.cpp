#include "base/markup.hpp"

#include <gtest/gtest.h>

namespace hedgerow {
namespace {

TEST(Markup, EscapesWhatMarkupTakesForItsOwn) {
  EXPECT_EQ(escape_markup("a < b & \"c\" > 'd'"), "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
}

TEST(Markup, LeavesEverythingElseAsItIs) {
  EXPECT_EQ(escape_markup("Müller (2020): τ² = 0.17\n"), "Müller (2020): τ² = 0.17\n");
  EXPECT_EQ(escape_markup(""), "");
}

}  // namespace
}  // namespace hedgerow
