#include "report/document.hpp"

#include <algorithm>

namespace hedgerow::report {
namespace {

/// Walks a document in reading order and collects citation keys.
class CitationCollector {
 public:
  void text(const Text& text) {
    for (const Inline& run : text.runs())
      if (run.kind == Inline::Kind::citation && std::find(keys.begin(), keys.end(), run.text) == keys.end())
        keys.push_back(run.text);
  }
  void operator()(const Paragraph& paragraph) { text(paragraph.text); }
  void operator()(const Table& table) {
    text(table.caption);
    for (const Row& row : table.rows)
      for (const Cell& cell : row.cells) text(cell.shown);
    for (const Text& note : table.notes) text(note);
  }
  void operator()(const Figure& figure) { text(figure.caption); }
  void operator()(const DefinitionList& list) {
    for (const auto& [term, definition] : list.items) {
      text(term);
      text(definition);
    }
  }
  void operator()(const List& list) {
    for (const Text& item : list.items) text(item);
  }
  void operator()(const Callout& callout) {
    for (const Text& paragraph : callout.paragraphs) text(paragraph);
    for (const Text& item : callout.items) text(item);
  }
  void operator()(const Details& details) { blocks(details.blocks); }
  void blocks(const std::vector<Block>& list) {
    for (const Block& block : list) std::visit(*this, block);
  }
  void section(const Section& section_) {
    blocks(section_.blocks);
    for (const Section& inner : section_.sections) section(inner);
  }

  std::vector<std::string>& keys;
};

}  // namespace

Text& Text::add(Inline::Kind kind, std::string text, std::string target) {
  if (!text.empty()) runs_.push_back(Inline{kind, std::move(text), std::move(target)});
  return *this;
}

Text& Text::append(const Text& other) {
  runs_.insert(runs_.end(), other.runs_.begin(), other.runs_.end());
  return *this;
}

std::string Text::plain() const {
  std::string out;
  for (const Inline& run : runs_)
    if (run.kind != Inline::Kind::citation) out += run.text;
  return out;
}

Section& Section::add(Block block) {
  blocks.push_back(std::move(block));
  return *this;
}

std::vector<std::string> cited_keys(const Document& document) {
  std::vector<std::string> keys;
  CitationCollector collector{keys};
  collector.blocks(document.front);
  for (const Section& section : document.sections) collector.section(section);
  return keys;
}

}  // namespace hedgerow::report
