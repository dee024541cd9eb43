// Sections on what went in: question, studies, appraisal, effects; and what a reader has to know: warnings, provenance.
#include <fmt/core.h>

#include <cmath>
#include <map>
#include <numeric>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/expression.hpp"
#include "engine/review_pages.hpp"
#include "engine/review_rating_pages.hpp"
#include "engine/review_tables.hpp"
#include "engine/review_words.hpp"
#include "plot/prisma_flow.hpp"
#include "plot/traffic_light.hpp"

namespace hedgerow::engine {
namespace {

using report::Section;
using report::Text;

void add_term(report::DefinitionList& list, const std::string& term, const std::string& text) {
  if (!text.empty()) list.items.emplace_back(Text(term), Text(text));
}

/// Index into the levels Yes, Unclear, No of the figure.
std::optional<std::size_t> level(review::Rating rating) {
  switch (rating) {
    case review::Rating::yes:
      return 0;
    case review::Rating::unclear:
      return 1;
    case review::Rating::no:
      return 2;
    case review::Rating::missing:
      break;
  }
  return std::nullopt;
}

scene::Scene traffic_figure(const ReviewEvidence& evidence) {
  const review::Instrument& instrument = evidence.spec.appraisal->instrument;
  plot::TrafficData data;
  data.title = instrument.name;
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    data.items.push_back(
        {std::to_string(i + 1), instrument.items[i].label + (instrument.items[i].counted ? "" : " (not counted)"), ""});
  for (const review::Appraised& study : evidence.appraised) {
    plot::TrafficRow row{study.study, {}, fmt::format("{}/{}", study.score, review::max_score(instrument))};
    for (review::Rating rating : study.ratings) row.levels.push_back(level(rating));
    data.rows.push_back(std::move(row));
  }
  data.score_header = "Score";
  return plot::traffic_light(data);
}

std::string bands_text(const review::Instrument& instrument) {
  std::vector<std::string> parts;
  for (const review::Band& band : instrument.bands)
    parts.push_back(band.from == band.to ? fmt::format("{} {}", band.from, band.label)
                                         : fmt::format("{} to {} {}", band.from, band.to, band.label));
  return join(parts, ", ");
}

std::string scores_sentence(const ReviewEvidence& evidence) {
  double sum = 0, squares = 0;
  int low = 1000, high = 0;
  std::map<std::string, int> by_band;
  for (const review::Appraised& study : evidence.appraised) {
    sum += study.score;
    low = std::min(low, study.score);
    high = std::max(high, study.score);
    ++by_band[study.band];
  }
  const double n = static_cast<double>(evidence.appraised.size());
  for (const review::Appraised& study : evidence.appraised) squares += std::pow(study.score - sum / n, 2);
  std::vector<std::string> parts;
  for (const review::Band& band : evidence.spec.appraisal->instrument.bands)
    if (by_band[band.label]) parts.push_back(fmt::format("{} {}", by_band[band.label], band.label));
  const std::string sd = n > 1 ? fmt::format(", SD {}", format_fixed(std::sqrt(squares / (n - 1)), 2)) : "";
  return fmt::format("{} were rated with the {}: mean score {}{}, range {} to {} of {}; {}.",
                     counted(n, "study", "studies"), evidence.spec.appraisal->instrument.name, format_fixed(sum / n, 2),
                     sd, low, high, review::max_score(evidence.spec.appraisal->instrument), join(parts, ", "));
}

std::string unrated_sentence(const ReviewEvidence& evidence) {
  const AppraisalSpec& spec = *evidence.spec.appraisal;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < spec.columns.items.size(); ++i)
    if (spec.columns.items[i].empty()) names.push_back(spec.instrument.items[i].label);
  if (names.empty()) return "";
  return fmt::format("Not rated at all: {}. The scores are not comparable with scores over all items.",
                     join(names, "; "));
}

std::string declared_sentence(const ReviewEvidence& evidence) {
  int declared = 0, different = 0;
  for (const review::Appraised& study : evidence.appraised) {
    declared += study.declared.has_value();
    different += study.declared && *study.declared != study.score;
  }
  if (!declared) return "";
  return different ? fmt::format("{} of {} declared totals differ from the sum of their items.", different, declared)
                   : fmt::format("All {} declared totals equal the sum of their items.", declared);
}

/// Rows and rules: "44 rows: means and SDs before and after (prepost_means)".
report::List format_list(const ReviewEvidence& evidence) {
  report::List list;
  const EffectsSpec& spec = evidence.spec.effects;
  for (std::size_t i = 0; i < spec.request.rules.size(); ++i) {
    const effect::FormatRule& rule = spec.request.rules[i];
    std::vector<std::size_t> rows(evidence.table->rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    if (auto found = data::evaluate_condition(rule.condition, *evidence.table); !rule.condition.empty() && found)
      rows = found.take();
    const auto& records = evidence.effects.effects.effects.records;
    std::string method = rows.empty() ? "" : records[rows.front()].method;
    if (method.starts_with(rule.form + ": ")) method.erase(0, rule.form.size() + 2);
    if (!method.empty()) method = ": " + method;
    list.items.push_back(
        Text(fmt::format("{} from {} (", counted(static_cast<double>(rows.size()), "row", "rows"), spec.rule_names[i]))
            .code(rule.form)
            .text(")" + method));
  }
  return list;
}

/// Largest difference between reported and recomputed effects among the rows whose sign agrees.
Text reported_text(const ReviewEvidence& evidence) {
  const auto reported = evidence.table->numbers(evidence.spec.effects.reported_yi);
  const auto errors = evidence.table->numbers(evidence.spec.effects.reported_sei);
  const EffectRows& rows = evidence.effects.effects;
  double worst = 0, worst_se = 0;
  std::size_t compared = 0, close = 0;
  std::vector<std::string> opposite;
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    const double theirs = (*reported)[rows.row[i]], ours = rows.effects.yi[i];
    if (is_missing(theirs) || is_missing(ours)) continue;
    ++compared;
    if (theirs * ours < 0) {
      opposite.push_back(rows.label(i));
      continue;
    }
    const double se_difference = std::abs(std::sqrt(rows.effects.vi[i]) - (*errors)[rows.row[i]]);
    close += std::abs(ours - theirs) <= 1e-9 && se_difference <= 1e-9;
    worst = std::max(worst, std::abs(ours - theirs));
    worst_se = std::max(worst_se, se_difference);
  }
  Text out(
      fmt::format("Of {} reported effects, {} are reproduced with their standard errors within 1e-9; the largest "
                  "difference among the others is {:.1e} (standard error {:.1e}).",
                  compared, close, worst, worst_se));
  if (!opposite.empty()) out.text(" ").strong(fmt::format("Opposite sign: {}.", join(opposite, ", ")));
  return out;
}

}  // namespace

Section question_section(Pages& pages) {
  Section out{"question", "Question", {}, {}};
  const ReviewSpec& spec = pages.spec();
  out.add(report::Paragraph{Text(spec.question)});
  report::DefinitionList list;
  add_term(list, "Population", spec.picos.population);
  add_term(list, "Intervention", spec.picos.intervention);
  add_term(list, "Comparator", spec.picos.comparator);
  add_term(list, "Outcomes", spec.picos.outcomes);
  add_term(list, "Studies", spec.picos.studies);
  if (const review::Registration& r = spec.registration; !r.id.empty()) {
    Text text(r.register_name.empty() ? "" : r.register_name + " ");
    if (r.url.empty())
      text.text(r.id);
    else
      text.link(r.id, r.url);
    if (!r.note.empty()) text.text(". " + r.note);
    list.items.emplace_back(Text("Registration"), std::move(text));
  }
  if (!spec.source.citation.empty()) {
    Text text(spec.source.citation + " ");
    if (!spec.source.url.empty()) text.link(spec.source.url, spec.source.url);
    list.items.emplace_back(Text("Source"), std::move(text));
  }
  add_term(list, "Licence of the data", spec.source.licence);
  add_term(list, "Note", spec.source.note);
  out.add(std::move(list));
  return out;
}

Expected<Section> studies_section(Pages& pages) {
  Section out{"studies", "Studies", {}, {}};
  const ReviewEvidence& evidence = pages.evidence();
  if (evidence.spec.prisma) {
    // Fewer counts than that are no flow: a diagram of empty boxes would say nothing.
    if (evidence.spec.prisma->find("records_screened")) {
      HR_TRY(report::Figure figure, pages.figure("prisma", plot::prisma_flow(*evidence.spec.prisma),
                                                 Text("Flow of records and studies.").cite("Page2021")));
      out.add(std::move(figure));
    }
    report::Table table = pages.with_file(prisma_table(evidence), "prisma");
    table.caption = Text("Counts of the PRISMA 2020 flow.").cite("Page2021");
    const int checked = review::checked_identities(*evidence.spec.prisma);
    const std::size_t broken = review::check(*evidence.spec.prisma).size();
    table.notes.push_back(
        Text(fmt::format("{} between these counts could be checked; {}.", counted(checked, "identity", "identities"),
                         broken ? fmt::format("{} broken (see the warnings)", broken) : "none is broken")));
    if (!evidence.spec.prisma_note.empty()) table.notes.push_back(Text(evidence.spec.prisma_note));
    out.add(std::move(table));
  } else {
    out.add(report::Paragraph{Text("The folder holds no counts of the PRISMA flow.")});
  }
  for (const report::Block& block : evidence.screening) out.add(block);
  if (evidence.studies) {
    report::Table table = pages.with_file(studies_table(evidence), "studies");
    table.caption = Text("Characteristics of the studies.");
    out.add(std::move(table));
  }
  return out;
}

namespace {

Checked add_appraisal(Pages& pages, Section& out) {
  const ReviewEvidence& evidence = pages.evidence();
  const review::Instrument& instrument = evidence.spec.appraisal->instrument;
  Text text(scores_sentence(evidence));
  if (instrument.name == review::pedro().name) text.cite("Maher2003").cite("Cashin2020");
  for (const std::string& sentence : {declared_sentence(evidence), unrated_sentence(evidence)})
    if (!sentence.empty()) text.text(" " + sentence);
  out.add(report::Paragraph{std::move(text)});
  HR_TRY(report::Figure figure,
         pages.figure("appraisal", traffic_figure(evidence), Text(fmt::format("Ratings by the {}.", instrument.name))));
  out.add(std::move(figure));
  report::Table table = pages.with_file(appraisal_table(evidence), "appraisal");
  table.caption = Text(fmt::format("Ratings by the {}: + yes, − no, ? unclear, · not rated.", instrument.name));
  std::vector<std::string> items;
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    items.push_back(
        fmt::format("{} {}{}", i + 1, instrument.items[i].label, instrument.items[i].counted ? "" : " (not counted)"));
  table.notes = {Text("Items: " + join(items, "; ") + "."), Text("Bands: " + bands_text(instrument) + ".")};
  if (!instrument.note.empty()) table.notes.push_back(Text(instrument.note));
  out.add(report::Details{"Ratings as a table", {std::move(table)}});
  return {};
}

}  // namespace

Expected<Section> appraisal_section(Pages& pages) {
  Section out{"appraisal", "Appraisal", {}, {}};
  const ReviewEvidence& evidence = pages.evidence();
  if (!evidence.appraised.empty()) HR_CHECK(add_appraisal(pages, out));
  HR_CHECK(add_ratings(pages, out));
  if (out.blocks.empty()) out.add(report::Paragraph{Text("The folder holds no appraisal of the studies.")});
  return out;
}

Section effects_section(Pages& pages) {
  Section out{"effects", "Effect sizes", {}, {}};
  const ReviewEvidence& evidence = pages.evidence();
  const EffectRows& rows = evidence.effects.effects;
  out.add(report::Paragraph{Text(fmt::format(
      "{} of {} ({}) were computed from {}.", counted(static_cast<double>(rows.row.size()), "effect", "effects"),
      evidence.spec.effects.name, rows.effects.measure, evidence.spec.effects.file))});
  if (!evidence.spec.effects.request.rules.empty()) out.add(format_list(evidence));
  if (!evidence.spec.effects.reported_yi.empty()) out.add(report::Paragraph{reported_text(evidence)});
  report::Table table = pages.with_file(effects_table(evidence), "effects");
  table.caption = Text("Effects as computed, row by row.");
  table.notes.push_back(
      Text("The file holds inputs and steps of each row, enough to do it again by hand, and the effects by the "
           "settings of the main analysis (headline_yi, headline_vi)."));
  out.add(report::Details{"All effects", {std::move(table)}});
  return out;
}

Section warnings_section(Pages& pages) {
  Section out{"warnings", "Warnings, and what is absent", {}, {}};
  const ReviewEvidence& evidence = pages.evidence();
  if (evidence.warnings.empty()) {
    out.add(report::Paragraph{Text("No warnings.")});
  } else {
    report::List list;
    for (const std::string& warning : evidence.warnings) list.items.emplace_back(warning);
    out.add(std::move(list));
  }
  if (!evidence.absent.empty()) {
    out.add(report::Paragraph{Text("A full review has these parts too; this folder or this version has not:")});
    report::List list;
    for (const std::string& part : evidence.absent) list.items.emplace_back(part);
    out.add(std::move(list));
  }
  return out;
}

Section provenance_section(Pages& pages) {
  Section out{"provenance", "Versions and checksums", {}, {}};
  out.add(report::Paragraph{
      Text(fmt::format("Made by Hedgerow {}. ", kVersion))
          .text("Every number of this report comes from ")
          .code("results.json")
          .text(", which holds each analysis as a job with its result, the method of each number and the rows behind "
                "it. ")
          .code("hedgerow.lock")
          .text(" holds the checksums below and the headline results, so that a later run can say what changed.")});
  report::Table table;
  table.caption = Text("Files that entered (FNV-1a, 64 bits).");
  table.columns = {{"File", report::Align::left, "file", false}, {"Checksum", report::Align::left, "checksum", false}};
  for (const InputFile& file : pages.evidence().inputs)
    table.rows.push_back(
        {{report::Cell(file.name), report::Cell(Text().code(file.checksum))}, report::RowClass::plain});
  out.add(std::move(table));
  return out;
}

}  // namespace hedgerow::engine
