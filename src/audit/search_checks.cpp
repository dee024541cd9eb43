// PR: mistakes inside a search strategy, line by line.
//
// A strategy is a text of lines, numbered or not ("1. knee*", "#2 ...", "3 1 and 2"). Brackets and quotation marks must
// close within a line; lines that combine others must name lines that exist; a line that no other names is a dead end
// unless it is the last one. Source: mcgowan2016 (PRESS).
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "audit/check.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

struct SearchLine {
  long number = 0;  ///< as printed, or its place
  bool numbered = false;
  std::string text;
  std::set<long> named;  ///< lines that it combines
};

/// "12. text", "#12 text", "12 text": the number and the rest.
SearchLine read_line(const std::string& line, long place) {
  std::size_t at = !line.empty() && line[0] == '#' ? 1 : 0;
  const std::size_t begin = at;
  while (at < line.size() && std::isdigit(static_cast<unsigned char>(line[at]))) ++at;
  const bool numbered = at > begin && at < line.size() &&
                        (line[at] == '.' || line[at] == ' ' || line[at] == '\t' || line[at] == ')' || line[at] == ':');
  if (!numbered) return {place, false, line, {}};
  const long number = static_cast<long>(parse_number(line.substr(begin, at - begin)).value_or(0));
  return {number, true, std::string(trim(line.substr(at + 1))), {}};
}

bool of_numbers(const std::string& word) {
  const std::string digits = word.front() == '#' ? word.substr(1) : word;
  return !digits.empty() &&
         std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0 || c == '-'; });
}

bool combines(const std::string& word) {
  return word == "and" || word == "or" || word == "not" || word == "or/" || word == "and/" || word == "to";
}

/// Lines that a line of combinations names: "1 and 2", "or/1-4", "#1 OR #2"; nothing if other words stand there.
std::set<long> combined(const std::string& text) {
  std::string spaced = to_lower(text);
  for (const char* mark : {"or/", "and/", "(", ")", ","})
    for (std::size_t at = spaced.find(mark); at != std::string::npos; at = spaced.find(mark, at + 1))
      spaced.replace(at, std::string(mark).size(), std::string(mark).size(), ' ');
  std::set<long> out;
  for (const std::string& word : split(spaced, ' ')) {
    if (word.empty() || combines(word)) continue;
    if (!of_numbers(word)) return {};
    const std::vector<double> ends = detail::numbers_in(word);
    if (ends.empty()) return {};
    for (long line = static_cast<long>(ends.front()); line <= static_cast<long>(ends.back()); ++line) out.insert(line);
  }
  return out;
}

std::vector<SearchLine> lines_of(const std::string& strategy) {
  std::vector<SearchLine> out;
  for (const std::string& raw : split(strategy, '\n')) {
    const std::string line(trim(raw));
    if (line.empty()) continue;
    out.push_back(read_line(line, static_cast<long>(out.size()) + 1));
    if (out.back().numbered) out.back().named = combined(out.back().text);
  }
  return out;
}

/// What is wrong with one line; empty if nothing is.
std::string fault_of(const SearchLine& line) {
  long depth = 0, quotes = 0;
  bool negative = false;
  for (const char c : line.text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    quotes += c == '"';
    negative = negative || depth < 0;
  }
  if (depth != 0 || negative) return "has brackets that do not close";
  if (quotes % 2 != 0) return "has a quotation mark that does not close";
  return "";
}

struct Strategy {
  std::string subject, text;
  Place place;
};

std::vector<Strategy> strategies(const Subject& subject) {
  std::vector<Strategy> out;
  for (const Sheet* search : subject.of(SheetKind::search))
    for (std::size_t row = 0; row < search->rows(); ++row)
      if (const std::string text = search->text(row, "strategy"); text.find(' ') != std::string::npos)
        out.push_back({search->subject(row), text, search->place(row, "strategy")});
  if (subject.log)
    for (const SearchText& search : subject.log->strategies)
      out.push_back({fmt::format("database \"{}\"", search.database), search.text, search.place});
  return out;
}

void look_at(const Strategy& strategy, Sink& sink) {
  const std::vector<SearchLine> lines = lines_of(strategy.text);
  std::set<long> numbers, named;
  for (const SearchLine& line : lines) {
    numbers.insert(line.number);
    named.insert(line.named.begin(), line.named.end());
  }
  for (const SearchLine& line : lines) {
    sink.looked();
    const auto tell = [&](const std::string& what) {
      sink.add(strategy.subject, fmt::format("Line {} of the strategy {}.", line.number, what), {strategy.place});
    };
    if (const std::string fault = fault_of(line); !fault.empty()) tell(fault);
    for (const long other : line.named)
      if (!numbers.contains(other) || other >= line.number)
        tell(fmt::format("names line {}, which is not before it", other));
    const bool last = &line == &lines.back();
    if (line.numbered && !last && !named.empty() && !named.contains(line.number))
      tell("is never combined with the rest");
  }
}

void run_strategies(const Subject& subject, Sink& sink) {
  for (const Strategy& strategy : strategies(subject)) look_at(strategy, sink);
}

const Check kChecks[] = {
    {"PR-14", "Mistakes inside a search strategy", Severity::warning,
     "Brackets or quotation marks that do not close, lines that name no line before them, lines that nothing combines.",
     "by line; a line is a combination if it holds numbers of lines, AND, OR and NOT alone",
     "dialects of platforms, lines kept on purpose", "Mend the strategy, and search again if it was run so.",
     "mcgowan2016", run_strategies},
};

}  // namespace

std::span<const Check> search_checks() { return kChecks; }

}  // namespace hedgerow::audit
