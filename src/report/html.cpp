#include "report/html.hpp"

#include <fmt/core.h>

#include <map>

#include "base/error.hpp"
#include "base/markup.hpp"
#include "report/html_style.hpp"
#include "scene/svg.hpp"

namespace hedgerow::report {
namespace {

const char* align_class(Align align) {
  switch (align) {
    case Align::right:
      return " class=\"r\"";
    case Align::center:
      return " class=\"c\"";
    case Align::left:
      break;
  }
  return "";
}

const char* row_class(RowClass value) {
  switch (value) {
    case RowClass::total:
      return " class=\"total\"";
    case RowClass::group:
      return " class=\"group\"";
    case RowClass::good:
      return " class=\"good\"";
    case RowClass::bad:
      return " class=\"bad\"";
    case RowClass::plain:
      break;
  }
  return "";
}

std::size_t shown_columns(const Table& table) {
  std::size_t count = 0;
  for (const Column& column : table.columns) count += !column.csv_only;
  return count;
}

/// Writes a document from top to bottom; counts tables and figures on its way.
class Writer {
 public:
  explicit Writer(const Document& document) : document_(document) {
    for (const std::string& key : cited_keys(document)) {
      number_.emplace(key, number_.size() + 1);
      order_.push_back(key);
    }
  }

  std::string write() {
    head();
    toc();
    out_ += "<main>\n";
    title();
    blocks(document_.front);
    for (const Section& part : document_.sections) section(part, 2);
    references();
    if (!document_.footer.empty()) out_ += fmt::format("<footer>{}</footer>\n", escape_markup(document_.footer));
    out_ += "</main>\n</div>\n</body>\n</html>\n";
    return std::move(out_);
  }

  void operator()(const Paragraph& paragraph) { out_ += fmt::format("<p>{}</p>\n", inline_html(paragraph.text)); }

  void operator()(const Table& table) {
    ++tables_;
    out_ += "<div class=\"table\"";
    if (!table.id.empty()) out_ += fmt::format(" id=\"{}\"", escape_markup(table.id));
    out_ += fmt::format(">\n<div class=\"scroll\">\n<table>\n<caption><b class=\"label\">Table {}.</b> {}</caption>\n",
                        tables_, inline_html(table.caption));
    out_ += "<thead><tr>";
    for (const Column& column : table.columns)
      if (!column.csv_only)
        out_ += fmt::format("<th scope=\"col\"{}>{}</th>", align_class(column.align), escape_markup(column.header));
    out_ += "</tr></thead>\n<tbody>\n";
    for (const Row& row : table.rows) table_row(table, row);
    out_ += "</tbody>\n</table>\n</div>\n";
    table_notes(table);
    out_ += "</div>\n";
  }

  void operator()(const Figure& figure) {
    ++figures_;
    out_ += "<figure";
    if (!figure.id.empty()) out_ += fmt::format(" id=\"{}\"", escape_markup(figure.id));
    out_ += fmt::format(">\n<div class=\"canvas\">{}</div>\n",
                        scene::svg_for_html(figure.scene, fmt::format("f{}-", figures_)));
    out_ += fmt::format("<figcaption><b class=\"label\">Figure {}.</b> {}", figures_, inline_html(figure.caption));
    if (!figure.files.empty()) {
      out_ += "<div class=\"files\">As a file: ";
      for (std::size_t i = 0; i < figure.files.size(); ++i)
        out_ += fmt::format("{}<a href=\"{}\">{}</a>", i ? ", " : "", escape_markup(figure.files[i].second),
                            escape_markup(figure.files[i].first));
      out_ += "</div>";
    }
    out_ += "</figcaption>\n</figure>\n";
  }

  void operator()(const DefinitionList& list) {
    out_ += "<dl>\n";
    for (const auto& [term, definition] : list.items)
      out_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", inline_html(term), inline_html(definition));
    out_ += "</dl>\n";
  }

  void operator()(const List& list) {
    const char* tag = list.ordered ? "ol" : "ul";
    out_ += fmt::format("<{}>\n", tag);
    for (const Text& item : list.items) out_ += fmt::format("<li>{}</li>\n", inline_html(item));
    out_ += fmt::format("</{}>\n", tag);
  }

  void operator()(const Callout& callout) {
    const char* kind = callout.kind == CalloutKind::key       ? "key"
                       : callout.kind == CalloutKind::warning ? "warning"
                                                              : "note";
    out_ += fmt::format("<div class=\"callout {}\" role=\"note\">\n", kind);
    if (!callout.title.empty()) out_ += fmt::format("<p class=\"title\">{}</p>\n", escape_markup(callout.title));
    for (const Text& paragraph : callout.paragraphs) out_ += fmt::format("<p>{}</p>\n", inline_html(paragraph));
    if (!callout.items.empty()) (*this)(List{callout.items, false});
    out_ += "</div>\n";
  }

  void operator()(const Details& details) {
    out_ += fmt::format("<details>\n<summary>{}</summary>\n", escape_markup(details.summary));
    blocks(details.blocks);
    out_ += "</details>\n";
  }

 private:
  void head() {
    out_ += fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<title>{}</title>\n<style>{}</style>\n"
        "</head>\n<body>\n<div class=\"page\">\n",
        escape_markup(document_.language), escape_markup(document_.title), kHtmlStyle);
  }

  void toc() {
    out_ += "<nav class=\"toc\" aria-label=\"Contents\">\n<h2>Contents</h2>\n";
    toc_list(document_.sections, 1);
    out_ += "</nav>\n";
  }

  void toc_list(const std::vector<Section>& sections, int depth) {
    if (sections.empty() || depth > 2) return;
    out_ += "<ol>\n";
    for (const Section& part : sections) {
      out_ += fmt::format("<li><a href=\"#{}\">{}</a>", escape_markup(part.id), escape_markup(part.title));
      toc_list(part.sections, depth + 1);
      out_ += "</li>\n";
    }
    if (depth == 1 && !order_.empty()) out_ += "<li><a href=\"#references\">References</a></li>\n";
    out_ += "</ol>\n";
  }

  void title() {
    out_ += fmt::format("<header>\n<h1>{}</h1>\n", escape_markup(document_.title));
    if (!document_.subtitle.empty())
      out_ += fmt::format("<p class=\"subtitle\">{}</p>\n", escape_markup(document_.subtitle));
    if (!document_.authors.empty()) {
      out_ += "<p class=\"authors\">";
      for (std::size_t i = 0; i < document_.authors.size(); ++i)
        out_ += (i ? ", " : "") + escape_markup(document_.authors[i]);
      out_ += "</p>\n";
    }
    out_ += "</header>\n";
  }

  void section(const Section& part, int level) {
    const int tag = level > 6 ? 6 : level;
    out_ += fmt::format("<section aria-labelledby=\"{0}\">\n<h{1} id=\"{0}\">{2}</h{1}>\n", escape_markup(part.id), tag,
                        escape_markup(part.title));
    blocks(part.blocks);
    for (const Section& inner : part.sections) section(inner, level + 1);
    out_ += "</section>\n";
  }

  void blocks(const std::vector<Block>& list) {
    for (const Block& block : list) std::visit(*this, block);
  }

  void table_row(const Table& table, const Row& row) {
    out_ += fmt::format("<tr{}>", row_class(row.row_class));
    if (row.row_class == RowClass::group) {
      const std::string shown = row.cells.empty() ? "" : inline_html(row.cells.front().shown);
      out_ += fmt::format("<th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n", shown_columns(table), shown);
      return;
    }
    for (std::size_t i = 0; i < row.cells.size() && i < table.columns.size(); ++i) {
      if (table.columns[i].csv_only) continue;
      const char* align = align_class(table.columns[i].align);
      const std::string shown = inline_html(row.cells[i].shown);
      out_ += i == 0 ? fmt::format("<th scope=\"row\"{}>{}</th>", align, shown)
                     : fmt::format("<td{}>{}</td>", align, shown);
    }
    out_ += "</tr>\n";
  }

  void table_notes(const Table& table) {
    if (table.notes.empty() && table.file.empty()) return;
    out_ += "<ul class=\"notes\">\n";
    for (const Text& note : table.notes) out_ += fmt::format("<li>{}</li>\n", inline_html(note));
    if (!table.file.empty())
      out_ += fmt::format("<li class=\"files\">As a file: <a href=\"{0}\">{0}</a></li>\n", escape_markup(table.file));
    out_ += "</ul>\n";
  }

  std::string inline_html(const Text& text) {
    std::string html;
    for (const Inline& run : text.runs()) {
      const std::string shown = escape_markup(run.text);
      switch (run.kind) {
        case Inline::Kind::text:
          html += shown;
          break;
        case Inline::Kind::emphasis:
          html += "<em>" + shown + "</em>";
          break;
        case Inline::Kind::strong:
          html += "<strong>" + shown + "</strong>";
          break;
        case Inline::Kind::code:
          html += "<code>" + shown + "</code>";
          break;
        case Inline::Kind::link:
          html += fmt::format("<a href=\"{}\">{}</a>", escape_markup(run.target), shown);
          break;
        case Inline::Kind::citation:
          html += fmt::format("<sup class=\"cite\"><a href=\"#ref-{0}\">[{1}]</a></sup>", shown, number_.at(run.text));
          break;
      }
    }
    return html;
  }

  const Reference& reference(const std::string& key) const {
    for (const Reference& candidate : document_.references)
      if (candidate.key == key) return candidate;
    fail_assertion(("reference exists: " + key).c_str(), __FILE__, __LINE__);
  }

  void references() {
    if (order_.empty()) return;
    out_ +=
        "<section aria-labelledby=\"references\">\n<h2 id=\"references\">References</h2>\n<ol class=\"references\">\n";
    for (const std::string& key : order_) {
      const Reference& entry = reference(key);
      out_ += fmt::format("<li id=\"ref-{}\">{}", escape_markup(key), escape_markup(entry.text));
      if (!entry.url.empty()) out_ += fmt::format(" <a href=\"{0}\">{0}</a>", escape_markup(entry.url));
      out_ += "</li>\n";
    }
    out_ += "</ol>\n</section>\n";
  }

  const Document& document_;
  std::string out_;
  std::map<std::string, std::size_t> number_;  ///< citation key -> number
  std::vector<std::string> order_;
  int tables_ = 0;
  int figures_ = 0;
};

}  // namespace

std::string to_html(const Document& document) { return Writer(document).write(); }

}  // namespace hedgerow::report
