#include "cli/extract_files.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/output.hpp"
#include "data/readers.hpp"
#include "data/xlsx_writer.hpp"
#include "review/consensus.hpp"
#include "workflow/extraction_effects.hpp"
#include "workflow/extraction_log.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::ordered_json;
using review::Extraction;
using review::ExtractionForm;
namespace fs = std::filesystem;

Expected<ExtractionForm> form_of(const ExtractFlags& flags) {
  const std::string path = flags.form.empty() ? flags.review.folder + "/extraction.toml" : flags.form;
  HR_TRY(const std::string bytes, read_file(path));
  return review::parse_form(bytes, path);
}

Expected<store::Store> store_of(const ExtractFlags& flags) {
  return store::Store::open(flags.review.folder + "/hedgerow.db");
}

Expected<workflow::LoggedExtraction> log_of(const ExtractionForm& form, const store::Store& store) {
  HR_TRY(const std::vector<store::Event> events, store.events());
  return workflow::logged_extraction(form, workflow::standing_events(events));
}

/// The extractor of a file is its name without folder and extension.
Expected<Extraction> read_filled(const ExtractionForm& form, const std::string& path) {
  HR_TRY(const data::Table table, data::read_table(path));
  return review::read_extraction(form, table, fs::path(path).stem().string());
}

/// Two extractions with what was decided between them.
struct Pair {
  Extraction a, b;
  std::vector<review::Settled> settled;
};

Expected<Extraction> named(const workflow::LoggedExtraction& logged, const std::string& who) {
  for (const Extraction& one : logged.extractions)
    if (one.extractor == who) return one;
  return make_error(ErrorCode::usage, fmt::format("the log holds no extraction by '{}'", who));
}

Expected<Pair> pair_of_log(const ExtractionForm& form, const ExtractFlags& flags) {
  HR_TRY(const store::Store store, store_of(flags));
  HR_TRY(workflow::LoggedExtraction logged, log_of(form, store));
  std::vector<std::string> who = flags.extractors;
  if (who.empty())
    for (const Extraction& one : logged.extractions) who.push_back(one.extractor);
  if (who.size() != 2)
    return make_error(ErrorCode::usage,
                      fmt::format("two extractions are compared, and there are {} ({}); name two by --extractors",
                                  who.size(), join(who, ", ")));
  HR_TRY(Extraction a, named(logged, who[0]));
  HR_TRY(Extraction b, named(logged, who[1]));
  return Pair{std::move(a), std::move(b), std::move(logged.settled)};
}

Expected<Pair> pair_of(const ExtractionForm& form, const ExtractFlags& flags) {
  if (flags.files.empty()) return pair_of_log(form, flags);
  if (flags.files.size() != 2)
    return make_error(ErrorCode::usage, fmt::format("two filled tables are compared; found {}", flags.files.size()));
  Pair pair;
  HR_TRY(pair.a, read_filled(form, flags.files[0]));
  HR_TRY(pair.b, read_filled(form, flags.files[1]));
  if (pair.a.extractor == pair.b.extractor) {
    pair.a.extractor = flags.files[0];
    pair.b.extractor = flags.files[1];
  }
  return pair;
}

void say_warnings(const Extraction& extraction) {
  for (const std::string& warning : extraction.warnings) fmt::print(stderr, "Warning: {}\n", warning);
}

std::string number_or_empty(const std::optional<double>& value, int digits) {
  return value ? format_fixed(*value, digits) : "";
}

using Rows = std::vector<std::vector<std::string>>;

Expected<std::string> csv_of(std::vector<std::string> head, const Rows& rows) {
  HR_TRY(const data::Table table, data::Table::create("", std::move(head), rows));
  return data::to_csv(table);
}

/// The table that a third person fills: worst difference first, rows that one extractor alone has last.
Expected<std::string> differences_csv(const ExtractionForm& form, const Pair& pair,
                                      const std::vector<workflow::WeighedDifference>& weighed,
                                      const review::Comparison& found) {
  std::vector<std::string> head = form.key;
  for (const std::string& name :
       {std::string("field"), pair.a.extractor, pair.b.extractor, "source:" + pair.a.extractor,
        "source:" + pair.b.extractor, std::string("change_in_effect"), std::string("change_in_pooled"),
        std::string("agreed"), std::string("source")})
    head.push_back(name);
  Rows rows;
  const auto add = [&](const std::vector<std::string>& key, std::vector<std::string> cells) {
    cells.insert(cells.begin(), key.begin(), key.end());
    rows.push_back(std::move(cells));
  };
  for (const workflow::WeighedDifference& one : weighed) {
    const auto& [row_a, row_b, field, kind] = one.difference;
    const review::Value &x = pair.a.rows[row_a].values[field], &y = pair.b.rows[row_b].values[field];
    const std::optional<double> change =
        one.yi_a && one.yi_b ? std::optional(*one.yi_b - *one.yi_a) : std::optional<double>();
    add(pair.a.rows[row_a].key, {form.fields[field].id, x.typed, y.typed, x.source, y.source,
                                 number_or_empty(change, 4), number_or_empty(one.pooled_change, 4), "", ""});
  }
  for (const std::size_t i : found.only_a) add(pair.a.rows[i].key, {"", "row", "", "", "", "", "", "", ""});
  for (const std::size_t j : found.only_b) add(pair.b.rows[j].key, {"", "", "row", "", "", "", "", "", ""});
  return csv_of(std::move(head), rows);
}

std::string comparison_text(const ExtractionForm& form, const Pair& pair,
                            const std::vector<workflow::WeighedDifference>& weighed, const review::Comparison& found) {
  std::string out =
      fmt::format("{} rows in both, {} only by {}, {} only by {}; {} values differ.\n", found.matched.size(),
                  found.only_a.size(), pair.a.extractor, found.only_b.size(), pair.b.extractor, weighed.size());
  for (const workflow::WeighedDifference& one : weighed) {
    const auto& [row_a, row_b, field, kind] = one.difference;
    const std::string &x = pair.a.rows[row_a].values[field].typed, &y = pair.b.rows[row_b].values[field].typed;
    out += fmt::format("  {}, {}: {} | {}", join(pair.a.rows[row_a].key, " / "), form.fields[field].id,
                       x.empty() ? "(empty)" : x, y.empty() ? "(empty)" : y);
    if (one.yi_a && one.yi_b && *one.yi_a != *one.yi_b)
      out += fmt::format("   effect {} -> {}", format_fixed(*one.yi_a, 3), format_fixed(*one.yi_b, 3));
    if (one.pooled_change && *one.pooled_change != 0)
      out += fmt::format(", pooled {}{}", *one.pooled_change > 0 ? "+" : "", format_fixed(*one.pooled_change, 4));
    out += "\n";
  }
  out += "Agreement by field:\n";
  for (std::size_t f = 0; f < form.fields.size(); ++f)
    if (found.fields[f].compared > 0)
      out += fmt::format("  {:<20} {} of {}\n", form.fields[f].id, found.fields[f].same, found.fields[f].compared);
  return out;
}

Json optional_json(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::string comparison_json(const ExtractionForm& form, const Pair& pair,
                            const std::vector<workflow::WeighedDifference>& weighed, const review::Comparison& found) {
  Json out{{"schema", "hedgerow.extraction-comparison/1"},
           {"form", form.name},
           {"extractors", {pair.a.extractor, pair.b.extractor}},
           {"matched", found.matched.size()}};
  out["differences"] = Json::array();
  for (const workflow::WeighedDifference& one : weighed) {
    const auto& [row_a, row_b, field, kind] = one.difference;
    const review::Value &x = pair.a.rows[row_a].values[field], &y = pair.b.rows[row_b].values[field];
    out["differences"].push_back({{"key", pair.a.rows[row_a].key},
                                  {"field", form.fields[field].id},
                                  {"a", x.typed},
                                  {"b", y.typed},
                                  {"source_a", x.source},
                                  {"source_b", y.source},
                                  {"yi_a", optional_json(one.yi_a)},
                                  {"yi_b", optional_json(one.yi_b)},
                                  {"pooled_change", optional_json(one.pooled_change)}});
  }
  const auto keys = [](const Extraction& of, const std::vector<std::size_t>& rows) {
    Json list = Json::array();
    for (const std::size_t row : rows) list.push_back(of.rows[row].key);
    return list;
  };
  out["only_a"] = keys(pair.a, found.only_a);
  out["only_b"] = keys(pair.b, found.only_b);
  out["fields"] = Json::object();
  for (std::size_t f = 0; f < form.fields.size(); ++f)
    if (found.fields[f].compared > 0)
      out["fields"][form.fields[f].id] = {{"compared", found.fields[f].compared}, {"same", found.fields[f].same}};
  return out.dump(1) + "\n";
}

Expected<std::string> sources_csv(const ExtractionForm& form, const review::Consensus& consensus) {
  std::vector<std::string> head = form.key;
  for (const char* name : {"field", "value", "source", "by"}) head.emplace_back(name);
  Rows rows;
  for (std::size_t i = 0; i < consensus.agreed.rows.size(); ++i) {
    const review::ExtractedRow& row = consensus.agreed.rows[i];
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      if (form.is_key(form.fields[f].id) || row.values[f].typed.empty()) continue;
      std::vector<std::string> cells = row.key;
      for (const std::string& cell : {form.fields[f].id, row.values[f].typed, row.values[f].source, consensus.by[i][f]})
        cells.push_back(cell);
      rows.push_back(std::move(cells));
    }
  }
  return csv_of(std::move(head), rows);
}

data::SheetColumn sheet_column(const review::Field& field) {
  data::SheetColumn column{field.id, field.label == field.id ? "" : field.label, data::CellRule::any, field.choices};
  for (const std::string& more : {field.unit, field.hint})
    if (!more.empty()) column.hint += (column.hint.empty() ? "" : "; ") + more;
  using review::FieldType;
  if (field.type == FieldType::number) column.rule = data::CellRule::number;
  if (field.type == FieldType::integer) column.rule = data::CellRule::whole;
  if (field.type == FieldType::choice) column.rule = data::CellRule::choice;
  if (field.type == FieldType::yes_no) {
    column.rule = data::CellRule::choice;
    column.choices = {"yes", "no", "unclear"};
  }
  return column;
}

/// The sheet of a template: a row for each study, its name in the first field of the key.
data::Sheet template_sheet(const ExtractionForm& form, const std::vector<std::string>& studies) {
  data::Sheet sheet;
  sheet.name = "extraction";
  sheet.fill_rows = 500;
  std::size_t study = 0;
  for (const review::Field& field : form.fields) {
    if (field.id == form.key.front()) study = sheet.columns.size();
    sheet.columns.push_back(sheet_column(field));
    if (field.source)
      sheet.columns.push_back({review::source_column(field.id), "page, table, quote", data::CellRule::any, {}});
  }
  for (const std::string& name : studies) {
    std::vector<std::string> row(sheet.columns.size());
    row[study] = name;
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

}  // namespace

Expected<int> extract_template(const ExtractFlags& flags) {
  HR_TRY(const ExtractionForm form, form_of(flags));
  std::vector<std::string> studies = flags.studies;
  if (!flags.studies_from.empty()) {
    HR_TRY(const data::Table table, data::read_table(flags.studies_from));
    for (std::size_t row = 0; row < table.rows(); ++row) studies.emplace_back(table.cell(row, 0));
  }
  const data::Sheet sheet = template_sheet(form, studies);
  std::string bytes;
  if (flags.output.ends_with(".xlsx")) {
    HR_TRY(bytes, data::to_xlsx(std::span(&sheet, 1)));
  } else {
    std::vector<std::string> head;
    for (const data::SheetColumn& column : sheet.columns) head.push_back(column.name);
    HR_TRY(bytes, csv_of(std::move(head), sheet.rows));
  }
  HR_CHECK(emit(flags.output, bytes));
  return 0;
}

Expected<int> extract_check(const ExtractFlags& flags) {
  HR_TRY(const ExtractionForm form, form_of(flags));
  int code = 0;
  for (const std::string& path : flags.files) {
    HR_TRY(const Extraction filled, read_filled(form, path));
    say_warnings(filled);
    if (!filled.warnings.empty()) code = 1;
    fmt::print("{}: {} rows, {} warnings\n", path, filled.rows.size(), filled.warnings.size());
  }
  return code;
}

Expected<int> extract_compare(const ExtractFlags& flags) {
  HR_TRY(const ExtractionForm form, form_of(flags));
  HR_TRY(const Pair pair, pair_of(form, flags));
  say_warnings(pair.a);
  say_warnings(pair.b);
  const review::Comparison found = review::compare(form, pair.a, pair.b);
  HR_TRY(const auto weighed, workflow::weigh(form, pair.a, pair.b, found));
  if (!flags.output.empty()) {
    HR_TRY(const std::string csv, differences_csv(form, pair, weighed, found));
    HR_CHECK(write_file(flags.output, csv));
  }
  HR_CHECK(emit("", flags.review.json ? comparison_json(form, pair, weighed, found)
                                      : comparison_text(form, pair, weighed, found)));
  return 0;
}

Expected<int> extract_consensus(const ExtractFlags& flags) {
  HR_TRY(const ExtractionForm form, form_of(flags));
  HR_TRY(Pair pair, pair_of(form, flags));
  if (!flags.decisions.empty()) {
    HR_TRY(const data::Table table, data::read_table(flags.decisions));
    HR_TRY(const std::string by, author_of(flags.review));
    HR_TRY(pair.settled, review::read_settled(form, table, by));
  }
  const review::Comparison found = review::compare(form, pair.a, pair.b);
  HR_TRY(const review::Consensus consensus, review::settle(form, pair.a, pair.b, found, pair.settled));
  for (const review::Open& open : consensus.open)
    fmt::print(stderr, "Undecided: {}{}{}: {} | {}\n", join(open.key, " / "), open.field.empty() ? "" : ", ",
               open.field, open.a.empty() ? "(empty)" : open.a, open.b.empty() ? "(empty)" : open.b);
  if (!consensus.open.empty() && !flags.partial) return 1;
  HR_TRY(const data::Table table, review::to_table(form, consensus.agreed, false));
  HR_CHECK(emit(flags.output, data::to_csv(table)));
  if (!flags.sources.empty()) {
    HR_TRY(const std::string csv, sources_csv(form, consensus));
    HR_CHECK(write_file(flags.sources, csv));
  }
  return consensus.open.empty() ? 0 : 1;
}

Expected<int> extract_import(const ExtractFlags& flags) {
  HR_TRY(const ExtractionForm form, form_of(flags));
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(store::Store store, store_of(flags));
  HR_TRY(const workflow::LoggedExtraction logged, log_of(form, store));
  std::vector<store::Event> events;
  for (const std::string& path : flags.files) {
    HR_TRY(Extraction filled, read_filled(form, path));
    say_warnings(filled);
    filled.extractor = author;
    events = workflow::extraction_events(form, filled, logged);
  }
  if (!flags.decisions.empty()) {
    HR_TRY(const data::Table table, data::read_table(flags.decisions));
    HR_TRY(const auto settled, review::read_settled(form, table, author));
    for (store::Event& event : workflow::settled_events(form, settled, logged)) events.push_back(std::move(event));
  }
  if (flags.files.empty() && flags.decisions.empty())
    return make_error(ErrorCode::usage, "nothing to import: give a filled table, or --decisions");
  if (!events.empty()) {
    HR_TRY(const std::int64_t first, store.append(events));
    fmt::print("{} values by {} in the log (events {} to {})\n", events.size(), author, first,
               first + static_cast<std::int64_t>(events.size()) - 1);
  } else {
    fmt::print("The log holds all of it already.\n");
  }
  return 0;
}

Expected<int> extract_status(const ExtractFlags& flags) {
  HR_TRY(const ExtractionForm form, form_of(flags));
  HR_TRY(const store::Store store, store_of(flags));
  HR_TRY(const workflow::LoggedExtraction logged, log_of(form, store));
  Json out{{"schema", "hedgerow.extraction-status/1"}, {"form", form.name}, {"decisions", logged.settled.size()}};
  out["extractors"] = Json::array();
  std::string text = fmt::format("Form '{}': {} decisions by a third person\n", form.name, logged.settled.size());
  for (const Extraction& one : logged.extractions) {
    const auto typed = [](const review::ExtractedRow& row) {
      return std::count_if(row.values.begin(), row.values.end(),
                           [](const auto& value) { return !value.typed.empty(); });
    };
    long values = 0;
    for (const review::ExtractedRow& row : one.rows) values += typed(row) - static_cast<long>(form.key.size());
    text += fmt::format("  {:<20} {} rows, {} values\n", one.extractor, one.rows.size(), values);
    out["extractors"].push_back({{"name", one.extractor}, {"rows", one.rows.size()}, {"values", values}});
  }
  HR_CHECK(emit("", flags.review.json ? out.dump(1) + "\n" : text));
  return 0;
}

}  // namespace hedgerow::cli
