#include "store/detail/record_columns.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace hedgerow::store::detail {
namespace {

using records::Record;
using Json = nlohmann::json;

struct TextColumn {
  const char* name;
  std::string Record::*field;
};
constexpr std::array kTexts = {
    TextColumn{"type", &Record::type},
    TextColumn{"title", &Record::title},
    TextColumn{"original_title", &Record::original_title},
    TextColumn{"journal", &Record::journal},
    TextColumn{"journal_abbreviation", &Record::journal_abbreviation},
    TextColumn{"volume", &Record::volume},
    TextColumn{"issue", &Record::issue},
    TextColumn{"pages", &Record::pages},
    TextColumn{"article_number", &Record::article_number},
    TextColumn{"doi", &Record::doi},
    TextColumn{"pmid", &Record::pmid},
    TextColumn{"pmcid", &Record::pmcid},
    TextColumn{"accession", &Record::accession},
    TextColumn{"language", &Record::language},
    TextColumn{"publisher", &Record::publisher},
    TextColumn{"url", &Record::url},
    TextColumn{"notes", &Record::notes},
};

struct ListColumn {
  const char* name;
  std::vector<std::string> Record::*field;
};
constexpr std::array kLists = {
    ListColumn{"authors", &Record::authors},
    ListColumn{"issn", &Record::issn},
    ListColumn{"isbn", &Record::isbn},
    ListColumn{"keywords", &Record::keywords},
};

constexpr std::array kOthers = {"database", "file", "line", "number", "format", "year", "retracted"};

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// A JSON list of texts without escapes, cut at its quotes: what nearly every list is, at a tenth of a parser's time.
std::vector<std::string> cut_plain_list(std::string_view text) {
  std::vector<std::string> values;
  std::size_t at = 1;
  while (at < text.size() && text[at] == '"') {
    const std::size_t end = text.find('"', at + 1);
    if (end == std::string_view::npos) break;
    values.emplace_back(text.substr(at + 1, end - at - 1));
    at = end + 2;
  }
  return values;
}

}  // namespace

std::string record_columns() {
  std::string out;
  for (const char* name : kOthers) out += std::string(out.empty() ? "" : ", ") + name;
  for (const TextColumn& column : kTexts) out += std::string(", ") + column.name;
  for (const ListColumn& column : kLists) out += std::string(", ") + column.name;
  return out;
}

std::string record_places() {
  std::string out = "?";
  for (std::size_t i = 1; i < kOthers.size() + kTexts.size() + kLists.size(); ++i) out += ", ?";
  return out;
}

void bind_record(Statement& statement, int first, const Record& record) {
  int at = first;
  statement.bind(at++, record.source.database);
  statement.bind(at++, record.source.file);
  statement.bind(at++, static_cast<std::int64_t>(record.source.line));
  statement.bind(at++, static_cast<std::int64_t>(record.source.number));
  statement.bind(at++, std::string_view(name(record.format)));
  if (record.year)
    statement.bind(at++, std::int64_t{*record.year});
  else
    statement.bind_null(at++);
  statement.bind(at++, std::int64_t{record.retracted ? 1 : 0});
  for (const TextColumn& column : kTexts) statement.bind(at++, record.*column.field);
  for (const ListColumn& column : kLists) statement.bind(at++, list_json(record.*column.field));
}

Record read_record(const Statement& statement, int first) {
  Record record;
  int at = first;
  record.source.database = statement.text(at++);
  record.source.file = statement.text(at++);
  record.source.line = static_cast<std::size_t>(statement.integer(at++));
  record.source.number = static_cast<std::size_t>(statement.integer(at++));
  record.format = records::format_named(statement.view(at++)).value_or(records::Format::ris);
  if (!statement.is_null(at)) record.year = static_cast<int>(statement.integer(at));
  ++at;
  record.retracted = statement.integer(at++) != 0;
  for (const TextColumn& column : kTexts) record.*column.field = statement.text(at++);
  for (const ListColumn& column : kLists) record.*column.field = list_from_json(statement.view(at++));
  return record;
}

std::string tags_json(const std::vector<records::Tag>& tags) {
  Json json = Json::array();
  for (const records::Tag& tag : tags) json.push_back(Json::array({tag.name, tag.value}));
  return dump(json);
}

std::vector<records::Tag> tags_from_json(std::string_view text) {
  std::vector<records::Tag> tags;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return tags;
  tags.reserve(json.size());
  for (const Json& pair : json)
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
      tags.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
  return tags;
}

std::string list_json(const std::vector<std::string>& values) { return dump(Json(values)); }

std::vector<std::string> list_from_json(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return cut_plain_list(text);
  std::vector<std::string> values;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return values;
  for (const Json& value : json)
    if (value.is_string()) values.push_back(value.get<std::string>());
  return values;
}

}  // namespace hedgerow::store::detail
