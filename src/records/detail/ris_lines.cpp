#include "records/detail/ris_lines.hpp"

#include "base/text.hpp"
#include "records/detail/lines.hpp"

namespace hedgerow::records::detail {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_tag_char(char c) { return is_upper(c) || (c >= '0' && c <= '9'); }
bool is_space(char c) { return c == ' ' || c == '\t'; }

struct Split {
  RisLine line;
  std::size_t indent = 0, blanks = 0;
};

/// A name of two to four characters, blanks, a dash, then a blank or nothing.
bool split_line(std::string_view line, Split& split) {
  std::size_t begin = 0;
  while (begin < line.size() && is_space(line[begin])) ++begin;
  std::size_t end = begin;
  while (end < line.size() && end - begin < 5 && is_tag_char(line[end])) ++end;
  const std::size_t length = end - begin;
  if (length < 2 || length > 4 || !is_upper(line[begin])) return false;
  std::size_t dash = end;
  while (dash < line.size() && dash - end < 3 && is_space(line[dash])) ++dash;
  if (dash - end > 2 || dash >= line.size() || line[dash] != '-') return false;
  if (dash + 1 < line.size() && !is_space(line[dash + 1])) return false;
  split = {{line.substr(begin, length), trim(line.substr(dash + 1))}, begin, dash - end};
  // A tab stands for both blanks.
  if (dash == end + 1 && line[end] == '\t') split.blanks = 2;
  return true;
}

}  // namespace

RisGrammar::RisGrammar(std::string_view text) {
  LineReader lines(text);
  std::string_view line;
  Split split;
  while (lines.next(line))
    if (line.find("TY") != std::string_view::npos && split_line(line, split) && split.line.name == "TY" &&
        split.line.value.find(' ') == std::string_view::npos)
      spacing_[split.blanks] = true;
}

bool RisGrammar::read(std::string_view line, RisLine& tag) const {
  Split split;
  if (!split_line(line, split)) return false;
  tag = split.line;
  const bool standard = split.blanks == 2;
  if (tag.name.size() > 2) return standard && split.indent == 0;
  if (tag.name == "ER" && tag.value.empty()) return true;
  if (split.indent > 0) return standard && is_known_ris_tag(tag.name);
  return standard || (spacing_[split.blanks] && is_known_ris_tag(tag.name));
}

bool is_known_ris_tag(std::string_view name) {
  constexpr std::string_view kKnown =
      " TY A1 A2 A3 A4 A5 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CC CN CP CT CY DA DB DE DI DO DP ED EP ER ET "
      "FD H1 H2 ID IS J1 J2 JA JF JI JO K1 KW L1 L2 L3 L4 LA LB LK LL M1 M2 M3 N1 N2 NS NO NV OP PA PB PD PG PI PM PP "
      "PT PU PY RD RI RN RP SE SN SP SR ST SV T1 T2 T3 TA TI TT U1 U2 U3 U4 U5 UR UT VL VO WP WT WV Y1 Y2 YR ";
  if (name.size() != 2) return false;
  const char padded[4] = {' ', name[0], name[1], ' '};
  return kKnown.find(std::string_view(padded, 4)) != std::string_view::npos;
}

}  // namespace hedgerow::records::detail
