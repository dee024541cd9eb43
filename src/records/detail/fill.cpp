#include "records/detail/fill.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/names.hpp"
#include "records/detail/ris_fields.hpp"
#include "records/detail/tags.hpp"

namespace hedgerow::records::detail {
namespace {

std::size_t slot_of(Field field) { return static_cast<std::size_t>(field); }

bool one_of(std::string_view value, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// The first run of digits, without leading zeros: "PUBMED 21314913", "38773066.0".
std::string first_number(std::string_view text) {
  const std::size_t begin = text.find_first_of("123456789");
  if (begin == std::string_view::npos) return "";
  const std::size_t end = text.find_first_not_of("0123456789", begin);
  return std::string(text.substr(begin, end == std::string_view::npos ? end : end - begin));
}

std::string pmid_of(std::string_view text) {
  const std::string number = first_number(text);
  return number.size() <= 9 ? number : "";
}

std::string pmcid_of(std::string_view text) {
  const std::string number = first_number(text);
  return number.empty() ? "" : "PMC" + number;
}

/// "2-s2.0-..." in a link to Scopus.
std::string scopus_id(std::string_view url) {
  const std::size_t at = url.find("eid=2-s2.0-");
  if (at == std::string_view::npos) return "";
  const std::string_view id = url.substr(at + 4);
  return std::string(id.substr(0, id.find_first_of("&? ")));
}

/// Whether clean_text would give the text back as it is. Most abstracts need one look at each byte and no more: a name
/// has to follow "<" and "&" to make them markup, so "p<0.05" and "A & B" are none.
bool is_clean(std::string_view text) {
  static const auto kSpecial = [] {
    std::array<bool, 256> special{};
    for (std::size_t byte = 0; byte < 0x20; ++byte) special[byte] = true;
    for (const unsigned byte : {0x20U, 0x7FU, 0x26U, 0x3CU, 0xC2U, 0xCCU, 0xCDU, 0xE2U, 0xE3U, 0xEFU})
      special[byte] = true;
    return special;
  }();
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return text.empty();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!kSpecial[static_cast<unsigned char>(text[at])]) continue;
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    const bool digit_or_sign = (next >= '0' && next <= '9') || next == '=' || next == '.' || next == '<';
    const bool harmless =
        text[at] == ' ' ? next != ' ' : (text[at] == '<' || text[at] == '&') && (next == ' ' || digit_or_sign);
    if (!harmless) return false;
  }
  return true;
}

std::string plain_text(std::string_view value) {
  if (is_missing(value)) return "";
  return is_clean(value) ? std::string(value) : clean_text(value);
}

/// Spreadsheets of scripts write whole numbers as "12.0".
std::string whole_number(std::string text) {
  if (text.size() > 2 && text.ends_with(".0") && text.find_first_not_of("0123456789.") == std::string::npos &&
      text.find('.') == text.size() - 2)
    text.resize(text.size() - 2);
  return text;
}

/// EBSCO gives the first page and the number of pages.
std::string last_of(std::string_view first, std::string_view count) {
  const auto begin = parse_number(first), pages = parse_number(count);
  if (!begin || !pages || *pages < 2 || *pages > 10000 || *begin < 0 || *begin > 1e9) return "";
  return format_fixed(*begin + *pages - 1, 0);
}

/// The database in a link to EBSCOhost: "...login.aspx?direct=true&db=s3h&AN=...".
std::string database_of_link(std::string_view url) {
  constexpr std::string_view kMark = "&db=";
  const std::size_t at = url.find(kMark);
  if (at == std::string_view::npos || url.find("ebscohost") == std::string_view::npos) return "";
  const std::string_view name = url.substr(at + kMark.size());
  return ebsco_database(name.substr(0, name.find('&')));
}

bool looks_like_doi(std::string_view text) { return text.find("10.") != std::string_view::npos; }

}  // namespace

bool is_missing(std::string_view value) {
  value = trim(value);
  return value.empty() ||
         one_of(value, {"NA", "N/A", "n/a", "nan", "NaN", "None", "NULL", "null", "-", "[No abstract available]",
                        "[No author name available]", "No abstract available", "No abstract available.",
                        "[No author id available]", "[Not Available].", "[Not Available]", "[No title available]"});
}

std::string_view without_formula(std::string_view value) {
  const std::string_view text = trim(value);
  if (text.size() < 3 || text.substr(0, 2) != "=\"" || text.back() != '"') return value;
  return text.substr(2, text.size() - 3);
}

std::vector<std::string> split_keywords(std::string_view value) {
  std::vector<std::string> keywords = printed_list(value);
  if (!keywords.empty()) return keywords;
  char separator = ',';
  for (const char c : {';', '|', '\n', '\r'})
    if (value.find(c) != std::string_view::npos) {
      separator = c;
      break;
    }
  int depth = 0;
  std::size_t begin = 0;
  const auto add = [&](std::size_t end) {
    std::string keyword = clean_text(value.substr(begin, end - begin));
    if (!keyword.empty() && std::find(keywords.begin(), keywords.end(), keyword) == keywords.end())
      keywords.push_back(std::move(keyword));
    begin = end + 1;
  };
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] == '(') ++depth;
    if (value[at] == ')' && depth > 0) --depth;
    if (value[at] == separator && (separator != ',' || depth == 0)) add(at);
  }
  add(value.size());
  return keywords;
}

std::string type_of_words(std::string_view words) {
  const std::string text = to_lower(trim(words));
  struct Rule {
    std::string_view part, type;
  };
  if (one_of(text, {"j", "jour", "ejour", "mgzn", "case reports"})) return "journal";
  if (one_of(text, {"c", "cpaper", "conf"})) return "conference";
  if (one_of(text, {"report", "rprt", "techreport", "government document", "technical report"})) return "report";
  if (one_of(text, {"b", "inbook"})) return text == "b" ? "book" : "chapter";
  constexpr Rule kRules[] = {{"preprint", "preprint"},
                             {"posted", "preprint"},
                             {"unpublished", "preprint"},
                             {"proceeding", "conference"},
                             {"conference", "conference"},
                             {"congress", "conference"},
                             {"meeting", "conference"},
                             {"chapter", "chapter"},
                             {"booksection", "chapter"},
                             {"book section", "chapter"},
                             {"incollection", "chapter"},
                             {"thesis", "thesis"},
                             {"dissertation", "thesis"},
                             {"book review", "journal"},
                             {"book", "book"},
                             {"monograph", "book"},
                             {"web", "web"},
                             {"online", "web"},
                             {"blog", "web"},
                             {"report", "report"},
                             {"journal", "journal"},
                             {"article", "journal"},
                             {"review", "journal"},
                             {"letter", "journal"},
                             {"editorial", "journal"},
                             {"erratum", "journal"},
                             {"short survey", "journal"},
                             {"note", "journal"},
                             {"magazine", "journal"},
                             {"periodical", "journal"},
                             {"comment", "journal"},
                             {"trial", "journal"},
                             {"data paper", "journal"}};
  for (const Rule& rule : kRules)
    if (text.find(rule.part) != std::string::npos) return std::string(rule.type);
  return text.empty() ? "" : "other";
}

bool says_retracted(std::string_view title, std::string_view type) {
  for (const std::string_view start : {"retracted:", "retracted article", "[retracted", "retracted.", "withdrawn:"})
    if (starts_with_ignoring_case(trim(title), start)) return true;
  const std::string words = to_lower(type);
  return words.find("retracted") != std::string::npos;
}

void Filler::put(const Meaning& meaning, std::string_view value) {
  value = without_formula(value);
  if (meaning.field == Field::none || is_missing(value)) return;
  const Slot slot{value, meaning.rank};
  if (meaning.field == Field::keywords) keywords_.push_back(slot);
  if (meaning.field == Field::issn) issn_.push_back(slot);
  if (meaning.field == Field::isbn) isbn_.push_back(slot);
  if (meaning.field == Field::url) urls_.push_back(slot);
  if (meaning.field == Field::notes) notes_.push_back(slot);
  Slot& held = slots_[slot_of(meaning.field)];
  if (held.value.empty() || meaning.rank < held.rank) held = slot;
}

std::string_view Filler::value(Field field) const { return slots_[slot_of(field)].value; }

void Filler::fill_pages(Record& record) const {
  const auto take = [&](Field field) { return whole_number(plain_text(value(field))); };
  record.article_number = take(Field::article_number);
  record.pages = clean_pages(take(Field::pages));
  if (!record.pages.empty()) return;
  std::string first = take(Field::first_page), last = take(Field::last_page);
  if (first.empty()) std::swap(first, last);
  if (last.empty()) last = last_of(first, take(Field::page_count));
  const bool range = !last.empty() && last != first && first.find('-') == std::string::npos;
  record.pages = clean_pages(range ? first + "-" + last : first);
}

void Filler::fill_year(Record& record, std::vector<Oddity>& oddities) const {
  record.year = clean_year(value(Field::year));
  if (!record.year) record.year = clean_year(value(Field::date));
  const std::string_view found = value(Field::year).empty() ? value(Field::date) : value(Field::year);
  if (!record.year && !found.empty())
    oddities.push_back({record.source.line, record.source.number, "year-not-read",
                        fmt::format("no year is in \"{}\"; the record has none", found)});
}

void Filler::fill_numbers(Record& record, std::vector<Oddity>& oddities) const {
  const std::string_view doi = value(Field::doi);
  record.doi = clean_doi(doi);
  if (record.doi.empty() && !doi.empty())
    oddities.push_back({record.source.line, record.source.number, "doi-not-read",
                        fmt::format("\"{}\" is no DOI; it is kept in the record's tags", doi)});
  for (const Slot& url : urls_)
    if (record.doi.empty() && url.value.find("doi.org/") != std::string_view::npos) record.doi = clean_doi(url.value);
  record.pmid = pmid_of(value(Field::pmid));
  record.pmcid = pmcid_of(value(Field::pmcid));
  // Zotero keeps the numbers of PubMed among its notes.
  for (const Slot& note : notes_) {
    if (record.pmid.empty()) record.pmid = pmid_of(number_after(note.value, "PMID:"));
    if (record.pmcid.empty()) record.pmcid = pmcid_of(number_after(note.value, "PMCID: PMC"));
  }
  record.accession = plain_text(value(Field::accession));
  if (record.accession.find("openalex.org/") != std::string::npos)
    record.accession.erase(0, record.accession.rfind('/') + 1);
  for (const Slot& url : urls_)
    if (record.accession.empty()) record.accession = scopus_id(url.value);
  for (const auto* list : {&issn_, &isbn_})
    for (const Slot& slot : *list) {
      add_new(record.issn, find_issn(slot.value));
      add_new(record.isbn, find_isbn(slot.value));
    }
}

void Filler::fill_texts(Record& record) const {
  record.title = clean_title(value(Field::title));
  record.original_title = clean_title(value(Field::original_title));
  record.journal = plain_text(value(Field::journal));
  record.journal_abbreviation = plain_text(value(Field::journal_abbreviation));
  record.volume = whole_number(plain_text(value(Field::volume)));
  record.issue = whole_number(plain_text(value(Field::issue)));
  record.abstract = plain_text(value(Field::abstract));
  record.language = plain_text(value(Field::language));
  record.publisher = plain_text(value(Field::publisher));
  record.url = std::string(trim(value(Field::url)));
  record.notes = std::string(trim(value(Field::notes)));
  std::vector<Slot> keywords = keywords_;
  std::stable_sort(keywords.begin(), keywords.end(), [](const Slot& a, const Slot& b) { return a.rank < b.rank; });
  for (const Slot& slot : keywords) add_new(record.keywords, split_keywords(slot.value));
}

void Filler::finish(Record& record, std::vector<Oddity>& oddities) const {
  fill_texts(record);
  fill_pages(record);
  fill_year(record, oddities);
  fill_numbers(record, oddities);
  record.type = type_of_words(value(Field::type));
  if (record.source.database.empty()) record.source.database = plain_text(value(Field::database));
  if (record.source.database.empty()) record.source.database = database_of_link(value(Field::url));
  const std::string truth = to_lower(value(Field::retracted));
  record.retracted = one_of(truth, {"true", "1", "yes"}) || says_retracted(record.title, value(Field::type));
  add_citation(record);
  if (record.article_number.empty() && is_article_number(record.pages)) record.article_number = record.pages;
}

void Filler::add_citation(Record& record) const {
  if (value(Field::citation).empty()) return;
  const Citation citation = split_citation(value(Field::citation));
  const auto complete = [](std::string& field, const std::string& found) {
    if (field.empty()) field = found;
  };
  if (record.pages.empty() && record.article_number.empty()) {
    record.pages = clean_pages(citation.pages);
    record.article_number = citation.article_number;
  }
  complete(record.journal, clean_text(citation.journal));
  complete(record.volume, citation.volume);
  complete(record.issue, citation.issue);
  if (!record.year) record.year = clean_year(citation.year);
  if (record.doi.empty() && looks_like_doi(value(Field::citation))) record.doi = clean_doi(value(Field::citation));
}

}  // namespace hedgerow::records::detail
