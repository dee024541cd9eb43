// RB: appraisals as tables print them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/check.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

/// 1 for yes, 0 for no and unclear; nothing for another text.
std::optional<int> point_of(const std::string& text) {
  const std::string lower = to_lower(trim(text));
  if (lower == "1" || lower == "yes" || lower == "y" || lower == "+") return 1;
  if (lower == "0" || lower == "no" || lower == "n" || lower == "-" || lower == "?" || lower == "unclear") return 0;
  return std::nullopt;
}

std::set<std::string> not_counted(const Sheet& sheet) {
  std::set<std::string> out;
  for (const std::string& name : split(sheet.setting("not_counted"), ';'))
    if (!trim(name).empty()) out.emplace(trim(name));
  return out;
}

struct Sums {
  int counted = 0, all = 0;
};

/// Nothing unless every rated item is a point.
std::optional<Sums> sums_of(const Sheet& sheet, std::size_t row) {
  Sums out;
  const std::set<std::string> apart = not_counted(sheet);
  const std::vector<std::string> items = sheet.numbered("item");
  for (const std::string& item : items) {
    const auto point = point_of(sheet.text(row, item));
    if (!point) return std::nullopt;
    out.all += *point;
    if (!apart.count(item)) out.counted += *point;
  }
  if (items.empty()) return std::nullopt;
  return out;
}

struct Band {
  std::string word;
  double from = 0;
};

/// "high 6; moderate 4; low 0", highest first.
std::vector<Band> bands_of(const Sheet& sheet) {
  std::vector<Band> out;
  for (const std::string& part : split(sheet.setting("categories"), ';')) {
    const std::string entry(trim(part));
    const std::size_t blank = entry.rfind(' ');
    if (blank == std::string::npos) continue;
    if (const auto from = parse_number(entry.substr(blank + 1)))
      out.push_back({to_lower(trim(entry.substr(0, blank))), *from});
  }
  std::sort(out.begin(), out.end(), [](const Band& a, const Band& b) { return a.from > b.from; });
  return out;
}

std::string band_of(double score, const std::vector<Band>& bands) {
  for (const Band& band : bands)
    if (score >= band.from) return band.word;
  return "";
}

template <typename Function>
void for_each_table(const Subject& subject, Function&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::appraisal)) look(*sheet);
}

/// Whether the table's totals hold the items that the scale does not count: most of them fit only so.
bool counts_all(const Sheet& sheet) {
  std::size_t only_all = 0, only_counted = 0;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    const auto sums = sums_of(sheet, row);
    const auto total = sheet.number(row, "total");
    if (!sums || !total || sums->all == sums->counted) continue;
    only_all += total->value == sums->all ? 1U : 0U;
    only_counted += total->value == sums->counted ? 1U : 0U;
  }
  return only_all > only_counted;
}

void run_totals(const Subject& subject, Sink& sink) {
  for_each_table(subject, [&](const Sheet& sheet) {
    const bool all = counts_all(sheet);
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const auto sums = sums_of(sheet, row);
      const auto total = sheet.number(row, "total");
      if (!sums || !total) continue;
      sink.looked();
      const int sum = all ? sums->all : sums->counted;
      if (total->value == sum) continue;
      Finding& finding =
          sink.add(sheet.subject(row), fmt::format("The items add up to {}, the total is {}.", sum, total->text),
                   {sheet.place(row, "total")});
      finding.repair = fmt::format("total = {}", sum);
      const std::vector<Band> bands = bands_of(sheet);
      const std::string was = band_of(total->value, bands), is = band_of(sum, bands);
      if (was != is) finding.effect = fmt::format("category {} -> {}", was, is);
      finding.decides = was != is;
      finding.causes = {"a total mistyped", "an item mistyped"};
    }
  });
}

void run_uncounted(const Subject& subject, Sink& sink) {
  for_each_table(subject, [&](const Sheet& sheet) {
    if (not_counted(sheet).empty() || !sheet.has("total")) return;
    sink.looked();
    if (!counts_all(sheet)) return;
    std::vector<std::string> moved;
    const std::vector<Band> bands = bands_of(sheet);
    for (std::size_t row = 0; row < sheet.rows(); ++row)
      if (const auto sums = sums_of(sheet, row); sums && band_of(sums->all, bands) != band_of(sums->counted, bands))
        moved.push_back(fmt::format("{} ({} to {})", sheet.text(row, "study"), band_of(sums->all, bands),
                                    band_of(sums->counted, bands)));
    Finding& finding = sink.add(fmt::format("table {}", sheet.table().source()),
                                fmt::format("The totals count {}, which the {} scale shows but does not count.",
                                            sheet.setting("not_counted"), sheet.setting("tool")),
                                {sheet.place(0, "total")});
    if (!moved.empty())
      finding.effect = fmt::format("{} studies change their category: {}", moved.size(), join(moved, ", "));
    finding.decides = !moved.empty();
  });
}

void run_short_scale(const Subject& subject, Sink& sink) {
  for_each_table(subject, [&](const Sheet& sheet) {
    const auto whole = parse_number(sheet.setting("items_of_scale"));
    const std::vector<std::string> items = sheet.numbered("item");
    if (!whole || items.empty() || bands_of(sheet).empty()) return;
    sink.looked();
    const std::set<std::string> apart = not_counted(sheet);
    const auto rated =
        std::count_if(items.begin(), items.end(), [&](const std::string& item) { return !apart.count(item); });
    if (static_cast<double>(rated) >= *whole) return;
    sink.add(fmt::format("table {}", sheet.table().source()),
             fmt::format("The cut points ({}) are those of {} items, but {} were rated.", sheet.setting("categories"),
                         *whole, rated),
             {sheet.place(0, "category")})
        .causes = {"items left out without new cut points"};
  });
}

void run_category(const Subject& subject, Sink& sink) {
  for_each_table(subject, [&](const Sheet& sheet) {
    const std::vector<Band> bands = bands_of(sheet);
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const auto total = sheet.number(row, "total");
      const std::string category = to_lower(sheet.text(row, "category"));
      if (!total || category.empty() || bands.empty()) continue;
      sink.looked();
      const std::string band = band_of(total->value, bands);
      if (category.find(band) != std::string::npos) continue;
      sink.add(sheet.subject(row),
               fmt::format("A total of {} is {} by the declared cut points, the table says {}.", total->text, band,
                           category),
               {sheet.place(row, "category"), sheet.place(row, "total")});
    }
  });
}

/// 0 best; nothing for a word of no scale.
std::optional<int> rank_of(const std::string& text) {
  static const std::map<std::string, int> ranks = {
      {"low", 0},          {"low risk", 0}, {"some concerns", 1}, {"moderate", 1}, {"unclear", 1},
      {"unclear risk", 1}, {"high", 3},     {"high risk", 3},     {"serious", 2},  {"critical", 3}};
  const auto found = ranks.find(to_lower(trim(text)));
  if (found == ranks.end()) return std::nullopt;
  return found->second;
}

void run_overall(const Subject& subject, Sink& sink) {
  for_each_table(subject, [&](const Sheet& sheet) {
    const std::vector<std::string> domains = sheet.numbered("domain");
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const auto overall = rank_of(sheet.text(row, "overall"));
      if (!overall || domains.empty()) continue;
      sink.looked();
      for (const std::string& domain : domains) {
        const auto rank = rank_of(sheet.text(row, domain));
        if (!rank || *rank <= *overall) continue;
        sink.add(sheet.subject(row),
                 fmt::format("Overall '{}' although {} is '{}'.", sheet.text(row, "overall"), domain,
                             sheet.text(row, domain)),
                 {sheet.place(row, "overall"), sheet.place(row, domain)});
        break;
      }
    }
  });
}

void run_monotone(const Subject& subject, Sink& sink) {
  constexpr std::size_t kEnough = 5;
  for_each_table(subject, [&](const Sheet& sheet) {
    std::vector<std::string> columns = sheet.numbered("item");
    for (const std::string& domain : sheet.numbered("domain")) columns.push_back(domain);
    if (columns.size() < 3 || sheet.rows() < kEnough) return;
    sink.looked();
    std::set<std::string> rows;
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      std::string all;
      for (const std::string& column : columns) all += sheet.text(row, column) + "|";
      rows.insert(all);
    }
    if (rows.size() > 1) return;
    sink.add(fmt::format("table {}", sheet.table().source()),
             fmt::format("All {} studies have the same ratings.", sheet.rows()), {sheet.place(0, columns.front())});
  });
}

void run_wrong_tool(const Subject& subject, Sink& sink) {
  for_each_table(subject, [&](const Sheet& sheet) {
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const std::string name = sheet.declared(row, "tool"), tool = to_lower(name);
      const std::string design = to_lower(sheet.text(row, "design"));
      if (tool.empty() || design.empty()) continue;
      sink.looked();
      const bool trial = design == "rct" || design.rfind("random", 0) == 0;
      const bool for_others = tool.find("robins") != std::string::npos || tool.find("nos") == 0;
      if (!(trial && for_others)) continue;
      sink.add(sheet.subject(row),
               fmt::format("{} is for studies that are not randomised; this one is ({}).", name, design),
               {sheet.place(row, "design")});
    }
  });
}

const Check kChecks[] = {
    {"RB-01", "Overall better than a domain", Severity::error, "An overall judgement better than the worst domain.",
     "overall at least as bad as every domain", "tools whose overall judgement is not the worst domain",
     "Correct one of them.", "sterne2019", run_overall},
    {"RB-04", "Tool of another design", Severity::warning,
     "A tool for studies that are not randomised on a randomised trial.", "ROBINS-I or NOS beside design RCT",
     "trials analysed as cohorts", "Use RoB 2.", "sterne2019", run_wrong_tool},
    {"RB-09", "All ratings alike", Severity::note, "Every study with the same ratings.",
     "at least 5 studies and 3 items", "small uniform fields", "Look whether they were rated one by one.", "own",
     run_monotone},
    {"RB-12", "Items that do not count", Severity::warning,
     "Totals that hold an item which the scale shows and does not count.",
     "most totals equal the sum with it and not the one without", "none known", "Subtract it; look at the categories.",
     "maher2003", run_uncounted},
    {"RB-13", "Total against items", Severity::error, "A total that is not the sum of its items.",
     "sum of points (with the items that this table counts)", "items with half points",
     "Correct the total or the item.", "own", run_totals},
    {"RB-14", "Cut points of a longer scale", Severity::warning,
     "Categories by cut points although items were left out.", "rated items fewer than the scale's",
     "cut points adapted and not said so", "Adapt the cut points, or drop the categories.", "own", run_short_scale},
    {"RB-15", "Category against total", Severity::error,
     "A category that the total does not have by the declared cut points.", "cut points of the table", "none known",
     "Correct the category.", "own", run_category},
};

}  // namespace

std::span<const Check> appraisal_checks() { return kChecks; }

}  // namespace hedgerow::audit
