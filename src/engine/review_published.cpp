#include "engine/review_published.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/toml.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

const std::vector<std::string> kQuantities{"k",  "estimate", "se",  "ci_lb", "ci_ub", "stat", "p",
                                           "df", "q",        "q_p", "i2",    "i2_q",  "tau2"};
const std::vector<std::string> kParts{"pooled", "subgroup", "between", "bias", "moderator"};

using Numbers = std::vector<std::pair<std::string, double>>;

double number_of(const Numbers& numbers, const std::string& name) {
  for (const auto& [key, value] : numbers)
    if (key == name) return value;
  return kMissing;
}

double at(const stats::Vector& values, std::size_t i) { return i < values.size() ? values[i] : kMissing; }

/// Numbers of coefficient j of a fit; `df` is that of Q for a pooled result, that of the test for a coefficient.
Numbers fit_numbers(const Block& fit, std::size_t j, bool pooled) {
  const stats::Vector ddf = fit.vector("ddf");
  const double test_df = ddf.size() == 1 ? ddf.front() : at(ddf, j);
  return {{"k", fit.number("k")},
          {"estimate", at(fit.vector("beta"), j)},
          {"se", at(fit.vector("se"), j)},
          {"ci_lb", at(fit.vector("ci_lb"), j)},
          {"ci_ub", at(fit.vector("ci_ub"), j)},
          {"stat", at(fit.vector("zval"), j)},
          {"p", at(fit.vector("pval"), j)},
          {"df", pooled ? fit.number("QE_df") : test_df},
          {"q", fit.number("QE")},
          {"q_p", fit.number("QEp")},
          {"i2", fit.number("I2")},
          {"i2_q", fit.number("I2_q")},
          {"tau2", fit.number("tau2")}};
}

Expected<const Answer*> find_answer(const ReviewResult& result, const std::string& name,
                                    const PublishedTarget& target) {
  const Answer* answer = result.result.answer(name);
  if (!answer)
    return make_error(ErrorCode::input, fmt::format("analysis '{}' does not ask for '{}'", target.analysis, target.of),
                      target.where);
  if (answer->error) return *answer->error;
  return answer;
}

Error no_item(const PublishedTarget& target, const std::vector<std::string>& names) {
  return make_error(ErrorCode::input,
                    fmt::format("there is no '{}' in '{}'{}; there are {}", target.item, target.of,
                                did_you_mean(target.item, names), join(names, ", ")),
                    target.where);
}

Expected<Numbers> subgroup_numbers(const ReviewResult& result, const PublishedTarget& target) {
  HR_TRY(const Answer* answer, find_answer(result, subgroup_name(target.of), target));
  if (target.part == "between")
    return Numbers{
        {"q", answer->block.number("QB")}, {"df", answer->block.number("QB_df")}, {"q_p", answer->block.number("QBp")}};
  std::vector<std::string> names;
  for (const Block& group : answer->block.blocks("groups")) {
    if (group.text("name") == target.item) return fit_numbers(group, 0, true);
    names.push_back(group.text("name"));
  }
  return no_item(target, names);
}

Expected<Numbers> bias_numbers(const ReviewResult& result, const PublishedTarget& target) {
  HR_TRY(const Answer* answer, find_answer(result, bias_name(target.of), target));
  std::vector<std::string> names;
  for (const Block& one : answer->block.blocks("coefficients")) {
    names.push_back(one.text("name"));
    if (names.back() != target.item) continue;
    return Numbers{{"k", result.result.fit->number("k")},
                   {"estimate", one.number("beta")},
                   {"se", one.number("se")},
                   {"ci_lb", one.number("ci_lb")},
                   {"ci_ub", one.number("ci_ub")},
                   {"stat", one.number("zval")},
                   {"p", one.number("pval")},
                   {"df", one.number("ddf")}};
  }
  return no_item(target, names);
}

Expected<Numbers> moderator_numbers(const ReviewResult& result, const PublishedTarget& target) {
  if (result.error) return *result.error;
  const std::vector<std::string> names = result.result.fit->texts("coef_names");
  for (std::size_t j = 0; j < names.size(); ++j)
    if (names[j] == target.item) return fit_numbers(*result.result.fit, j, false);
  return no_item(target, names);
}

Expected<Numbers> target_numbers(const ReviewResult& result, const PublishedTarget& target) {
  if (target.part == "pooled") return fit_numbers(*result.result.fit, 0, true);
  if (target.part == "bias") return bias_numbers(result, target);
  if (target.part == "moderator") return moderator_numbers(result, target);
  return subgroup_numbers(result, target);
}

bool cells_agree(const PublishedRow& row, int digits) {
  return std::all_of(row.cells.begin(), row.cells.end(), [&](const PublishedCell& cell) {
    return cell.quantity.empty() || cell.printed.empty() || agrees(cell.recomputed, cell.printed, digits);
  });
}

void decide(PublishedRow& row, int digits) {
  row.agrees = cells_agree(row, digits);
  for (PublishedCell& cell : row.cells)
    cell.agrees = cell.quantity.empty() || cell.printed.empty() || agrees(cell.recomputed, cell.printed, digits);
  if (cells_agree(row, 0))
    row.rule = "last printed digit";
  else if (row.agrees)
    row.rule = fmt::format("{} significant digits", digits);
  else
    row.rule = "none";
}

/// Log-likelihood of the job with tau2 fixed.
Expected<double> loglik_at(Job job, double tau2) {
  job.model.tau2 = tau2;
  job.questions.clear();
  HR_TRY(const Result result, run(job));
  const Block* statistics = result.fit->child("fit_stats");
  const Block* chosen = statistics ? statistics->child(job.model.method == "ML" ? "ML" : "REML") : nullptr;
  HR_ASSERT(chosen != nullptr);
  return chosen->number("loglik");
}

Checked add_likelihoods(const ReviewResult& result, PublishedRow& row) {
  const Job& job = result.what.job;
  if ((job.model.method != "REML" && job.model.method != "ML") || !job.model.random.empty()) return {};
  for (const PublishedCell& cell : row.cells) {
    const auto printed = parse_number(cell.printed);
    if (cell.quantity != "tau2" || !printed) continue;
    HR_TRY(row.loglik_ours, loglik_at(job, cell.recomputed));
    HR_TRY(row.loglik_printed, loglik_at(job, *printed));
  }
  return {};
}

bool matches(const data::Table& table, std::size_t row, const Labels& match, const std::vector<std::size_t>& columns) {
  for (std::size_t i = 0; i < match.size(); ++i)
    if (table.cell(row, columns[i]) != match[i].second) return false;
  return true;
}

Expected<std::size_t> matching_row(const data::Table& table, const PublishedTarget& target) {
  std::vector<std::size_t> columns;
  for (const auto& entry : target.match) {
    HR_TRY(columns.emplace_back(), table.column(entry.first));
  }
  std::vector<std::size_t> found;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (matches(table, row, target.match, columns)) found.push_back(row);
  if (found.size() == 1) return found.front();
  std::vector<std::string> words;
  for (const auto& [column, text] : target.match) words.push_back(fmt::format("{} = '{}'", column, text));
  return make_error(ErrorCode::input,
                    fmt::format("{} rows of {} have {}; 'match' must name exactly one", found.size(), table.source(),
                                join(words, ", ")),
                    target.where);
}

Expected<const ReviewResult*> target_result(const PublishedTarget& target, const ReviewSpec& review,
                                            const std::vector<ReviewResult>& results) {
  const std::string id = target.part == "moderator" ? moderator_id(target.analysis, target.of) : target.analysis;
  if (const ReviewResult* result = find_result(results, id)) return result;
  std::vector<std::string> ids;
  for (const AnalysisSpec& analysis : review.analyses) ids.push_back(analysis.id);
  return make_error(ErrorCode::input,
                    target.part == "moderator" && review.analysis(target.analysis)
                        ? fmt::format("analysis '{}' has no moderator '{}'", target.analysis, target.of)
                        : fmt::format("no analysis '{}'{}", target.analysis, did_you_mean(target.analysis, ids)),
                    target.where);
}

}  // namespace

Expected<PublishedSpec> parse_published(std::string_view bytes, const std::string& source) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  PublishedSpec spec;
  if (const std::string schema = root.text("schema", kPublishedSchema); schema != kPublishedSchema)
    root.fail("schema", fmt::format("this version reads '{}'; found '{}'", kPublishedSchema, schema));
  // A file with [[table]] entries alone is for the audit (audit/load.hpp); it has nothing to compare.
  const bool tables = !root.tables("table").empty();
  root.table("audit");
  spec.file = tables ? root.text("file") : root.required_text("file");
  spec.columns = root.pairs("columns");
  for (const auto& [column, quantity] : spec.columns)
    if (std::find(kQuantities.begin(), kQuantities.end(), quantity) == kQuantities.end())
      root.fail("columns", fmt::format("'{}' is not a quantity{}; they are {}", quantity,
                                       did_you_mean(quantity, kQuantities), join(kQuantities, ", ")));
  for (data::TomlReader& table : root.tables("row")) {
    PublishedTarget target;
    target.match = table.pairs("match");
    if (target.match.empty()) table.fail("match", "'match' is missing: it names the printed row by its cells");
    target.analysis = table.required_text("analysis");
    target.part = table.word("part", kParts, "pooled");
    target.of = table.text("of");
    target.item = table.text("item");
    target.digits = table.integer("digits", 0);
    target.note = table.text("note");
    target.where = table.where();
    if (target.part != "pooled" && target.of.empty())
      table.fail("of", fmt::format("'of' is missing: which {} of the analysis", target.part));
    table.finish();
    spec.rows.push_back(std::move(target));
  }
  root.finish();
  if (errors.first) return *errors.first;
  return spec;
}

std::size_t Published::agreeing() const {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.agrees; }));
}

double half_unit(const std::string& printed) {
  const std::size_t point = printed.find('.');
  const std::size_t digits = point == std::string::npos ? 0 : printed.size() - point - 1;
  return 0.5 * std::pow(10.0, -static_cast<double>(digits));
}

bool agrees(double value, const std::string& printed, int digits) {
  if (!printed.empty() && printed.front() == '<') {
    const auto bound = parse_number(trim(std::string_view(printed).substr(1)));
    return bound && value < *bound;
  }
  const auto number = parse_number(printed);
  if (!number || !std::isfinite(value)) return false;
  double tolerance = half_unit(printed);
  if (digits > 0 && *number != 0)
    tolerance = std::max(tolerance, 0.5 * std::pow(10.0, std::floor(std::log10(std::abs(*number))) + 1 - digits));
  // A value that lies exactly between two printed ones may go either way: binary fractions can't tell.
  return std::abs(value - *number) <= tolerance * (1 + 1e-9);
}

Expected<Published> compare_published(const PublishedSpec& spec, const data::Table& table, const ReviewSpec& review,
                                      const std::vector<ReviewResult>& results) {
  Published out;
  out.columns = table.names();
  std::vector<std::string> quantity(table.cols());
  for (const auto& [column, name] : spec.columns) {
    HR_TRY(const std::size_t col, table.column(column));
    quantity[col] = name;
  }
  for (std::size_t row = 0; row < table.rows(); ++row) {
    PublishedRow entry;
    entry.row = row;
    entry.rule = "no analysis is declared for this row";
    for (std::size_t col = 0; col < table.cols(); ++col)
      entry.cells.push_back(
          {table.missing(row, col) ? "" : std::string(table.cell(row, col)), quantity[col], kMissing, true});
    out.rows.push_back(std::move(entry));
  }
  for (const PublishedTarget& target : spec.rows) {
    HR_TRY(const std::size_t row, matching_row(table, target));
    HR_TRY(const ReviewResult* result, target_result(target, review, results));
    HR_TRY(const Numbers numbers, target_numbers(*result, target));
    PublishedRow& entry = out.rows[row];
    entry.job = result->what.id;
    entry.note = target.note;
    for (PublishedCell& cell : entry.cells)
      if (!cell.quantity.empty() && !cell.printed.empty()) cell.recomputed = number_of(numbers, cell.quantity);
    decide(entry, target.digits);
    HR_CHECK(add_likelihoods(*result, entry));
  }
  return out;
}

}  // namespace hedgerow::engine
