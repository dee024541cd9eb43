// Values that metafor 5.1-12 gives (escalc), from the reference corpus in tests/reference (family escalc), for measures
// of means, correlations and regressions. Tolerance: relative 1e-9, class "closed" of the corpus. Averages over rows
// (vtype AV, HO of MN) take all rows of a data set, so those cases hold them all.

#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"
#include "data/readers.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {
namespace {

struct Case {
  const char* measure;
  const char* vtype;
  const char* csv;  // the columns are named as the arguments
  std::vector<double> yi, vi;
};

const std::vector<Case> kCases = {
    {"RPB",
     "",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {-0.175809848606193, -0.176187962096988, -0.760853423802259},
     {0.00299200610355647, 0.0151449863552815, 0.000870116232778866}},
    {"ZPB",
     "",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {-0.177655576240527, -0.178045776427198, -0.998238608458622},
     {0.00318590958700221, 0.0161309207820436, 0.00490684707924943}},
    {"RBIS",
     "",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {-0.220345618922089, -0.220834744934528, -0.953792741299177},
     {0.00468316804623824, 0.0234108442945838, 0.000857235591277785}},
    {"ZBIS",
     "",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {-0.224019335751188, -0.224533480052247, -1.8721954287791},
     {0.00517332546725995, 0.0258728433384945, 0.105177489894963}},
    {"D2OR",
     "",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {-0.645775365897898, -0.638987557777038, -4.22565878568342},
     {0.0429843135170239, 0.212173674343033, 0.151352422404719}},
    {"D2ORN",
     "",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {-0.587457121632302, -0.581282302288846, -3.84405085472138},
     {0.0355712717939883, 0.175582365287655, 0.125250299784467}},
    {"D2ORL",
     "",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {-0.645775365897898, -0.638987557777038, -4.22565878568342},
     {0.0429843135170239, 0.212173674343033, 0.151352422404719}},
    {"RPB",
     "ST",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {-0.175809848606193, -0.176187962096988, -0.760853423802259},
     {0.00299200610355647, 0.0151449863552815, 0.000870116232778866}},
    {"CLESN",
     "LS",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {0.400568306937962, 0.402040328735981, 0.0509039605826361},
     {0.000982557458368741, 0.00504515250945831, 0.000283068966593369}},
    {"CLESN",
     "LS3",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {0.400568306937962, 0.402040328735981, 0.0509039605826361},
     {0.000976351868837641, 0.00488670771109688, 0.000280925603153478}},
    {"CLESN",
     "HO",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {0.400615416707688, 0.401638513400806, 0.0497413869467416},
     {0.00097587887103546, 0.00482339720454683, 0.000242664249873154}},
    {"CLESN",
     "H0",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {0.400568306937962, 0.402040328735981, 0.0509039605826361},
     {0.00102914211404311, 0.00526303939190569, 0.00224221020725221}},
    {"AUCN",
     "",
     "m1i,sd1i,n1i,m2i,sd2i,n2i\n55,47,155,75,64,156\n27,7,31,29,4,32\n64,17,75,119,29,71\n",
     {0.400568306937962, 0.402040328735981, 0.0509039605826361},
     {0.000982557458368741, 0.00504515250945831, 0.000283068966593369}},
    {"PCOR",
     "",
     "ti,mi,ni\n4.61,4,218\n6.19,7,232\n4.07,6,156\n",
     {0.301202920791276, 0.382188993306179, 0.31630807101725},
     {0.00386347803710229, 0.00324088503129734, 0.00539939046771357}},
    {"ZPCOR",
     "",
     "ti,mi,ni\n4.61,4,218\n6.19,7,232\n4.07,6,156\n",
     {0.310842020380108, 0.402620576089887, 0.32753938053348},
     {0.00471698113207547, 0.00448430493273543, 0.00675675675675676}},
    {"ZSPCOR",
     "",
     "ti,mi,ni,r2i\n4.61,4,218,0.24\n6.19,7,232,0.455\n4.07,6,156,0.5\n",
     {0.282666104553549, 0.315383568147003, 0.240289070042977},
     {0.00383914837734856, 0.00276744946126662, 0.00357132380088661}},
    {"SPCOR",
     "AV",
     "ti,mi,ni,r2i\n4.61,4,218,0.24\n6.19,7,232,0.455\n4.07,6,156,0.5\n-0.77,19,382,0.327\n1.16,15,259,0.117\n",
     {0.275370821260855, 0.305326775327915, 0.235768769669941, -0.0332004501400623, 0.0699254394207809},
     {0.00343858679406317, 0.00234006555165632, 0.00320274948199611, 0.00174336063553111, 0.00335086143039752}},
    {"R2",
     "",
     "r2i,mi,ni\n0.24,4,218\n0.455,7,232\n0.5,6,156\n",
     {0.24, 0.455, 0.5},
     {0.00254355963302752, 0.0023301099137931, 0.00320512820512821}},
    {"ZR2",
     "",
     "r2i,mi,ni\n0.24,4,218\n0.455,7,232\n0.5,6,156\n",
     {0.535926049561052, 0.8190213785561, 0.881373587019543},
     {0.00458715596330275, 0.00431034482758621, 0.00641025641025641}},
    {"R2F",
     "",
     "r2i,mi,ni\n0.24,4,218\n0.455,7,232\n0.5,6,156\n0.327,19,382\n",
     {0.24, 0.455, 0.5, 0.327},
     {0.00217024281742754, 0.00192634374390782, 0.00266070070589144, 0.0014086466234056}},
    {"R2",
     "LS2",
     "r2i,mi,ni\n0.24,4,218\n0.455,7,232\n0.5,6,156\n",
     {0.24, 0.455, 0.5},
     {0.00239530875633166, 0.00214449316320912, 0.00286889112014814}},
    {"R2",
     "AV2",
     "r2i,mi,ni\n0.24,4,218\n0.455,7,232\n0.5,6,156\n0.327,19,382\n0.117,15,259\n",
     {0.24, 0.455, 0.5, 0.327, 0.117},
     {0.00255303810721479, 0.00234452293865335, 0.00339108186755709, 0.00137856381448041, 0.00198569441665847}},
    {"MN",
     "",
     "mi,sdi,ni\n55,47,155\n27,7,31\n64,17,75\n",
     {55, 27, 64},
     {14.2516129032258, 1.58064516129032, 3.85333333333333}},
    {"SMN",
     "",
     "mi,sdi,ni\n55,47,155\n27,7,31\n64,17,75\n",
     {1.16450286161612, 3.7597668873984, 3.72639904111108},
     {0.010826022305523, 0.260255597541571, 0.105906998757291}},
    {"MNLN",
     "",
     "mi,sdi,ni\n55,47,155\n27,7,31\n64,17,75\n",
     {4.00733318523247, 3.29583686600433, 4.15888308335967},
     {0.00471127699280192, 0.00216823753263419, 0.000940755208333333}},
    {"CVLN",
     "",
     "mi,sdi,ni\n55,47,155\n27,7,31\n64,17,75\n",
     {-0.153938830275659, -1.33326005028235, -1.3189129825467},
     {0.00795803023955517, 0.0188349041993009, 0.00769751196509009}},
    {"SDLN",
     "",
     "sdi,ni\n47,155\n7,31\n17,75\n",
     {3.85339435495681, 1.96257681572198, 2.83997010081297},
     {0.00324675324675325, 0.0166666666666667, 0.00675675675675676}},
    {"MN",
     "HO",
     "mi,sdi,ni\n55,47,155\n27,7,31\n64,17,75\n66,20,18\n14,8,8\n19,7,57\n52,45,34\n21,16,110\n30,27,60\n",
     {55, 27, 64, 66, 14, 19, 52, 21, 30},
     {6.1137590520079, 30.5687952600395, 12.6351020408163, 52.6462585034014, 118.454081632653, 16.625134264232,
      27.8715486194478, 8.61484230055659, 15.7938775510204}},
    {"CLESCN",
     "",
     "m1i,m2i,sd1i,sd2i,ni,ri\n30.6,26.1,15,14.1,20,0.47\n23.5,19.4,3.1,3.9,50,0.64\n0.5,0.37,0.1,0.12,9,0.77\n",
     {0.58651461643231, 0.794736914990521, 0.797363175861394},
     {0.00435636682519039, 0.00102344186790638, 0.00518256281732391}},
    {"AUCCN",
     "",
     "m1i,m2i,sd1i,sd2i,ni,ri\n30.6,26.1,15,14.1,20,0.47\n23.5,19.4,3.1,3.9,50,0.64\n0.5,0.37,0.1,0.12,9,0.77\n",
     {0.58651461643231, 0.794736914990521, 0.797363175861394},
     {0.00435636682519039, 0.00102344186790638, 0.00518256281732391}},
    {"SMCC",
     "H0",
     "m1i,m2i,sd1i,sd2i,ni,ri\n30.6,26.1,15,14.1,20,0.47\n23.5,19.4,3.1,3.9,50,0.64\n0.5,0.37,0.1,0.12,9,0.77\n",
     {0.287973105877276, 1.3205645755542, 1.52520262919742},
     {0.0514915583158004, 0.0202138854993584, 0.120721971648964}},
    {"CLES",
     "",
     "ai,n1i,n2i\n0.7,15,15\n0.7,20,20\n0.7,10,10\n",
     {0.7, 0.7, 0.7},
     {0.0107094376212023, 0.00768340833030421, 0.0175850511144629}},
    {"CLES",
     "LS2",
     "ai,n1i,n2i\n0.7,15,15\n0.7,20,20\n0.7,10,10\n",
     {0.7, 0.7, 0.7},
     {0.0107094376212023, 0.00768340833030421, 0.0175850511144629}},
    {"CLES",
     "H0",
     "ai,n1i,n2i\n0.7,15,15\n0.7,20,20\n0.7,10,10\n",
     {0.7, 0.7, 0.7},
     {0.0114814814814815, 0.00854166666666667, 0.0175}},
    {"CLES",
     "MAX",
     "ai,n1i,n2i\n0.7,15,15\n0.7,20,20\n0.7,10,10\n",
     {0.7, 0.7, 0.7},
     {0.015, 0.0110526315789474, 0.0233333333333333}},
};

void expect_close(double got, double expected, const std::string& what) {
  if (is_missing(expected))
    EXPECT_TRUE(is_missing(got)) << what << " = " << got;
  else
    EXPECT_NEAR(got, expected, 1e-9 * std::fabs(expected) + 1e-11) << what;
}

TEST(MetaforMeans, Escalc) {
  for (const Case& c : kCases) {
    const auto table = data::parse_csv(c.csv, "case.csv");
    ASSERT_TRUE(table.ok()) << describe(table.error());
    Arguments arguments;
    for (const std::string& name : table->names()) arguments[name] = name;
    Options options;
    if (*c.vtype) options.vtype = c.vtype;
    const auto effects = compute(c.measure, *table, arguments, options);
    ASSERT_TRUE(effects.ok()) << c.measure << ": " << describe(effects.error());
    ASSERT_EQ(effects->yi.size(), c.yi.size()) << c.measure;
    for (std::size_t i = 0; i < c.yi.size(); ++i) {
      const std::string row = std::string(c.measure) + " " + c.vtype + " row " + std::to_string(i + 1);
      expect_close(effects->yi[i], c.yi[i], row + " yi");
      expect_close(effects->vi[i], c.vi[i], row + " vi");
    }
  }
}

Effects effects_of(const std::string& measure, const std::string& csv, const Options& options = {}) {
  const auto table = data::parse_csv(csv, "case.csv");
  Arguments arguments;
  for (const std::string& name : table->names()) arguments[name] = name;
  auto effects = compute(measure, *table, arguments, options);
  EXPECT_TRUE(effects.ok()) << measure << ": " << (effects.ok() ? "" : describe(effects.error()));
  return effects.ok() ? effects.take() : Effects{};
}

std::string error_of(const std::string& measure, const std::string& csv) {
  const auto table = data::parse_csv(csv, "case.csv");
  Arguments arguments;
  for (const std::string& name : table->names()) arguments[name] = name;
  const auto effects = compute(measure, *table, arguments, {});
  return effects.ok() ? "" : effects.error().message;
}

// metafor's manual: escalc(measure="COR", pi=-0.07, ni=30) gives -0.3354.
TEST(MeansInputs, TheTestStandsForTheEstimate) {
  EXPECT_NEAR(effects_of("COR", "pi,ni\n-0.07,30\n").yi[0], -0.3354, 5e-5);
  const double r = 0.4;
  const double t = r * std::sqrt(28 / (1 - r * r));
  const Effects given = effects_of("ZCOR", "ri,ni\n0.4,30\n");
  EXPECT_NEAR(effects_of("ZCOR", "ti,ni\n" + std::to_string(t) + ",30\n").yi[0], given.yi[0], 1e-6);
  for (const char* measure : {"RPB", "ZPB", "RBIS", "ZBIS", "D2OR", "D2ORN", "CLESN"}) {
    Options options;
    if (std::string(measure) == "CLESN") options.vtype = "HO";
    const Effects from_means = effects_of(measure, "m1i,sd1i,n1i,m2i,sd2i,n2i\n6,2,10,5,2,14\n", options);
    const Effects from_d = effects_of(measure, "di,n1i,n2i\n0.5,10,14\n", options);
    EXPECT_NEAR(from_d.yi[0], from_means.yi[0], 1e-14) << measure;
    EXPECT_NEAR(from_d.vi[0], from_means.vi[0], 1e-14) << measure;
  }
  const Effects f = effects_of("R2", "fi,mi,ni\n5,3,44\n");
  EXPECT_NEAR(f.yi[0], 15.0 / 55, 1e-15);
}

TEST(MeansInputs, ProbabilityOfSuperiorityComesBackFromItself) {
  const Effects out = effects_of("CLESN", "ai,n1i,n2i\n0.8,20,20\n0.5,20,20\n");
  EXPECT_NEAR(out.yi[0], 0.8, 1e-14);
  EXPECT_NEAR(out.vi[1], 0.1 / (4 * M_PI), 1e-15);
}

TEST(MeansDegenerate, DefinedAnswersAndRefusals) {
  // A biserial correlation beyond 1 has no Fisher z.
  const Effects far = effects_of("ZBIS", "m1i,sd1i,n1i,m2i,sd2i,n2i\n50,1,10,0,1,10\n");
  EXPECT_TRUE(is_missing(far.yi[0]));
  EXPECT_FALSE(far.records[0].note.empty());
  EXPECT_NE(error_of("PCOR", "ti,mi,ni\n2,9,10\n").find("ni - mi - 1"), std::string::npos);
  EXPECT_NE(error_of("MNLN", "mi,sdi,ni\n-2,1,10\n").find("below 0"), std::string::npos);
  EXPECT_FALSE(error_of("CLES", "ai,n1i,n2i\n1.2,10,10\n").empty());
  EXPECT_TRUE(is_missing(effects_of("COR", "ri,ni\n0.3,3\n").vi[0]));
}

// Swapping the groups turns a correlation and a log odds ratio round, and a probability into its complement.
TEST(MeansConformance, SwappingTheGroups) {
  const std::string one = "m1i,sd1i,n1i,m2i,sd2i,n2i\n10.3,2.5,10,8.1,2.2,12\n7.7,1.5,30,8.1,1.9,28\n";
  const std::string two = "m2i,sd2i,n2i,m1i,sd1i,n1i\n10.3,2.5,10,8.1,2.2,12\n7.7,1.5,30,8.1,1.9,28\n";
  for (const char* measure : {"RPB", "RBIS", "ZPB", "ZBIS", "D2OR", "D2ORN", "CLESN", "AUCN"}) {
    const Effects a = effects_of(measure, one);
    const Effects b = effects_of(measure, two);
    const double centre = std::string(measure).find("N") != std::string::npos && measure[0] != 'D' ? 1 : 0;
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_NEAR(a.yi[i], centre - b.yi[i], 1e-14) << measure;
      EXPECT_NEAR(a.vi[i] / b.vi[i], 1, 1e-12) << measure;
      EXPECT_GT(a.vi[i], 0) << measure;
    }
  }
}

}  // namespace
}  // namespace hedgerow::effect
