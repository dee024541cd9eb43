// Recursive descent with R's precedence (help page "Syntax" of the R manual), lowest first.
#include "r_expr.hpp"

#include <fmt/core.h>

#include <array>
#include <cctype>
#include <optional>

#include "base/text.hpp"

namespace hedgerow::check {
namespace {

struct Level {
  std::array<std::string_view, 6> operators;
  bool right = false;
};

// Binary operators, lowest precedence first; unary minus stands between ":" and "^" as in R.
constexpr std::array<Level, 9> kLevels{{
    {{"<-", "="}, true},
    {{"~"}, false},
    {{"||", "|"}, false},
    {{"&&", "&"}, false},
    {{"==", "!=", "<=", ">=", "<", ">"}, false},
    {{"+", "-"}, false},
    {{"*", "/"}, false},
    {{"%in%", "%%", "%o%", "%*%"}, false},
    {{":"}, false},
}};
constexpr std::size_t kTilde = 1;
constexpr std::size_t kNot = 4;  // "!" binds more loosely than a comparison and more tightly than "&"
constexpr std::size_t kUnary = 9;

RExpr call(std::string function, std::vector<RExpr> args) {
  RExpr out;
  out.kind = RExpr::Kind::call;
  out.text = std::move(function);
  out.names.resize(args.size());
  out.args = std::move(args);
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Expected<RExpr> whole() {
    HR_TRY(RExpr out, level(0));
    skip();
    if (at_ != text_.size()) return unexpected();
    return out;
  }

 private:
  Error unexpected() const {
    const std::string found = at_ < text_.size() ? fmt::format("'{}'", text_.substr(at_, 12)) : "the end";
    return make_error(ErrorCode::usage, fmt::format("R expression '{}': unexpected {}", text_, found));
  }

  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }

  bool accept(std::string_view token) {
    skip();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  std::string_view find_operator(const Level& level) {
    skip();
    const std::string_view rest = text_.substr(at_);
    for (std::string_view op : level.operators) {
      if (op.empty() || rest.substr(0, op.size()) != op) continue;
      const std::string_view two = rest.substr(0, 2);
      if ((op == "=" && two == "==") || (op == "<" && two == "<-") || (op == ":" && two == "::")) continue;
      return op;
    }
    return {};
  }

  Expected<RExpr> level(std::size_t depth) {
    if (depth == kUnary) return unary();
    if (depth == kTilde && accept("~")) {
      HR_TRY(RExpr right, level(depth + 1));
      return call("~", {std::move(right)});
    }
    if (depth == kNot && at_not()) {
      accept("!");
      HR_TRY(RExpr inner, level(depth));
      return call("!", {std::move(inner)});
    }
    HR_TRY(RExpr left, level(depth + 1));
    while (true) {
      const std::string_view op = find_operator(kLevels[depth]);
      if (op.empty()) return left;
      // In an argument list "=" names the argument; it is handled there.
      if (op == "=" && in_arguments_ > 0) return left;
      at_ += op.size();
      HR_TRY(RExpr right, level(kLevels[depth].right ? depth : depth + 1));
      left = call(std::string(op), {std::move(left), std::move(right)});
    }
  }

  bool at_not() {
    skip();
    return at_ < text_.size() && text_[at_] == '!' && text_.substr(at_, 2) != "!=";
  }

  Expected<RExpr> unary() {
    for (const char* sign : {"-", "+"}) {
      if (!accept(sign)) continue;
      HR_TRY(RExpr inner, unary());
      return call(sign, {std::move(inner)});
    }
    HR_TRY(RExpr base, postfix());
    if (!accept("^")) return base;
    HR_TRY(RExpr exponent, unary());
    return call("^", {std::move(base), std::move(exponent)});
  }

  Expected<RExpr> postfix() {
    HR_TRY(RExpr out, primary());
    while (true) {
      if (accept("::")) {
        HR_TRY(RExpr member, primary());
        out.text += "::" + member.text;
      } else if (accept("$")) {
        HR_TRY(RExpr member, primary());
        out = call("$", {std::move(out), std::move(member)});
      } else if (accept("(")) {
        HR_TRY(RExpr made, arguments(out.text, ")"));
        if (out.kind != RExpr::Kind::name) return unexpected();
        out = std::move(made);
      } else if (accept("[")) {
        HR_TRY(RExpr made, arguments("[", "]"));
        made.args.insert(made.args.begin(), std::move(out));
        made.names.insert(made.names.begin(), "");
        out = std::move(made);
      } else {
        return out;
      }
    }
  }

  Expected<RExpr> arguments(const std::string& function, std::string_view close) {
    RExpr out = call(function, {});
    ++in_arguments_;
    bool first = true;
    while (!accept(close)) {
      if (!first && !accept(",")) return unexpected();
      first = false;
      std::string name;
      const std::size_t start = at_;
      if (auto found = identifier(); found && find_operator(kLevels[0]) == "=") {
        accept("=");
        name = *found;
      } else {
        at_ = start;
      }
      HR_TRY(RExpr value, level(0));
      out.names.push_back(name);
      out.args.push_back(std::move(value));
    }
    --in_arguments_;
    return out;
  }

  std::optional<std::string> identifier() {
    skip();
    std::size_t end = at_;
    const auto letter = [&](char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '.' || c == '_'; };
    while (end < text_.size() &&
           (letter(text_[end]) || (end > at_ && std::isdigit(static_cast<unsigned char>(text_[end])))))
      ++end;
    if (end == at_) return {};
    std::string out(text_.substr(at_, end - at_));
    at_ = end;
    return out;
  }

  Expected<RExpr> number() {
    std::size_t end = at_;
    while (end < text_.size()) {
      const char c = text_[end];
      const bool sign = (c == '-' || c == '+') && (text_[end - 1] == 'e' || text_[end - 1] == 'E') && end > at_;
      if (!std::isdigit(static_cast<unsigned char>(c)) && c != '.' && c != 'e' && c != 'E' && !sign) break;
      ++end;
    }
    const auto value = parse_number(text_.substr(at_, end - at_));
    if (!value) return unexpected();
    at_ = end;
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;
    RExpr out;
    out.kind = RExpr::Kind::number;
    out.number = *value;
    return out;
  }

  Expected<RExpr> quoted(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return unexpected();
    RExpr out;
    out.kind = quote == '`' ? RExpr::Kind::name : RExpr::Kind::text;
    out.text = std::string(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return out;
  }

  Expected<RExpr> grouped(std::string_view open, std::string_view close) {
    const int outer = std::exchange(in_arguments_, 0);
    std::vector<RExpr> parts;
    do {
      if (accept(close)) {
        in_arguments_ = outer;
        return call(std::string(open), std::move(parts));
      }
      HR_TRY(RExpr part, level(0));
      parts.push_back(std::move(part));
    } while (open == "{" && accept(";"));
    if (!accept(close)) return unexpected();
    in_arguments_ = outer;
    return call(std::string(open), std::move(parts));
  }

  Expected<RExpr> primary() {
    skip();
    if (at_ >= text_.size()) return unexpected();
    const char c = text_[at_];
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
    if (c == '"' || c == '\'' || c == '`') return quoted(c);
    if (std::isdigit(static_cast<unsigned char>(c)) || (c == '.' && std::isdigit(static_cast<unsigned char>(next))))
      return number();
    if (accept("(")) return grouped("(", ")");
    if (accept("{")) return grouped("{", "}");
    const auto name = identifier();
    if (!name || *name == "function" || *name == "if" || *name == "for" || *name == "while") return unexpected();
    RExpr out;
    out.text = *name;
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int in_arguments_ = 0;
};

std::string argument_list(const RExpr& e, std::size_t from) {
  std::vector<std::string> parts;
  for (std::size_t i = from; i < e.args.size(); ++i)
    parts.push_back(e.names[i].empty() ? to_text(e.args[i]) : e.names[i] + " = " + to_text(e.args[i]));
  return join(parts, ", ");
}

bool is_operator(std::string_view text) {
  return text == "$" || std::string_view("+-*/^:~|&!<>=%").find(text[0]) != std::string_view::npos;
}

}  // namespace

const RExpr* RExpr::argument(std::string_view name) const {
  for (std::size_t i = 0; i < args.size(); ++i)
    if (names[i] == name) return &args[i];
  return nullptr;
}

std::vector<const RExpr*> RExpr::positional() const {
  std::vector<const RExpr*> out;
  for (std::size_t i = 0; i < args.size(); ++i)
    if (names[i].empty()) out.push_back(&args[i]);
  return out;
}

Expected<RExpr> parse_r(std::string_view text) { return Parser(text).whole(); }

std::string to_text(const RExpr& e) {
  if (e.kind == RExpr::Kind::number) return format_shortest(e.number);
  if (e.kind == RExpr::Kind::text) return '"' + e.text + '"';
  if (e.kind == RExpr::Kind::name) return e.text;
  if (e.text == "(") return "(" + to_text(e.args[0]) + ")";
  if (e.text == "{") return "{" + argument_list(e, 0) + "}";
  if (e.text == "[") return to_text(e.args[0]) + "[" + argument_list(e, 1) + "]";
  if (!is_operator(e.text)) return e.text + "(" + argument_list(e, 0) + ")";
  if (e.args.size() == 1) return e.text + (e.text == "~" ? " " : "") + to_text(e.args[0]);
  const bool tight = e.text == "^" || e.text == ":" || e.text == "$";
  return to_text(e.args[0]) + (tight ? e.text : " " + e.text + " ") + to_text(e.args[1]);
}

}  // namespace hedgerow::check
