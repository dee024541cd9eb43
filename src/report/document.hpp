// A report as a tree: sections hold paragraphs, tables, figures, callouts, lists. It knows no statistics and no output
// format; writers (html.hpp, csv.hpp) turn it into bytes. Whoever builds it decides what is said, writers how it looks.
//
// Discarded: building HTML directly (a DOCX or Markdown writer would have to parse it back), and a generic node type
// with attributes (misuse would compile).
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::report {

/// A run of characters with one meaning.
struct Inline {
  enum class Kind { text, emphasis, strong, code, link, citation };
  Kind kind = Kind::text;
  std::string text;    ///< what is shown; for a citation the key of the reference
  std::string target;  ///< address of a link ("#id" for a place in this document)
};

/// Text with inline marks. Built by chaining: Text("The mean is ").strong("0.54").cite("higgins2003").
class Text {
 public:
  Text() = default;
  Text(std::string plain) { add(Inline::Kind::text, std::move(plain)); }
  Text(const char* plain) : Text(std::string(plain)) {}

  Text& text(std::string plain) { return add(Inline::Kind::text, std::move(plain)); }
  Text& em(std::string plain) { return add(Inline::Kind::emphasis, std::move(plain)); }
  Text& strong(std::string plain) { return add(Inline::Kind::strong, std::move(plain)); }
  Text& code(std::string plain) { return add(Inline::Kind::code, std::move(plain)); }
  Text& link(std::string plain, std::string target) {
    return add(Inline::Kind::link, std::move(plain), std::move(target));
  }
  /// Refers to an entry of Document::references.
  Text& cite(std::string key) { return add(Inline::Kind::citation, std::move(key)); }
  /// Appends all runs of another text.
  Text& append(const Text& other);

  bool empty() const { return runs_.empty(); }
  const std::vector<Inline>& runs() const { return runs_; }
  /// The characters alone, without citations.
  std::string plain() const;

 private:
  Text& add(Inline::Kind kind, std::string text, std::string target = "");
  std::vector<Inline> runs_;
};

struct Paragraph {
  Text text;
};

enum class Align { left, right, center };

struct Column {
  std::string header;
  Align align = Align::left;
  std::string name;       ///< name in CSV; empty: the header
  bool csv_only = false;  ///< left out where people read
};

/// What is shown, and what a CSV file gets in its place (numbers with all their digits); empty: what is shown.
struct Cell {
  Text shown;
  std::string value;
  Cell() = default;
  Cell(std::string plain) : shown(std::move(plain)) {}
  Cell(const char* plain) : shown(plain) {}
  Cell(Text text) : shown(std::move(text)) {}
  Cell(Text text, std::string csv_value) : shown(std::move(text)), value(std::move(csv_value)) {}
};

/// How a row is set apart.
enum class RowClass { plain, total, group, good, bad };

struct Row {
  std::vector<Cell> cells;  ///< as many as columns; a `group` row has one cell that spans all
  RowClass row_class = RowClass::plain;
};

/// A table; the first column holds the headers of the rows.
struct Table {
  std::string id;
  Text caption;
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<Text> notes;
  std::string file;  ///< relative address of the same table as a file, may be empty
};

/// A figure; the description in its scene is what those hear who can't see it.
struct Figure {
  std::string id;
  scene::Scene scene;
  Text caption;
  std::vector<std::pair<std::string, std::string>> files;  ///< format and relative address: {"PDF", "figures/x.pdf"}
};

struct DefinitionList {
  std::vector<std::pair<Text, Text>> items;
};

struct List {
  std::vector<Text> items;
  bool ordered = false;
};

enum class CalloutKind { key, note, warning };

/// A box that must not be missed.
struct Callout {
  CalloutKind kind = CalloutKind::note;
  std::string title;
  std::vector<Text> paragraphs;
  std::vector<Text> items;  ///< shown as a list after the paragraphs
};

struct Details;

using Block = std::variant<Paragraph, Table, Figure, DefinitionList, List, Callout, Details>;

/// Blocks that are folded away until asked for; print shows them.
struct Details {
  std::string summary;
  std::vector<Block> blocks;
};

/// A section; its depth in the tree is the level of its heading.
struct Section {
  std::string id;
  std::string title;
  std::vector<Block> blocks;
  std::vector<Section> sections;

  Section& add(Block block);
};

/// Literature that citations point to.
struct Reference {
  std::string key;
  std::string text;
  std::string url;
};

struct Document {
  std::string language = "en";
  std::string title;
  std::string subtitle;
  std::vector<std::string> authors;
  std::vector<Block> front;  ///< before the first section: what a reader in a hurry needs
  std::vector<Section> sections;
  std::vector<Reference> references;  ///< all that may be cited; only those cited are printed
  std::string footer;
};

/// Keys of the citations in order of their first appearance. Each must be in Document::references.
std::vector<std::string> cited_keys(const Document& document);

}  // namespace hedgerow::report
