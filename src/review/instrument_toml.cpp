// Reading an instrument from its TOML file.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "data/toml.hpp"
#include "review/instrument.hpp"

namespace hedgerow::review {
namespace {

/// "#50ac56"; grey where the file gives none.
std::uint32_t read_color(data::TomlReader& table, const char* key) {
  const std::string text = table.text(key, "#ffffff");
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  if (text.size() == 7 && text[0] == '#' && std::from_chars(text.data() + 1, end, value, 16).ptr == end) return value;
  table.fail(key, fmt::format("a colour is written as \"#50ac56\"; found '{}'", text));
  return 0;
}

std::vector<Word> read_words(data::TomlReader& root, const std::string& key) {
  std::vector<Word> out;
  for (data::TomlReader& table : root.tables(key)) {
    Word word;
    word.word = table.required_text("word");
    word.also = table.texts("also");
    word.symbol = table.word("symbol", {"+", "-", "x", "?", "!", ""}, "").append(" ")[0];
    word.cochrane = read_color(table, "cochrane");
    word.safe = read_color(table, "safe");
    word.counts = table.boolean("counts", false);
    word.rank = table.optional_number("rank");
    if (find_word(out, word.word)) table.fail("word", fmt::format("'{}' stands here twice", word.word));
    table.finish();
    out.push_back(std::move(word));
  }
  return out;
}

std::optional<std::size_t> find_item(const Instrument& instrument, std::string_view id) {
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    if (instrument.items[i].id == id) return i;
  return std::nullopt;
}

/// What is wrong with a rule, or "".
std::string parse_rule(const Instrument& instrument, const std::string& text, Rule& rule) {
  const std::size_t arrow = text.find("->");
  if (arrow == std::string::npos) return fmt::format("a rule is 'item = answers; ... -> judgement'; found '{}'", text);
  const auto judgement = find_word(instrument.judgements, text.substr(arrow + 2));
  if (!judgement) return fmt::format("'{}' is not a judgement of this instrument", trim(text.substr(arrow + 2)));
  rule.judgement = *judgement;
  for (const std::string& part : split(text.substr(0, arrow), ';')) {
    const std::size_t equals = part.find('=');
    const std::string_view id = trim(std::string_view(part).substr(0, equals));
    const auto item = find_item(instrument, id);
    if (equals == std::string::npos || !item) return fmt::format("'{}' is not an item of this instrument", id);
    Rule::Condition condition{*item, {}};
    for (const std::string& word : split(part.substr(equals + 1), ' ')) {
      if (trim(word).empty()) continue;
      const auto answer = find_word(instrument.answers, word);
      if (!answer) return fmt::format("'{}' is not an answer of this instrument", word);
      condition.answers.push_back(*answer);
    }
    if (condition.answers.empty()) return fmt::format("'{}' names no answer", trim(part));
    rule.conditions.push_back(std::move(condition));
  }
  return "";
}

std::vector<Rule> read_rules(data::TomlReader& table, const std::string& key, const Instrument& instrument) {
  std::vector<Rule> out;
  for (const std::string& text : table.texts(key)) {
    Rule rule;
    if (const std::string problem = parse_rule(instrument, text, rule); !problem.empty())
      table.fail(key, problem);
    else
      out.push_back(std::move(rule));
  }
  return out;
}

void read_items(data::TomlReader& parent, Instrument& instrument, std::size_t domain) {
  for (data::TomlReader& table : parent.tables("item")) {
    Item item;
    item.id = table.required_text("id");
    item.label = table.required_text("label");
    item.counted = table.boolean("counted", true);
    item.stars = table.integer("stars", 1);
    item.domain = domain;
    if (find_item(instrument, item.id)) table.fail("id", fmt::format("'{}' is already an item", item.id));
    table.finish();
    instrument.items.push_back(std::move(item));
  }
}

void read_domains(data::TomlReader& root, Instrument& instrument) {
  for (data::TomlReader& table : root.tables("domain")) {
    Domain domain;
    domain.id = table.required_text("id");
    domain.name = table.required_text("name");
    domain.columns = table.texts("columns");
    domain.panel = table.text("panel");
    domain.key = table.boolean("key", true);
    domain.stars = table.integer("stars", 0);
    read_items(table, instrument, instrument.domains.size());
    domain.rules = read_rules(table, "rules", instrument);
    domain.also_rules = read_rules(table, "also_rules", instrument);
    table.finish();
    instrument.domains.push_back(std::move(domain));
  }
}

void check(data::TomlReader& root, const Instrument& instrument) {
  if (instrument.scoring == Scoring::worst) {
    if (instrument.judgements.empty() || instrument.domains.empty())
      root.fail("scoring", "the worst judgement needs [[judgement]] and [[domain]] tables");
    return;
  }
  if (instrument.items.empty()) root.fail("", "an instrument needs [[item]] tables");
  if (instrument.scoring != Scoring::stars && instrument.answers.empty())
    root.fail("", "an instrument with items needs [[answer]] tables");
  if (instrument.bands.empty()) return;
  if (const auto bands = check_bands(instrument); !bands) root.fail("band", bands.error().message);
}

}  // namespace

Expected<Instrument> parse_instrument(std::string_view bytes, const std::string& source) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  Instrument out;
  root.word("schema", {"hedgerow.instrument/1"}, "hedgerow.instrument/1");
  out.id = root.required_text("id");
  out.name = root.required_text("name");
  out.source = root.required_text("source");
  out.note = root.text("note");
  const std::string scoring = root.word("scoring", {"count", "stars", "worst", "none"}, "worst");
  out.scoring = scoring == "count"   ? Scoring::count
                : scoring == "stars" ? Scoring::stars
                : scoring == "none"  ? Scoring::none
                                     : Scoring::worst;
  out.answers = read_words(root, "answer");
  out.judgements = read_words(root, "judgement");
  read_items(root, out, kNoDomain);
  read_domains(root, out);
  for (data::TomlReader& table : root.tables("band")) {
    out.bands.push_back({table.integer("from", 0), table.integer("to", 0), table.required_text("label")});
    table.finish();
  }
  check(root, out);
  root.finish();
  if (errors.first) return *errors.first;
  return out;
}

}  // namespace hedgerow::review
