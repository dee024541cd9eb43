// EndNote's XML and its dialects by Zotero, Mendeley and EndNote Web: text spread over <style> elements, CR inside of
// values, ISSN and ISBN in one element, <caption> as people use it to mark duplicates (a tag here, no decision).
#include <algorithm>
#include <array>
#include <deque>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "records/detail/clean.hpp"
#include "records/detail/fill.hpp"
#include "records/detail/reader.hpp"
#include "records/detail/xml_records.hpp"

namespace hedgerow::records::detail {
namespace {

struct Place {
  const char* path;
  Field field;
  int rank = 0;
};

constexpr Place kPlaces[] = {
    {"titles/title", Field::title},
    {"orig-pub", Field::original_title},
    {"titles/translated-title", Field::original_title, 1},
    {"dates/year", Field::year},
    {"dates/pub-dates/date", Field::date},
    {"periodical/full-title", Field::journal},
    {"titles/secondary-title", Field::journal, 1},
    {"alt-periodical/full-title", Field::journal, 2},
    {"periodical/abbr-1", Field::journal_abbreviation},
    {"titles/alt-title", Field::journal_abbreviation, 1},
    {"volume", Field::volume},
    {"number", Field::issue},
    {"issue", Field::issue, 1},
    {"pages", Field::pages},
    {"electronic-resource-num", Field::doi},
    {"isbn", Field::issn},
    {"accession-num", Field::accession},
    {"abstract", Field::abstract},
    {"language", Field::language},
    {"publisher", Field::publisher},
    {"notes", Field::notes},
    {"research-notes", Field::notes, 1},
    {"remote-database-name", Field::database},
    {"remote-database-provider", Field::database, 1},
    {"urls/related-urls/url", Field::url},
    {"urls/web-urls/url", Field::url, 1},
    {"urls/url", Field::url, 1},
};

/// The elements at a path such as "dates/pub-dates/date".
std::vector<pugi::xml_node> nodes_at(const pugi::xml_node& record, std::string_view path) {
  std::vector<pugi::xml_node> nodes = {record};
  for (const std::string& step : split(path, '/')) {
    std::vector<pugi::xml_node> next;
    for (const pugi::xml_node& node : nodes)
      for (const pugi::xml_node& child : node.children(step.c_str())) next.push_back(child);
    nodes = std::move(next);
  }
  return nodes;
}

/// EndNote ends the name of a group with a comma.
std::string author_of(std::string_view text) {
  std::string name = clean_text(text);
  if (name.size() > 1 && name.back() == ',') {
    name.pop_back();
    return "{" + name + "}";
  }
  return clean_author(name, name.find(',') == std::string::npos ? NameOrder::unknown : NameOrder::family_first);
}

void read_numbers(const pugi::xml_node& node, Record& record) {
  const bool digits =
      !record.accession.empty() && record.accession.find_first_not_of("0123456789") == std::string::npos;
  const std::string provider = to_lower(clean_text(xml_text(node.child("remote-database-provider"))));
  const std::string database = to_lower(record.source.database);
  const bool medline = provider == "nlm" || database == "pubmed" || database == "nlm";
  if (digits && medline && record.accession.size() <= 9) record.pmid = record.accession;
  if (provider == "nlm") record.source.database = "PubMed";
  const std::string central = clean_text(xml_text(node.child("custom2")));
  if (central.starts_with("PMC")) record.pmcid = central;
}

void add(const pugi::xml_node& node, Record& record, ReadResult& result) {
  Filler filler;
  std::deque<std::string> texts;
  for (const Place& place : kPlaces)
    for (const pugi::xml_node& found : nodes_at(node, place.path)) {
      texts.push_back(xml_text(found));
      filler.put({place.field, place.rank}, texts.back());
    }
  const std::string type = node.child("ref-type").attribute("name").value();
  filler.put({Field::type, 0}, type);
  for (const pugi::xml_node& author : nodes_at(node, "contributors/authors/author")) {
    const std::string text = xml_text(author);
    if (!is_missing(text) && !is_no_author(text)) record.authors.push_back(author_of(text));
  }
  filler.finish(record, result.oddities);
  if (to_lower(type) == "generic") record.type.clear();
  for (const pugi::xml_node& keyword : nodes_at(node, "keywords/keyword")) {
    std::string text = clean_text(xml_text(keyword));
    if (!text.empty()) record.keywords.push_back(std::move(text));
  }
  read_numbers(node, record);
  record.retracted = record.retracted || says_retracted("", xml_text(node.child("work-type")));
  record.tags = xml_tags(node);
}

}  // namespace

void read_endnote_xml(std::string_view text, ReadResult& result) {
  constexpr std::array<std::string_view, 1> kElements = {"record"};
  for (const XmlPiece& piece : find_elements(text, kElements, result)) {
    Record record;
    record.format = Format::endnote_xml;
    record.source.line = piece.line;
    record.source.number = result.records.size() + 1;
    bool found = false;
    parse_piece(piece, record.source.number, result, [&](const pugi::xml_node& node) {
      add(node, record, result);
      found = !record.tags.empty();
    });
    if (found)
      result.records.push_back(std::move(record));
    else
      result.unread.push_back({piece.line, std::string(piece.text)});
  }
}

}  // namespace hedgerow::records::detail
