// Lexical elements of the expression language.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::data {

enum class TokenKind { number, text, name, op, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;  ///< name, content of a string, operator or bracket
  double number = 0;
  std::size_t at = 0;  ///< byte in the source
};

/// Splits a source into tokens; the last one is TokenKind::end.
Expected<std::vector<Token>> tokenize(std::string_view source);

}  // namespace hedgerow::data
