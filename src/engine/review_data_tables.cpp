// Tables of what went in: effects row by row, studies, appraisal, PRISMA counts, bias tests, published numbers.
#include <fmt/core.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/review_tables.hpp"
#include "engine/review_words.hpp"

namespace hedgerow::engine {
namespace {

using report::Align;
using report::Cell;
using report::Row;
using report::RowClass;
using report::Table;
using report::Text;

std::string quantities_text(const std::vector<effect::Quantity>& list) {
  std::vector<std::string> parts;
  for (const effect::Quantity& q : list) parts.push_back(fmt::format("{}={}", q.name, format_shortest(q.value)));
  return join(parts, "; ");
}

/// Numbers of a column of the effects table; empty if the column is not named.
stats::Vector column_numbers(const data::Table& table, const std::string& name) {
  if (name.empty()) return {};
  auto numbers = table.numbers(name);
  return numbers ? numbers.take() : stats::Vector();
}

Cell difference_cell(double difference) {
  if (is_missing(difference)) return Cell(Text("–"), "NA");
  if (std::abs(difference) < 1e-9) return Cell(Text("0"), format_shortest(difference));
  return Cell(Text(fmt::format("{:.1e}", difference)), format_shortest(difference));
}

Row effect_row(const ReviewEvidence& evidence, std::size_t i, const stats::Vector& yi, const stats::Vector& sei) {
  const EffectRows& rows = evidence.effects.effects;
  const data::Table& table = *evidence.table;
  const ReviewSpec& spec = evidence.spec;
  const double y = rows.effects.yi[i], v = rows.effects.vi[i];
  const auto cell_of = [&](const std::string& column) {
    const auto col = table.find(column);
    return col ? std::string(table.cell(rows.row[i], *col)) : std::string();
  };
  Row row;
  const std::string id = cell_of(spec.effects.row);
  row.cells = {Cell(id.empty() ? std::to_string(rows.row[i] + 1) : id),
               Cell(rows.label(i)),
               Cell(cell_of(spec.effects.study)),
               number_cell(y, 3),
               number_cell(std::sqrt(v), 3),
               number_cell(v, 4)};
  if (!yi.empty()) {
    row.cells.push_back(number_cell(yi[i], 3));
    row.cells.push_back(number_cell(sei[i], 3));
    row.cells.push_back(difference_cell(y - yi[i]));
    row.cells.push_back(difference_cell(std::sqrt(v) - sei[i]));
    if (y * yi[i] < 0) row.row_class = RowClass::bad;
  }
  const effect::Effects& headline = evidence.headline_effects.effects.effects;
  row.cells.push_back(number_cell(headline.yi[i], 3));
  row.cells.push_back(number_cell(headline.vi[i], 4));
  const effect::Record record = i < rows.effects.records.size() ? rows.effects.records[i] : effect::Record();
  row.cells.push_back(Cell(record.method));
  row.cells.push_back(Cell(quantities_text(record.inputs)));
  row.cells.push_back(Cell(quantities_text(record.steps)));
  row.cells.push_back(Cell(record.note));
  row.cells.push_back(Cell(rows.where(i)));
  return row;
}

struct BiasRow {
  std::string statistic;
  double value = kMissing, ddf = kMissing, pval = kMissing, estimate = kMissing, ci_lb = kMissing, ci_ub = kMissing;
  std::string reading;
};

double first(const Block& block, const char* name) {
  const stats::Vector values = block.vector(name);
  return values.empty() ? kMissing : values.front();
}

BiasRow bias_row(const Answer& answer) {
  const Block& block = answer.block;
  BiasRow out;
  out.pval = first(block, "pval");
  if (answer.ask == "regression_test") {
    out.value = block.number("zval");
    out.ddf = block.number("dfs");
    out.statistic = is_missing(out.ddf)
                        ? fmt::format("z = {}", format_fixed(out.value, 2))
                        : fmt::format("t({}) = {}", format_significant(out.ddf, 3), format_fixed(out.value, 2));
    out.estimate = block.number("est");
    out.ci_lb = block.number("ci_lb");
    out.ci_ub = block.number("ci_ub");
    out.reading = "estimate for an effect without sampling error";
  } else if (answer.ask == "rank_test") {
    out.value = block.number("tau");
    out.statistic = fmt::format("Kendall's τ = {}", format_fixed(out.value, 2));
  } else {
    out.value = block.number("k0");
    out.pval = block.number("p_k0");
    out.statistic = fmt::format("{} missing on the {}", counted(out.value, "effect", "effects"), block.text("side"));
    out.estimate = first(block, "beta");
    out.ci_lb = first(block, "ci_lb");
    out.ci_ub = first(block, "ci_ub");
    out.reading = "estimate with the missing effects filled in";
  }
  return out;
}

void add_bias_row(const ReviewEvidence& evidence, const AnalysisSpec& analysis, const BiasSpec& bias, Table& table) {
  const Answer* answer = evidence.result(analysis.id).result.answer(bias_name(bias.id));
  if (!answer) return;
  Row row;
  row.cells = {Cell(analysis.id), Cell(bias.title)};
  if (answer->error) {
    row.cells.push_back(Cell("not possible: " + describe(*answer->error)));
    row.cells.resize(table.columns.size());
  } else {
    BiasRow r = bias_row(*answer);
    order_shown(evidence.spec, r.ci_lb, r.ci_ub);
    row.cells.push_back(Cell(Text(r.statistic), format_shortest(r.value)));
    row.cells.push_back(number_cell(r.ddf, 1));
    row.cells.push_back(p_cell(r.pval));
    row.cells.push_back(interval_cell(evidence.spec, r.estimate, r.ci_lb, r.ci_ub));
    row.cells.push_back(effect_cell(evidence.spec, r.ci_lb));
    row.cells.push_back(effect_cell(evidence.spec, r.ci_ub));
    row.cells.push_back(Cell(r.reading));
    row.cells.push_back(Cell(answer->block.method));
  }
  table.rows.push_back(std::move(row));
}

const char* symbol(review::Rating rating) {
  switch (rating) {
    case review::Rating::yes:
      return "+";
    case review::Rating::no:
      return "−";
    case review::Rating::unclear:
      return "?";
    case review::Rating::missing:
      break;
  }
  return "·";
}

const char* code(review::Rating rating) {
  switch (rating) {
    case review::Rating::yes:
      return "1";
    case review::Rating::no:
      return "0";
    case review::Rating::unclear:
      return "?";
    case review::Rating::missing:
      break;
  }
  return "NA";
}

/// A recomputed number with two digits more than the printed one has.
std::string more_digits(double value, const std::string& printed) {
  if (is_missing(value)) return "none";
  const std::size_t point = printed.find('.');
  if (point == std::string::npos) return format_significant(value, 12);
  return format_fixed(value, static_cast<int>(printed.size() - point - 1) + 2);
}

/// The printed number and ours; counts that agree are shown once.
Cell compared_cell(const PublishedCell& cell) {
  if (cell.printed.empty()) return Cell("");
  const bool count = cell.printed.find('.') == std::string::npos;
  if (cell.agrees && count) return Cell(cell.printed);
  const std::string ours = more_digits(cell.recomputed, cell.printed);
  return cell.agrees ? Cell(Text(cell.printed + " ").em(ours)) : Cell(Text(cell.printed + " ").strong(ours));
}

std::string row_name(const Published& published, const PublishedRow& row) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < published.columns.size(); ++i)
    if (row.cells[i].quantity.empty() && !row.cells[i].printed.empty()) parts.push_back(row.cells[i].printed);
  return join(parts, " · ");
}

}  // namespace

Table effects_table(const ReviewEvidence& evidence) {
  const ReviewSpec& spec = evidence.spec;
  Table table;
  table.id = "table-effects";
  const auto left = [](const char* header, const char* name) {
    return report::Column{header, Align::left, name, false};
  };
  const auto right = [](const std::string& header, const char* name) {
    return report::Column{header, Align::right, name, false};
  };
  const auto file = [](const char* name) { return report::Column{name, Align::right, name, true}; };
  table.columns = {left("Row", "row"),     left("Effect", "label"),
                   left("Study", "study"), right(spec.effects.name, "yi"),
                   right("SE", "sei"),     file("vi")};
  const stats::Vector yi = column_numbers(*evidence.table, spec.effects.reported_yi);
  const stats::Vector sei = column_numbers(*evidence.table, spec.effects.reported_sei);
  if (!yi.empty()) {
    table.columns.push_back(right("As reported", "reported_yi"));
    table.columns.push_back(right("SE reported", "reported_sei"));
    table.columns.push_back(right("Difference", "yi_difference"));
    table.columns.push_back(right("Difference of SE", "sei_difference"));
  }
  for (const char* name : {"headline_yi", "headline_vi"}) table.columns.push_back(file(name));
  table.columns.push_back(left("How it was computed", "method"));
  for (const char* name : {"inputs", "steps"}) table.columns.push_back(file(name));
  table.columns.push_back(left("Note", "note"));
  table.columns.push_back(file("where"));
  for (std::size_t i = 0; i < evidence.effects.effects.row.size(); ++i)
    table.rows.push_back(effect_row(evidence, i, yi, sei));
  return table;
}

Table bias_table(const ReviewEvidence& evidence) {
  Table table;
  table.columns = {{"Analysis", Align::left, "analysis", false},
                   {"Test", Align::left, "test", false},
                   {"Result", Align::left, "statistic", false},
                   {"ddf", Align::right, "ddf", true},
                   {"p", Align::right, "pval", false},
                   {"Adjusted estimate", Align::right, "estimate", false},
                   {"ci_lb", Align::right, "ci_lb", true},
                   {"ci_ub", Align::right, "ci_ub", true},
                   {"What it is", Align::left, "reading", false},
                   {"method", Align::left, "method", true}};
  for (const AnalysisSpec& analysis : evidence.spec.analyses)
    for (const BiasSpec& bias : analysis.bias) add_bias_row(evidence, analysis, bias, table);
  return table;
}

Table studies_table(const ReviewEvidence& evidence) {
  Table table;
  table.id = "table-studies";
  if (!evidence.studies || !evidence.spec.studies) return table;
  const data::Table& studies = *evidence.studies;
  std::vector<std::size_t> columns;
  const auto add = [&](const std::string& column, const std::string& header) {
    const auto col = studies.find(column);
    HR_ASSERT(col.has_value());
    columns.push_back(*col);
    table.columns.push_back({header, studies.is_numeric(*col) ? Align::right : Align::left, column, false});
  };
  add(evidence.spec.studies->study, "Study");
  for (const auto& [column, header] : evidence.spec.studies->columns) add(column, header);
  for (std::size_t row = 0; row < studies.rows(); ++row) {
    Row out;
    for (std::size_t col : columns)
      out.cells.push_back(studies.missing(row, col) ? Cell(Text("–"), "NA")
                                                    : Cell(std::string(studies.cell(row, col))));
    table.rows.push_back(std::move(out));
  }
  return table;
}

Table appraisal_table(const ReviewEvidence& evidence) {
  Table table;
  table.id = "table-appraisal";
  if (!evidence.spec.appraisal) return table;
  const review::Instrument& instrument = evidence.spec.appraisal->instrument;
  table.columns.push_back({"Study", Align::left, "study", false});
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    table.columns.push_back({std::to_string(i + 1), Align::center, instrument.items[i].id, false});
  table.columns.push_back({"Score", Align::right, "score", false});
  table.columns.push_back({"Declared", Align::right, "declared_total", true});
  table.columns.push_back({"Band", Align::left, "band", false});
  for (const review::Appraised& study : evidence.appraised) {
    Row row;
    row.cells.push_back(Cell(study.study));
    for (review::Rating rating : study.ratings) row.cells.push_back(Cell(Text(symbol(rating)), code(rating)));
    row.cells.push_back(Cell(std::to_string(study.score)));
    row.cells.push_back(Cell(study.declared ? std::to_string(*study.declared) : "NA"));
    row.cells.push_back(Cell(study.band));
    if (study.declared && *study.declared != study.score) row.row_class = RowClass::bad;
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table prisma_table(const ReviewEvidence& evidence) {
  Table table;
  table.id = "table-prisma";
  table.columns = {{"Step", Align::left, "step", false},
                   {"Count", Align::right, "count", false},
                   {"item", Align::left, "item", true}};
  if (!evidence.spec.prisma) return table;
  const review::Prisma& prisma = *evidence.spec.prisma;
  const auto list = [&](const review::NamedCounts& counts, const std::string& words, const std::string& item) {
    for (const auto& [name, count] : counts)
      table.rows.push_back(
          {{Cell(fmt::format("{}: {}", words, name)), Cell(std::to_string(count)), Cell(item + ": " + name)},
           RowClass::plain});
  };
  list(prisma.databases, "Records from database", "database");
  list(prisma.registers, "Records from register", "register");
  for (const review::PrismaName& known : review::prisma_names()) {
    const auto count = prisma.find(known.name);
    if (count)
      table.rows.push_back({{Cell(known.words), Cell(std::to_string(*count)), Cell(known.name)}, RowClass::plain});
    if (known.name == "dbr_assessed") list(prisma.dbr_excluded, "Reports excluded", "excluded");
    if (known.name == "other_assessed")
      list(prisma.other_excluded, "Reports from other methods excluded", "other excluded");
  }
  return table;
}

Table published_table(const ReviewEvidence& evidence) {
  Table table;
  if (!evidence.published) return table;
  const Published& published = *evidence.published;
  for (const std::string& name : published.columns) {
    table.columns.push_back({name, Align::right, name, false});
    table.columns.push_back({"recomputed " + name, Align::right, "recomputed_" + name, false});
  }
  table.columns.push_back({"agrees", Align::left, "agrees", false});
  for (const PublishedRow& row : published.rows) {
    Row out;
    for (const PublishedCell& cell : row.cells) {
      out.cells.push_back(Cell(cell.printed));
      const bool names_row = cell.quantity.empty() && !row.job.empty();
      out.cells.push_back(Cell(names_row                     ? cell.printed
                               : is_missing(cell.recomputed) ? ""
                                                             : format_shortest(cell.recomputed)));
    }
    out.cells.push_back(Cell(row.agrees ? "yes" : "no"));
    table.rows.push_back(std::move(out));
  }
  return table;
}

Table published_view(const ReviewEvidence& evidence) {
  Table table;
  table.id = "table-published";
  if (!evidence.published) return table;
  const Published& published = *evidence.published;
  table.columns = {{"Printed result", Align::left, "printed_result", false},
                   {"Agrees", Align::left, "agrees", false},
                   {"Rule that held", Align::left, "rule", false}};
  for (std::size_t i = 0; i < published.columns.size(); ++i)
    if (!published.rows.empty() && !published.rows.front().cells[i].quantity.empty())
      table.columns.push_back({published.columns[i], Align::right, "", false});
  table.columns.push_back({"Log-likelihood gain", Align::right, "loglik_gain", false});
  for (const char* name : {"loglik_recomputed", "loglik_published", "job"})
    table.columns.push_back({name, Align::right, name, true});
  for (const PublishedRow& row : published.rows) {
    Row out;
    out.cells = {Cell(row_name(published, row)), Cell(row.agrees ? "yes" : "no"), Cell(row.rule)};
    for (const PublishedCell& cell : row.cells)
      if (!cell.quantity.empty()) out.cells.push_back(compared_cell(cell));
    out.cells.push_back(Cell(row.loglik_ours ? fmt::format("{:.1e}", *row.loglik_ours - *row.loglik_printed) : ""));
    out.cells.push_back(Cell(row.loglik_ours ? format_shortest(*row.loglik_ours) : ""));
    out.cells.push_back(Cell(row.loglik_printed ? format_shortest(*row.loglik_printed) : ""));
    out.cells.push_back(Cell(row.job));
    out.row_class = row.agrees ? RowClass::good : RowClass::bad;
    table.rows.push_back(std::move(out));
  }
  return table;
}

}  // namespace hedgerow::engine
