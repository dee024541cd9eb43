// [effects] and [appraisal] of review.toml.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "engine/detail/figure_parts.hpp"
#include "engine/review_parts.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

effect::Arguments read_arguments(data::TomlReader& table, const std::string& key) {
  effect::Arguments out;
  const std::vector<std::string> known = argument_names();
  for (const auto& [name, column] : table.pairs(key)) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      table.fail(key, fmt::format("'{}' is not an argument of a measure{}", name, did_you_mean(name, known)));
    out[name] = column;
  }
  return out;
}

std::string read_measure(data::TomlReader& table, const std::string& key) {
  const std::string name = table.text(key);
  const std::vector<std::string> known = measure_names();
  if (!name.empty() && std::find(known.begin(), known.end(), name) == known.end())
    table.fail(key, fmt::format("unknown measure or form '{}'{}", name, did_you_mean(name, known)));
  return name;
}

effect::Direction read_direction(data::TomlReader& table) {
  effect::Direction direction;
  auto inner = table.table("direction");
  if (!inner) return direction;
  direction.column = inner->required_text("column");
  direction.negative = inner->required_text("negative");
  direction.positive = inner->required_text("positive");
  inner->finish();
  return direction;
}

void read_formats(data::TomlReader& table, EffectsSpec& effects) {
  for (data::TomlReader& format : table.tables("format")) {
    effect::FormatRule rule;
    effects.rule_names.push_back(format.text("name"));
    rule.condition = format.text("when");
    rule.form = read_measure(format, "form");
    if (rule.form.empty()) format.fail("form", "'form' is missing");
    rule.arguments = read_arguments(format, "columns");
    rule.direction = read_direction(format);
    if (effects.rule_names.back().empty()) effects.rule_names.back() = rule.form;
    format.finish();
    effects.request.rules.push_back(std::move(rule));
  }
}

void read_recodes(data::TomlReader& table, EffectsSpec& effects) {
  for (data::TomlReader& inner : table.tables("recode")) {
    RecodeSpec recode{inner.required_text("name"), inner.required_text("from"), inner.pairs("values"), inner.where()};
    inner.finish();
    effects.recodes.push_back(std::move(recode));
  }
}

void read_reported(data::TomlReader& table, EffectsSpec& effects) {
  auto reported = table.table("reported");
  if (!reported) return;
  effects.reported_yi = reported->required_text("yi");
  effects.reported_sei = reported->required_text("sei");
  reported->finish();
}

/// Bands as [{ from = 9, to = 10, label = "excellent" }, ...].
// What is done to 2x2 tables with empty cells.
void read_empty_cells(data::TomlReader& table, effect::Options& options) {
  options.add = table.optional_number("add");
  if (table.has("to")) options.to = table.word("to", {"only0", "all", "if0all", "none"}, "only0");
  options.drop00 = table.boolean("drop00", false);
  options.continuity = table.word("continuity", {"cells", "events", "variance"}, "cells");
}

void read_bands(data::TomlReader& table, review::Instrument& instrument) {
  if (!table.has("bands")) {
    table.tables("bands");
    return;
  }
  instrument.bands.clear();
  for (data::TomlReader& band : table.tables("bands")) {
    instrument.bands.push_back({band.integer("from", 0), band.integer("to", 0), band.required_text("label")});
    band.finish();
  }
}

/// Items of an instrument that Hedgerow does not know: [[appraisal.item]] id, label, counted.
void read_items(data::TomlReader& table, review::Instrument& instrument) {
  for (data::TomlReader& item : table.tables("item")) {
    instrument.items.push_back({item.required_text("id"), item.required_text("label"), item.boolean("counted", true)});
    item.finish();
  }
}

// [[prepare]]: a step as text, or method with its columns. Rows keep their places, so that labels and published numbers
// still find them: steps that make other rows belong in the data file.
void read_prepare(data::TomlReader& root, EffectsSpec& effects) {
  for (data::TomlReader& table : root.tables("prepare")) {
    effect::PrepareStep step;
    if (const std::string text = table.text("step"); !text.empty()) {
      auto parsed = effect::parse_prepare_step(text);
      if (parsed)
        step = parsed.take();
      else
        table.fail("step", parsed.error().message);
    } else {
      step.method = table.required_text("method");
    }
    for (auto& [name, column] : table.pairs("columns")) step.columns[name] = column;
    for (auto& [name, value] : table.pairs("options")) step.options[name] = value;
    for (auto& [name, column] : table.pairs("into")) step.into[name] = column;
    if (const std::string rows = table.text("rows"); !rows.empty()) step.rows = rows;
    step.overwrite = table.boolean("overwrite", step.overwrite);
    if (step.method == "aggregate" || step.method == "to_long")
      table.fail("",
                 fmt::format("{} makes other rows; write its table with hedgerow recover -o FILE.csv", step.method));
    table.finish();
    effects.prepare.push_back(std::move(step));
  }
}

}  // namespace

void read_effects(data::TomlReader& root, ReviewSpec& spec) {
  read_prepare(root, spec.effects);
  auto table = root.table("effects");
  if (!table) {
    if (root.has("analysis"))
      root.fail("", "the table [effects] is missing: it says which file holds the effects and how they are computed");
    return;
  }
  EffectsSpec& effects = spec.effects;
  effects.file = table->required_text("file");
  effects.name = table->text("name", "Effect");
  effects.study = table->required_text("study");
  effects.row = table->text("row");
  effects.favours_left = table->text("favours_left");
  effects.favours_right = table->text("favours_right");
  const std::string transf = table->text("transf");
  effects.forest_columns = table->pairs("forest_columns");
  EffectRequest& request = effects.request;
  request.slab = table->text("label");
  request.yi = table->text("yi");
  request.vi = table->text("vi");
  request.sei = table->text("sei");
  request.ni = table->text("ni");
  request.measure = read_measure(*table, "measure");
  const Expected<std::string> shown = figure_transform(transf, request.measure);
  if (shown)
    effects.transf = *shown;
  else
    table->fail("transf", shown.error().message);
  request.arguments = read_arguments(*table, "columns");
  request.options.exact_j = table->word("j", {"exact", "approximate"}, "exact") == "exact";
  if (const std::string vtype = table->text("vtype"); !vtype.empty()) request.options.vtype = vtype;
  request.options.r = table->optional_number("r");
  read_empty_cells(*table, request.options);
  read_formats(*table, effects);
  read_recodes(*table, effects);
  read_reported(*table, effects);
  const int ways = !request.yi.empty() + !request.measure.empty() + !request.rules.empty();
  if (ways != 1 && !(ways == 2 && request.rules.empty()))
    table->fail("",
                "effects are given (yi with vi or sei), computed by one measure, or by [[effects.format]] rules: "
                "exactly one of these");
  table->finish();
}

void read_ratings(data::TomlReader& root, ReviewSpec& spec) {
  for (data::TomlReader& table : root.tables("ratings")) {
    RatingsSpec out{table.required_text("file"), "", {}};
    const std::string name = table.required_text("instrument");
    if (name.ends_with(".toml"))
      out.instrument_file = name;
    else if (auto known = review::builtin_instrument(name))
      out.instrument = known.take();
    else if (!name.empty())
      table.fail("instrument", known.error().message);
    table.finish();
    spec.ratings.push_back(std::move(out));
  }
}

void read_appraisal(data::TomlReader& root, ReviewSpec& spec, data::TomlErrors& errors) {
  auto table = root.table("appraisal");
  if (!table) return;
  AppraisalSpec out;
  out.file = table->required_text("file");
  out.columns.study = table->required_text("study");
  out.columns.declared_total = table->text("total");
  const std::string name = table->required_text("instrument");
  if (name == "PEDro")
    out.instrument = review::pedro();
  else
    out.instrument.name = name;
  read_items(*table, out.instrument);
  read_bands(*table, out.instrument);
  if (const std::string note = table->text("note"); !note.empty()) out.instrument.note = note;
  if (out.instrument.items.empty())
    table->fail("instrument",
                fmt::format("'{}' is not known; declare its items as [[appraisal.item]]{}", name,
                            review::builtin_instrument(name) ? ", or read its ratings by [[ratings]]" : ""));
  const Labels renamed = table->pairs("columns");
  const std::vector<std::string> absent = table->texts("not_rated");
  std::vector<std::string> ids;
  for (const review::Item& item : out.instrument.items) {
    ids.push_back(item.id);
    std::string column = item.id;
    for (const auto& [id, other] : renamed)
      if (id == item.id) column = other;
    if (std::find(absent.begin(), absent.end(), item.id) != absent.end()) column.clear();
    out.columns.items.push_back(std::move(column));
  }
  for (const auto& entry : renamed)
    if (std::find(ids.begin(), ids.end(), entry.first) == ids.end())
      table->fail("columns", fmt::format("'{}' is not an item{}", entry.first, did_you_mean(entry.first, ids)));
  for (const std::string& id : absent)
    if (std::find(ids.begin(), ids.end(), id) == ids.end())
      table->fail("not_rated", fmt::format("'{}' is not an item{}", id, did_you_mean(id, ids)));
  if (auto bands = review::check_bands(out.instrument); !bands)
    errors.add(make_error(ErrorCode::input, bands.error().message, table->where("bands")));
  table->finish();
  spec.appraisal = std::move(out);
}

}  // namespace hedgerow::engine
