// The best value of each field over a group.
#include <algorithm>

#include "dedup/dedup.hpp"
#include "dedup/detail/complete.hpp"

namespace hedgerow::dedup {
namespace {

using records::Record;

void fill(std::string& into, const std::string& from) {
  if (into.empty()) into = from;
}

void fill_longer(std::string& into, const std::string& from) {
  if (from.size() > into.size()) into = from;
}

template <class T>
void add_new(std::vector<T>& into, const std::vector<T>& from) {
  for (const T& value : from)
    if (std::find(into.begin(), into.end(), value) == into.end()) into.push_back(value);
}

/// A title in capitals alone is what a list least wants to show.
bool shouts(const std::string& title) {
  return std::none_of(title.begin(), title.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::size_t letters(const std::vector<std::string>& names) {
  std::size_t sum = 0;
  for (const std::string& name : names) sum += name.size();
  return sum;
}

void take_from(Record& into, const Record& from) {
  if (into.title.empty() || (shouts(into.title) && !from.title.empty() && !shouts(from.title))) into.title = from.title;
  fill(into.original_title, from.original_title);
  if (from.authors.size() > into.authors.size() ||
      (from.authors.size() == into.authors.size() && letters(from.authors) > letters(into.authors)))
    into.authors = from.authors;
  if (!into.year) into.year = from.year;
  fill_longer(into.journal, from.journal);
  for (std::string Record::*field :
       {&Record::type, &Record::journal_abbreviation, &Record::volume, &Record::issue, &Record::article_number,
        &Record::doi, &Record::pmid, &Record::pmcid, &Record::accession, &Record::language, &Record::publisher,
        &Record::url, &Record::notes})
    fill(into.*field, from.*field);
  if (into.pages.find('-') == std::string::npos && from.pages.find('-') != std::string::npos) into.pages = from.pages;
  fill(into.pages, from.pages);
  fill_longer(into.abstract, from.abstract);
  add_new(into.issn, from.issn);
  add_new(into.isbn, from.isbn);
  add_new(into.keywords, from.keywords);
  into.retracted = into.retracted || from.retracted;
}

}  // namespace

namespace detail {

int completeness(const Record& record) {
  int points = 0;
  for (const std::string* field : {&record.volume, &record.issue, &record.pages, &record.journal, &record.language})
    points += field->empty() ? 0 : 1;
  points += record.title.empty() ? 0 : 8;
  points += record.abstract.empty() ? 0 : 6;
  points += record.doi.empty() ? 0 : 4;
  points += record.pmid.empty() ? 0 : 3;
  points += record.year ? 2 : 0;
  points += record.authors.empty() ? 0 : record.authors.size() == 1 ? 2 : 3;
  points += record.keywords.empty() ? 0 : 1;
  return points;
}

}  // namespace detail

Record merged(std::span<const Record> records, std::span<const std::size_t> members, std::size_t kept) {
  Record result = records[kept];
  for (const std::size_t member : members)
    if (member != kept) take_from(result, records[member]);
  return result;
}

}  // namespace hedgerow::dedup
