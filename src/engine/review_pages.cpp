#include "engine/review_pages.hpp"

#include <fmt/core.h>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/figures.hpp"
#include "engine/review_tables.hpp"
#include "engine/review_words.hpp"
#include "report/csv.hpp"

namespace hedgerow::engine {
namespace {

using report::Text;

bool excludes_null(const Pooled& p) { return p.ci_lb > 0 || p.ci_ub < 0; }

/// "Jack Doe, ..." is the user's; this is ours: how the better analysis compares with the published one.
std::string comparison_sentence(const Pages& pages) {
  const ReviewSpec& spec = pages.spec();
  const ReviewResult& published = pages.evidence().result(spec.published);
  const Pooled now = pooled(spec, pages.evidence().result(spec.headline).result);
  const Pooled before = pooled(spec, published.result);
  return fmt::format(
      "The published analysis ({}, {}) gives {}; the estimate moves by {}, its interval from a width of {} to {}.",
      counted(before.k, "effect", "effects"), model_text(published.what.job),
      interval_text(spec, before.estimate, before.ci_lb, before.ci_ub), format_fixed(now.estimate - before.estimate, 3),
      format_fixed(before.ci_ub - before.ci_lb, 2), format_fixed(now.ci_ub - now.ci_lb, 2));
}

report::Callout key_result(Pages& pages) {
  const ReviewSpec& spec = pages.spec();
  const ReviewResult& headline = pages.evidence().result(spec.headline);
  report::Callout out{report::CalloutKind::key, "Key result", {}, {}};
  Text first;
  first.strong(result_sentence(spec, headline));
  out.paragraphs.push_back(first);
  if (const std::string prediction = prediction_sentence(spec, headline); !prediction.empty())
    out.paragraphs.push_back(Text(prediction));
  const bool compare = !spec.published.empty() && spec.published != spec.headline &&
                       pages.evidence().result(spec.published).result.fit &&
                       pages.spec().analysis(spec.published)->choice.model.mods.empty();
  if (compare) out.paragraphs.push_back(Text(comparison_sentence(pages)).text(" ").link("What changes.", "#better"));
  if (const auto& published = pages.evidence().published)
    out.paragraphs.push_back(
        Text(fmt::format("Of {} published results, {} are reproduced. ", published->rows.size(), published->agreeing()))
            .link("Published against recomputed.", "#published"));
  return out;
}

report::Callout changes_callout(const std::vector<Change>& changes) {
  report::Callout out{report::CalloutKind::note, "Changed since the results before", {}, {}};
  for (const Change& change : changes)
    out.items.push_back(
        Text(fmt::format("{}: {} → {}", change.what, change.before.empty() ? "not there" : change.before,
                         change.now.empty() ? "gone" : change.now)));
  return out;
}

}  // namespace

report::Table Pages::with_file(report::Table table, const std::string& name) {
  table.file = "tables/" + name + ".csv";
  files.push_back({table.file, report::to_csv(table)});
  return table;
}

Expected<report::Figure> Pages::figure(const std::string& name, scene::Scene scene, Text caption) {
  report::Figure out;
  out.id = "figure-" + name;
  out.caption = std::move(caption);
  for (const char* format : {"svg", "pdf", "png"}) {
    const std::string path = fmt::format("figures/{}.{}", name, format);
    HR_TRY(std::string bytes, render(scene, path));
    files.push_back({path, std::move(bytes)});
    std::string shown(format);
    for (char& c : shown) c = static_cast<char>(c - 'a' + 'A');
    out.files.emplace_back(shown, path);
  }
  out.scene = std::move(scene);
  return out;
}

std::string result_sentence(const ReviewSpec& spec, const ReviewResult& result) {
  const Pooled p = pooled(spec, result.result);
  const std::string& favours = p.estimate > 0 ? spec.effects.favours_right : spec.effects.favours_left;
  std::string out =
      fmt::format("Across {} from {}, the pooled {} is {} (95% CI {} to {}; {}).", counted(p.k, "effect", "effects"),
                  counted(p.studies, "study", "studies"), spec.effects.name, number_text(spec, p.estimate),
                  number_text(spec, p.ci_lb), number_text(spec, p.ci_ub), p_text(p.p));
  if (!excludes_null(p)) return out + " The interval includes no effect.";
  if (!favours.empty()) out += fmt::format(" The evidence {}.", favours);
  return out;
}

std::string prediction_sentence(const ReviewSpec& spec, const ReviewResult& result) {
  const Pooled p = pooled(spec, result.result);
  if (is_missing(p.pi_lb)) return "";
  std::string out =
      fmt::format("The true effect in a new study is expected between {} and {} (95% prediction interval)",
                  number_text(spec, p.pi_lb), number_text(spec, p.pi_ub));
  if (excludes_null(p) && p.pi_lb < 0 && p.pi_ub > 0)
    out += ": the mean is clear of no effect, but a single setting may see none or the opposite";
  return out + ".";
}

std::vector<report::Block> front_page(Pages& pages) {
  std::vector<report::Block> out;
  if (pages.evidence().table)
    out.push_back(key_result(pages));
  else
    out.push_back(report::Paragraph{Text(kNoEffects)});
  if (!pages.evidence().changes.empty()) out.push_back(changes_callout(pages.evidence().changes));
  if (!pages.evidence().warnings.empty()) {
    report::Callout callout{report::CalloutKind::warning, "", {}, {}};
    callout.title = counted(static_cast<double>(pages.evidence().warnings.size()), "warning", "warnings");
    const std::size_t shown = std::min<std::size_t>(3, pages.evidence().warnings.size());
    for (std::size_t i = 0; i < shown; ++i) callout.items.push_back(Text(pages.evidence().warnings[i]));
    if (shown < pages.evidence().warnings.size()) callout.items.push_back(Text().link("All warnings", "#warnings"));
    out.push_back(std::move(callout));
  }
  if (!pages.evidence().table) return out;
  report::Table table = pages.with_file(results_table(pages.evidence()), "results");
  for (report::Column& column : table.columns)
    if (column.name == "variance_text" || column.name == "QE" || column.name == "QEp") column.csv_only = true;
  table.caption = Text("All analyses at a glance; the key result is in bold.");
  table.notes.push_back(
      Text("I² from τ² and the typical sampling variance; the file has the definition from Q as well."));
  out.push_back(std::move(table));
  return out;
}

}  // namespace hedgerow::engine
