// RB, TR: what became of the ratings: overrides, scores as moderators, studies at high risk that are pooled like
// others.
//
// Sources: juni1999 (scores), sterne2019 (RoB 2), wilkinson2024 (trust before bias), cochrane-handbook (7.6).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

template <typename Look>
void for_each_rating(const Subject& subject, Look&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::appraisal))
    for (std::size_t row = 0; row < sheet->rows(); ++row) look(*sheet, row);
}

void run_override(const Subject& subject, Sink& sink) {
  for_each_rating(subject, [&](const Sheet& sheet, std::size_t row) {
    std::vector<std::string> names = sheet.numbered("proposed");
    if (sheet.has("proposed_overall")) names.emplace_back("proposed_overall");
    for (const std::string& name : names) {
      const std::string judged = name == "proposed_overall" ? "overall" : "domain" + name.substr(8);
      const std::string proposed = sheet.text(row, name), given = sheet.text(row, judged);
      if (proposed.empty() || given.empty()) continue;
      sink.looked();
      if (to_lower(trim(proposed)) == to_lower(trim(given)) || !trim(sheet.text(row, "support")).empty()) continue;
      sink.add(
          sheet.subject(row),
          fmt::format("The answers lead to '{}' for {}; '{}' was entered without a reason.", proposed, judged, given),
          {sheet.place(row, judged), sheet.place(row, name)});
    }
  });
}

/// Tools whose items are added up.
bool is_score(const std::string& tool) {
  const std::string name = to_lower(tool);
  return detail::holds_any(name, {"pedro", "jadad", "newcastle", "nos", "downs", "testex"});
}

bool names_score(const std::string& covariate, const std::set<std::string>& tools) {
  const std::string name = to_lower(covariate);
  if (detail::holds_any(name, {"quality score", "quality_score", "pedro", "jadad"})) return true;
  return std::any_of(tools.begin(), tools.end(),
                     [&](const std::string& tool) { return detail::names(name, to_lower(tool)); });
}

void run_score(const Subject& subject, Sink& sink) {
  std::set<std::string> tools, totals;
  for_each_rating(subject, [&](const Sheet& sheet, std::size_t row) {
    if (!is_score(sheet.declared(row, "tool"))) return;
    tools.insert(sheet.declared(row, "tool"));
    if (sheet.has("total")) totals.insert(sheet.column("total"));
  });
  const auto tell = [&](const std::string& what, const std::string& covariate, const Place& place) {
    sink.looked();
    if (!names_score(covariate, tools) && !totals.contains(covariate)) return;
    sink.add(what, fmt::format("The score '{}' explains or weights effects.", covariate), {place}).causes = {
        "a sum mixes reporting with bias, and items that matter with those that do not: use domains"};
  };
  for (const Analysis& analysis : subject.analyses)
    for (const std::string& covariate : analysis.covariates) tell(analysis.title(), covariate, analysis.place);
  for (const Sheet* levels : subject.of(SheetKind::levels)) {
    std::set<std::string> told;
    for (std::size_t row = 0; row < levels->rows(); ++row) {
      const std::string moderator = levels->text(row, "moderator");
      if (!moderator.empty() && told.insert(moderator).second)
        tell(fmt::format("moderator \"{}\"", moderator), moderator, levels->place(row, "moderator"));
    }
  }
}

void run_blinding(const Subject& subject, Sink& sink) {
  for_each_rating(subject, [&](const Sheet& sheet, std::size_t row) {
    const std::string masking = to_lower(sheet.text(row, "masking")), by = to_lower(sheet.text(row, "reported_by"));
    const std::string measurement = to_lower(trim(sheet.text(row, "domain4")));
    if (masking.empty() || by.empty() || measurement.empty()) return;
    sink.looked();
    const bool open = detail::holds_any(masking, {"open", "none", "not blind", "unblind", "unmasked"});
    const bool own = detail::holds_any(by, {"patient", "participant", "self"});
    if (!open || !own || (measurement != "low" && measurement != "low risk")) return;
    sink.add(sheet.subject(row), "People who knew their group rated their own outcome; its measurement is 'low'.",
             {sheet.place(row, "domain4"), sheet.place(row, "masking"), sheet.place(row, "reported_by")});
  });
}

bool high_risk(const Sheet& sheet, std::size_t row) {
  const std::string overall = to_lower(trim(sheet.text(row, "overall")));
  return overall == "high" || overall == "high risk" || overall == "serious" || overall == "critical";
}

/// How much trust a row denies its study: nothing said, some, serious.
enum class Doubt { none, some, serious };

Doubt doubt(const Sheet& sheet, std::size_t row) {
  const std::string word = to_lower(trim(sheet.text(row, "trust")));
  if (word.empty() || word == "none" || word == "no concerns" || word == "no" || word == "low") return Doubt::none;
  return detail::holds_any(word, {"serious", "high"}) ? Doubt::serious : Doubt::some;
}

/// Studies of the appraisals for which the test holds, and those that it was asked of.
struct Marked {
  std::set<std::string> studies, all;
  std::vector<Place> places;
};

template <typename Test>
Marked marked(const Subject& subject, const char* column, Test&& test) {
  Marked out;
  for_each_rating(subject, [&](const Sheet& sheet, std::size_t row) {
    if (sheet.text(row, column).empty()) return;
    out.all.insert(sheet.text(row, "study"));
    if (!test(sheet, row) || !out.studies.insert(sheet.text(row, "study")).second) return;
    out.places.push_back(sheet.place(row, column));
  });
  return out;
}

/// The analysis without the studies of a set, and how many studies that leaves out.
struct Rest {
  Analysis analysis;
  std::size_t left_out = 0;
};

Rest rest_of(const Analysis& analysis, const std::set<std::string>& studies) {
  Rest out{analysis, 0};
  std::set<std::string> found;
  out.analysis.rows.clear(), out.analysis.yi.clear(), out.analysis.vi.clear(), out.analysis.study.clear();
  for (std::size_t i = 0; i < analysis.study.size(); ++i) {
    if (studies.contains(analysis.study[i])) {
      found.insert(analysis.study[i]);
      continue;
    }
    out.analysis.rows.push_back(analysis.rows[i]);
    out.analysis.yi.push_back(analysis.yi[i]);
    out.analysis.vi.push_back(analysis.vi[i]);
    out.analysis.study.push_back(analysis.study[i]);
  }
  out.left_out = found.size();
  return out;
}

/// Tells of each declared mean that pools marked studies with others.
void tell_pooled(const Subject& subject, const Marked& set, const char* words, Sink& sink) {
  if (set.all.empty()) return;
  for (const Analysis& analysis : subject.analyses) {
    if (!analysis.declared || analysis.study.size() != analysis.yi.size()) continue;
    sink.looked();
    const Rest rest = rest_of(analysis, set.studies);
    if (rest.left_out == 0 || rest.analysis.yi.size() < 2) continue;
    std::vector<Place> places{analysis.place};
    places.insert(places.end(), set.places.begin(), set.places.end());
    Finding& finding = sink.add(analysis.title(), fmt::format("{} {}", rest.left_out, words), places);
    tell_change(finding, analysis, rest.analysis, subject.options);
    if (!finding.effect.empty()) finding.effect += " without them";
  }
}

void run_no_consequence(const Subject& subject, Sink& sink) {
  const bool answered = std::any_of(subject.analyses.begin(), subject.analyses.end(),
                                    [](const Analysis& analysis) { return analysis.by_risk; });
  if (answered) {
    sink.looked();
    return;
  }
  tell_pooled(subject, marked(subject, "overall", high_risk),
              "studies at high risk of bias are pooled, and no analysis leaves them out.", sink);
}

void run_untrusted(const Subject& subject, Sink& sink) {
  const auto serious = [](const Sheet& sheet, std::size_t row) { return doubt(sheet, row) == Doubt::serious; };
  tell_pooled(subject, marked(subject, "trust", serious),
              "studies with serious doubts about their trustworthiness are pooled.", sink);
}

void run_without_doubted(const Subject& subject, Sink& sink) {
  const auto doubted = [](const Sheet& sheet, std::size_t row) { return doubt(sheet, row) != Doubt::none; };
  tell_pooled(subject, marked(subject, "trust", doubted), "studies with doubts about their trustworthiness are pooled.",
              sink);
}

const Check kChecks[] = {
    {"RB-02", "Judgement against algorithm", Severity::warning,
     "A judgement other than the answers lead to, without a reason.",
     "proposed and given judgement differ, and support is empty", "reasons kept elsewhere", "Give the reason.",
     "sterne2019", run_override},
    {"RB-03", "Score of quality", Severity::warning, "A sum score that explains, selects or weights effects.",
     "a moderator that names the tool of a score, or its column of totals", "a declared sensitivity analysis",
     "Use single domains.", "juni1999", run_score},
    {"RB-06", "Blinding against measurement", Severity::warning,
     "Outcomes that unblinded people rated themselves, with a low risk in their measurement.",
     "masking open, reported by patients, domain 4 low", "active comparators that nobody prefers",
     "Judge the measurement again.", "sterne2019", run_blinding},
    {"RB-08", "Ratings without consequence", Severity::warning,
     "Studies at high risk of bias that are pooled like the others.",
     "overall high, serious or critical; no analysis by risk of bias", "all studies at high risk",
     "Show the result without them.", "cochrane-handbook", run_no_consequence},
    {"RB-11", "Doubts without consequence", Severity::warning,
     "Studies with serious doubts about their trustworthiness among the pooled.", "trust serious",
     "a declared decision", "Set them aside until the doubts are settled.", "wilkinson2024", run_untrusted},
    {"TR-11", "Result without doubted studies", Severity::info, "What the result is without studies in doubt.",
     "trust other than none", "none known", "Tell both results.", "wilkinson2024", run_without_doubted},
};

}  // namespace

std::span<const Check> rating_use_checks() { return kChecks; }

}  // namespace hedgerow::audit
