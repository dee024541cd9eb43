#include "store/detail/record_columns.hpp"

#include <fmt/core.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.hpp"

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

// A text in quotes, as JSON has it. By hand, for an import writes some hundred thousand of them.
void write_text(std::string_view text, std::string& out) {
  if (!is_valid_utf8(text)) {
    out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 32) continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else
      out += c == '\n' ? "\\n" : fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  out.append(text, copied);
  out += '"';
}

// All texts of a JSON value in their order, whatever lists they stand in: no tree is built.
struct Texts : nlohmann::json_sax<Json> {
  std::vector<std::string> texts;
  bool string(string_t& value) override {
    texts.push_back(std::move(value));
    return true;
  }
  bool null() override { return false; }
  bool boolean(bool) override { return false; }
  bool number_integer(number_integer_t) override { return false; }
  bool number_unsigned(number_unsigned_t) override { return false; }
  bool number_float(number_float_t, const string_t&) override { return false; }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return false; }
  bool key(string_t&) override { return false; }
  bool end_object() override { return false; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }
};

std::vector<std::string> texts_of(std::string_view json) {
  Texts reader;
  Json::sax_parse(json, &reader);
  return std::move(reader.texts);
}

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
  std::string out = "[";
  for (const records::Tag& tag : tags) {
    out += out.size() == 1 ? "[" : ",[";
    write_text(tag.name, out);
    out += ',';
    write_text(tag.value, out);
    out += ']';
  }
  return out + "]";
}

std::vector<records::Tag> tags_from_json(std::string_view text) {
  std::vector<std::string> texts = texts_of(text);
  std::vector<records::Tag> tags(texts.size() / 2);
  for (std::size_t i = 0; i < tags.size(); ++i) tags[i] = {std::move(texts[2 * i]), std::move(texts[2 * i + 1])};
  return tags;
}

std::string list_json(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ',';
    write_text(value, out);
  }
  return out + "]";
}

std::vector<std::string> list_from_json(std::string_view text) {
  return text.find('\\') == std::string_view::npos ? cut_plain_list(text) : texts_of(text);
}

}  // namespace hedgerow::store::detail
