#include "invariants.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "records/read.hpp"
#include "records/write.hpp"

namespace hedgerow::fuzz {
namespace {

using records::Format;
using records::ReadResult;
using records::Record;

ReadResult read(Format format, std::string_view bytes) {
  records::ReadOptions options;
  options.file = "input";
  options.format = format;
  return records::read_records(bytes, options);
}

using Histogram = std::array<std::size_t, 256>;

void add(Histogram& counts, std::string_view text) {
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
}

/// Characters that a line's grammar uses up: blanks, the dash, E, R and F of the lines ER and EF, the mark of byte
/// order (EF BB BF).
bool is_grammar(std::size_t byte) {
  return byte <= 0x20 || byte == '-' || byte == 'E' || byte == 'R' || byte == 'F' || byte == 0xEF || byte == 0xBB ||
         byte == 0xBF;
}

std::string lost_characters(const ReadResult& result, std::string_view bytes) {
  Histogram in{}, out{};
  add(in, bytes);
  for (const Record& record : result.records)
    for (const records::Tag& tag : record.tags) {
      add(out, tag.name);
      add(out, tag.value);
    }
  for (const records::UnreadLine& line : result.unread) add(out, line.text);
  for (std::size_t byte = 0; byte < in.size(); ++byte)
    if (!is_grammar(byte) && in[byte] != out[byte])
      return fmt::format("byte 0x{:02X} occurs {} times in the input, {} times in tags and unread lines", byte,
                         in[byte], out[byte]);
  return "";
}

std::string text_problem(const ReadResult& result, std::size_t lines) {
  for (const Record& record : result.records) {
    if (record.source.line == 0 || record.source.line > lines)
      return fmt::format("a record stands in line {} of {}", record.source.line, lines);
    for (const records::Tag& tag : record.tags)
      if (!is_valid_utf8(tag.name) || !is_valid_utf8(tag.value)) return "a tag is not valid UTF-8";
    for (const std::string* text : {&record.title, &record.journal, &record.abstract, &record.doi, &record.pages})
      if (!is_valid_utf8(*text)) return "a field is not valid UTF-8: " + *text;
    for (const std::string& author : record.authors)
      if (!is_valid_utf8(author)) return "an author is not valid UTF-8";
  }
  return "";
}

std::string write(Format format, const std::vector<Record>& list) {
  switch (format) {
    case Format::ris:
      return records::write_ris(list);
    case Format::nbib:
      return records::write_nbib(list);
    case Format::bibtex:
      return records::write_bibtex(list);
    default:
      return records::write_csv(list);
  }
}

bool same_tags(const Record& a, const Record& b) {
  return std::equal(
      a.tags.begin(), a.tags.end(), b.tags.begin(), b.tags.end(),
      [](const records::Tag& s, const records::Tag& t) { return s.name == t.name && s.value == t.value; });
}

std::string round_trip_problem(Format format, const ReadResult& first) {
  const std::string written = write(format, first.records);
  const ReadResult second = read(format, written);
  if (second.records.size() != first.records.size())
    return fmt::format("{} records were written, {} were read back", first.records.size(), second.records.size());
  // BibTeX and tables have no grammar for what is broken: their readers guess where a value ends.
  if (format == Format::bibtex || format == Format::csv) return "";
  for (std::size_t at = 0; at < first.records.size(); ++at)
    if (!same_tags(first.records[at], second.records[at]))
      return fmt::format("record {} has other tags after a round trip", at + 1);
  if (write(format, second.records) != written) return "writing what was written and read gives another text";
  return "";
}

std::string conversion_problem(ReadResult result) {
  for (Record& record : result.records) record.tags.clear();
  const ReadResult ris = read(Format::ris, records::write_ris(result.records));
  if (ris.records.size() != result.records.size())
    return fmt::format("{} records became {} as RIS", result.records.size(), ris.records.size());
  const ReadResult nbib = read(Format::nbib, records::write_nbib(result.records));
  if (nbib.records.size() != result.records.size())
    return fmt::format("{} records became {} as MEDLINE text", result.records.size(), nbib.records.size());
  return "";
}

std::size_t count_lines(std::string_view bytes) {
  std::size_t lines = 1;
  for (const char c : bytes) lines += c == '\n' || c == '\r';
  return lines;
}

}  // namespace

std::string broken_invariant(Format format, std::string_view bytes) {
  ReadResult result = read(format, bytes);
  std::string problem = text_problem(result, count_lines(bytes));
  const bool tagged =
      format == Format::ris || format == Format::nbib || format == Format::wos || format == Format::endnote_tagged;
  if (problem.empty() && tagged && result.encoding == "UTF-8" && is_valid_utf8(bytes))
    problem = lost_characters(result, bytes);
  const bool written =
      format == Format::ris || format == Format::nbib || format == Format::bibtex || format == Format::csv;
  if (problem.empty() && written) problem = round_trip_problem(format, result);
  if (problem.empty()) problem = conversion_problem(std::move(result));
  return problem;
}

}  // namespace hedgerow::fuzz
