// What the tags of RIS mean at the databases and tools that write it; the table is in docs/formats/records.md.
#include "records/detail/ris_fields.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/tags.hpp"

namespace hedgerow::records::detail {
namespace {

struct Pair {
  std::string_view key, value;
};

constexpr std::array<Pair, 40> kTypes = {
    {{"JOUR", "journal"},  {"EJOUR", "journal"}, {"JFULL", "journal"},     {"MGZN", "journal"},
     {"INPR", "journal"},  {"ABST", "journal"},  {"CPAPER", "conference"}, {"CONF", "conference"},
     {"BOOK", "book"},     {"EBOOK", "book"},    {"EDBOOK", "book"},       {"SER", "journal"},
     {"CHAP", "chapter"},  {"ECHAP", "chapter"}, {"THES", "thesis"},       {"RPRT", "report"},
     {"GOVDOC", "report"}, {"STAND", "report"},  {"ELEC", "web"},          {"WEB", "web"},
     {"BLOG", "web"},      {"ICOMM", "web"},     {"UNPB", "preprint"},     {"MANSCPT", "preprint"},
     {"UNPD", "preprint"}, {"NEWS", "other"},    {"GEN", "other"},         {"DATA", "other"},
     {"PAT", "other"},     {"VIDEO", "other"},   {"CASE", "other"},        {"STAT", "other"},
     {"BILL", "other"},    {"COMP", "other"},    {"MAP", "other"},         {"SLIDE", "other"},
     {"SOUND", "other"},   {"HEAR", "other"},    {"PAMP", "other"},        {"PCOMM", "other"}}};

/// Short names of EBSCO's databases, as the link "...&db=s3h&AN=..." has them.
constexpr std::array<Pair, 34> kEbsco = {{{"s3h", "SPORTDiscus"},
                                          {"sph", "SPORTDiscus"},
                                          {"spo", "SPORTDiscus"},
                                          {"aph", "Academic Search Premier"},
                                          {"a9h", "Academic Search Complete"},
                                          {"asn", "Academic Search Ultimate"},
                                          {"rzh", "CINAHL"},
                                          {"ccm", "CINAHL"},
                                          {"cin20", "CINAHL"},
                                          {"c8h", "CINAHL"},
                                          {"cul", "CINAHL"},
                                          {"jlh", "CINAHL"},
                                          {"psyh", "PsycINFO"},
                                          {"psych", "PsycINFO"},
                                          {"pdh", "PsycARTICLES"},
                                          {"pbh", "Psychology and Behavioral Sciences Collection"},
                                          {"eric", "ERIC"},
                                          {"eue", "Education Source"},
                                          {"ehh", "Education Research Complete"},
                                          {"cmedm", "MEDLINE"},
                                          {"mdc", "MEDLINE"},
                                          {"mnh", "MEDLINE"},
                                          {"ecn", "EconLit"},
                                          {"eoh", "EconLit"},
                                          {"egh", "Environment Index"},
                                          {"8gh", "GreenFILE"},
                                          {"i3h", "Criminal Justice Abstracts"},
                                          {"cja", "Criminal Justice Abstracts"},
                                          {"bth", "Business Source Premier"},
                                          {"buh", "Business Source Ultimate"},
                                          {"sih", "SocINDEX"},
                                          {"swh", "Social Work Abstracts"},
                                          {"lxh", "LISTA"},
                                          {"hch", "Health Source: Nursing/Academic Edition"}}};

/// Words of a link or number that only one database's exports have.
constexpr std::array<Pair, 14> kLinks = {{{"eid=2-s2.0-", "Scopus"},
                                          {"scopus.com/", "Scopus"},
                                          {"embase.com/", "Embase"},
                                          {"lens.org/", "Lens"},
                                          {"app.dimensions.ai", "Dimensions"},
                                          {"cochranelibrary.com", "Cochrane Library"},
                                          {"pubmed.ncbi.nlm.nih.gov/", "PubMed"},
                                          {"ncbi.nlm.nih.gov/pubmed/", "PubMed"},
                                          {"webofscience.com/", "Web of Science"},
                                          {"webofknowledge.com/", "Web of Science"},
                                          {"search.proquest.com/", "ProQuest"},
                                          {"proquest.com/", "ProQuest"},
                                          {"eric.ed.gov/", "ERIC"},
                                          {"openalex.org/", "OpenAlex"}}};

/// Beginnings of Ovid's short names, as the link "...&D=psyc11" has them.
constexpr std::array<Pair, 9> kOvid = {{{"psyc", "PsycINFO"},
                                        {"med", "MEDLINE"},
                                        {"prem", "MEDLINE"},
                                        {"ppez", "MEDLINE"},
                                        {"emed", "Embase"},
                                        {"oemez", "Embase"},
                                        {"cab", "CAB Abstracts"},
                                        {"amed", "AMED"},
                                        {"eric", "ERIC"}}};

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string type_of(const Record& record) {
  const std::string_view type = first_value(record, {"TY", "PT"});
  for (const Pair& pair : kTypes)
    if (starts_with_ignoring_case(type, pair.key) && type.size() == pair.key.size()) return std::string(pair.value);
  const std::string words = type_of_words(type);
  return words.empty() && !type.empty() ? "other" : words;
}

void fill_titles(Record& record) {
  const std::string_view title = first_value(record, {"TI", "T1", "CT", "BT", "ST"});
  record.title = clean_title(title);
  const std::string_view translated = first_value(record, {"TT", "OP"});
  if (!first_value(record, "TT").empty() && clean_title(translated) != record.title)
    record.original_title = clean_title(translated);
  std::string_view full = first_value(record, {"JF", "T2", "JO", "SO"});
  if (record.type == "chapter" && full.empty()) full = first_value(record, "BT");
  const std::string_view brief = first_value(record, {"JA", "J2", "J1", "JI", "J9", "JO", "TA"});
  record.journal = clean_title(full.empty() ? brief : full);
  record.journal_abbreviation = clean_text(brief);
  if (record.journal_abbreviation == record.journal && !full.empty()) record.journal_abbreviation.clear();
}

void fill_authors(Record& record) {
  for (const Tag& tag : record.tags)
    if (tag.name == "AU" || tag.name == "A1") add_authors(record.authors, tag.value);
  const bool edited = record.type == "book" || record.type == "conference";
  if (record.authors.empty() && edited)
    for (const Tag& tag : record.tags)
      if (tag.name == "A2" || tag.name == "ED") add_authors(record.authors, tag.value);
}

void fill_pages(Record& record) {
  const std::string_view first = first_value(record, "SP"), last = first_value(record, "EP");
  std::string pages = clean_pages(first);
  if (!last.empty() && pages.find('-') == std::string::npos)
    pages = pages.empty() ? clean_pages(last) : clean_pages(pages + "-" + std::string(last));
  if (pages.empty()) pages = clean_pages(first_value(record, {"PG", "BP"}));
  // PsycINFO on Ovid has "No Specified" where a page is missing.
  if (pages.find("Specified") != std::string::npos) pages.clear();
  record.pages = pages;
  std::string_view number = first_value(record, {"C7", "AR"});
  const std::string_view m1 = first_value(record, "M1");
  const bool number_in_m1 = number.empty() && pages.empty() && record.type == "journal" && is_article_number(m1);
  if (number_in_m1) number = m1;
  for (const std::string_view word : {"Article ", "UNSP ", "Art. "})
    if (starts_with_ignoring_case(number, word)) number.remove_prefix(word.size());
  record.article_number = clean_text(number);
  if (record.article_number.empty() && is_article_number(pages)) record.article_number = pages;
}

void fill_abstract(Record& record) {
  for (const std::string_view name : {"AB", "N2"}) {
    std::string abstract;
    for (const std::string_view value : all_values(record, name)) {
      // EBSCO adds its copyright notice as a second abstract.
      if (is_missing(value) || (!abstract.empty() && value.starts_with("Copyright of "))) continue;
      if (!abstract.empty()) abstract += ' ';
      abstract += clean_text(value);
    }
    for (const std::string_view mark : {"[Abstract from author]", "[ABSTRACT FROM AUTHOR]"})
      if (abstract.ends_with(mark)) abstract = std::string(trim(abstract.substr(0, abstract.size() - mark.size())));
    if (abstract.empty()) continue;
    record.abstract = std::move(abstract);
    return;
  }
}

/// A DOI that stands behind the letters "doi", as in links and notes.
std::string doi_after_mark(std::string_view text) {
  const std::string lower = to_lower(text);
  const std::size_t at = lower.find("doi");
  return at == std::string::npos ? "" : clean_doi(text.substr(at));
}

void fill_doi(Record& record, std::vector<Oddity>& oddities) {
  for (const std::string_view name : {"DO", "DI", "L3", "M3", "LA"})
    for (const std::string_view value : all_values(record, name)) {
      record.doi = clean_doi(value);
      if (!record.doi.empty()) return;
    }
  if (const std::string_view value = first_value(record, "DO"); !value.empty() && !is_missing(value))
    oddities.push_back({record.source.line, record.source.number, "doi-not-read",
                        fmt::format("'{}' is no DOI (10.xxxx/...); the DOI stays empty", value.substr(0, 80))});
  for (const std::string_view name : {"UR", "L2", "LK", "L1", "L4", "N1"})
    for (const std::string_view value : all_values(record, name)) {
      record.doi = doi_after_mark(value);
      if (!record.doi.empty()) return;
    }
}

void fill_pubmed(Record& record) {
  const std::string_view pmid = first_value(record, {"PMID", "PM"});
  if (all_digits(pmid)) record.pmid = pmid;
  const std::string_view c5 = first_value(record, "C5"), c2 = first_value(record, "C2");
  if (record.pmid.empty() && all_digits(c5)) record.pmid = c5;
  if (c2.starts_with("PMC")) record.pmcid = c2.substr(0, c2.find_first_of("; \n"));
  const std::string lower = to_lower(record.source.database);
  const bool medline = lower.find("medline") != std::string::npos || lower.find("pubmed") != std::string::npos;
  const std::string_view an = first_value(record, "AN");
  if (record.pmid.empty() && all_digits(c2) && c2.size() <= 8) record.pmid = c2;
  if (record.pmid.empty() && medline && all_digits(an) && an.size() <= 8) record.pmid = an;
  for (const Tag& tag : record.tags) {
    if (tag.name == "C3" && tag.value.starts_with("PUBMED") && record.pmid.empty())
      record.pmid = number_after(tag.value, "PUBMED");
    if (tag.name == "U1" && tag.value.ends_with("[PMID]")) record.pmid = number_after(tag.value, "");
    if (tag.name == "U1" && tag.value.starts_with("PMC")) record.pmcid = "PMC" + number_after(tag.value, "PMC");
    if (tag.name == "N1" && record.pmid.empty()) record.pmid = number_after(tag.value, "PMID:");
    if (tag.name == "N1" && record.pmcid.empty() && tag.value.find("PMCID: PMC") != std::string::npos)
      record.pmcid = "PMC" + number_after(tag.value, "PMCID: PMC");
    const bool link = tag.name == "UR" || tag.name == "L2" || tag.name == "L1";
    if (!link) continue;
    for (const std::string_view site : {"pubmed.ncbi.nlm.nih.gov/", "ncbi.nlm.nih.gov/pubmed/", "/article/MED/"})
      if (record.pmid.empty()) record.pmid = number_after(tag.value, site);
    const std::string number = number_after(tag.value, "/pmc/articles/PMC");
    if (record.pmcid.empty() && !number.empty()) record.pmcid = "PMC" + number;
  }
}

void fill_accession(Record& record) {
  const std::string_view url = first_value(record, "UR"), notes = first_value(record, "N1");
  if (const std::size_t eid = url.find("2-s2.0-"); eid != std::string_view::npos) {
    record.accession = url.substr(eid, std::min(url.find_first_of("&? ", eid), url.size()) - eid);
    return;
  }
  std::string_view number = first_value(record, {"UT", "AN"});
  constexpr std::string_view kMark = "Accession Number:";
  if (number.empty() && starts_with_ignoring_case(notes, kMark)) {
    const std::string_view rest = trim(notes.substr(kMark.size()));
    number = rest.substr(0, rest.find_first_of("; \n"));
  }
  if (const std::size_t at = notes.find("accession-num: "); number.empty() && at != std::string_view::npos) {
    const std::string_view rest = notes.substr(at + 15);
    number = rest.substr(0, rest.find_first_of("; \n<"));
  }
  if (number.empty() && record.source.database == "Embase") number = first_value(record, "U2");
  // ID is the database's number at Ovid, Lens and PsycINFO, and a counter of the user's library elsewhere.
  const std::string_view id = first_value(record, "ID");
  if (number.empty() && id.size() >= 6 && id.find_first_of("0123456789") != std::string_view::npos &&
      id.find(' ') == std::string_view::npos && !id.starts_with("RefID"))
    number = id;
  record.accession = clean_text(number);
}

std::string linked_database(const Record& record) {
  if (first_value(record, {"UT", "AN"}).starts_with("WOS:")) return "Web of Science";
  for (const std::string_view url : all_values(record, "UR")) {
    for (const Pair& link : kLinks)
      if (url.find(link.key) != std::string_view::npos) return std::string(link.value);
    const std::size_t db = url.find("&db=");
    if (url.find("ebscohost") == std::string_view::npos || db == std::string_view::npos) continue;
    const std::string_view name = url.substr(db + 4, std::min(url.find('&', db + 4), url.size()) - db - 4);
    if (std::string database = ebsco_database(name); !database.empty()) return database;
  }
  for (const std::string_view url : all_values(record, "L2")) {
    if (url.find("app.dimensions.ai") != std::string_view::npos) return "Dimensions";
    const std::size_t code = url.find("&D=");
    if (url.find("ovid") == std::string_view::npos || code == std::string_view::npos) continue;
    for (const Pair& pair : kOvid)
      if (url.substr(code + 3).starts_with(pair.key)) return std::string(pair.value);
  }
  return "";
}

/// The name without years or segments in angle brackets; EBSCO's short names in full.
std::string database_named(std::string_view value) {
  const std::string database = clean_text(value.substr(0, value.find('<')));
  if (database == "NLM") return "PubMed";
  if (database.starts_with("Ovid MEDLINE")) return "MEDLINE";
  const std::string full = ebsco_database(database);
  return full.empty() ? database : full;
}

void fill_database(Record& record, const RisHeader& header) {
  std::string& database = record.source.database;
  const std::vector<std::string_view> lines = value_lines(first_value(record, "DB"));
  if (!lines.empty()) database = database_named(lines[0]);
  if (database.empty()) database = header.database;
  if (database.empty()) database = linked_database(record);
  if (database.empty()) database = database_named(first_value(record, "DP"));
  if (database.empty() && header.provider.find("Wiley") != std::string::npos) database = "Cochrane Library";
}

void fill_keywords(Record& record) {
  std::vector<std::string_view> values;
  for (const std::string_view name : {"KW", "DE", "K1"})
    for (const std::string_view value : all_values(record, name)) values.push_back(value);
  for (const std::string_view value : values) {
    const std::vector<std::string_view> lines = value_lines(value);
    const bool one_list = values.size() == 1 && lines.size() == 1;
    if (one_list || value.find(';') != std::string_view::npos) {
      for (std::string& word : split_keywords(value)) add_new(record.keywords, clean_text(word));
      continue;
    }
    for (std::string_view line : lines) {
      if (line.starts_with('*')) line.remove_prefix(1);
      add_new(record.keywords, clean_text(line));
    }
  }
}

void fill_rest(Record& record) {
  record.volume = clean_text(first_value(record, {"VL", "VO"}));
  record.issue = clean_text(first_value(record, {"IS", "CP"}));
  record.language = clean_text(first_value(record, "LA"));
  if (!clean_doi(record.language).empty()) record.language.clear();
  record.publisher = clean_text(first_value(record, {"PB", "PU"}));
  const std::string_view url = first_value(record, {"UR", "L2", "LK"});
  record.url = url.substr(0, url.find_first_of(" \n;"));
  for (const std::string_view name : {"SN", "EI", "BN"})
    for (const std::string_view value : all_values(record, name)) add_numbers(record, value);
  for (const std::string_view name : {"N1", "RN"})
    for (const std::string_view value : all_values(record, name)) {
      if (!record.notes.empty()) record.notes += '\n';
      record.notes += value;
    }
  std::string types;
  for (const std::string_view name : {"M3", "PT"})
    for (const std::string_view value : all_values(record, name)) types += std::string(value) + "; ";
  record.retracted = says_retracted(record.title, types);
}

}  // namespace

std::string ebsco_database(std::string_view short_name) {
  const std::string lower = to_lower(short_name);
  for (const Pair& pair : kEbsco)
    if (pair.key == lower) return std::string(pair.value);
  return "";
}

void fill_ris(Record& record, const RisHeader& header, std::vector<Oddity>& oddities) {
  record.type = type_of(record);
  fill_database(record, header);
  fill_titles(record);
  fill_authors(record);
  set_year(record,
           {first_value(record, "PY"), first_value(record, "Y1"), first_value(record, "DA"), first_value(record, "YR")},
           oddities);
  fill_pages(record);
  fill_abstract(record);
  fill_doi(record, oddities);
  fill_pubmed(record);
  fill_accession(record);
  fill_keywords(record);
  fill_rest(record);
}

}  // namespace hedgerow::records::detail
