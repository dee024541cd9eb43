#include "engine/review_spec.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "audit/load.hpp"
#include "base/day.hpp"
#include "base/text.hpp"
#include "data/toml.hpp"
#include "engine/review_parts.hpp"
#include "review/grade_read.hpp"

namespace hedgerow::engine {
namespace {

void read_picos(data::TomlReader& root, ReviewSpec& spec) {
  auto table = root.table("picos");
  if (!table) return;
  spec.picos = {table->text("population"), table->text("intervention"), table->text("comparator"),
                table->text("outcomes"), table->text("studies")};
  table->finish();
}

void read_registration(data::TomlReader& root, ReviewSpec& spec) {
  auto table = root.table("registration");
  if (!table) return;
  spec.registration = {table->text("register"), table->text("id"),   table->text("url"),
                       table->text("note"),     table->text("date"), table->texts("outcomes")};
  if (const std::string& date = spec.registration.date; !date.empty() && !is_day(date))
    table->fail("date", fmt::format("is a day such as \"2026-01-31\"; found \"{}\"", date));
  table->finish();
}

void read_source(data::TomlReader& root, ReviewSpec& spec) {
  auto table = root.table("source");
  if (!table) return;
  spec.source = {table->text("citation"), table->text("url"), table->text("licence"), table->text("note")};
  table->finish();
}

void read_subsets(data::TomlReader& root, ReviewSpec& spec) {
  for (data::TomlReader& table : root.tables("subset")) {
    SubsetSpec subset{table.required_text("id"), table.text("title"), table.required_text("condition")};
    if (subset.title.empty()) subset.title = subset.id;
    if (spec.subset(subset.id)) table.fail("id", fmt::format("'{}' is already declared", subset.id));
    table.finish();
    spec.subsets.push_back(std::move(subset));
  }
}

void read_studies(data::TomlReader& root, ReviewSpec& spec) {
  auto table = root.table("studies");
  if (!table) return;
  StudiesSpec studies;
  studies.file = table->required_text("file");
  studies.study = table->required_text("study");
  studies.columns = table->pairs("columns");
  table->finish();
  spec.studies = std::move(studies);
}

void read_named_counts(data::TomlReader& table, const std::string& key, review::NamedCounts& out) {
  for (const auto& [name, count] : table.pairs(key)) {
    const auto number = parse_number(count);
    if (!number || *number < 0 || *number != static_cast<double>(static_cast<long>(*number)))
      table.fail(key, fmt::format("'{}' is a whole number, 0 or more; found '{}'", name, count));
    else
      out.emplace_back(name, static_cast<long>(*number));
  }
}

void read_prisma(data::TomlReader& root, ReviewSpec& spec, data::TomlErrors& errors) {
  auto table = root.table("prisma");
  if (!table) return;
  spec.prisma_note = table->text("note");
  spec.prisma_file = table->text("file");
  review::Prisma prisma;
  read_named_counts(*table, "databases", prisma.databases);
  read_named_counts(*table, "registers", prisma.registers);
  read_named_counts(*table, "dbr_excluded", prisma.dbr_excluded);
  read_named_counts(*table, "other_excluded", prisma.other_excluded);
  for (const review::PrismaName& known : review::prisma_names()) {
    if (!table->has(known.name)) continue;
    const int count = table->integer(known.name, 0);
    if (auto set = review::set_count(prisma, known.name, count, table->where(known.name)); !set)
      errors.add(set.error());
  }
  for (const review::PrismaName& known : review::prisma_names()) table->optional_number(known.name);
  if (!spec.prisma_file.empty() && !prisma.counts.empty())
    table->fail("file", "counts stand in the file or in review.toml, not in both");
  table->finish();
  spec.prisma = std::move(prisma);
}

std::vector<std::string> ids_of(const std::vector<AnalysisSpec>& analyses) {
  std::vector<std::string> ids;
  for (const AnalysisSpec& analysis : analyses) ids.push_back(analysis.id);
  return ids;
}

/// Bands of high risk are those of the appraisal.
void check_high_risk(data::TomlReader& root, const ReviewSpec& spec) {
  std::vector<std::string> bands;
  if (spec.appraisal)
    for (const review::Band& band : spec.appraisal->instrument.bands) bands.push_back(band.label);
  for (const RatingsSpec& ratings : spec.ratings) {
    if (!ratings.instrument_file.empty()) return;  // its bands are known when the folder is read
    for (const review::Band& band : ratings.instrument.bands) bands.push_back(band.label);
  }
  for (const std::string& name : spec.grade.high_risk)
    if (std::find(bands.begin(), bands.end(), name) == bands.end())
      root.fail("grade", fmt::format("high_risk: no band of [appraisal] or [[ratings]] is '{}'{}", name,
                                     did_you_mean(name, bands)));
}

void check_names(data::TomlReader& root, const ReviewSpec& spec) {
  const std::vector<std::string> ids = ids_of(spec.analyses);
  for (const auto& [key, id] : {std::pair{"headline", spec.headline}, std::pair{"published", spec.published}})
    if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end())
      root.fail(key, fmt::format("no [[analysis]] has the id '{}'{}", id, did_you_mean(id, ids)));
}

}  // namespace

const SubsetSpec* ReviewSpec::subset(const std::string& id) const {
  for (const SubsetSpec& candidate : subsets)
    if (candidate.id == id) return &candidate;
  return nullptr;
}

const AnalysisSpec* ReviewSpec::analysis(const std::string& id) const {
  for (const AnalysisSpec& candidate : analyses)
    if (candidate.id == id) return &candidate;
  return nullptr;
}

Expected<ReviewSpec> parse_review(std::string_view bytes, const std::string& source) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  ReviewSpec spec;
  if (const std::string schema = root.text("schema", kReviewSchema); schema != kReviewSchema)
    root.fail("schema", fmt::format("this version reads '{}'; found '{}'", kReviewSchema, schema));
  spec.title = root.required_text("title");
  spec.question = root.required_text("question");
  spec.authors = root.texts("authors");
  spec.headline = root.text("headline");
  spec.published = root.text("published");
  read_picos(root, spec);
  read_registration(root, spec);
  read_source(root, spec);
  read_effects(root, spec);
  read_subsets(root, spec);
  read_analyses(root, spec);
  read_appraisal(root, spec, errors);
  read_ratings(root, spec);
  read_studies(root, spec);
  read_prisma(root, spec, errors);
  spec.grade = review::read_grade(root, ids_of(spec.analyses));
  check_high_risk(root, spec);
  spec.audit = audit::read_settings(root, source);
  // How the records were found and screened is read by workflow/plan.hpp, which knows the log.
  root.tables("records");
  root.table("screening");
  root.table("checklist");  // review/prisma_checklist.hpp
  root.finish();
  check_names(root, spec);
  if (spec.headline.empty() && !spec.analyses.empty()) spec.headline = spec.analyses.front().id;
  if (errors.first) return *errors.first;
  return spec;
}

}  // namespace hedgerow::engine
