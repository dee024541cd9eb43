#include "records/detail/writing.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hedgerow::records::detail {

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    if (!blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string_view extra_value(const Extra& extra, std::size_t at) {
  return at < extra.values.size() ? std::string_view(extra.values[at]) : std::string_view();
}

bool keeps_tags(const Record& record, Format format) { return record.format == format && !record.tags.empty(); }

PageRange split_range(std::string_view pages) {
  const std::size_t dash = pages.find('-');
  const bool one = dash != std::string_view::npos && pages.find('-', dash + 1) == std::string_view::npos &&
                   pages.find(',') == std::string_view::npos;
  if (!one) return {one_line(pages), ""};
  return {one_line(pages.substr(0, dash)), one_line(pages.substr(dash + 1))};
}

bool is_group(std::string_view author) { return author.size() > 2 && author.front() == '{' && author.back() == '}'; }

std::string_view without_braces(std::string_view author) {
  return is_group(author) ? author.substr(1, author.size() - 2) : author;
}

std::vector<std::string> as_notes(const Record& record, std::span<const std::string_view> fields) {
  std::vector<std::string> notes;
  const auto note = [&](std::string_view field, std::string_view label, std::string_view value) {
    if (!value.empty() && std::find(fields.begin(), fields.end(), field) != fields.end())
      notes.push_back(std::string(label) + ": " + one_line(value));
  };
  note("pmid", "PMID", record.pmid);
  note("pmcid", "PMCID", record.pmcid);
  note("accession", "Accession Number", record.accession);
  note("database", "Database", record.source.database);
  note("url", "URL", record.url);
  note("type", "Type", record.type);
  return notes;
}

}  // namespace hedgerow::records::detail
