#include "effect/transform.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/missing.hpp"

namespace hedgerow::effect {
namespace {

TransformArguments everything() {
  return {.ni = {10}, .n1i = {8}, .n2i = {12}, .ti = {7}, .pc = {0.2}, .pi = {0.3}, .sd = {4}, .tau2 = {0.09}};
}

TEST(Transform, UndoesTheTransformationsOfTheMeasures) {
  const double p = 0.37;
  const std::map<std::string, std::string> inverses = {{"rtoz", "ztor"},
                                                       {"r2toz", "ztor2"},
                                                       {"logit", "ilogit"},
                                                       {"arcsin", "iarcsin"},
                                                       {"pft", "ipft"},
                                                       {"irft", "iirft"},
                                                       {"abt", "iabt"},
                                                       {"ahw", "iahw"},
                                                       {"log", "exp"},
                                                       {"sqrt", "isqrt"},
                                                       {"qnorm", "pnorm"},
                                                       {"clestod", "dtocles"},
                                                       {"rpbtod", "dtorpb"},
                                                       {"rtod", "dtorbis"},
                                                       {"lnortod.norm", "dtolnor.norm"},
                                                       {"rtorpb", "rpbtorbis"},
                                                       {"lnortod.logis", "dtolnor.logis"}};
  for (const auto& [one, back] : inverses) {
    const double there = *transform("transf." + one, p, everything());
    EXPECT_NEAR(*transform(back, there, everything()), p, 1e-13) << one;
    EXPECT_NE(there, p) << one;
  }
}

// Values of metafor 5.1-12 (family misc of the reference corpus) and of its 3.8-1 (arguments n1i, n2i, pc, ti).
TEST(Transform, ValuesOfMetafor) {
  const auto near = [](const std::string& name, double x, double want, const TransformArguments& with = {}) {
    EXPECT_NEAR(*transform(name, x, with), want, 1e-13) << name << " " << x;
  };
  // Printed with seven digits: half a unit of the last one.
  const auto printed = [](const std::string& name, double x, double want, const TransformArguments& with = {}) {
    EXPECT_NEAR(*transform(name, x, with), want, want > 1 ? 5e-7 : 5e-8) << name << " " << x;
  };
  near("dtou3", -0.7, 0.241963652223073);
  near("dtocles", 0.9, 0.737740859893462);
  near("dtocliffd", 2.5, 0.922900128256458);
  near("dtobesd", 0.3, 0.574170226465122);
  near("lnortortet.pearson", 0.9, 0.340626724613794);
  near("lnortortet.pearson", 0, 0);
  near("clestod", 0.8, 1.19023216289999);
  near("ztor2", 0.99, 0.573597690142658);
  near("iahw", -0.7, 0);
  near("iahw", 2.5, 1);
  near("iabt", -0.1, 0);
  printed("dtou1", -0.7, 0.4297238);
  printed("dtou2", 1.5, 0.7733726);
  near("isqrt", -1.2, 0);
  printed("dtorpb", 0.5, 0.2425356);
  printed("dtorpb", 0.5, 0.2370227, {.n1i = {10}, .n2i = {20}});
  printed("lnortord", 0.7, 0.1348579, {.pc = {0.2}});
  printed("lnortorr", 0.7, 1.6742900, {.pc = {0.2}});
  near("iirft", 0.5, 0.2025, {.ti = {10}});
  near("iirft", 0.05, 0, {.ti = {10}});
}

TEST(Transform, IntegratedValuesOfMetafor) {
  const TransformArguments with = {.tau2 = {0.09}};
  const std::map<std::string, std::vector<double>> values = {
      {"exp.int", {1.15603957026802, 1.56049019583267, 2.57281337858833}},
      {"ilogit.int", {0.524442216574285, 0.596639162717823, 0.70717176633408}},
      {"iarcsin.int", {0.106102267253467, 0.226686642627157, 0.590725142698507}},
      {"iahw.int", {0.545912367440933, 0.73096582395053, 0.940538711083947}},
      {"iabt.int", {0.2295297710643, 0.344743450270492, 0.575618382690219}}};
  const double at[] = {0.1, 0.4, 0.9};
  for (const auto& [name, want] : values) {
    const auto got = transform(name, at, with);
    ASSERT_TRUE(got.ok());
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR((*got)[i], want[i], 1e-8) << name;
  }
  EXPECT_EQ(*transform("ilogit.int", 0.4, TransformArguments{.tau2 = {0}}), *transform("ilogit", 0.4));
  EXPECT_NEAR(*transform("ztor.int", 0.0, TransformArguments{.tau2 = {5}}), 0, 1e-14);
}

// The mode by brute force over the density of the back-transformed variable.
TEST(Transform, ModesAreTheHighestPoints) {
  for (const double x : {-1.3, 0.2, 2.0}) {
    for (const double tau2 : {0.1, 0.4}) {
      const TransformArguments with = {.tau2 = {tau2}};
      double best = 0, highest = -INFINITY;
      for (double p = 1e-4; p < 1; p += 1e-4) {
        const double z = std::log(p / (1 - p)) - x;
        const double log_density = -z * z / (2 * tau2) - std::log(p * (1 - p));
        if (log_density > highest) highest = log_density, best = p;
      }
      EXPECT_NEAR(*transform("ilogit.mode", x, with), best, 1.1e-4) << x << " " << tau2;
      EXPECT_NEAR(*transform("exp.mode", x, with), std::exp(x - tau2), 1e-14);
    }
  }
}

TEST(Transform, DeltaMethod) {
  const double y[] = {-0.4, 0.7};
  const double v[] = {0.2, 0.05};
  const auto odds = transform_delta("exp", y, v, {});
  const auto probability = transform_delta("ilogit", y, v, {});
  ASSERT_TRUE(odds.ok() && probability.ok());
  for (std::size_t i = 0; i < 2; ++i) {
    const double p = 1 / (1 + std::exp(-y[i]));
    EXPECT_NEAR(odds->vi[i] / (v[i] * std::exp(2 * y[i])), 1, 1e-9);
    EXPECT_NEAR(probability->vi[i] / (v[i] * p * p * (1 - p) * (1 - p)), 1, 1e-9);
  }
  const double r[] = {0.45};  // The natural range ends near the value: the steps that leave it are not used.
  const double vr[] = {0.01};
  const auto z = transform_delta("rtoz", r, vr, {});
  EXPECT_NEAR(z->vi[0] / (0.01 / std::pow(1 - 0.45 * 0.45, 2)), 1, 1e-9);
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
  for (const std::string& name : transforms())
    EXPECT_TRUE(is_missing(*transform(name, kMissing, everything()))) << name;
  EXPECT_EQ(transform("ilogitt", 0).error().code, ErrorCode::usage);
  EXPECT_NE(transform("ilogitt", 0).error().message.find("'ilogit'"), std::string::npos);
  EXPECT_FALSE(transform("ipft.hm", 0.5).ok());
  EXPECT_FALSE(transform("ilogit.int", 0.5).ok());
  EXPECT_FALSE(transform("exp.int", 0.5, TransformArguments{.tau2 = {-1}}).ok());
  const double three[] = {1, 2, 3};
  EXPECT_FALSE(transform("ipft", three, TransformArguments{.ni = {10, 20}}).ok());
}

TEST(DisplayTransform, EveryOneIsATransformationAndOfAMeasure) {
  EXPECT_EQ(display_transform("OR"), "exp");
  EXPECT_EQ(display_transform("PFT"), "ipft.hm");
  EXPECT_EQ(display_transform("SMD"), "");
  EXPECT_EQ(display_name("PLO"), "proportion");
}

}  // namespace
}  // namespace hedgerow::effect
