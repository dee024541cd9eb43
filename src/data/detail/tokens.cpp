// The scanner of expressions: numbers, quoted strings, names (with dots, or in backticks), operators.
#include "data/detail/tokens.hpp"

#include <fmt/core.h>

#include <array>
#include <charconv>

#include "data/detail/ast.hpp"

namespace hedgerow::data {
namespace {

// Longest first, so that "<=" is not read as "<".
constexpr std::array<std::string_view, 27> kOperators{"%in%", "%%", "::", "<=", ">=", "==", "!=", "&&", "||",
                                                      "~",    "+",  "-",  "*",  "/",  "^",  ":",  "<",  ">",
                                                      "!",    "&",  "|",  "(",  ")",  ",",  "=",  "[",  "]"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes above 127 belong to letters of other scripts, so they may stand in names.
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) { return begins_name(c) || is_digit(c) || c == '_'; }

class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source) {}

  Expected<std::vector<Token>> run() {
    std::vector<Token> tokens;
    for (;;) {
      while (at_ < source_.size() && std::string_view(" \t\r\n").find(source_[at_]) != std::string_view::npos) ++at_;
      if (at_ >= source_.size()) break;
      HR_TRY(Token token, next());
      tokens.push_back(std::move(token));
    }
    tokens.push_back({TokenKind::end, "", 0, at_});
    return tokens;
  }

 private:
  Expected<Token> next() {
    const char c = source_[at_];
    const bool number = is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]));
    if (number) return scan_number();
    if (c == '"' || c == '\'' || c == '`') return scan_quoted(c);
    if (begins_name(c)) return scan_name();
    for (const std::string_view op : kOperators)
      if (source_.substr(at_, op.size()) == op) {
        at_ += op.size();
        return Token{TokenKind::op, std::string(op), 0, at_ - op.size()};
      }
    return expression_error(source_, at_, fmt::format("'{}' has no meaning here", c));
  }

  Expected<Token> scan_number() {
    Token token{TokenKind::number, "", 0, at_};
    const char* const begin = source_.data() + at_;
    const auto [end, status] = std::from_chars(begin, source_.data() + source_.size(), token.number);
    if (status != std::errc{}) return expression_error(source_, at_, "this number can't be represented");
    at_ += static_cast<std::size_t>(end - begin);
    if (at_ < source_.size() && source_[at_] == 'L') ++at_;
    if (at_ < source_.size() && continues_name(source_[at_]))
      return expression_error(source_, token.at, "a name can't begin with a digit; write it in `backticks`");
    return token;
  }

  Expected<Token> scan_quoted(char quote) {
    Token token{quote == '`' ? TokenKind::name : TokenKind::text, "", 0, at_};
    for (++at_; at_ < source_.size() && source_[at_] != quote; ++at_) {
      if (source_[at_] == '\\' && at_ + 1 < source_.size()) ++at_;
      token.text += source_[at_];
    }
    if (at_ >= source_.size()) return expression_error(source_, token.at, "the quote that opens here is never closed");
    ++at_;
    return token;
  }

  Token scan_name() {
    const std::size_t begin = at_;
    while (at_ < source_.size() && continues_name(source_[at_])) ++at_;
    return {TokenKind::name, std::string(source_.substr(begin, at_ - begin)), 0, begin};
  }

  std::string_view source_;
  std::size_t at_ = 0;
};

}  // namespace

Expected<std::vector<Token>> tokenize(std::string_view source) { return Scanner(source).run(); }

}  // namespace hedgerow::data
