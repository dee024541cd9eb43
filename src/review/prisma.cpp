#include "review/prisma.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

/// total = sum of signed parts. `sign` 0 in front of a list means its sum.
struct Term {
  int sign;
  const char* name;
};

struct Identity {
  const char* total;
  std::vector<Term> parts;
  bool at_most = false;  ///< total <= parts instead of equal
};

const std::vector<Identity>& identities() {
  static const std::vector<Identity> all{
      {"database_results", {{1, "databases"}}},
      {"register_results", {{1, "registers"}}},
      {"records_screened",
       {{1, "database_results"},
        {1, "register_results"},
        {-1, "duplicates"},
        {-1, "excluded_automatic"},
        {-1, "excluded_other"},
        {-1, "records_pending"}}},
      {"records_excluded", {{1, "records_excluded_human"}, {1, "records_excluded_automatic"}}},
      {"dbr_sought_reports", {{1, "records_screened"}, {-1, "records_excluded"}}},
      {"dbr_assessed", {{1, "dbr_sought_reports"}, {-1, "dbr_notretrieved_reports"}, {-1, "dbr_pending"}}},
      {"other_sought_reports", {{1, "website_results"}, {1, "organisation_results"}, {1, "citations_results"}}},
      {"other_assessed", {{1, "other_sought_reports"}, {-1, "other_notretrieved_reports"}, {-1, "other_pending"}}},
      {"new_reports",
       {{1, "dbr_assessed"},
        {-1, "dbr_excluded"},
        {1, "other_assessed"},
        {-1, "other_excluded"},
        {-1, "awaiting"},
        {-1, "ongoing"}}},
      {"new_studies", {{1, "new_reports"}}, true},
      {"total_studies", {{1, "previous_studies"}, {1, "new_studies"}}},
      {"total_reports", {{1, "previous_reports"}, {1, "new_reports"}}},
      {"total_studies", {{1, "total_reports"}}, true},
      {"total_studies_ma", {{1, "total_studies"}}, true},
      {"total_reports_ma", {{1, "total_reports"}}, true},
  };
  return all;
}

std::optional<long> sum(const NamedCounts& list) {
  if (list.empty()) return std::nullopt;
  long total = 0;
  for (const auto& item : list) total += item.second;
  return total;
}

/// A count or the sum of a list. Parts that a review need not have (registers, other methods, ...) count as 0.
std::optional<long> value_of(const Prisma& prisma, const std::string& name) {
  if (name == "databases") return sum(prisma.databases);
  if (name == "registers") return sum(prisma.registers);
  if (name == "dbr_excluded") return sum(prisma.dbr_excluded);
  if (name == "other_excluded") return sum(prisma.other_excluded);
  return prisma.find(name);
}

bool may_be_absent(const std::string& name) {
  for (const char* optional_name :
       {"register_results", "excluded_automatic", "excluded_other", "dbr_notretrieved_reports", "website_results",
        "organisation_results", "citations_results", "other_notretrieved_reports", "other_assessed", "other_excluded",
        "previous_studies", "previous_reports", "records_pending", "dbr_pending", "other_pending", "awaiting",
        "ongoing", "records_excluded_automatic"})
    if (name == optional_name) return true;
  return false;
}

struct Evaluated {
  long total = 0;
  long parts = 0;
  std::string words;
};

std::optional<Evaluated> evaluate(const Identity& identity, const Prisma& prisma) {
  const auto total = value_of(prisma, identity.total);
  if (!total) return std::nullopt;
  Evaluated out{*total, 0, ""};
  bool any = false;
  for (const Term& term : identity.parts) {
    const auto value = value_of(prisma, term.name);
    if (!value && !may_be_absent(term.name)) return std::nullopt;
    if (!value) continue;
    any = true;
    out.parts += term.sign * *value;
    const char* sign = term.sign < 0 ? " - " : out.words.empty() ? "" : " + ";
    out.words += fmt::format("{}{} ({})", sign, term.name, *value);
  }
  if (!any) return std::nullopt;
  return out;
}

}  // namespace

const std::vector<PrismaName>& prisma_names() {
  static const std::vector<PrismaName> names{
      {"previous_studies", "Studies in the previous version of the review"},
      {"previous_reports", "Reports of studies in the previous version"},
      {"database_results", "Records identified from databases"},
      {"register_results", "Records identified from registers"},
      {"duplicates", "Duplicate records removed before screening"},
      {"excluded_automatic", "Records marked as ineligible by automation tools"},
      {"excluded_other", "Records removed before screening for other reasons"},
      {"records_screened", "Records screened"},
      {"records_excluded", "Records excluded"},
      {"records_excluded_human", "Records excluded by a person"},
      {"records_excluded_automatic", "Records excluded by automation tools"},
      {"records_pending", "Records not screened to the end yet"},
      {"dbr_sought_reports", "Reports sought for retrieval"},
      {"dbr_notretrieved_reports", "Reports not retrieved"},
      {"dbr_assessed", "Reports assessed for eligibility"},
      {"dbr_pending", "Reports not assessed to the end yet"},
      {"website_results", "Records identified from websites"},
      {"organisation_results", "Records identified from organisations"},
      {"citations_results", "Records identified by citation searching"},
      {"other_sought_reports", "Reports from other methods sought for retrieval"},
      {"other_notretrieved_reports", "Reports from other methods not retrieved"},
      {"other_assessed", "Reports from other methods assessed for eligibility"},
      {"other_pending", "Reports from other methods not assessed to the end yet"},
      {"awaiting", "Reports awaiting classification"},
      {"ongoing", "Reports of ongoing studies"},
      {"new_studies", "New studies included"},
      {"new_reports", "Reports of new included studies"},
      {"total_studies", "Studies included in the review"},
      {"total_reports", "Reports of included studies"},
      {"total_studies_ma", "Studies included in the meta-analysis"},
      {"total_reports_ma", "Reports of studies included in the meta-analysis"},
  };
  return names;
}

std::optional<long> Prisma::find(const std::string& name) const {
  for (const auto& [key, count] : counts)
    if (key == name) return count;
  return std::nullopt;
}

Checked set_count(Prisma& prisma, const std::string& name, long count, const std::string& where) {
  std::vector<std::string> names;
  for (const PrismaName& known : prisma_names()) names.push_back(known.name);
  if (std::find(names.begin(), names.end(), name) == names.end())
    return make_error(ErrorCode::input,
                      fmt::format("'{}' is not a count of PRISMA 2020{}", name, did_you_mean(name, names)), where);
  if (count < 0)
    return make_error(ErrorCode::input, fmt::format("{} is {}; a count can't be negative", name, count), where);
  if (prisma.find(name)) return make_error(ErrorCode::input, fmt::format("{} is given twice", name), where);
  prisma.counts.emplace_back(name, count);
  return {};
}

PrismaTemplate template_of(const Prisma& prisma) {
  const auto any = [&](std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(), [&](const char* name) { return prisma.find(name).value_or(0) > 0; });
  };
  return {
      any({"previous_studies", "previous_reports"}),
      any({"website_results", "organisation_results", "citations_results", "other_sought_reports", "other_assessed"})};
}

std::vector<PrismaProblem> check(const Prisma& prisma) {
  std::vector<PrismaProblem> problems;
  for (const Identity& identity : identities()) {
    const auto found = evaluate(identity, prisma);
    if (!found) continue;
    if (identity.at_most && found->total > found->parts)
      problems.push_back({fmt::format("{} is {}, more than {}", identity.total, found->total, found->words)});
    if (!identity.at_most && found->total != found->parts)
      problems.push_back(
          {fmt::format("{} is {}, but {} gives {}", identity.total, found->total, found->words, found->parts)});
  }
  return problems;
}

int checked_identities(const Prisma& prisma) {
  int count = 0;
  for (const Identity& identity : identities()) count += evaluate(identity, prisma).has_value();
  return count;
}

namespace {

/// "database: PubMed" -> the list and "PubMed".
NamedCounts* list_of(Prisma& prisma, const std::string& item, std::string& label) {
  const std::size_t colon = item.find(':');
  if (colon == std::string::npos) return nullptr;
  const std::string kind(trim(std::string_view(item).substr(0, colon)));
  label = std::string(trim(std::string_view(item).substr(colon + 1)));
  if (kind == "database") return &prisma.databases;
  if (kind == "register") return &prisma.registers;
  if (kind == "excluded") return &prisma.dbr_excluded;
  if (kind == "other excluded") return &prisma.other_excluded;
  return nullptr;
}

}  // namespace

Expected<Prisma> read_prisma(const data::Table& table) {
  HR_TRY(const std::size_t item_col, table.column("item"));
  HR_TRY(const std::size_t count_col, table.column("count"));
  HR_TRY(const stats::Vector counts, table.numbers("count"));
  Prisma prisma;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const std::string item(table.cell(i, item_col));
    const std::string where = table.where(i, count_col);
    if (!(counts[i] >= 0) || counts[i] != std::floor(counts[i]))
      return make_error(
          ErrorCode::input,
          fmt::format("the count of '{}' is '{}'; it is a whole number, 0 or more", item, table.cell(i, count_col)),
          where);
    const long count = static_cast<long>(counts[i]);
    std::string label;
    if (NamedCounts* list = list_of(prisma, item, label))
      list->emplace_back(label, count);
    else
      HR_CHECK(set_count(prisma, item, count, table.where(i, item_col)));
  }
  return prisma;
}

}  // namespace hedgerow::review
