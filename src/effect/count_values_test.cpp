// Values that metafor 5.1-12 gives (escalc) for measures of counts, from the reference corpus in tests/reference
// (family escalc), so that the room is checked without the engine; relative 1e-9, class "closed" of the corpus.
// Measures that the corpus has no closed form of are checked by what defines them.

#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"
#include "data/readers.hpp"
#include "effect/effects.hpp"
#include "effect/transform.hpp"
#include "stats/bivariate_normal.hpp"

namespace hedgerow::effect {
namespace {

struct Case {
  const char* measure;
  Options options;
  const char* csv;  // the columns are named as the arguments
  std::vector<double> yi, vi;
};

Expected<Effects> run(const char* measure, const char* csv, const Options& options = {}) {
  HR_TRY(const data::Table table, data::parse_csv(csv, "case.csv"));
  Arguments arguments;
  for (const std::string& name : table.names()) arguments[name] = name;
  return compute(measure, table, arguments, options);
}

Effects must(const char* measure, const char* csv, const Options& options = {}) {
  auto effects = run(measure, csv, options);
  EXPECT_TRUE(effects.ok()) << measure << ": " << (effects.ok() ? "" : describe(effects.error()));
  return effects.ok() ? effects.take() : Effects{};
}

void expect_close(double got, double expected, const std::string& what) {
  if (is_missing(expected)) {
    EXPECT_TRUE(is_missing(got)) << what << " = " << got;
  } else {
    EXPECT_NEAR(got, expected, 1e-9 * std::fabs(expected) + 1e-11) << what;
  }
}

const Case kCases[] = {
    {"PHI",
     {},
     "ai,n1i,ci,n2i\n0,20,0,25\n5,20,0,18\n0,15,4,17\n12,12,10,11\n7,60,7,63\n3,33,9,31\n20,100,31,98\n0,10,10,10\n",
     {kMissing, 0.369274472937998, -0.355035801248363, 0.222680885707562, 0.00874371770978336, -0.255328947917161,
      -0.132998902763578, -1},
     {kMissing, 0.00752410468319559, 0.00872113551302874, 0.0127638139471348, 0.00813513745658557, 0.0130569410457057,
      0.00489395424075143, 0}},
    {"PHI",
     {.add = 0.5, .to = "only0"},
     "ai,n1i,ci,n2i\n0,20,0,25\n5,20,0,18\n0,15,4,17\n12,12,10,11\n7,60,7,63\n3,33,9,31\n20,100,31,98\n0,10,10,10\n",
     {0.0157748330432056, 0.32947792487957, -0.308290615245219, 0.159364855569336, 0.00874371770978336,
      -0.255328947917161, -0.132998902763578, -0.909090909090909},
     {0.0215728834857004, 0.0127387631797902, 0.0160279104117123, 0.0332751211011342, 0.00813513745658557,
      0.0130569410457057, 0.00489395424075143, 0.00788880540946657}},
    {"PHI",
     {.vtype = "CS"},
     "ai,bi,ci,di\n4,119,11,128\n6,300,29,274\n3,228,11,209\n62,13536,248,12619\n33,5036,47,5761\n180,1361,372,1079\n8,"
     "2537,10,619\n505,87886,499,87892\n",
     {-0.100139232705616, -0.163488261725698, -0.106676001514042, -0.0683544750935203, -0.00923674952310507,
      -0.179827177018444, -0.0677078827711982, 0.000451650124823896},
     {0.00318191537467725, 0.00113232771786624, 0.00170132535392432, 2.79990089215245e-05, 8.98131626749977e-05,
      0.000307914319236182, 0.000549646092012774, 5.6565335601529e-06}},
    {"ZPHI",
     {},
     "ai,bi,ci,di\n4,119,11,128\n6,300,29,274\n3,228,11,209\n62,13536,248,12619\n33,5036,47,5761\n180,1361,372,1079\n8,"
     "2537,10,619\n505,87886,499,87892\n",
     {-0.100475988806548, -0.164968670498008, -0.10708343649186, -0.0684612328572121, -0.0092370122221406,
      -0.181804084397161, -0.0678116340116269, 0.000451650155534277},
     {0.00324670391545314, 0.00119537466507101, 0.00174071786794506, 2.82624955843343e-05, 8.98284899130062e-05,
      0.000328838262706776, 0.000554720507941257, 5.65653586788168e-06}},
    {"YUQ",
     {},
     "ai,n1i,ci,n2i\n0,20,0,25\n5,20,0,18\n0,15,4,17\n12,12,10,11\n7,60,7,63\n3,33,9,31\n20,100,31,98\n0,10,10,10\n",
     {0.108695652173913, 0.858447488584475, -0.823529411764706, 0.5625, 0.0275229357798165, -0.607142857142857,
      -0.298429319371728, -0.995475113122172},
     {0.997992386748189, 0.0397994360041047, 0.0611183614500145, 0.332005818684896, 0.0804877586921807,
      0.0521450209548105, 0.0227541465843991, 8.54105405158031e-05}},
    {"YUY",
     {},
     "ai,n1i,ci,n2i\n0,20,0,25\n5,20,0,18\n0,15,4,17\n12,12,10,11\n7,60,7,63\n3,33,9,31\n20,100,31,98\n0,10,10,10\n",
     {0.0545093078610594, 0.567417978206678, -0.525453517071932, 0.30791593829745, 0.0137640749967044,
      -0.338317914041942, -0.152693651900115, -0.909090909090909},
     {0.253983701725674, 0.0660979148770674, 0.0773209132142924, 0.145534814594586, 0.0201448245347512,
      0.0256443631825933, 0.00653927790089358, 0.00788880540946659}},
    {"PBIT",
     {},
     "ai,n1i,ci,n2i\n0,20,0,25\n5,20,0,18\n0,15,4,17\n12,12,10,11\n7,60,7,63\n3,33,9,31\n20,100,31,98\n0,10,10,10\n",
     {0.0891494342477726, 1.30044734989045, -1.18824211722557, 0.618475658142698, 0.0288241771659552,
      -0.782735151472162, -0.363625246494324, -3.3812432591698},
     {0.68243197920657, 0.449153824715462, 0.485118767601122, 0.623433081808262, 0.088371200348324, 0.150225012209511,
      0.0378384355203522, 0.863957241504613}},
    {"OR2D",
     {},
     "ai,n1i,ci,n2i\n0,20,0,25\n5,20,0,18\n0,15,4,17\n12,12,10,11\n7,60,7,63\n3,33,9,31\n20,100,31,98\n0,10,10,10\n",
     {0.120329497475684, 1.4195759639846, -1.28755967273317, 0.701822759955775, 0.0303560461364884, -0.776694073639577,
      -0.339391973750069, -3.35706638535383},
     {1.24260183324922, 0.699234215907556, 0.717600927875482, 0.86383546282496, 0.0980098107268031, 0.159043554929488,
      0.0333397671861147, 1.27375202293225}},
    {"OR2DN",
     {},
     "ai,n1i,ci,n2i\n0,116,3,117\n1,44,3,35\n2,208,9,195\n0,130,7,136\n5,151,6,157\n1,98,4,139\n1,174,3,177\n1,74,2,"
     "39\n",
     {-1.18983430246471, -0.844894849431482, -0.973458722334942, -1.64590457377295, -0.0900899040529497,
      -0.63983670374839, -0.662332475122036, -0.831932550947947},
     {0.845925289680646, 0.509766445284416, 0.228224728789411, 0.789244509202712, 0.139628465855446, 0.465644329020357,
      0.493980094248273, 0.565923106396332}},
    {"OR2DL",
     {},
     "ai,n1i,ci,n2i\n0,20,0,25\n5,20,0,18\n0,15,4,17\n12,12,10,11\n7,60,7,63\n3,33,9,31\n20,100,31,98\n0,10,10,10\n",
     {0.120329497475684, 1.4195759639846, -1.28755967273317, 0.701822759955775, 0.0303560461364884, -0.776694073639577,
      -0.339391973750069, -3.35706638535383},
     {1.24260183324922, 0.699234215907556, 0.717600927875482, 0.86383546282496, 0.0980098107268031, 0.159043554929488,
      0.0333397671861147, 1.27375202293225}},
    {"MPRD",
     {},
     "ai,bi,ci,di\n20,6,2,30\n12,3,5,22\n5,0,3,11\n44,10,4,57\n0,2,0,15\n9,4,4,20\n",
     {0.0689655172413793, -0.0476190476190476, -0.142857142857143, 0.0521739130434783, 0.105263157894737, 0},
     {0.0022961171019722, 0.00448115754238203, 0.00809847748623259, 0.00103493054984795, 0.00772707391748068,
      0.0058436815193572}},
    {"MPRR",
     {},
     "ai,bi,ci,di\n20,6,2,30\n12,3,5,22\n5,0,3,11\n44,10,4,57\n0,2,0,15\n9,4,4,20\n",
     {0.167054084663166, -0.125163142954006, -0.405465108108164, 0.117783035656383, 1.09861228866811, 0},
     {0.013986013986014, 0.0313725490196078, 0.0740740740740741, 0.00540123456790124, 1, 0.0473372781065089}},
    {"MPORC",
     {},
     "ai,bi,ci,di\n20,6,2,30\n12,3,5,22\n5,0,3,11\n44,10,4,57\n0,2,0,15\n9,4,4,20\n",
     {1.09861228866811, -0.51082562376599, -1.94591014905531, 0.916290731874155, 1.6094379124341, 0},
     {0.666666666666667, 0.533333333333333, 2.28571428571429, 0.35, 2.4, 0.5}},
    {"MPPETO",
     {},
     "ai,bi,ci,di\n20,6,2,30\n12,3,5,22\n5,0,3,11\n44,10,4,57\n0,2,0,15\n9,4,4,20\n",
     {1, -0.5, -1.5, 0.857142857142857, 1.33333333333333, 0},
     {0.5, 0.5, 1, 0.285714285714286, 1.33333333333333, 0.5}},
    {"MPOR",
     {.add = 0.5, .to = "all"},
     "ai,bi,ci,di\n20,6,2,30\n12,3,5,22\n5,0,3,11\n44,10,4,57\n0,2,0,15\n9,4,4,20\n",
     {0.274753001252924, -0.191891007810105, -0.628608659422374, 0.207886207252859, 1.21639532432449, 0},
     {0.0414643892904762, 0.0822649572649573, 0.162037037037037, 0.017701186046266, 1.16550925925926,
      0.11174693877551}},
    {"MPORC",
     {.to = "none"},
     "ai,bi,ci,di\n20,6,2,30\n12,3,5,22\n5,0,3,11\n44,10,4,57\n0,2,0,15\n9,4,4,20\n",
     {1.09861228866811, -0.51082562376599, kMissing, 0.916290731874155, kMissing, 0},
     {0.666666666666667, 0.533333333333333, kMissing, 0.35, kMissing, 0.5}},
    {"IRD",
     {},
     "x1i,x2i,t1i,t2i\n0,2,10.5,11\n3,0,33,29.5\n0,0,21,20\n12,7,140,128\n6,9,65,61\n",
     {-0.17965367965368, 0.0891114535182332, -0.00119047619047619, 0.0310267857142857, -0.0552332912988651},
     {0.0251963044170836, 0.00378850530322156, 0.00238378684807256, 0.00103949099170918, 0.00383882299248309}},
    {"IRSD",
     {},
     "x1i,x2i,t1i,t2i\n0,2,10.5,11\n3,0,33,29.5\n0,0,21,20\n12,7,140,128\n6,9,65,61\n",
     {-0.426401432711221, 0.301511344577764, 0, 0.0589164352111886, -0.0802888296735879},
     {0.0465367965367965, 0.016050333846944, 0.0244047619047619, 0.00373883928571429, 0.00794451450189155}},
    {"PRZ",
     {},
     "xi,ni\n0,15\n3,20\n10,10\n12,50\n1,300\n40,90\n7,14\n",
     {-1.86273186742165, -1.03643338949379, 1.6906216295849, -0.706302562840088, -2.71305188847272, -0.139710298881862,
      0},
     {0.381965019317218, 0.117267227751023, 0.431978620752307, 0.0377475075706174, 0.109440283503013,
      0.0175775894075703, 0.112199737628207}},
    {"IR",
     {},
     "xi,ti\n7,1344\n8,1600\n3,12012\n6,1536\n1,370\n1,729\n17,6760\n3,1107\n",
     {0.00520833333333333, 0.005, 0.00024975024975025, 0.00390625, 0.0027027027027027, 0.00137174211248285,
      0.00251479289940828, 0.002710027100271},
     {3.87524801587302e-06, 3.125e-06, 2.07917290834374e-08, 2.54313151041667e-06, 7.30460189919649e-06,
      1.88167642315892e-06, 3.72010783936137e-07, 2.44808229473442e-06}},
    {"IRLN",
     {},
     "xi,ti\n0,10.5\n3,33\n0,21\n12,140\n6,65\n",
     {-3.04452243772342, -2.39789527279837, -3.73766961828337, -2.4567357728213, -2.38262780066758},
     {2, 0.333333333333333, 2, 0.0833333333333333, 0.166666666666667}},
    {"IRS",
     {},
     "xi,ti\n7,1344\n8,1600\n3,12012\n6,1536\n1,370\n1,729\n17,6760\n3,1107\n",
     {0.0721687836487032, 0.0707106781186548, 0.0158034885310253, 0.0625, 0.0519875244910036, 0.037037037037037,
      0.0501477108092511, 0.0520579206295354},
     {0.000186011904761905, 0.00015625, 2.08125208125208e-05, 0.000162760416666667, 0.000675675675675676,
      0.000342935528120713, 3.69822485207101e-05, 0.00022583559168925}},
    {"IRFT",
     {},
     "xi,ti\n0,10.5\n3,33\n0,21\n12,140\n6,65\n",
     {0.154303349962092, 0.32483332824458, 0.109108945117996, 0.298747360997291, 0.315993435891023},
     {0.0238095238095238, 0.00757575757575758, 0.0119047619047619, 0.00178571428571429, 0.00384615384615385}},
    {"REH",
     {},
     "ai,bi,ci\n298,535,221\n235,541,251\n280,509,222\n1133,2115,1050\n",
     {0.0414914723244826, 0.107752871648565, 0.0205673434698128, -0.0309219411693545},
     {0.00383930677245833, 0.00390827455897886, 0.00398361981122296, 0.000931561610140416}},
};

TEST(CountValues, AsMetafor) {
  for (const Case& c : kCases) {
    const Effects effects = must(c.measure, c.csv, c.options);
    ASSERT_EQ(effects.yi.size(), c.yi.size());
    for (std::size_t i = 0; i < c.yi.size(); ++i) {
      const std::string row = std::string(c.measure) + " row " + std::to_string(i + 1);
      expect_close(effects.yi[i], c.yi[i], row + " yi");
      expect_close(effects.vi[i], c.vi[i], row + " vi");
    }
  }
}

// Fixed group sizes: the variance from the definition, with derivatives by differences.
TEST(CountValues, StratifiedPhiIsTheDeltaMethod) {
  Options options;
  options.vtype = "ST";
  const Effects effects = must("PHI", "ai,bi,ci,di\n12,30,25,20\n", options);
  const double n1 = 42, n2 = 45;
  const auto phi = [&](double p1, double p2) {
    const double a = n1 * p1, b = n1 - a, c = n2 * p2, d = n2 - c;
    return (a * d - b * c) / std::sqrt(n1 * n2 * (a + c) * (b + d));
  };
  const double p1 = 12 / n1, p2 = 25 / n2, h = 1e-5;
  const double d1 = (phi(p1 + h, p2) - phi(p1 - h, p2)) / (2 * h);
  const double d2 = (phi(p1, p2 + h) - phi(p1, p2 - h)) / (2 * h);
  EXPECT_NEAR(effects.vi[0], d1 * d1 * p1 * (1 - p1) / n1 + d2 * d2 * p2 * (1 - p2) / n2, 1e-10);
}

// The estimate reproduces the table; the variance by the delta method over the cells, with derivatives by differences.
TEST(CountValues, TetrachoricReproducesTheTable) {
  const std::vector<double> cells = {43, 17, 21, 60};
  const Effects effects = must("RTET", "ai,bi,ci,di\n43,17,21,60\n");
  const auto& steps = effects.records[0].steps;
  ASSERT_EQ(steps.size(), 2u);
  const double fitted = stats::bivariate_normal_cdf(steps[0].value, steps[1].value, effects.yi[0]);
  EXPECT_NEAR(fitted, 43.0 / 141, 1e-14);
  const auto rho = [](const std::vector<double>& x) {
    const std::string csv = "ai,bi,ci,di\n" + std::to_string(x[0]) + "," + std::to_string(x[1]) + "," +
                            std::to_string(x[2]) + "," + std::to_string(x[3]) + "\n";
    return must("RTET", csv.c_str()).yi[0];
  };
  double first = 0, second = 0;
  for (std::size_t j = 0; j < 4; ++j) {
    auto up = cells, down = cells;
    up[j] += 0.01;
    down[j] -= 0.01;
    const double slope = (rho(up) - rho(down)) / 0.02;
    first += cells[j] * slope;
    second += cells[j] * slope * slope;
  }
  EXPECT_NEAR(effects.vi[0], second - first * first / 141, 1e-8);
}

TEST(CountValues, TetrachoricOfZeroCells) {
  const Effects effects = must("RTET", "ai,bi,ci,di\n0,20,0,25\n5,15,0,18\n0,15,4,13\n0,10,10,0\n,1,2,3\n");
  EXPECT_TRUE(is_missing(effects.yi[0]));  // An empty column says nothing.
  EXPECT_EQ(effects.yi[1], 1);
  EXPECT_TRUE(is_missing(effects.vi[1]));
  EXPECT_NE(effects.records[1].note.find("bound"), std::string::npos);
  EXPECT_EQ(effects.yi[2], -1);
  EXPECT_EQ(effects.yi[3], -1);
  EXPECT_EQ(effects.vi[3], 0);
  EXPECT_TRUE(is_missing(effects.yi[4]));
  const Effects z = must("ZTET", "ai,bi,ci,di\n43,17,21,60\n5,15,0,18\n");
  const Effects r = must("RTET", "ai,bi,ci,di\n43,17,21,60\n5,15,0,18\n");
  EXPECT_NEAR(z.yi[0], std::atanh(r.yi[0]), 1e-15);
  EXPECT_TRUE(is_missing(z.yi[1]));
}

// The marginal table of a paired table with its phi coefficient, or with its share of pairs with both events, gives
// what the paired table itself gives.
TEST(CountValues, MarginalTablesAgreeWithPairedTables) {
  const double a = 20, b = 6, c = 2, d = 30, n = 58;
  const double phi = (a * d - b * c) / std::sqrt((a + b) * (c + d) * (a + c) * (b + d));
  const Effects paired = must("MPOR", "ai,bi,ci,di\n20,6,2,30\n");
  const std::string by_r = "ai,bi,ci,di,ri\n26,32,22,36," + std::to_string(phi) + "\n";
  const Effects marginal = must("MPORM", by_r.c_str());
  EXPECT_NEAR(marginal.yi[0], paired.yi[0], 1e-14);
  EXPECT_NEAR(marginal.vi[0], paired.vi[0], 1e-6);  // std::to_string gives six digits.
  const std::string by_pi = "ai,bi,ci,di,pi\n26,32,22,36," + std::to_string(a / n) + "\n";
  EXPECT_NEAR(must("MPORM", by_pi.c_str()).vi[0], paired.vi[0], 1e-6);
  EXPECT_EQ(marginal.ni[0], n);
}

TEST(CountValues, ImpossibleCorrelationOfPairs) {
  // 26 and 22 events in 58 pairs: at most 22 pairs have both, so phi can't be above 0.86.
  const Effects effects = must("MPORM", "ai,bi,ci,di,ri\n26,32,22,36,0.95\n26,32,22,36,0.8\n");
  EXPECT_FALSE(is_missing(effects.yi[0]));
  EXPECT_TRUE(is_missing(effects.vi[0]));
  EXPECT_NE(effects.records[0].note.find("no paired table"), std::string::npos);
  EXPECT_GT(effects.vi[1], 0);
}

TEST(CountValues, NamesOfTheirOwn) {
  const Effects dor = must("DOR", "tp,fp,fn,tn\n30,4,6,50\n0,4,6,50\n");
  const Effects odds = must("OR", "ai,bi,ci,di\n30,6,4,50\n0,6,4,50\n");
  EXPECT_EQ(dor.yi, odds.yi);
  EXPECT_EQ(dor.vi, odds.vi);
  EXPECT_EQ(dor.measure, "DOR");
  const Effects ve = must("VE", "ai,n1i,ci,n2i\n4,123,11,139\n");
  EXPECT_NEAR(transform("ve", ve.yi[0]).value(), 1 - (4.0 / 123) / (11.0 / 139), 1e-15);
}

// Pignon et al. (2000): yi = (O - E)/V; and the same trial from a hazard ratio and its interval.
TEST(CountValues, HazardRatio) {
  const Effects tests = must("HR", "omei,vlri\n-7.2,58.0\n");
  EXPECT_NEAR(tests.yi[0], -0.124137931034483, 1e-15);
  EXPECT_EQ(tests.vi[0], 1 / 58.0);
  const double z = 1.959963984540054;
  const Effects interval = must("HR", "hri,lbi,ubi\n0.8,0.5,1.28\n");
  EXPECT_NEAR(interval.yi[0], std::log(0.8), 1e-15);
  EXPECT_NEAR(interval.vi[0], std::pow(std::log(1.28 / 0.5) / (2 * z), 2), 1e-14);
  EXPECT_FALSE(run("HR", "hri,lbi,ubi\n2.8,0.5,1.28\n").ok());
}

// Average rates in the variance.
TEST(CountValues, AveragedRates) {
  Options options;
  options.vtype = "AV";
  const Effects one = must("IRLN", "xi,ti\n3,10\n9,50\n", options);
  EXPECT_NEAR(one.vi[0], 1 / (12.0 / 60 * 10), 1e-15);
  const Effects two = must("IRD", "x1i,t1i,x2i,t2i\n3,10,4,20\n9,50,8,60\n", options);
  EXPECT_NEAR(two.vi[1], 12.0 / 60 / 50 + 12.0 / 80 / 60, 1e-15);
}

TEST(CountValues, InconsistentTables) {
  const auto sizes = run("OR", "ai,bi,n1i,ci,di\n4,6,11,2,9\n");
  ASSERT_FALSE(sizes.ok());
  EXPECT_NE(describe(sizes.error()).find("n1i = 11, but ai + bi = 10"), std::string::npos) << describe(sizes.error());
  EXPECT_FALSE(run("MPORM", "ai,bi,ci,di,ri\n26,32,22,30,0.5\n").ok());
  EXPECT_FALSE(run("MPORM", "ai,bi,ci,di,pi\n26,32,22,36,1.5\n").ok());
  EXPECT_FALSE(run("MPORM", "ai,bi,ci,di\n26,32,22,36\n").ok());
}

}  // namespace
}  // namespace hedgerow::effect
