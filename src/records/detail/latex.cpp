#include "records/detail/latex.hpp"

#include <algorithm>
#include <cctype>

#include "base/unicode.hpp"

namespace hedgerow::records::detail {
namespace {

struct Word {
  std::string_view name, text;
};

/// Accents as combining marks, which follow the letter and are composed with it at the end.
constexpr Word kAccents[] = {{"`", "\u0300"}, {"'", "\u0301"}, {"^", "\u0302"},  {"~", "\u0303"}, {"=", "\u0304"},
                             {"u", "\u0306"}, {".", "\u0307"}, {"\"", "\u0308"}, {"r", "\u030A"}, {"H", "\u030B"},
                             {"v", "\u030C"}, {"d", "\u0323"}, {"c", "\u0327"},  {"k", "\u0328"}, {"b", "\u0331"}};

constexpr Word kLetters[] = {{"ss", "ß"},
                             {"o", "ø"},
                             {"O", "Ø"},
                             {"l", "ł"},
                             {"L", "Ł"},
                             {"aa", "å"},
                             {"AA", "Å"},
                             {"ae", "æ"},
                             {"AE", "Æ"},
                             {"oe", "œ"},
                             {"OE", "Œ"},
                             {"i", "i"},
                             {"j", "j"},
                             {"dh", "ð"},
                             {"DH", "Ð"},
                             {"th", "þ"},
                             {"TH", "Þ"},
                             {"dj", "đ"},
                             {"DJ", "Đ"},
                             {"textendash", "–"},
                             {"textemdash", "—"},
                             {"textgreater", ">"},
                             {"textless", "<"},
                             {"textbar", "|"},
                             {"textasciitilde", "~"},
                             {"textasciicircum", "^"},
                             {"textbackslash", "\\"},
                             {"textunderscore", "_"},
                             {"textquoteright", "’"},
                             {"textquoteleft", "‘"},
                             {"textquotesingle", "'"},
                             {"textquotedblleft", "“"},
                             {"textquotedblright", "”"},
                             {"textregistered", "®"},
                             {"texttrademark", "™"},
                             {"textcopyright", "©"},
                             {"textdegree", "°"},
                             {"textmu", "µ"},
                             {"texteuro", "€"},
                             {"pounds", "£"},
                             {"ldots", "…"},
                             {"dots", "…"},
                             {"textellipsis", "…"},
                             {"textperiodcentered", "·"},
                             {"cdot", "·"},
                             {"bullet", "•"},
                             {"textbullet", "•"},
                             {"pm", "±"},
                             {"textpm", "±"},
                             {"times", "×"},
                             {"texttimes", "×"},
                             {"le", "≤"},
                             {"leq", "≤"},
                             {"leqslant", "≤"},
                             {"ge", "≥"},
                             {"geq", "≥"},
                             {"geqslant", "≥"},
                             {"neq", "≠"},
                             {"approx", "≈"},
                             {"sim", "~"},
                             {"infty", "∞"},
                             {"rightarrow", "→"},
                             {"leftarrow", "←"},
                             {"circ", "°"},
                             {"prime", "′"},
                             {"alpha", "α"},
                             {"beta", "β"},
                             {"gamma", "γ"},
                             {"delta", "δ"},
                             {"epsilon", "ε"},
                             {"varepsilon", "ε"},
                             {"zeta", "ζ"},
                             {"eta", "η"},
                             {"theta", "θ"},
                             {"iota", "ι"},
                             {"kappa", "κ"},
                             {"lambda", "λ"},
                             {"mu", "μ"},
                             {"nu", "ν"},
                             {"xi", "ξ"},
                             {"pi", "π"},
                             {"rho", "ρ"},
                             {"sigma", "σ"},
                             {"tau", "τ"},
                             {"upsilon", "υ"},
                             {"phi", "φ"},
                             {"chi", "χ"},
                             {"psi", "ψ"},
                             {"omega", "ω"},
                             {"Gamma", "Γ"},
                             {"Delta", "Δ"},
                             {"Theta", "Θ"},
                             {"Lambda", "Λ"},
                             {"Xi", "Ξ"},
                             {"Pi", "Π"},
                             {"Sigma", "Σ"},
                             {"Phi", "Φ"},
                             {"Psi", "Ψ"},
                             {"Omega", "Ω"},
                             {"textalpha", "α"},
                             {"textbeta", "β"},
                             {"quad", " "},
                             {"qquad", " "},
                             {"newline", " "},
                             {"par", " "}};

/// Commands that vanish and leave their argument: type faces, boxes, sizes, accents' dotless letters.
constexpr std::string_view kSilent[] = {"textit",
                                        "textbf",
                                        "emph",
                                        "textrm",
                                        "textsc",
                                        "textsf",
                                        "texttt",
                                        "textup",
                                        "textsl",
                                        "text",
                                        "mathrm",
                                        "mathit",
                                        "mathbf",
                                        "mathsf",
                                        "mathcal",
                                        "textsuperscript",
                                        "textsubscript",
                                        "mbox",
                                        "hbox",
                                        "url",
                                        "it",
                                        "bf",
                                        "em",
                                        "rm",
                                        "sc",
                                        "tt",
                                        "ensuremath",
                                        "uppercase",
                                        "lowercase",
                                        "relax",
                                        "noopsort",
                                        "enquote",
                                        "left",
                                        "right",
                                        "protect",
                                        "ast",
                                        "displaystyle",
                                        "small",
                                        "tiny",
                                        "underline"};

template <std::size_t N>
const Word* find_word(const Word (&words)[N], std::string_view name) {
  const auto at = std::find_if(std::begin(words), std::end(words), [&](const Word& w) { return w.name == name; });
  return at == std::end(words) ? nullptr : &*at;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Converter {
 public:
  explicit Converter(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return to_nfc(out_);
  }

 private:
  bool next_is(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  void step() {
    struct Mark {
      std::string_view found, text;
    };
    constexpr Mark kMarks[] = {{"---", "—"}, {"--", "–"}, {"``", "“"}, {"''", "”"}, {"{", ""}, {"}", ""}};
    if (text_[at_] == '\\') return command();
    if (text_[at_] == '$') return math();
    if (text_[at_] == '~') return tie();
    for (const Mark& mark : kMarks)
      if (next_is(mark.found)) {
        out_ += mark.text;
        at_ += mark.found.size();
        return;
      }
    out_ += text_[at_++];
  }

  /// "J.~Smith" is tied by a blank; "about ~5" is written by exporters that know no LaTeX.
  void tie() {
    const bool tied = at_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) || text_[at_ - 1] == '.' ||
                                  text_[at_ - 1] == '}');
    out_ += tied ? ' ' : '~';
    ++at_;
  }

  /// "$\beta$" loses its signs; "$100 and $200" keeps them.
  void math() {
    const std::size_t end = text_.find('$', at_ + 1);
    const std::string_view inside =
        end == std::string_view::npos ? std::string_view() : text_.substr(at_ + 1, end - at_ - 1);
    if (end == at_ + 1 || inside.find_first_of("\\^_{") == std::string_view::npos || inside.size() > 200) {
      out_ += '$';
      ++at_;
      return;
    }
    ++at_;
    while (at_ < end) {
      if (text_[at_] == '^' || text_[at_] == '_')
        ++at_;
      else
        step();
    }
    if (at_ == end) ++at_;
  }

  void command() {
    ++at_;
    if (at_ >= text_.size()) {
      out_ += '\\';
      return;
    }
    const std::size_t begin = at_;
    if (!is_letter(text_[at_])) return sign(text_.substr(at_, 1));
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (const Word* letter = find_word(kLetters, name)) {
      out_ += letter->text;
      skip_blanks();
    } else if (const Word* accent = find_word(kAccents, name)) {
      put_accent(accent->text);
    } else if (std::find(std::begin(kSilent), std::end(kSilent), name) != std::end(kSilent)) {
      skip_blanks();
    } else {
      out_ += text_.substr(begin - 1, at_ - begin + 1);
    }
  }

  void sign(std::string_view character) {
    ++at_;
    if (const Word* accent = find_word(kAccents, character)) return put_accent(accent->text);
    constexpr std::string_view kBlanks = "\\,;: \n";
    constexpr std::string_view kNothing = "-/";
    if (kBlanks.find(character) != std::string_view::npos)
      out_ += ' ';
    else if (kNothing.find(character) == std::string_view::npos)
      out_ += character;
  }

  /// Blanks after a command are part of it, but one line of text must not grow together after "{}".
  void skip_blanks() {
    if (next_is("{}")) {
      at_ += 2;
      return;
    }
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  /// The letter that the accent stands over: "\'e", "\'{e}", "\v s", "\'{\i}", "{\"{o}}"; accents may be nested.
  void put_accent(std::string_view first) {
    constexpr std::size_t kMostMarks = 16;
    std::string marks(first);
    while (at_ < text_.size()) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '{')) ++at_;
      const Word* more = at_ + 1 < text_.size() && text_[at_] == '\\' && !is_letter(text_[at_ + 1])
                             ? find_word(kAccents, text_.substr(at_ + 1, 1))
                             : nullptr;
      if (!more) break;
      if (marks.size() < kMostMarks) marks.insert(0, more->text);
      at_ += 2;
    }
    if (at_ >= text_.size() || text_[at_] == '}') return;
    if (text_[at_] == '\\') {
      if (!put_letter()) return;
    } else {
      const auto lead = static_cast<unsigned char>(text_[at_]);
      const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
      out_ += text_.substr(at_, length);
      at_ = std::min(at_ + length, text_.size());
    }
    out_ += marks;
  }

  /// "\i" and the like under an accent; nothing is consumed if another command stands there.
  bool put_letter() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    const Word* letter = find_word(kLetters, text_.substr(at_ + 1, end - at_ - 1));
    if (!letter) return false;
    out_ += letter->text;
    at_ = end;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string latex_to_text(std::string_view text) {
  if (text.find_first_of("\\{}$~`'-") == std::string_view::npos) return std::string(text);
  return Converter(text).run();
}

}  // namespace hedgerow::records::detail
