// Published against recomputed, and what a better analysis changes.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/review_pages.hpp"
#include "engine/review_tables.hpp"
#include "engine/review_words.hpp"

namespace hedgerow::engine {
namespace {

using report::Cell;
using report::Row;
using report::Section;
using report::Text;

/// Counts of rows by the rule that held.
std::string rules_sentence(const Published& published) {
  std::size_t printed = 0, significant = 0, none = 0, likelihoods = 0, higher = 0;
  for (const PublishedRow& row : published.rows) {
    if (!row.agrees)
      ++none;
    else if (row.rule == "last printed digit")
      ++printed;
    else
      ++significant;
    if (!row.loglik_ours) continue;
    ++likelihoods;
    higher += *row.loglik_ours >= *row.loglik_printed;
  }
  std::string out =
      fmt::format("{} of {} printed results are reproduced to the last printed digit", printed, published.rows.size());
  if (significant) out += fmt::format(", {} to the significant digits that published.toml declares", significant);
  out += none ? fmt::format(", {} not.", none) : ".";
  if (likelihoods)
    out += fmt::format(
        " For {} of {} likelihood estimates the log-likelihood at our τ² is at least as high as at the "
        "printed one, so where the last digits differ ours is nearer to the maximum.",
        higher, likelihoods);
  return out;
}

/// Why some printed digits are not all good, each reason once.
std::vector<std::string> row_notes(const Published& published) {
  std::vector<std::string> out;
  for (const PublishedRow& row : published.rows)
    if (!row.note.empty() && std::find(out.begin(), out.end(), row.note) == out.end()) out.push_back(row.note);
  return out;
}

/// Whether no published row rests on effects that were given instead of computed.
bool recomputed_only(const ReviewEvidence& evidence) {
  return std::all_of(evidence.published->rows.begin(), evidence.published->rows.end(), [&](const PublishedRow& row) {
    return row.job.empty() || evidence.result(row.job).what.job.effect.yi.empty();
  });
}

struct Pair {
  const ReviewResult& before;
  const ReviewResult& now;
  Pooled p_before, p_now;
};

std::string j_text(const Job& job) {
  if (!job.effect.yi.empty()) return "as reported";
  return job.effect.options.exact_j ? "exact" : "approximate";
}

void add_row(report::Table& table, const std::string& what, const std::string& before, const std::string& now) {
  table.rows.push_back({{Cell(what), Cell(before), Cell(now)}, report::RowClass::plain});
}

std::string prediction(const ReviewSpec& spec, const Pooled& p) {
  return is_missing(p.pi_lb) ? "–" : fmt::format("{} to {}", number_text(spec, p.pi_lb), number_text(spec, p.pi_ub));
}

report::Table change_table(const ReviewSpec& spec, const Pair& pair) {
  const Pooled &a = pair.p_before, &b = pair.p_now;
  report::Table table;
  table.id = "table-better";
  table.caption = Text("The published analysis and the main analysis of this report.");
  table.columns = {{"", report::Align::left, "what", false},
                   {"Published", report::Align::left, "published", false},
                   {"Main analysis", report::Align::left, "main", false}};
  add_row(table, "Model", model_text(pair.before.what.job), model_text(pair.now.what.job));
  add_row(table, "Correction J", j_text(pair.before.what.job), j_text(pair.now.what.job));
  add_row(table, "Effects", format_fixed(a.k, 0), format_fixed(b.k, 0));
  add_row(table, "Studies", format_fixed(a.studies, 0), format_fixed(b.studies, 0));
  add_row(table, spec.effects.name + " [95% CI]", interval_text(spec, a.estimate, a.ci_lb, a.ci_ub),
          interval_text(spec, b.estimate, b.ci_lb, b.ci_ub));
  add_row(table, "Standard error", format_fixed(a.se, 3), format_fixed(b.se, 3));
  add_row(table, "p", format_p(a.p), format_p(b.p));
  add_row(table, "Prediction interval", prediction(spec, a), prediction(spec, b));
  add_row(table, "τ² or σ²", variance_text(a), variance_text(b));
  add_row(table, "I² (%)", format_fixed(a.i2, 1), format_fixed(b.i2, 1));
  return table;
}

bool excludes_null(const Pooled& p) { return p.ci_lb > 0 || p.ci_ub < 0; }

Text change_text(const ReviewSpec& spec, const Pair& pair) {
  const Pooled &a = pair.p_before, &b = pair.p_now;
  Text text;
  const double shift = b.estimate - a.estimate;
  text.text(fmt::format("The estimate {} by {} and its standard error {} by {}%. ", shift < 0 ? "falls" : "rises",
                        format_fixed(std::abs(shift), 3), b.se < a.se ? "falls" : "rises",
                        format_fixed(100 * std::abs(b.se / a.se - 1), 0)));
  if (excludes_null(a) == excludes_null(b) && a.estimate * b.estimate > 0)
    text.text(excludes_null(b) ? "The conclusion stays: the interval excludes no effect. "
                               : "The conclusion stays: the interval includes no effect. ");
  else
    text.strong("The conclusion changes. ");
  if (!is_missing(a.pi_lb) && !is_missing(b.pi_lb))
    text.text(fmt::format("What a new study is expected to find spans {} instead of {}.", prediction(spec, b),
                          prediction(spec, a)));
  return text;
}

}  // namespace

Section published_section(Pages& pages) {
  Section out{"published", "Published against recomputed", {}, {}};
  const ReviewEvidence& evidence = pages.evidence();
  const ReviewSpec& spec = evidence.spec;
  if (!evidence.published) {
    out.add(report::Paragraph{Text("The folder holds no published numbers to compare with.")});
  } else {
    out.add(report::Paragraph{Text(rules_sentence(*evidence.published))});
    if (recomputed_only(evidence))
      out.add(report::Paragraph{
          Text("Effects were recomputed from the extracted numbers; the printed ones play no part in it.")});
    pages.with_file(published_table(evidence), "published");
    report::Table table = pages.with_file(published_view(evidence), "published-rules");
    table.caption = Text("Each printed number, and in italics ours with two digits more.");
    table.notes = {Text("Last printed digit: our number rounds to the printed one. Significant digits: it agrees "
                        "within half a unit of "
                        "that digit; for iterated estimates, which another program printed with more digits than its "
                        "stopping rule gives."),
                   Text("Log-likelihood gain: at our τ² minus at the printed τ², both by a fit with τ² fixed. The "
                        "printed τ² is rounded, so the gain is small."),
                   Text()
                       .link("tables/published.csv", "tables/published.csv")
                       .text(" has every printed column beside the recomputed one.")};
    for (const std::string& note : row_notes(*evidence.published)) table.notes.emplace_back(note);
    out.add(std::move(table));
  }
  const bool compare = !spec.published.empty() && spec.published != spec.headline &&
                       evidence.result(spec.published).result.fit->number("p") == 1 &&
                       evidence.result(spec.headline).result.fit->number("p") == 1;
  if (!compare) return out;
  Section better{"better", "What a better analysis changes", {}, {}};
  const ReviewResult &before = evidence.result(spec.published), &now = evidence.result(spec.headline);
  const Pair pair{before, now, pooled(spec, before.result), pooled(spec, now.result)};
  better.add(report::Paragraph{change_text(spec, pair)});
  if (const std::string& note = spec.analysis(spec.headline)->note; !note.empty())
    better.add(report::Paragraph{Text(note)});
  better.add(pages.with_file(change_table(spec, pair), "comparison"));
  out.sections.push_back(std::move(better));
  return out;
}

}  // namespace hedgerow::engine
