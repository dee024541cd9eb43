#include "cli/record_print.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string wrap(std::string_view text, std::size_t width, std::string_view indent) {
  std::string out, line;
  std::size_t used = 0;
  const auto flush = [&] {
    out += std::string(indent) + line + "\n";
    line.clear();
    used = 0;
  };
  for (const std::string& paragraph : split(text, '\n')) {
    for (const std::string& word : split(paragraph, ' ')) {
      if (word.empty()) continue;
      const std::size_t length = utf8_length(word);
      if (used > 0 && used + 1 + length > width) flush();
      if (used > 0) line += " ";
      used += length + (used > 0 ? 1 : 0);
      line += word;
    }
    if (used > 0) flush();
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (utf8_length(text) <= width) return std::string(text);
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if (continues(text[at])) continue;
    if (seen == width - 3) break;
    ++seen;
  }
  return std::string(text.substr(0, at)) + "...";
}

std::string citation_line(const records::Record& record) {
  constexpr std::size_t kNamed = 6;
  std::vector<std::string> authors(
      record.authors.begin(),
      record.authors.begin() + static_cast<std::ptrdiff_t>(std::min(kNamed, record.authors.size())));
  std::string out = join(authors, "; ");
  if (record.authors.size() > kNamed) out += fmt::format("; ... ({} authors)", record.authors.size());
  const auto add = [&](const std::string& text, const char* before) {
    if (!text.empty()) out += (out.empty() ? "" : before) + text;
  };
  add(record.journal, out.ends_with('.') ? " " : ". ");
  add(record.year ? std::to_string(*record.year) : "", " ");
  add(record.volume, ";");
  if (!record.issue.empty()) out += "(" + record.issue + ")";
  add(record.pages.empty() ? record.article_number : record.pages, ":");
  add(record.doi.empty() ? "" : "doi:" + record.doi, ". ");
  return out;
}

std::string record_text(const records::Record& record, std::size_t width) {
  std::string out = wrap(record.title.empty() ? "[no title]" : record.title, width);
  if (record.retracted) out += "RETRACTED\n";
  out += wrap(citation_line(record), width);
  out += "\n" + wrap(record.abstract.empty() ? "[no abstract]" : record.abstract, width);
  if (!record.keywords.empty()) out += "\n" + wrap("Keywords: " + join(record.keywords, "; "), width);
  return out;
}

nlohmann::json record_json(const records::Record& record) {
  nlohmann::json json = nlohmann::json::object();
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  add("type", record.type);
  add("title", record.title);
  add("original_title", record.original_title);
  if (!record.authors.empty()) json["authors"] = record.authors;
  if (record.year) json["year"] = *record.year;
  add("journal", record.journal);
  add("volume", record.volume);
  add("issue", record.issue);
  add("pages", record.pages);
  add("article_number", record.article_number);
  add("doi", record.doi);
  add("pmid", record.pmid);
  add("abstract", record.abstract);
  if (!record.keywords.empty()) json["keywords"] = record.keywords;
  add("language", record.language);
  add("url", record.url);
  if (record.retracted) json["retracted"] = true;
  return json;
}

std::string dump(const nlohmann::json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace hedgerow::cli
