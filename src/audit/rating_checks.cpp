// RB: how studies were rated: per outcome, with reasons, by two people.
#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "audit/check.hpp"
#include "base/text.hpp"
#include "review/agreement_pair.hpp"

namespace hedgerow::audit {

namespace {

std::string tool_of(const Sheet& sheet) {
  const std::string setting = sheet.setting("tool");
  return setting.empty() && sheet.rows() > 0 ? sheet.text(0, "tool") : setting;
}

bool by_domains(const Sheet& sheet) {
  const std::string tool = to_lower(tool_of(sheet));
  return tool.find("rob 2") != std::string::npos || tool.find("rob2") != std::string::npos ||
         tool.find("robins") != std::string::npos;
}

std::size_t outcomes(const Subject& subject) {
  std::set<std::string> names;
  for (const SheetKind kind : {SheetKind::pooled, SheetKind::grade})
    for (const Sheet* sheet : subject.of(kind))
      for (std::size_t row = 0; row < sheet->rows(); ++row) names.insert(sheet->text(row, "outcome"));
  return names.size();
}

void run_per_outcome(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::appraisal)) {
    if (!by_domains(*sheet) || outcomes(subject) < 2 || sheet->rows() == 0) continue;
    sink.looked();
    if (sheet->has("outcome")) continue;
    sink.add(fmt::format("table {}", sheet->table().source()),
             fmt::format("{} rates results, but each study has one rating for {} outcomes.", tool_of(*sheet),
                         outcomes(subject)),
             {sheet->place(0, "study")});
  }
}

void run_support(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::appraisal)) {
    if (!sheet->has("support")) continue;
    std::size_t bare = 0, first = sheet->rows();
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      sink.looked();
      if (!sheet->text(row, "support").empty()) continue;
      ++bare;
      first = std::min(first, row);
    }
    if (bare == 0) continue;
    sink.add(fmt::format("table {}", sheet->table().source()),
             fmt::format("{} of {} ratings have no support.", bare, sheet->rows()), {sheet->place(first, "support")});
  }
}

/// Ratings of a study and outcome by rater.
using Ratings = std::map<std::string, std::map<std::string, std::size_t>>;

/// Cohen's kappa of two raters over all items that both rated; nothing if they rated too little, or always the same.
std::optional<double> kappa(const Sheet& sheet, const Ratings& ratings, const std::string& a, const std::string& b) {
  std::vector<std::pair<std::string, std::string>> both;
  std::map<std::string, std::size_t> classes;
  std::vector<std::string> items = sheet.numbered("item");
  for (const std::string& domain : sheet.numbered("domain")) items.push_back(domain);
  for (const auto& [study, rows] : ratings) {
    const auto one = rows.find(a), other = rows.find(b);
    if (one == rows.end() || other == rows.end()) continue;
    for (const std::string& item : items) {
      const std::string x = to_lower(sheet.text(one->second, item)), y = to_lower(sheet.text(other->second, item));
      if (x.empty() || y.empty()) continue;
      both.emplace_back(x, y);
      for (const std::string& rating : {x, y}) classes.emplace(rating, classes.size());
    }
  }
  constexpr std::size_t kFewest = 20;
  if (both.size() < kFewest) return std::nullopt;
  stats::Matrix counts(classes.size(), classes.size());
  for (const auto& [x, y] : both) ++counts(classes[x], classes[y]);
  return review::cohen_kappa(counts, review::identity_weights(classes.size()), 0.95).estimate;
}

void run_raters(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::appraisal)) {
    if (!sheet->has("rater") || sheet->rows() == 0) continue;
    std::set<std::string> raters;
    Ratings ratings;
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const std::string rater = sheet->text(row, "rater");
      if (rater.empty()) continue;
      raters.insert(rater);
      ratings[sheet->text(row, "study") + "\n" + sheet->text(row, "outcome")].emplace(rater, row);
    }
    sink.looked();
    const std::string table = fmt::format("table {}", sheet->table().source());
    if (raters.size() == 1)
      sink.add(table, fmt::format("One person, {}, rated all studies.", *raters.begin()), {sheet->place(0, "rater")});
    if (raters.size() < 2) continue;
    const std::string a = *raters.begin(), b = *std::next(raters.begin());
    const auto agreement = kappa(*sheet, ratings, a, b);
    if (agreement && *agreement < sink.limit())
      sink.add(table, fmt::format("{} and {} agree poorly: kappa {}.", a, b, format_fixed(*agreement, 2)),
               {sheet->place(0, "rater")});
  }
}

const Check kChecks[] = {
    {"RB-05", "One rating for several outcomes", Severity::note, "A tool that rates results, used once per study.",
     "RoB 2 or ROBINS-I without a column of outcomes, two outcomes or more", "outcomes measured alike",
     "Rate each outcome, or say why one rating holds.", "sterne2019", run_per_outcome},
    {"RB-07", "Ratings without support", Severity::warning, "Ratings that no quotation or remark supports.",
     "empty support", "support kept elsewhere", "Give the text behind each rating.", "cochrane-handbook", run_support},
    {"RB-10", "Raters", Severity::note, "One rater, or two who agree poorly.",
     "one name; or Cohen's kappa below 0.4 over at least 20 items", "ratings that are nearly all alike",
     "Talk the criteria over and rate again.", "cochrane-handbook", run_raters, 0.4},
};

}  // namespace

std::span<const Check> rating_checks() { return kChecks; }

}  // namespace hedgerow::audit
