#include "base/unicode.hpp"

#include <gtest/gtest.h>

namespace hedgerow {
namespace {

TEST(Unicode, FoldsSpellingsOfOneTitleTogether) {
  EXPECT_EQ(fold_for_search("Ménière’s β₂"), "meniere's beta2");
  EXPECT_EQ(fold_for_search("Straße – Øre Łódź"), "strasse - ore lodz");
  EXPECT_EQ(fold_for_search("ﬁbrin ΣΑΣ"), "fibrin sigmaalphasigma");
  EXPECT_EQ(fold_for_search("Cafe\u0301"), fold_for_search("CAF\u00C9"));
  EXPECT_EQ(fold_for_search("PLAIN"), "plain");
}

TEST(Unicode, TakesWhatIsNotUtf8AsWindows1252) {
  EXPECT_EQ(to_nfc("caf\xE9"), "caf\u00E9");
  EXPECT_EQ(fold_for_search("M\xFCller"), "muller");
}

TEST(Unicode, ComposesAndFoldsCaseWithoutLosingAccents) {
  EXPECT_EQ(to_nfc("e\u0301"), "\u00E9");
  EXPECT_EQ(fold_case("ÉCOLE"), "école");
}

}  // namespace
}  // namespace hedgerow
