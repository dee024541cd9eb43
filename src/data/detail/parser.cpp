// Recursive descent with a table of binding strengths; ast.hpp gives the precedence.
#include <fmt/core.h>

#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "data/detail/ast.hpp"
#include "data/detail/tokens.hpp"

namespace hedgerow::data {
namespace {

struct Binary {
  std::string_view op;
  int strength;
  bool from_right;
};

constexpr int kUnaryTilde = 1;
constexpr int kNot = 4;
constexpr int kSign = 10;
constexpr int kMaxDepth = 200;

constexpr std::array<Binary, 19> kBinary{{
    {"~", 1, false},    {"|", 2, false},  {"||", 2, false}, {"&", 3, false},  {"&&", 3, false},
    {"<", 5, false},    {">", 5, false},  {"<=", 5, false}, {">=", 5, false}, {"==", 5, false},
    {"!=", 5, false},   {"+", 6, false},  {"-", 6, false},  {"*", 7, false},  {"/", 7, false},
    {"%in%", 8, false}, {"%%", 8, false}, {":", 9, false},  {"^", 11, true},
}};

std::optional<Binary> binary(const Token& token) {
  if (token.kind != TokenKind::op) return std::nullopt;
  for (const Binary& candidate : kBinary)
    if (candidate.op == token.text) return candidate;
  return std::nullopt;
}

std::optional<int> prefix_strength(const Token& token) {
  if (token.kind != TokenKind::op) return std::nullopt;
  if (token.text == "-" || token.text == "+") return kSign;
  if (token.text == "!") return kNot;
  if (token.text == "~") return kUnaryTilde;
  return std::nullopt;
}

Node call(std::string function, std::size_t at, std::vector<Node> args) {
  Node node;
  node.kind = NodeKind::call;
  node.text = std::move(function);
  node.at = at;
  node.tags.resize(args.size());
  node.args = std::move(args);
  return node;
}

class Parser {
 public:
  Parser(std::string_view source, std::vector<Token> tokens) : source_(source), tokens_(std::move(tokens)) {}

  Expected<Node> run() {
    HR_TRY(Node node, expression(0));
    if (peek().kind != TokenKind::end) return unexpected();
    return node;
  }

 private:
  const Token& peek() const { return tokens_[at_]; }
  bool is(std::string_view op) const { return peek().kind == TokenKind::op && peek().text == op; }

  Error unexpected() const {
    const Token& token = peek();
    if (token.kind == TokenKind::end)
      return expression_error(source_, token.at, "the expression ends too early: a value is missing here");
    if (is("=")) return expression_error(source_, token.at, "'=' is not a comparison; write ==");
    const std::string found = token.kind == TokenKind::number ? format_shortest(token.number) : token.text;
    return expression_error(source_, token.at, fmt::format("'{}' is not expected here", found));
  }

  Expected<Node> expression(int weakest) {
    if (++depth_ > kMaxDepth) return expression_error(source_, peek().at, "the expression is nested too deeply");
    HR_TRY(Node left, prefix());
    for (auto op = binary(peek()); op && op->strength >= weakest; op = binary(peek())) {
      const std::size_t at = peek().at;
      ++at_;
      // The right side of ^ may carry a sign of its own: 2^-1.
      HR_TRY(Node right, expression(op->from_right ? kSign : op->strength + 1));
      std::vector<Node> args;
      args.push_back(std::move(left));
      args.push_back(std::move(right));
      left = call(std::string(op->op), at, std::move(args));
    }
    --depth_;
    return left;
  }

  Expected<Node> prefix() {
    const auto strength = prefix_strength(peek());
    if (!strength) return primary();
    const Token token = peek();
    ++at_;
    HR_TRY(Node operand, expression(*strength));
    std::vector<Node> args;
    args.push_back(std::move(operand));
    return call(token.text, token.at, std::move(args));
  }

  Expected<Node> primary() {
    const Token token = peek();
    if (token.kind == TokenKind::end) return unexpected();
    if (is("(")) {
      ++at_;
      HR_TRY(Node inner, expression(0));
      if (!is(")")) return missing_bracket(token);
      ++at_;
      std::vector<Node> args;
      args.push_back(std::move(inner));
      return call("(", token.at, std::move(args));
    }
    if (token.kind == TokenKind::op) return unexpected();
    ++at_;
    Node node;
    node.at = token.at;
    node.text = token.text;
    node.number = token.number;
    node.kind = token.kind == TokenKind::number ? NodeKind::number
                : token.kind == TokenKind::text ? NodeKind::text
                                                : NodeKind::name;
    if (node.kind == NodeKind::name && is("::")) return qualified(token);
    if (node.kind == NodeKind::name && is("(")) return arguments(token, token.text);
    return node;
  }

  /// splines::ns(...): the package is part of the name.
  Expected<Node> qualified(const Token& package) {
    ++at_;
    const Token function = peek();
    if (function.kind != TokenKind::name) return unexpected();
    ++at_;
    if (!is("(")) return unexpected();
    return arguments(package, package.text + "::" + function.text);
  }

  Expected<Node> arguments(const Token& begin, const std::string& function) {
    const Token bracket = peek();
    ++at_;
    Node node = call(function, begin.at, {});
    while (!is(")")) {
      std::string tag;
      const bool tagged =
          peek().kind == TokenKind::name && tokens_[at_ + 1].kind == TokenKind::op && tokens_[at_ + 1].text == "=";
      if (tagged) {
        tag = peek().text;
        at_ += 2;
      }
      HR_TRY(Node argument, expression(0));
      node.args.push_back(std::move(argument));
      node.tags.push_back(std::move(tag));
      if (is(",")) {
        ++at_;
        if (is(")")) return unexpected();
      } else if (!is(")")) {
        return missing_bracket(bracket);
      }
    }
    ++at_;
    return node;
  }

  Error missing_bracket(const Token& bracket) const {
    if (peek().kind == TokenKind::end)
      return expression_error(source_, bracket.at, "the bracket that opens here is never closed");
    return unexpected();
  }

  std::string_view source_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Expected<Node> parse_expression(std::string_view source) {
  HR_TRY(auto tokens, tokenize(source));
  if (tokens.size() == 1) return make_error(ErrorCode::usage, "the expression is empty");
  return Parser(source, std::move(tokens)).run();
}

Error expression_error(std::string_view source, std::size_t at, const std::string& message) {
  const std::string caret(utf8_length(source.substr(0, at)), ' ');
  return make_error(ErrorCode::usage, fmt::format("{}\n  {}\n  {}^", message, source, caret));
}

}  // namespace hedgerow::data
