#include "tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/analysis.hpp"
#include "base/text.hpp"
#include "data/readers.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit_recall {

namespace {

struct Group {
  int n = 0;
  double mean = 0, sd = 0;
};

Group people(RandomStream& random, int n, double mean, double sd) {
  double sum = 0, squares = 0;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
  }
  const double centre = sum / n;
  return {n, mean + sd * centre, sd * std::sqrt((squares - n * centre * centre) / (n - 1))};
}

struct Study {
  Group treated, control;
};

std::vector<Study> studies(RandomStream& random) {
  std::vector<Study> out;
  const std::size_t k = 6 + random.below(9);
  for (std::size_t i = 0; i < k; ++i) {
    const double sd = 8 * std::exp(0.15 * random.normal()), level = 40 + 3 * random.normal();
    const double effect = 0.5 + 0.2 * random.normal();
    const int n = 12 + static_cast<int>(random.below(69));
    const int other = n + static_cast<int>(random.below(5)) - 2;
    const Group treated = people(random, n, level + effect * sd, sd);
    const Group control = people(random, other, level, sd);
    out.push_back({treated, control});
  }
  return out;
}

struct Effect {
  double g = 0, se = 0;
};

Effect hedges(const Study& study) {
  const double n1 = study.treated.n, n2 = study.control.n, m = n1 + n2 - 2;
  const double pooled =
      std::sqrt(((n1 - 1) * std::pow(study.treated.sd, 2) + (n2 - 1) * std::pow(study.control.sd, 2)) / m);
  const double g = (1 - 3 / (4 * m - 1)) * (study.treated.mean - study.control.mean) / pooled;
  return {g, std::sqrt(1 / n1 + 1 / n2 + g * g / (2 * (n1 + n2)))};
}

std::string digits(double value, int decimals) { return format_fixed(value, decimals); }

/// Effects of simulated studies, their pooled result, and their people.
struct Pool {
  audit::Pooled result;
  double se = 0, people = 0;
};

Pool pool(RandomStream& random, std::size_t k, double shift) {
  audit::Analysis analysis;
  analysis.method = "DL";
  Pool out;
  while (analysis.yi.size() < k)
    for (const Study& study : studies(random)) {
      if (analysis.yi.size() == k) break;
      const Effect effect = hedges(study);
      analysis.yi.push_back(effect.g + shift);
      analysis.vi.push_back(effect.se * effect.se);
      out.people += study.treated.n + study.control.n;
    }
  out.result = *audit::pooled(analysis);
  out.se = (out.result.ci_ub - out.result.ci_lb) / (2 * stats::normal_quantile(0.975));
  return out;
}

std::string p_text(double p) { return p < 0.001 ? "< 0.001" : digits(p, 3); }

}  // namespace

std::size_t Cells::column(const std::string& name) const {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

bool Cells::has(const std::string& name) const { return column(name) < names.size(); }

double Cells::number(std::size_t row, const std::string& name) const {
  return parse_number(at(row, name)).value_or(std::nan(""));
}

Cells summaries(RandomStream& random) {
  Cells out{audit::SheetKind::rows, {"study", "n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i"}, {}};
  for (const Study& s : studies(random))
    out.rows.push_back({fmt::format("Study {}", out.rows.size() + 1), fmt::format("{}", s.treated.n),
                        digits(s.treated.mean, 1), digits(s.treated.sd, 2), fmt::format("{}", s.control.n),
                        digits(s.control.mean, 1), digits(s.control.sd, 2)});
  return out;
}

Cells effects(RandomStream& random) {
  Cells out{audit::SheetKind::rows, {"study", "n1i", "n2i", "yi", "sei", "ci_lb", "ci_ub", "p"}, {}};
  for (const Study& s : studies(random)) {
    const Effect e = hedges(s);
    const double z = stats::normal_quantile(0.975);
    out.rows.push_back({fmt::format("Study {}", out.rows.size() + 1), fmt::format("{}", s.treated.n),
                        fmt::format("{}", s.control.n), digits(e.g, 2), digits(e.se, 3), digits(e.g - z * e.se, 2),
                        digits(e.g + z * e.se, 2), digits(2 * stats::normal_upper(std::fabs(e.g / e.se)), 3)});
  }
  return out;
}

Cells pooled_results(RandomStream& random) {
  Cells out{audit::SheetKind::pooled,
            {"outcome", "k", "n", "estimate", "ci_lb", "ci_ub", "p", "q", "q_p", "i2", "tau2", "pi_lb", "pi_ub",
             "measure", "model", "method", "test"},
            {}};
  while (out.rows.size() < 6) {
    const std::size_t k = 5 + random.below(16);
    const Pool one = pool(random, k, 0.4 * random.normal());
    const double df = static_cast<double>(k) - 1, q = one.result.q, i2 = std::max(0.0, 100 * (1 - df / q));
    const double half = stats::t_quantile(0.975, df - 1) * std::sqrt(one.result.tau2 + one.se * one.se);
    out.rows.push_back(
        {fmt::format("outcome {}", out.rows.size() + 1), fmt::format("{}", k), fmt::format("{}", one.people),
         digits(one.result.estimate, 2), digits(one.result.ci_lb, 2), digits(one.result.ci_ub, 2), p_text(one.result.p),
         digits(q, 2), p_text(stats::chi2_upper(q, df)), digits(i2, 1), digits(one.result.tau2, 3),
         digits(one.result.estimate - half, 2), digits(one.result.estimate + half, 2), "SMD", "random", "DL", "z"});
  }
  return out;
}

Cells forest_plot(RandomStream& random) {
  Cells out{audit::SheetKind::rows, {"study", "estimate", "ci_lb", "ci_ub"}, {}};
  const double z = stats::normal_quantile(0.975);
  audit::Analysis analysis;
  for (const Study& s : studies(random)) {
    const Effect e = hedges(s);
    analysis.yi.push_back(e.g);
    analysis.vi.push_back(e.se * e.se);
    out.rows.push_back({fmt::format("Study {}", out.rows.size() + 1), digits(e.g, 2), digits(e.g - z * e.se, 2),
                        digits(e.g + z * e.se, 2)});
  }
  const char* methods[] = {"DL", "REML", "PM", "EE"};
  const char* tests[] = {"z", "knha"};
  analysis.method = methods[random.below(4)];
  analysis.test = analysis.method == "EE" ? "z" : tests[random.below(2)];
  const audit::Pooled result = *audit::pooled(analysis);
  out.beside.push_back({audit::SheetKind::pooled,
                        {"estimate", "ci_lb", "ci_ub", "q", "measure", "method", "test"},
                        {{digits(result.estimate, 2), digits(result.ci_lb, 2), digits(result.ci_ub, 2),
                          digits(result.q, 1), "SMD", analysis.method, analysis.test}}});
  return out;
}

Cells moderator_levels(RandomStream& random) {
  Cells out{
      audit::SheetKind::levels,
      {"outcome", "moderator", "level", "k", "n", "estimate", "ci_lb", "ci_ub", "marked", "q_between", "df", "q_p"},
      {}};
  for (int moderator = 1; moderator <= 5; ++moderator) {
    const std::size_t levels = 2 + random.below(2), first = out.rows.size();
    double sum = 0, mean = 0, q = 0;
    std::vector<Pool> pools;
    for (std::size_t level = 0; level < levels; ++level) {
      const std::size_t k = 3 + random.below(10);
      pools.push_back(pool(random, k, 0.5 * random.normal()));
      const Pool& one = pools.back();
      const double w = 1 / (one.se * one.se);
      sum += w;
      mean += w * one.result.estimate;
      const bool significant = one.result.ci_lb > 0 || one.result.ci_ub < 0;
      out.rows.push_back({"strength", fmt::format("moderator {}", moderator), fmt::format("level {}", level + 1),
                          fmt::format("{}", k), fmt::format("{}", one.people), digits(one.result.estimate, 2),
                          digits(one.result.ci_lb, 2), digits(one.result.ci_ub, 2), significant ? "*" : "", "", "",
                          ""});
    }
    for (const Pool& one : pools) q += std::pow((one.result.estimate - mean / sum) / one.se, 2);
    const double df = static_cast<double>(levels) - 1;
    out.at(first, "q_between") = digits(q, 2);
    out.at(first, "df") = digits(df, 0);
    out.at(first, "q_p") = digits(stats::chi2_upper(q, df), 3);
  }
  return out;
}

audit::Subject subject_of(const Cells& cells) {
  audit::Subject out;
  const auto add = [&](const Cells& one, const char* file) {
    auto table = data::Table::create(file, one.names, one.rows);
    if (table) out.sheets.push_back(audit::Sheet::guessed(one.kind, table.take()));
  };
  add(cells, "table.csv");
  for (const Cells& other : cells.beside) add(other, "beside.csv");
  if (cells.kind == audit::SheetKind::rows && !out.sheets.empty())
    out.analyses = audit::analyses_of(out.sheets.front(), 0);
  return out;
}

std::vector<Cells> real_tables(const std::string& folder) {
  std::vector<Cells> out;
  // Real sets of standardised differences, correlations and log ratios with one row per study.
  for (const char* name : {"bangertdrowns2004", "bcg", "hackshaw1998", "normand1999", "raudenbush1985", "cohen1981",
                           "mcdaniel1994", "pignon2000", "hine1989", "li2007"}) {
    const auto table = data::read_table(folder + "/" + name + ".csv");
    if (!table) continue;
    Cells cells;
    cells.names = table->names();
    for (std::size_t row = 0; row < table->rows(); ++row) {
      cells.rows.emplace_back();
      for (std::size_t column = 0; column < table->cols(); ++column)
        cells.rows.back().emplace_back(table->cell(row, column));
    }
    if (cells.has("yi") && cells.has("vi")) out.push_back(std::move(cells));
  }
  return out;
}

}  // namespace hedgerow::audit_recall
