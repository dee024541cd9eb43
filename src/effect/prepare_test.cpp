// Steps on tables: what is filled, what stays, what is left as trace; numbers of R (metafor 5.1) and naive twins.
#include "effect/prepare.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"
#include "data/readers.hpp"

namespace hedgerow::effect {
namespace {

data::Table reference(const std::string& name) {
  auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + name);
  EXPECT_TRUE(table.ok()) << (table ? "" : describe(table.error()));
  return table.take();
}

data::Table table_of(std::vector<std::string> names, const std::vector<std::vector<std::string>>& rows) {
  auto table = data::Table::create("t.csv", std::move(names), rows);
  EXPECT_TRUE(table.ok());
  return table.take();
}

Prepared run(const data::Table& table, const std::vector<std::string>& texts) {
  std::vector<PrepareStep> steps;
  for (const std::string& text : texts) {
    auto step = parse_prepare_step(text);
    EXPECT_TRUE(step.ok()) << (step ? "" : describe(step.error()));
    if (step) steps.push_back(step.take());
  }
  auto made = prepare(table, steps);
  EXPECT_TRUE(made.ok()) << (made ? "" : describe(made.error()));
  return made ? made.take() : Prepared{table, {}, {}};
}

std::string error_of(const data::Table& table, const std::string& text) {
  const auto step = parse_prepare_step(text);
  if (!step) return describe(step.error());
  const auto made = prepare(table, std::vector<PrepareStep>{*step});
  return made ? "" : describe(made.error());
}

void expect_column(const Prepared& made, const std::string& name, const stats::Vector& expected, double tolerance) {
  const auto values = made.table.numbers(name);
  ASSERT_TRUE(values.ok()) << describe(values.error());
  ASSERT_EQ(values->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (is_missing(expected[i]))
      EXPECT_TRUE(is_missing((*values)[i])) << name << " in row " << i + 1;
    else
      EXPECT_NEAR((*values)[i], expected[i], tolerance * std::fabs(expected[i])) << name << " in row " << i + 1;
  }
}

TEST(Prepare, FillsMissingCellsAndLeavesGivenOnes) {
  const data::Table table = table_of({"se", "n", "sd"}, {{"0.5", "16", ""}, {"0.5", "16", "9"}, {"", "16", ""}});
  const Prepared made = run(table, {"sd_from_se(se = se, n = n) -> sd = sd"});
  expect_column(made, "sd", {2, 9, kMissing}, 1e-15);
  ASSERT_EQ(made.recovered.size(), 1u);
  EXPECT_EQ(made.recovered[0].record.method, "SD = se sqrt(n)");
  EXPECT_EQ(made.recovered[0].where, "t.csv:2");
  EXPECT_EQ(made.recovered[0].record.inputs.size(), 2u);
  expect_column(run(table, {"sd_from_se(se = se, n = n, overwrite = true)"}), "sd", {2, 2, kMissing}, 1e-15);
  EXPECT_EQ(run(table, {"sd_from_se(se = se, n = n, append = false)"}).table.cols(), 1u);
}

TEST(Prepare, StepsSeeWhatEarlierOnesMade) {
  const data::Table table = table_of({"lb", "ub", "m", "n"}, {{"8", "12", "10", "25"}});
  const Prepared made = run(table, {"sd_from_ci(lb = lb, ub = ub, n = n) -> sd1", "log_from_raw(mean = m, sd = sd1)"});
  const double sd = 5 * 4 / (2 * 2.0638985616280205);
  expect_column(made, "sd1", {sd}, 1e-12);
  expect_column(made, "sd_log", {std::sqrt(std::log1p(sd * sd / 100))}, 1e-12);
  EXPECT_EQ(made.recovered[1].step, 1u);
}

TEST(Prepare, FiveNumbersAsInR) {
  const data::Table table = reference("syn_fivenum.csv");
  const std::string arguments =
      "fivenum(min = min, q1 = q1, median = median, q3 = q3, max = max, n = n, append = false";
  const Prepared made = run(table, {arguments + ")"});
  expect_column(
      made, "mean",
      {kMissing, 6.59446776011673, 14.3162833834296, 18.64025, 8.42417701505495, kMissing, 26.94415, 17.7106984318184},
      1e-13);
  expect_column(made, "sd",
                {kMissing, 3.2115759673697, 4.80836968138902, 5.58492205059888, 2.91433770890632, kMissing,
                 9.77866409340625, 5.03289630814819},
                1e-13);
  expect_column(run(table, {arguments + ", dist = lnorm)"}), "sd",
                {kMissing, 3.44264276979582, 4.65028527249452, 5.65611925855539, 3.10288661215676, kMissing, kMissing,
                 5.03902146504405},
                1e-13);
  // The mean that the table has stays, and the skewed row says why it is left out.
  const Prepared filled = run(table, {"fivenum(min = min, q1 = q1, median = median, q3 = q3, max = max, n = n)"});
  EXPECT_EQ(filled.table.cell(0, *filled.table.find("mean")), "10");
  EXPECT_NE(filled.recovered[4].record.note.find("skewed"), std::string::npos);
}

TEST(Prepare, TablesAndWaldAsInR) {
  const Prepared cells =
      run(reference("syn_2x2conv.csv"), {"two_by_two(or = or, phi = phi, chi2 = x2, n = n, n1 = n1, n2 = n2)"});
  expect_column(cells, "ai", {20, 27, 53, 10, 85}, 0);
  expect_column(cells, "di", {50, 27, 62, 16, 95}, 0);
  const Prepared wald =
      run(reference("dumouchel1994.csv"), {"wald(out = or, ci_lb = lower, ci_ub = upper, transf = log)"});
  expect_column(wald, "vi",
                {0.0033430328263214, 0.00368170542846768, 0.0338858949011303, 0.0198867541295111, 0.00204363300238902,
                 0.01100912640804, 0.0211453864179133, 0.0230933604952424, 0.152792525051986},
                1e-12);
  const Prepared p = run(reference("syn_wald.csv"), {"wald(out = or, zval = z, pval = p, transf = log)"});
  expect_column(p, "vi",
                {kMissing, std::pow(std::log(0.8) / 1.9953933101678247, 2), std::pow(std::log(1.42) / 1.22, 2),
                 kMissing, kMissing, kMissing},
                1e-9);
}

TEST(Prepare, ImpossibleMarginsAreMissingWithAWarning) {
  const data::Table table = table_of({"r", "n", "n1", "n2"}, {{"0.54", "400", "200", "50"}});
  const Prepared made = run(table, {"two_by_two(phi = r, n = n, n1 = n1, n2 = n2)"});
  expect_column(made, "ai", {kMissing}, 0);
  ASSERT_EQ(made.warnings.size(), 1u);
}

TEST(Prepare, ImputesSdsFromTheOthers) {
  const data::Table table =
      table_of({"m", "sd", "n"}, {{"10", "2", "11"}, {"20", "2", "31"}, {"-5", "", "9"}, {"", "", "9"}});
  expect_column(run(table, {"impute_sd(sd = sd, mean = m, n = n, rule = cv)"}), "sd", {2, 2, 0.75, kMissing}, 1e-15);
  expect_column(run(table, {"impute_sd(sd = sd, n = n, rule = pooled)"}), "sd", {2, 2, 2, 2}, 1e-15);
  expect_column(run(table, {"impute_sd(sd = sd, rule = value, value = 7)"}), "sd", {2, 2, 7, 7}, 1e-15);
  const Prepared made = run(table, {"impute_sd(sd = sd, rule = row, row = 2)"});
  EXPECT_TRUE(made.recovered[0].imputed);
  EXPECT_NE(error_of(table, "impute_sd(sd = sd, rule = row, row = 3)").find("row 3 has no SD"), std::string::npos);
}

TEST(Prepare, AggregatesAsInR) {
  const Prepared made = run(reference("konstantopoulos2011.csv"),
                            {"aggregate(cluster = district, yi = yi, vi = vi, struct = CS, rho = 0.3, addk = true)"});
  expect_column(
      made, "yi",
      {-0.132640412385901, 0.0443336092595078, 0.336719275553822, 0.528448168883961, 0.0425000616527938,
       0.013719789613102, 0.923684120088985, -0.02875, 0.254260877820144, 0.0139982401081917, 0.146461816281289},
      1e-12);
  expect_column(made, "school", {2.5, 2.5, 2, 2.5, 2.5, 6, 2, 4.5, 3.5, 3, 2.5}, 1e-15);
  EXPECT_EQ(made.recovered.size(), 11u);
}

TEST(Prepare, AggregateOfIndependentEffectsIsTheirInverseVarianceMean) {
  const data::Table table =
      table_of({"id", "yi", "vi"}, {{"a", "1", "0.5"}, {"b", "3", "1"}, {"a", "2", "0.25"}, {"a", "", "1"}});
  expect_column(run(table, {"aggregate(cluster = id, yi = yi, vi = vi, struct = ID)"}), "yi", {(2 + 8) / 6.0, 3},
                1e-14);
  expect_column(run(table, {"aggregate(cluster = id, yi = yi, vi = vi, struct = ID, na_rm = false)"}), "yi",
                {kMissing, 3}, 1e-14);
  EXPECT_NE(error_of(table, "aggregate(cluster = id, yi = yi, vi = vi, struct = CS, rho = 1)").find("not positive"),
            std::string::npos);
}

TEST(Prepare, LevelsInTheOrderNamed) {
  const data::Table table = table_of({"group", "yi"}, {{"1", "0.1"}, {"2", "0.2"}});
  const auto step = parse_prepare_step("levels(column = group, levels = '2, 1')");
  ASSERT_TRUE(step.ok());
  EXPECT_EQ(parse_prepare_step(prepare_text(*step))->options, step->options);
  const auto made = run(table, {"levels(column = group, levels = '2, 1')", "fill(x = yi, y = 0) -> value = z"});
  ASSERT_EQ(made.table.levels(0).size(), 2U);
  EXPECT_EQ(made.table.levels(0)[0], "2");
  EXPECT_NE(error_of(table, "levels(column = group, levels = '2')").find("'1' is none of the levels"),
            std::string::npos);
  EXPECT_NE(error_of(table, "levels(column = group)").find("in their order"), std::string::npos);
}

TEST(Prepare, LongTables) {
  const data::Table table =
      table_of({"a", "b", "c", "d"}, {{"1", "2", "3", "4"}, {"5", "", "7", "8"}, {"0", "6", "7", "8"}});
  const Prepared two = run(table, {"to_long(ai = a, bi = b, ci = c, di = d, measure = OR, append = false)"});
  expect_column(two, "out1", {1, 3, 0, 7}, 0);
  expect_column(two, "study", {1, 1, 3, 3}, 0);
  EXPECT_EQ(two.warnings.size(), 1u);
  const Prepared times = run(table, {"to_long(ai = a, bi = b, ci = c, di = d, measure = MPOR, append = false)"});
  expect_column(times, "out2", {7, 6, 15, 14}, 0);
  const Prepared cells =
      run(table, {"to_long(ai = a, bi = b, ci = c, di = d, measure = RR, vlong = true, to = only0)"});
  expect_column(cells, "freq", {1, 2, 3, 4, 0.5, 6.5, 7.5, 8.5}, 0);
  EXPECT_EQ(cells.table.cell(5, 1), "6");
}

TEST(Prepare, CombinesGroupsOfThisRowAlone) {
  const data::Table table =
      table_of({"n1", "m1", "s1", "n2", "m2", "s2"}, {{"10", "5", "2", "20", "8", "3"}, {"10", "5", "2", "", "", ""}});
  const Prepared made = run(table, {"combine(n1=n1, mean1=m1, sd1=s1, n2=n2, mean2=m2, sd2=s2) -> n, mean, sd"});
  const double sd = std::sqrt((9 * 4 + 19 * 9 + 10.0 * 20 / 30 * 9) / 29);
  expect_column(made, "sd", {sd, 2}, 1e-14);
  expect_column(made, "mean", {7, 5}, 1e-14);
}

TEST(Prepare, ErrorsNameWhatIsWrong) {
  const data::Table table = table_of({"se", "n", "q1", "q3"}, {{"-1", "10", "3", "2"}});
  EXPECT_EQ(error_of(table, "sd_from_se(se = se, n = n)"),
            "t.csv:2:se: se = -1: a standard deviation or standard error can't be negative");
  EXPECT_NE(error_of(table, "sd_from_se(se = se)").find("sd_from_se needs se, n"), std::string::npos);
  EXPECT_NE(error_of(table, "sd_form_se(se = se)").find("did you mean 'sd_from_se'?"), std::string::npos);
  EXPECT_NE(error_of(table, "fivenum(q1 = q1, q3 = q3, n = n)").find("q3 is below q1"), std::string::npos);
  EXPECT_NE(error_of(table, "sd_from_iqr(q1 = q1, q3 = q3, n = n, metod = x)").find("metod"), std::string::npos);
  EXPECT_NE(error_of(table, "sd_from_se se").find("brackets are missing"), std::string::npos);
  EXPECT_NE(error_of(table, "sd_from_se(se = se, n = n) -> sdd = x").find("did you mean 'sd'?"), std::string::npos);
}

TEST(PrepareText, RoundTrip) {
  const auto step = parse_prepare_step(
      "fivenum(q1 = q1, q3 = `a,b`, n = n1 + n2, method = 'luo2016,wan2014', rows = 'arm == 1') -> mean = m, sd = s");
  ASSERT_TRUE(step.ok()) << describe(step.error());
  EXPECT_EQ(step->columns.at("n"), "n1 + n2");
  EXPECT_EQ(step->rows, "arm == 1");
  const auto again = parse_prepare_step(prepare_text(*step));
  ASSERT_TRUE(again.ok()) << describe(again.error());
  EXPECT_EQ(prepare_text(*again), prepare_text(*step));
  EXPECT_EQ(again->options.at("method"), "luo2016,wan2014");
}

}  // namespace
}  // namespace hedgerow::effect
