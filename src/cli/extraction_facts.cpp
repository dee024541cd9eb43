#include "cli/extraction_facts.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "review/consensus.hpp"
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

}  // namespace hedgerow::cli
