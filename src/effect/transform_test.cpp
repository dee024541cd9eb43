#include "effect/transform.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"

namespace hedgerow::effect {
namespace {

TEST(Transform, UndoesTheTransformationsOfTheMeasures) {
  const double p = 0.37;
  EXPECT_NEAR(*transform("transf.ilogit", std::log(p / (1 - p))), p, 1e-15);
  EXPECT_NEAR(*transform("iarcsin", std::asin(std::sqrt(p))), p, 1e-15);
  EXPECT_NEAR(*transform("transf.ztor", std::atanh(p)), p, 1e-15);
  EXPECT_NEAR(*transform("iabt", -std::log(1 - p)), p, 1e-15);
  EXPECT_NEAR(*transform("iahw", 1 - std::cbrt(1 - p)), p, 1e-15);
  EXPECT_NEAR(*transform("exp", std::log(p)), p, 1e-15);
}

TEST(Transform, FreemanTukeyComesBackForTheSameSize) {
  for (double n : {5.0, 40.0, 1000.0}) {
    for (double x = 1; x < n; x += n / 5) {
      const double y = 0.5 * (std::asin(std::sqrt(x / (n + 1))) + std::asin(std::sqrt((x + 1) / (n + 1))));
      const double sizes[] = {n, n, n};
      EXPECT_NEAR(*transform("transf.ipft.hm", y, sizes), x / n, 1e-10) << x << " of " << n;
    }
  }
  const double sizes[] = {10};
  EXPECT_EQ(*transform("ipft.hm", 0.0, sizes), 0);
  EXPECT_EQ(*transform("ipft.hm", 1.57, sizes), 1);
}

TEST(Transform, MissingStaysMissingAndUnknownNamesAreRefused) {
  const double sizes[] = {10};
  for (const std::string& name : transforms()) EXPECT_TRUE(is_missing(*transform(name, kMissing, sizes))) << name;
  EXPECT_EQ(transform("ilogitt", 0).error().code, ErrorCode::usage);
  EXPECT_NE(transform("ilogitt", 0).error().message.find("'ilogit'"), std::string::npos);
  EXPECT_FALSE(transform("ipft.hm", 0.5).ok());
}

}  // namespace
}  // namespace hedgerow::effect
