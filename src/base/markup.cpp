#include "base/markup.hpp"

namespace hedgerow {
namespace {

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    const std::string_view escaped = entity(c);
    if (escaped.empty())
      out += c;
    else
      out += escaped;
  }
  return out;
}

}  // namespace hedgerow
