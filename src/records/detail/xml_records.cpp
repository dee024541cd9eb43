#include "records/detail/xml_records.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "records/detail/encoding.hpp"

namespace hedgerow::records::detail {
namespace {

/// CR alone ends a line too.
std::size_t count_lines(std::string_view text) {
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    lines += text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n'));
  return lines;
}

bool ends_name(std::string_view text, std::size_t at) {
  return at >= text.size() || text[at] == '>' || text[at] == '/' || std::isspace(static_cast<unsigned char>(text[at]));
}

/// Skips comments and CDATA sections. A search for an end that ran to the end of the text is not made twice.
class Sections {
 public:
  explicit Sections(std::string_view text) : text_(text) {}

  /// One past a section that begins at `at`; `at` itself if none does.
  std::size_t past(std::size_t at) {
    for (Section& section : sections_)
      if (!section.endless && text_.substr(at, section.begin.size()) == section.begin) {
        const std::size_t end = text_.find(section.end, at + section.begin.size());
        section.endless = end == std::string_view::npos;
        return section.endless ? at : end + section.end.size();
      }
    return at;
  }

 private:
  struct Section {
    std::string_view begin, end;
    bool endless = false;
  };
  std::string_view text_;
  std::array<Section, 2> sections_ = {Section{"<!--", "-->"}, Section{"<![CDATA[", "]]>"}};
};

class Finder {
 public:
  Finder(std::string_view text, std::span<const std::string_view> elements, ReadResult& result)
      : text_(text), elements_(elements), result_(result), sections_(text) {}

  std::vector<XmlPiece> run() {
    std::size_t between = 0;
    for (std::size_t at = text_.find('<'); at != std::string_view::npos; at = text_.find('<', at)) {
      const std::size_t past = sections_.past(at);
      const std::string_view element = past == at ? element_at(at) : std::string_view();
      if (element.empty()) {
        at = std::max(past, at + 1);
        continue;
      }
      leave(between, at);
      at = take(at, element);
      between = at;
    }
    leave(between, text_.size());
    return std::move(pieces_);
  }

 private:
  std::string_view element_at(std::size_t at) const {
    for (const std::string_view element : elements_)
      if (text_.substr(at + 1, element.size()) == element && ends_name(text_, at + 1 + element.size())) return element;
    return {};
  }

  /// The piece ends with its end tag, or where the next record begins, or with the text.
  std::size_t take(std::size_t begin, std::string_view element) {
    const std::size_t tag_end = text_.find('>', begin);
    std::size_t end = text_.size();
    bool whole = false;
    if (tag_end != std::string_view::npos && text_[tag_end - 1] == '/') {
      end = tag_end + 1;
      whole = true;
    }
    for (std::size_t at = text_.find('<', begin + 1); !whole && at != std::string_view::npos;
         at = text_.find('<', at)) {
      const bool closes = text_.substr(at, 2) == "</" && text_.substr(at + 2, element.size()) == element &&
                          ends_name(text_, at + 2 + element.size());
      if (closes) {
        end = std::min(text_.find('>', at), text_.size() - 1) + 1;
        whole = text_[end - 1] == '>';
        break;
      }
      if (!element_at(at).empty()) {
        end = at;
        break;
      }
      at = std::max(sections_.past(at), at + 1);
    }
    pieces_.push_back({text_.substr(begin, end - begin), line_at(begin), element, whole});
    return end;
  }

  std::size_t line_at(std::size_t at) {
    line_ += count_lines(text_.substr(counted_, at - counted_));
    counted_ = at;
    return line_;
  }

  /// Text outside of tags; the tags there are those of the frame.
  void leave(std::size_t begin, std::size_t end) {
    std::size_t at = begin;
    while (at < end) {
      const std::size_t open = std::min(text_.find('<', at), end);
      std::string_view part = text_.substr(at, open - at);
      const std::size_t blank = part.find_first_not_of(" \t\r\n");
      if (blank != std::string_view::npos) result_.unread.push_back({line_at(at + blank), std::string(trim(part))});
      if (open == end) return;
      const std::size_t past = sections_.past(open);
      std::size_t close = text_.find('>', open);
      if (past != open) close = past - 1;
      at = close == std::string_view::npos ? end : std::min(close + 1, end);
    }
  }

  std::string_view text_;
  std::span<const std::string_view> elements_;
  ReadResult& result_;
  Sections sections_;
  std::vector<XmlPiece> pieces_;
  std::size_t counted_ = 0, line_ = 1;
};

/// EndNote spreads text over <style> elements; lines between them are layout, and blanks are inside of them.
bool is_type_face(const pugi::xml_node& node) { return std::string_view(node.name()) == "style"; }

bool holds_text(const pugi::xml_node& node) {
  for (const pugi::xml_node& child : node.children()) {
    const bool text = child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata;
    if (text && !trim(child.value()).empty()) return true;
    if (child.type() == pugi::node_element && is_type_face(child)) return true;
  }
  return false;
}

bool has_elements(const pugi::xml_node& node) {
  const auto children = node.children();
  return std::any_of(children.begin(), children.end(),
                     [](const pugi::xml_node& child) { return child.type() == pugi::node_element; });
}

/// The element after `node` in the order of the document, below `root`; its children come first if `inside`.
pugi::xml_node next_node(pugi::xml_node node, const pugi::xml_node& root, bool inside) {
  if (inside && node.first_child()) return node.first_child();
  while (node && node != root) {
    if (node.next_sibling()) return node.next_sibling();
    node = node.parent();
  }
  return {};
}

/// Names of the elements from `root` down to `node`. A document nested deeper than any real one is named by its end.
std::string path_below(pugi::xml_node node, const pugi::xml_node& root) {
  constexpr std::size_t kDeepest = 64;
  std::vector<std::string_view> names;
  for (; node && node != root && names.size() < kDeepest; node = node.parent()) names.emplace_back(node.name());
  std::string path;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (!path.empty()) path += '/';
    path += *name;
  }
  return path;
}

template <typename Item>
void mend_value(Item item) {
  if (!is_valid_utf8(item.value())) item.set_value(only_characters(item.value()).c_str());
}

/// Half a pair of UTF-16 ("&#xD800;") and a value that the end of the text cuts through leave bytes that are no
/// characters.
void mend_values(pugi::xml_node root) {
  for (pugi::xml_node node = root.first_child(); node; node = next_node(node, root, true)) {
    mend_value(node);
    for (pugi::xml_attribute attribute : node.attributes()) mend_value(attribute);
  }
}

}  // namespace

std::vector<XmlPiece> find_elements(std::string_view text, std::span<const std::string_view> elements,
                                    ReadResult& result) {
  return Finder(text, elements, result).run();
}

void parse_piece(const XmlPiece& piece, std::size_t number, ReadResult& result,
                 const std::function<void(const pugi::xml_node&)>& use) {
  std::string text(piece.text);
  std::replace(text.begin(), text.end(), '\0', ' ');
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_fragment,
                           pugi::encoding_utf8);
  if (!parsed) {
    const auto offset = std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)), text.size());
    const std::size_t line = piece.line + count_lines(piece.text.substr(0, offset));
    result.oddities.push_back(
        {piece.whole ? line : piece.line, number, piece.whole ? "not-well-formed" : "missing-end",
         piece.whole ? fmt::format("the record is not well-formed XML here ({}); what stands before "
                                   "is read",
                                   parsed.description())
                     : fmt::format("the record is cut off before </{}>; what is there is read", piece.element)});
    if (const std::string_view rest = trim(piece.text.substr(offset)); piece.whole && !rest.empty())
      result.unread.push_back({line, std::string(rest)});
  }
  if (!parsed || piece.text.find("&#") != std::string_view::npos) mend_values(document);
  const std::string element(piece.element);
  if (const pugi::xml_node node = document.child(element.c_str())) use(node);
}

std::string xml_text(const pugi::xml_node& root) {
  std::string text;
  for (pugi::xml_node node = root.first_child(); node; node = next_node(node, root, true)) {
    if (node.type() != pugi::node_pcdata && node.type() != pugi::node_cdata) continue;
    const std::string_view value = node.value();
    const bool laid_out = value.find('\n') != std::string_view::npos && trim(value).empty() &&
                          (is_type_face(node.previous_sibling()) || is_type_face(node.next_sibling()));
    if (!laid_out) text += value;
  }
  return text;
}

std::vector<Tag> xml_tags(const pugi::xml_node& record) {
  std::vector<Tag> tags;
  for (pugi::xml_node node = record.first_child(); node;) {
    if (node.type() != pugi::node_element) {
      node = next_node(node, record, false);
      continue;
    }
    const bool leaf = holds_text(node) || !has_elements(node);
    const std::string path = leaf || node.first_attribute() ? path_below(node, record) : "";
    if (leaf) tags.push_back({path, xml_text(node)});
    for (const pugi::xml_attribute& attribute : node.attributes())
      tags.push_back({fmt::format("{}@{}", path, attribute.name()), attribute.value()});
    node = next_node(node, record, !leaf);
  }
  return tags;
}

}  // namespace hedgerow::records::detail
