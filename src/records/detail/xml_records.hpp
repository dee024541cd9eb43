// Records of an XML export, found by their tags before any of them is parsed. Each is then parsed alone: one broken
// record does not take the others with it, files put one behind the other are read, and lines are known.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/read.hpp"

namespace pugi {
class xml_node;
}

namespace hedgerow::records::detail {

struct XmlPiece {
  std::string_view text;     ///< "<record>...</record>"
  std::size_t line = 0;      ///< of its first character
  std::string_view element;  ///< "record"
  bool whole = true;         ///< false if the end tag is missing
};

/// The elements of these names, in order; none inside of another. What stands between them is left to `unread` unless
/// it is a prolog, a comment or a tag of the frame around the records.
std::vector<XmlPiece> find_elements(std::string_view text, std::span<const std::string_view> elements,
                                    ReadResult& result);

/// Parses a piece and hands its element to `use`. What is not well-formed is reported, with its line; `use` gets the
/// part before it, and the text from there on is kept in the unread lines.
void parse_piece(const XmlPiece& piece, std::size_t number, ReadResult& result,
                 const std::function<void(const pugi::xml_node&)>& use);

/// All text inside of an element, with that of inline markup, as it is.
std::string xml_text(const pugi::xml_node& node);
/// Every element that holds text as path and text, and every attribute as "path@name" but those of type faces.
std::vector<Tag> xml_tags(const pugi::xml_node& record);

}  // namespace hedgerow::records::detail
