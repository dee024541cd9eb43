#include "cli/double_work_facts.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "review/assess.hpp"
#include "review/consensus.hpp"
#include "review/instrument.hpp"
#include "workflow/appraisal_log.hpp"
#include "workflow/extraction_effects.hpp"
#include "workflow/extraction_log.hpp"

namespace hedgerow::cli {
namespace {

constexpr std::size_t kShown = 3;

std::string words(const review::ExtractionForm& form, const review::Extraction& a, const review::Extraction& b,
                  const workflow::WeighedDifference& one) {
  const auto& [row_a, row_b, field, kind] = one.difference;
  const auto cell = [&](const review::ExtractedRow& row) {
    const std::string& typed = row.values[field].typed;
    return typed.empty() ? std::string("(empty)") : typed;
  };
  std::string out = fmt::format("{}, {}: {} | {}", join(a.rows[row_a].key, " / "), form.fields[field].id,
                                cell(a.rows[row_a]), cell(b.rows[row_b]));
  if (one.yi_a && one.yi_b && *one.yi_a != *one.yi_b)
    out += fmt::format(", effect {} -> {}", format_fixed(*one.yi_a, 3), format_fixed(*one.yi_b, 3));
  return out;
}

void add_overrides(const review::Instrument& instrument, const review::Assessment& assessment,
                   std::vector<audit::Override>& out) {
  const auto look = [&](const review::Judged& judged, const std::string& what) {
    if (!judged.overridden() || !trim(judged.reason).empty()) return;
    const std::string result = assessment.result.empty() ? "" : fmt::format(", outcome \"{}\"", assessment.result);
    out.push_back({fmt::format("study \"{}\"{}, {}", assessment.study, result, what),
                   instrument.judgements[*judged.proposed].word, instrument.judgements[*judged.given].word});
  };
  for (std::size_t d = 0; d < assessment.domains.size(); ++d) look(assessment.domains[d], instrument.domains[d].name);
  look(assessment.overall, "overall");
}

}  // namespace

Expected<std::optional<audit::ExtractionFacts>> extraction_facts(const std::string& folder,
                                                                 std::span<const store::Event> standing) {
  const std::string path = folder + "/extraction.toml";
  std::optional<audit::ExtractionFacts> out;
  if (!std::filesystem::exists(path)) return out;
  HR_TRY(const std::string bytes, read_file(path));
  HR_TRY(const review::ExtractionForm form, review::parse_form(bytes, path));
  HR_TRY(const workflow::LoggedExtraction logged, workflow::logged_extraction(form, standing));
  if (logged.extractions.size() < 2) return out;
  const review::Extraction &a = logged.extractions[0], &b = logged.extractions[1];
  const review::Comparison found = review::compare(form, a, b);
  HR_TRY(const auto weighed, workflow::weigh(form, a, b, found));
  HR_TRY(const review::Consensus consensus, review::settle(form, a, b, found, logged.settled));
  out.emplace();
  out->one = a.extractor;
  out->other = b.extractor;
  for (const review::FieldAgreement& field : found.fields) out->compared += field.compared;
  out->different = weighed.size();
  out->undecided = consensus.open.size();
  for (const workflow::WeighedDifference& one : weighed) {
    out->consequential += one.pooled_change && *one.pooled_change != 0;
    if (out->worst.size() < kShown) out->worst.push_back(words(form, a, b, one));
  }
  return out;
}

Expected<std::vector<audit::Override>> override_facts(std::span<const store::Event> standing) {
  std::vector<audit::Override> out;
  for (const std::string& id : workflow::logged_instruments(standing)) {
    // Ratings by an instrument of the user's own: its file is known to `hedgerow appraise` alone.
    const auto instrument = review::builtin_instrument(id);
    if (!instrument) continue;
    HR_TRY(const auto cells, workflow::logged_ratings(*instrument, standing));
    for (const review::Assessment& assessment : review::consensus(*instrument, cells).assessments)
      add_overrides(*instrument, assessment, out);
  }
  return out;
}

}  // namespace hedgerow::cli
