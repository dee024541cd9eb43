#include "records/detail/fields.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <unordered_set>

namespace hedgerow::records::detail {
namespace {

struct Entry {
  std::string_view name;
  Field field;
  int rank = 0;
  std::string_view beside = {};  ///< counts only in a table that has this column too
};

/// Several entries of one name stand in the order in which they are tried.
constexpr Entry kDictionary[] = {
    {"title", Field::title},
    {"ti", Field::title},
    {"articletitle", Field::title},
    {"itemtitle", Field::title},
    {"documenttitle", Field::title},
    {"titleprimary", Field::title},
    {"primarytitle", Field::title},
    {"papertitle", Field::title},
    {"publicationtitle", Field::journal, 0, "itemtype"},
    {"publicationtitle", Field::journal, 0, "itemtitle"},
    {"publicationtitle", Field::journal, 0, "documenttitle"},
    {"publicationtitle", Field::journal, 0, "title"},
    {"publicationtitle", Field::title, 1},
    {"studytitle", Field::title, 1},
    {"reftitle", Field::title, 1},
    {"t1", Field::title, 1},
    {"displayname", Field::title, 2},
    {"originaltitle", Field::original_title},
    {"originalforeigntitle", Field::original_title},
    {"vernaculartitle", Field::original_title},
    {"authorfullnames", Field::authors, 0},
    {"af", Field::authors, 0, "ut"},
    {"authorfullname", Field::authors, 1},
    {"authors", Field::authors, 2},
    {"author", Field::authors, 2},
    {"authornames", Field::authors, 2},
    {"authorsprimary", Field::authors, 2},
    {"primaryauthors", Field::authors, 2},
    {"firstauthors", Field::authors, 3},
    {"authorlist", Field::authors, 3},
    {"au", Field::authors, 2},
    {"a1", Field::authors, 3},
    {"creator", Field::authors, 3},
    {"creators", Field::authors, 3},
    {"inventors", Field::authors, 6},
    {"authorshipsauthordisplayname", Field::authors, 4},
    {"authorshipsrawauthorname", Field::authors, 5},
    {"firstauthor", Field::authors, 9},
    {"groupauthors", Field::group_authors},
    {"corporateauthor", Field::group_authors},
    {"corporateauthors", Field::group_authors},
    {"gp", Field::group_authors, 0, "ut"},
    {"ca", Field::group_authors, 0, "ut"},
    {"year", Field::year},
    {"publicationyear", Field::year},
    {"publishedyear", Field::year},
    {"pubyear", Field::year},
    {"yearofpublication", Field::year},
    {"yr", Field::year},
    {"py", Field::year},
    {"pubdate", Field::date, 1},
    {"date", Field::date},
    {"publicationdate", Field::date},
    {"datepublished", Field::date},
    {"dateofpublication", Field::date},
    {"coverdate", Field::date},
    {"onlinedate", Field::date, 5},
    {"ea", Field::date, 5, "ut"},
    {"earlyaccessdate", Field::date, 5},
    {"journal", Field::journal},
    {"journaltitle", Field::journal},
    {"journalname", Field::journal},
    {"journaltitlefull", Field::journal},
    {"journalbook", Field::journal},
    {"fulljournaltitle", Field::journal},
    {"sourcetitle", Field::journal},
    {"sourcetitleanthologytitle", Field::journal},
    {"periodicalfull", Field::journal},
    {"containertitle", Field::journal},
    {"publication", Field::journal, 1},
    {"publicationname", Field::journal, 1},
    {"booktitle", Field::journal, 2},
    {"bookseriestitle", Field::journal, 6},
    {"secondarytitle", Field::journal, 2},
    {"titlesecondary", Field::journal, 2},
    {"hosttitle", Field::journal, 3},
    {"venue", Field::journal, 3},
    {"so", Field::journal, 0, "ut"},
    {"so", Field::citation},
    {"jf", Field::journal},
    {"jo", Field::journal, 1},
    {"t2", Field::journal, 2},
    {"parenttitle", Field::journal, 2},
    {"primarylocationsourcedisplayname", Field::journal, 3},
    {"hostvenuedisplayname", Field::journal, 3},
    {"conferencename", Field::journal, 8},
    {"source", Field::database, 0, "sourcetitle"},
    {"source", Field::database, 0, "eid"},
    {"source", Field::citation, 0, "authornames"},
    {"source", Field::database, 0, "journal"},
    {"source", Field::database, 0, "documenttype"},
    {"source", Field::journal, 4},
    {"citation", Field::citation},
    {"journalabbreviation", Field::journal_abbreviation},
    {"abbreviatedsourcetitle", Field::journal_abbreviation},
    {"abbrevsourcetitle", Field::journal_abbreviation},
    {"periodicalabbrev", Field::journal_abbreviation},
    {"journaliso", Field::journal_abbreviation},
    {"shortjournal", Field::journal_abbreviation},
    {"ji", Field::journal_abbreviation, 0},
    {"j9", Field::journal_abbreviation, 1},
    {"ja", Field::journal_abbreviation, 1},
    {"volume", Field::volume},
    {"vol", Field::volume},
    {"vl", Field::volume},
    {"vi", Field::volume, 1},
    {"journalvolume", Field::volume},
    {"volumenumber", Field::volume},
    {"bibliovolume", Field::volume},
    {"issue", Field::issue},
    {"issuenumber", Field::issue},
    {"journalissue", Field::issue},
    {"number", Field::issue, 1},
    {"no", Field::issue, 1},
    {"is", Field::issue},
    {"ip", Field::issue, 1},
    {"biblioissue", Field::issue},
    {"pages", Field::pages},
    {"page", Field::pages},
    {"pagerange", Field::pages},
    {"pagination", Field::pages},
    {"pg", Field::pages, 1},
    {"pagestart", Field::first_page},
    {"startpage", Field::first_page},
    {"firstpage", Field::first_page},
    {"bp", Field::first_page},
    {"bibliofirstpage", Field::first_page},
    {"pageend", Field::last_page},
    {"endpage", Field::last_page},
    {"lastpage", Field::last_page},
    {"otherpages", Field::last_page},
    {"ep", Field::last_page},
    {"bibliolastpage", Field::last_page},
    {"pagecount", Field::page_count, 0, "firstpage"},
    {"artno", Field::article_number},
    {"articleno", Field::article_number},
    {"articlenumber", Field::article_number},
    {"artnumber", Field::article_number},
    {"elocationid", Field::article_number},
    {"eid", Field::article_number, 0, "journal"},
    {"ar", Field::article_number, 0, "ut"},
    {"doi", Field::doi},
    {"di", Field::doi},
    {"itemdoi", Field::doi},
    {"articledoi", Field::doi},
    {"doilink", Field::doi, 1},
    {"doiurl", Field::doi, 1},
    {"digitalobjectidentifier", Field::doi, 1},
    {"idsdoi", Field::doi, 1},
    {"d2", Field::doi, 2},
    {"bookdoi", Field::doi, 3},
    {"pmid", Field::pmid},
    {"pm", Field::pmid},
    {"pubmedid", Field::pmid},
    {"medlinepmid", Field::pmid},
    {"medlineid", Field::pmid},
    {"idspmid", Field::pmid, 1},
    {"pubmed", Field::pmid, 1},
    {"pmcid", Field::pmcid},
    {"pmc", Field::pmcid},
    {"idspmcid", Field::pmcid, 1},
    {"eid", Field::accession},
    {"ut", Field::accession},
    {"uniqueid", Field::accession},
    {"utuniquewosid", Field::accession},
    {"uniquewosid", Field::accession},
    {"accessionnumber", Field::accession},
    {"embaseaccessionid", Field::accession, 2},
    {"pui", Field::accession, 1},
    {"lensid", Field::accession},
    {"centralid", Field::accession},
    {"ericnumber", Field::accession},
    {"publicationid", Field::accession},
    {"openalexid", Field::accession, 3},
    {"idsopenalex", Field::accession, 3},
    {"an", Field::accession, 1},
    {"issn", Field::issn},
    {"issns", Field::issn},
    {"eissn", Field::issn, 1},
    {"issnisbn", Field::issn},
    {"isbnissn", Field::issn},
    {"issnprint", Field::issn},
    {"issnonline", Field::issn, 1},
    {"primarylocationsourceissn", Field::issn},
    {"sn", Field::issn},
    {"ei", Field::issn, 1},
    {"isbn", Field::isbn},
    {"isbns", Field::isbn},
    {"eisbn", Field::isbn, 1},
    {"bn", Field::isbn, 0, "ut"},
    {"abstract", Field::abstract},
    {"abstractnote", Field::abstract},
    {"abstracttext", Field::abstract},
    {"ab", Field::abstract},
    {"n2", Field::abstract, 1},
    {"description", Field::abstract, 5},
    {"summary", Field::abstract, 5},
    {"originalabstract", Field::abstract, 6},
    {"authorkeywords", Field::keywords, 0},
    {"authorkeyword", Field::keywords, 0},
    {"keywords", Field::keywords, 1},
    {"keyword", Field::keywords, 1},
    {"kw", Field::keywords, 1},
    {"de", Field::keywords, 0},
    {"id", Field::keywords, 2, "ut"},
    {"keywordsplus", Field::keywords, 2},
    {"manualtags", Field::keywords, 1},
    {"automatictags", Field::keywords, 2},
    {"keywordsdisplayname", Field::keywords, 1},
    {"indexkeywords", Field::keywords, 2},
    {"meshterms", Field::keywords, 2},
    {"mesh", Field::keywords, 2},
    {"meshheadings", Field::keywords, 2},
    {"subjects", Field::keywords, 2},
    {"subject", Field::keywords, 2},
    {"subjectterms", Field::keywords, 2},
    {"descriptors", Field::keywords, 2},
    {"identifiers", Field::keywords, 3},
    {"thesaurusterms", Field::keywords, 2},
    {"ieeeterms", Field::keywords, 2},
    {"emtreemedicalindextermsmajorfocus", Field::keywords, 2},
    {"emtreemedicalindexterms", Field::keywords, 3},
    {"emtreedrugindextermsmajorfocus", Field::keywords, 3},
    {"emtreedrugindexterms", Field::keywords, 3},
    {"language", Field::language},
    {"languages", Field::language},
    {"la", Field::language},
    {"languageoforiginaldocument", Field::language},
    {"articlelanguage", Field::language},
    {"publisher", Field::publisher},
    {"publishername", Field::publisher},
    {"bookpublisher", Field::publisher},
    {"pu", Field::publisher},
    {"pb", Field::publisher, 1},
    {"institution", Field::publisher, 3},
    {"school", Field::publisher, 3},
    {"url", Field::url},
    {"ur", Field::url},
    {"link", Field::url},
    {"links", Field::url, 2},
    {"articleurl", Field::url},
    {"plink", Field::url},
    {"permalink", Field::url},
    {"pdflink", Field::url, 3},
    {"fulltextlink", Field::url, 1},
    {"embaselink", Field::url},
    {"openurllink", Field::url, 4},
    {"externalurl", Field::url, 1},
    {"sourceurls", Field::url, 2},
    {"primarylocationlandingpageurl", Field::url, 2},
    {"notes", Field::notes},
    {"note", Field::notes},
    {"n1", Field::notes},
    {"annote", Field::notes, 1},
    {"extra", Field::notes, 2},
    {"personalnotes", Field::notes, 2},
    {"type", Field::type, 1},
    {"entrytype", Field::type},
    {"itemtype", Field::type},
    {"documenttype", Field::type},
    {"publicationtype", Field::type},
    {"publicationtypes", Field::type},
    {"typeofreference", Field::type},
    {"referencetype", Field::type},
    {"reftype", Field::type},
    {"contenttype", Field::type},
    {"doctype", Field::type},
    {"dt", Field::type},
    {"pt", Field::type, 2},
    {"category", Field::type, 4},
    {"typecrossref", Field::type, 1},
    {"database", Field::database},
    {"databasename", Field::database},
    {"databaseprovider", Field::database, 3},
    {"subfiledatabase", Field::database, 1},
    {"db", Field::database},
    {"archive", Field::database, 2, "itemtype"},
    {"isretracted", Field::retracted},
    {"retracted", Field::retracted},
};

struct Teller {
  std::string_view column, database;
};
constexpr Teller kTellers[] = {
    {"lensid", "Lens"},
    {"pui", "Embase"},
    {"emtreemedicalindexterms", "Embase"},
    {"centralid", "Cochrane Library"},
    {"nihmsid", "PubMed"},
    {"utuniquewosid", "Web of Science"},
    {"idsopenalex", "OpenAlex"},
    {"ericnumber", "ERIC"},
};

/// The entries of each name, in the order of the table.
const std::unordered_map<std::string_view, std::vector<const Entry*>>& dictionary() {
  static const auto kMap = [] {
    std::unordered_map<std::string_view, std::vector<const Entry*>> map;
    for (const Entry& entry : kDictionary) map[entry.name].push_back(&entry);
    return map;
  }();
  return kMap;
}

}  // namespace

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte)) plain += static_cast<char>(std::tolower(byte));
  }
  return plain;
}

std::vector<Meaning> meanings(std::span<const std::string> columns) {
  std::vector<std::string> names(columns.size());
  std::transform(columns.begin(), columns.end(), names.begin(), [](const std::string& c) { return plain_name(c); });
  const std::unordered_set<std::string_view> present(names.begin(), names.end());
  std::vector<Meaning> found(columns.size());
  for (std::size_t j = 0; j < names.size(); ++j) {
    const auto at = dictionary().find(names[j]);
    if (at == dictionary().end()) continue;
    for (const Entry* entry : at->second)
      if (entry->beside.empty() || present.contains(entry->beside)) {
        found[j] = {entry->field, entry->rank};
        break;
      }
  }
  return found;
}

std::string database_of_columns(std::span<const std::string> columns) {
  for (const std::string& column : columns) {
    const std::string name = plain_name(column);
    for (const Teller& teller : kTellers)
      if (teller.column == name) return std::string(teller.database);
  }
  return "";
}

}  // namespace hedgerow::records::detail
