#include "review/ratings.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.hpp"
#include "data/readers.hpp"

namespace hedgerow::review {
namespace {

using Column = std::optional<std::size_t>;

Column column_named(const data::Table& table, std::initializer_list<const char*> names) {
  for (const char* name : names)
    for (std::size_t c = 0; c < table.cols(); ++c)
      if (plain(table.names()[c]) == name) return c;
  return std::nullopt;
}

/// Columns that both layouts have.
struct Keys {
  std::size_t study = 0;
  Column result, rater;
};

Expected<Keys> keys_of(const data::Table& table) {
  const Column study = column_named(table, {"study", "studyid", "author"});
  if (!study)
    return make_error(ErrorCode::input,
                      fmt::format("there is no column 'study'; the columns are {}", join(table.names(), ", ")),
                      table.source());
  return Keys{*study, column_named(table, {"result", "outcome"}),
              column_named(table, {"rater", "assessor", "reviewer"})};
}

RatedCell cell_of(const data::Table& table, const Keys& keys, std::size_t row, std::size_t col) {
  RatedCell out;
  out.study = std::string(table.cell(row, keys.study));
  if (keys.result) out.result = std::string(table.cell(row, *keys.result));
  if (keys.rater) out.rater = std::string(table.cell(row, *keys.rater));
  out.where = table.where(row, col);
  return out;
}

/// "NA" may be an answer; elsewhere it is a missing cell.
bool is_given(const Instrument& instrument, const data::Table& table, std::size_t row, std::size_t col, Target target) {
  if (!table.missing(row, col)) return true;
  const std::string_view text = table.cell(row, col);
  if (text.empty()) return false;
  if (target == Target::item) return find_word(instrument.answers, text).has_value();
  return target != Target::total && target != Target::weight && instrument.scoring == Scoring::worst &&
         find_word(instrument.judgements, text).has_value();
}

Checked take(const Instrument& instrument, const data::Table& table, std::size_t row, std::size_t col, RatedCell cell,
             std::vector<RatedCell>& out) {
  if (!is_given(instrument, table, row, col, cell.target)) return {};
  if (cell.study.empty()) return make_error(ErrorCode::input, "a rating without a study", cell.where);
  HR_CHECK(parse_rating(instrument, table.cell(row, col), cell));
  out.push_back(std::move(cell));
  return {};
}

Expected<RatedTable> read_long(const Instrument& instrument, const data::Table& table, const Keys& keys,
                               std::size_t item, std::size_t rating) {
  RatedTable out;
  const Column support = column_named(table, {"support", "reason", "quote"});
  for (std::size_t row = 0; row < table.rows(); ++row) {
    RatedCell cell = cell_of(table, keys, row, rating);
    const auto place = find_place(instrument, table.cell(row, item));
    if (!place) {
      std::vector<std::string> ids;
      for (const Item& one : instrument.items) ids.push_back(one.id);
      for (const Domain& one : instrument.domains) ids.push_back(one.id);
      return make_error(ErrorCode::input,
                        fmt::format("'{}' is neither an item nor a domain of {}{}; there are {}", table.cell(row, item),
                                    instrument.name, did_you_mean(table.cell(row, item), ids), join(ids, ", ")),
                        table.where(row, item));
    }
    cell.target = place->target;
    cell.index = place->index;
    if (support) cell.support = std::string(table.cell(row, *support));
    HR_CHECK(take(instrument, table, row, rating, std::move(cell), out.cells));
  }
  return out;
}

/// Column with the reasons of another one.
Column support_column(const data::Table& table, const std::string& name) {
  for (const char* word : {"support", "reason"})
    for (std::size_t c = 0; c < table.cols(); ++c)
      if (plain(table.names()[c]) == plain(name) + word) return c;
  return std::nullopt;
}

Expected<RatedTable> read_wide(const Instrument& instrument, const data::Table& table, const Keys& keys) {
  RatedTable out;
  std::vector<bool> used(table.cols(), false);
  std::map<std::pair<Target, std::size_t>, std::size_t> column_of;
  for (const Column& key : {Column(keys.study), keys.result, keys.rater})
    if (key) used[*key] = true;
  for (std::size_t c = 0; c < table.cols(); ++c) {
    const auto place = used[c] ? std::nullopt : find_place(instrument, table.names()[c]);
    if (!place) continue;
    if (!column_of.emplace(std::pair(place->target, place->index), c).second)
      return make_error(
          ErrorCode::input,
          fmt::format("two columns are {}: '{}' and '{}'", place_name(instrument, place->target, place->index),
                      table.names()[column_of[{place->target, place->index}]], table.names()[c]),
          table.source());
    used[c] = true;
    if (const Column support = support_column(table, table.names()[c])) used[*support] = true;
  }
  if (column_of.empty())
    return make_error(ErrorCode::input,
                      fmt::format("no column is an item or a domain of {}; the columns are {}", instrument.name,
                                  join(table.names(), ", ")),
                      table.source());
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (const auto& [place, col] : column_of) {
      RatedCell cell = cell_of(table, keys, row, col);
      cell.target = place.first;
      cell.index = place.second;
      if (const Column support = support_column(table, table.names()[col]))
        cell.support = std::string(table.cell(row, *support));
      HR_CHECK(take(instrument, table, row, col, std::move(cell), out.cells));
    }
  for (std::size_t c = 0; c < table.cols(); ++c)
    if (!used[c]) out.unused.push_back(table.names()[c]);
  return out;
}

Checked check_once(const Instrument& instrument, const std::vector<RatedCell>& cells) {
  std::map<std::tuple<std::string, std::string, std::string, Target, std::size_t>, std::string> seen;
  for (const RatedCell& cell : cells) {
    const auto [at, is_new] =
        seen.emplace(std::tuple(cell.study, cell.result, cell.rater, cell.target, cell.index), cell.where);
    if (!is_new)
      return make_error(ErrorCode::input,
                        fmt::format("{} of '{}' is already rated at {}; raters need a column 'rater', results a column "
                                    "'result'",
                                    place_name(instrument, cell.target, cell.index), cell.study, at->second),
                        cell.where);
  }
  return {};
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::optional<Place> find_place(const Instrument& instrument, std::string_view name) {
  const std::string wanted = plain(trim(name));
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    if (plain(instrument.items[i].id) == wanted) return Place{Target::item, i};
  for (std::size_t d = 0; d < instrument.domains.size(); ++d)
    if (plain(instrument.domains[d].id) == wanted) return Place{Target::domain, d};
  for (std::size_t d = 0; d < instrument.domains.size(); ++d) {
    const auto& others = instrument.domains[d].columns;
    if (plain(instrument.domains[d].name) == wanted ||
        std::any_of(others.begin(), others.end(), [&](const std::string& other) { return plain(other) == wanted; }))
      return Place{Target::domain, d};
  }
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    if (plain(instrument.items[i].label) == wanted) return Place{Target::item, i};
  if (wanted == "weight") return Place{Target::weight, 0};
  if (wanted == "overall" || wanted == "overallriskofbias" || wanted == "overallbias") return Place{Target::overall, 0};
  if (wanted == "total" || wanted == "score" || wanted == "totalscore") return Place{Target::total, 0};
  return std::nullopt;
}

std::string place_name(const Instrument& instrument, Target target, std::size_t index) {
  switch (target) {
    case Target::item:
      return instrument.items[index].id;
    case Target::domain:
      return instrument.domains[index].id;
    case Target::overall:
      return "overall";
    case Target::total:
      return "total";
    case Target::weight:
      break;
  }
  return "weight";
}

Checked parse_rating(const Instrument& instrument, std::string_view text, RatedCell& cell) {
  const bool stars = cell.target == Target::item && instrument.scoring == Scoring::stars;
  if (stars || cell.target == Target::total || cell.target == Target::weight) {
    const auto number = parse_number(text);
    const double most = stars ? instrument.items[cell.index].stars : 1e9;
    const bool whole = !stars || (number && *number == static_cast<double>(static_cast<long long>(*number)));
    if (!number || *number < 0 || *number > most || !whole)
      return make_error(
          ErrorCode::input,
          stars ? fmt::format("'{}' has 0 to {} stars; found '{}'", instrument.items[cell.index].id, most, text)
                : fmt::format("expected a number that is not negative; found '{}'", text),
          cell.where);
    cell.number = *number;
    if (stars) cell.value = static_cast<std::size_t>(*number);
    return {};
  }
  const std::vector<Word>& words = cell.target == Target::item ? instrument.answers : instrument.judgements;
  const auto found = find_word(words, text);
  if (!found) {
    std::vector<std::string> names;
    for (const Word& word : words) names.push_back(word.word);
    return make_error(ErrorCode::input,
                      fmt::format("'{}' is not a word for {} in {}{}; the words are {}", text,
                                  place_name(instrument, cell.target, cell.index), instrument.name,
                                  did_you_mean(text, names), list_words(words)),
                      cell.where);
  }
  cell.value = *found;
  return {};
}

std::string rating_text(const Instrument& instrument, const RatedCell& cell) {
  if (cell.target == Target::total || cell.target == Target::weight) return format_shortest(cell.number);
  if (cell.target != Target::item) return instrument.judgements[cell.value].word;
  return instrument.scoring == Scoring::stars ? std::to_string(cell.value) : instrument.answers[cell.value].word;
}

Expected<RatedTable> read_rated(const Instrument& instrument, const data::Table& table) {
  HR_TRY(const Keys keys, keys_of(table));
  const Column item = column_named(table, {"item", "domain", "question"});
  const Column rating = column_named(table, {"rating", "judgement", "judgment", "answer", "value"});
  RatedTable out;
  if (item && rating) {
    HR_TRY(out, read_long(instrument, table, keys, *item, *rating));
  } else {
    HR_TRY(out, read_wide(instrument, table, keys));
  }
  HR_CHECK(check_once(instrument, out.cells));
  return out;
}

Expected<RatedTable> read_rated_csv(const Instrument& instrument, std::string bytes, const std::string& source) {
  for (const std::string_view unnamed : {"\"\",", ","})
    if (bytes.rfind(unnamed, 0) == 0) bytes.replace(0, unnamed.size(), "row,");
  HR_TRY(const data::Table table, data::parse_csv(std::move(bytes), source));
  return read_rated(instrument, table);
}

std::string rating_form(const Instrument& instrument, const std::vector<std::string>& studies,
                        const std::vector<std::string>& raters) {
  std::string out = "study,result,rater,item,label,allowed,rating,support\n";
  const std::string answers = join(split(list_words(instrument.answers), ','), " /");
  const std::string judgements = join(split(list_words(instrument.judgements), ','), " /");
  for (const std::string& study : studies)
    for (const std::string& rater : raters) {
      const auto line = [&](const std::string& id, const std::string& label, const std::string& allowed) {
        out += fmt::format("{},,{},{},{},{},,\n", csv_cell(study), csv_cell(rater), id, csv_cell(label),
                           csv_cell(allowed));
      };
      for (const Item& item : instrument.items)
        line(item.id, item.label,
             instrument.scoring == Scoring::stars ? fmt::format("0 to {} stars", item.stars) : answers);
      if (instrument.scoring != Scoring::worst) continue;
      for (const Domain& domain : instrument.domains)
        line(domain.id, domain.name,
             domain.rules.empty() ? judgements : judgements + " (only to override, with a reason)");
      line("overall", "Overall", judgements + " (only to override, with a reason)");
    }
  return out;
}

}  // namespace hedgerow::review
