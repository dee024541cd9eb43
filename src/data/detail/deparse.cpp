// Canonical text of a syntax tree, as R's deparse prints it: coefficients are named by it.
#include <string_view>

#include "data/detail/ast.hpp"
#include "data/detail/number.hpp"

namespace hedgerow::data {
namespace {

bool is_operator(const Node& node) {
  const char c = node.text.front();
  return node.kind == NodeKind::call && std::string_view("~+-*/^:<>=!&|%").find(c) != std::string_view::npos;
}

/// R puts no blanks around these.
bool is_tight(std::string_view op) { return op == "/" || op == "^" || op == ":" || op == "%%"; }

bool is_plain_name(std::string_view name) {
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_') return false;
  }
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') && name.front() != '_';
}

std::string deparse_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string deparse_call(const Node& node) {
  std::string out = node.text + '(';
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    if (i > 0) out += ", ";
    if (!node.tags[i].empty()) out += node.tags[i] + " = ";
    out += deparse(node.args[i]);
  }
  return out + ')';
}

}  // namespace

std::string deparse(const Node& node) {
  switch (node.kind) {
    case NodeKind::number:
      return number_text(node.number);
    case NodeKind::text:
      return deparse_text(node.text);
    case NodeKind::name:
      return is_plain_name(node.text) ? node.text : '`' + node.text + '`';
    case NodeKind::call:
      break;
  }
  if (node.text == "(") return '(' + deparse(node.args[0]) + ')';
  if (!is_operator(node)) return deparse_call(node);
  if (node.args.size() == 1) return node.text + deparse(node.args[0]);
  const std::string blank = is_tight(node.text) ? "" : " ";
  return deparse(node.args[0]) + blank + node.text + blank + deparse(node.args[1]);
}

}  // namespace hedgerow::data
