#include "workflow/prisma_step.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"

namespace hedgerow::workflow {
namespace {

enum class ArmOf { databases, other, previous };

ArmOf arm_of(Origin origin) {
  switch (origin) {
    case Origin::database:
    case Origin::registry:
      return ArmOf::databases;
    case Origin::previous:
      return ArmOf::previous;
    case Origin::website:
    case Origin::organisation:
    case Origin::citations:
      return ArmOf::other;
  }
  HR_ASSERT(false);
}

bool undecided(Outcome outcome) {
  return outcome == Outcome::pending || outcome == Outcome::partial || outcome == Outcome::conflict;
}

/// The boxes that a document stands in.
std::vector<std::string> boxes_of(const Document& document) {
  const ArmOf arm = arm_of(document.origin);
  if (arm == ArmOf::previous) return {"previous_reports"};
  const bool other = arm == ArmOf::other;
  if (document.removed_automatic) return {other ? "" : "excluded_automatic"};
  if (document.removed_other) return {other ? "" : "excluded_other"};
  std::vector<std::string> boxes;
  if (other) {
    boxes.emplace_back(document.origin == Origin::website        ? "website_results"
                       : document.origin == Origin::organisation ? "organisation_results"
                                                                 : "citations_results");
  } else {
    const Outcome outcome = document.abstract.outcome;
    if (undecided(outcome) || outcome == Outcome::unseen) return {"records_pending"};
    boxes.emplace_back("records_screened");
    if (outcome == Outcome::excluded) {
      boxes.emplace_back("records_excluded");
      boxes.emplace_back(document.abstract.automatic ? "records_excluded_automatic" : "records_excluded_human");
      return boxes;
    }
  }
  const std::string prefix = other ? "other_" : "dbr_";
  boxes.push_back(prefix + "sought_reports");
  if (document.not_retrieved) {
    boxes.push_back(prefix + "notretrieved_reports");
    return boxes;
  }
  const bool labelled = !document.label.empty();
  if (!labelled && (undecided(document.fulltext.outcome) || document.fulltext.outcome == Outcome::unseen)) {
    boxes.push_back(prefix + "pending");
    return boxes;
  }
  boxes.push_back(prefix + "assessed");
  if (labelled)
    boxes.emplace_back(document.label == "ongoing" ? "ongoing" : "awaiting");
  else if (document.fulltext.outcome == Outcome::excluded)
    boxes.push_back(prefix + "excluded");
  else
    boxes.emplace_back("new_reports");
  return boxes;
}

std::string study_of(const Document& document) {
  return document.study.empty() ? fmt::format("record {}", document.kept) : document.study;
}

/// Records by the import that brought them.
struct Sources {
  review::NamedCounts databases, registers;
  long database_results = 0, register_results = 0;
};

void add_to(review::NamedCounts& list, const std::string& name, long count) {
  for (auto& [known, n] : list)
    if (known == name) {
      n += count;
      return;
    }
  list.emplace_back(name, count);
}

Sources sources_of(const State& state) {
  Sources sources;
  for (const Import& import : state.imports) {
    const auto count = static_cast<long>(import.records);
    if (import.origin == Origin::database) {
      sources.database_results += count;
      add_to(sources.databases, import.name, count);
    } else if (import.origin == Origin::registry) {
      sources.register_results += count;
      add_to(sources.registers, import.name, count);
    }
  }
  return sources;
}

bool from_databases(const State& state, std::int64_t record) {
  const auto found = state.import_of.find(record);
  return found != state.import_of.end() && arm_of(state.imports[found->second].origin) == ArmOf::databases;
}

/// Records of the database arm that are not the one that stands for its document.
std::vector<std::int64_t> duplicates(const State& state) {
  std::vector<std::int64_t> out;
  for (const Document& document : state.documents) {
    bool first = arm_of(document.origin) == ArmOf::databases;
    // The record that lists show stays, if it is from a database; else the first one that is.
    std::int64_t stays = 0;
    if (first) {
      stays = from_databases(state, document.kept) ? document.kept : 0;
      for (const std::int64_t record : document.records)
        if (stays == 0 && from_databases(state, record)) stays = record;
    }
    for (const std::int64_t record : document.records)
      if (record != stays && from_databases(state, record)) out.push_back(record);
  }
  return out;
}

/// Reasons by number, most frequent first; those with the same number in the order of the alphabet.
review::NamedCounts reasons_of(const State& state, ArmOf arm) {
  std::map<std::string, long> counts;
  for (const Document& document : state.documents) {
    if (arm_of(document.origin) != arm) continue;
    const std::vector<std::string> boxes = boxes_of(document);
    const std::string excluded = arm == ArmOf::other ? "other_excluded" : "dbr_excluded";
    if (std::find(boxes.begin(), boxes.end(), excluded) == boxes.end()) continue;
    ++counts[document.fulltext.reason.empty() ? "no reason given" : document.fulltext.reason];
  }
  review::NamedCounts list(counts.begin(), counts.end());
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return list;
}

using Counts = std::map<std::string, long>;

Counts counts_of(const State& state) {
  Counts counts;
  std::set<std::string> previous_studies, new_studies;
  for (const Document& document : state.documents) {
    for (const std::string& box : boxes_of(document)) {
      ++counts[box];
      if (box == "previous_reports") previous_studies.insert(study_of(document));
      if (box == "new_reports") new_studies.insert(study_of(document));
    }
  }
  counts["previous_studies"] = static_cast<long>(previous_studies.size());
  for (const std::string& study : new_studies) counts["new_studies"] += previous_studies.count(study) == 0;
  counts["total_studies"] = counts["previous_studies"] + counts["new_studies"];
  counts["total_reports"] = counts["previous_reports"] + counts["new_reports"];
  return counts;
}

/// Boxes of parts that a review need not have: shown only if they hold something.
bool only_if_positive(const std::string& name) {
  for (const char* part : {"register_results", "excluded_automatic", "excluded_other", "records_pending", "dbr_pending",
                           "other_pending", "records_excluded_automatic", "awaiting", "ongoing", "website_results",
                           "organisation_results", "citations_results", "other_sought_reports",
                           "other_notretrieved_reports", "other_assessed", "previous_studies", "previous_reports"})
    if (name == part) return true;
  return false;
}

void add_counted_by_hand(std::span<const store::Event> standing, Counts& counts) {
  for (const store::Event& event : standing) {
    if (event.kind != "count") continue;
    const auto number = parse_number(event.value);
    if (number) counts[event.stage] += static_cast<long>(*number);
  }
}

}  // namespace

review::Prisma prisma_of(const State& state, std::span<const store::Event> standing) {
  const Sources sources = sources_of(state);
  Counts counts = counts_of(state);
  counts["database_results"] = sources.database_results;
  counts["register_results"] = sources.register_results;
  counts["duplicates"] = static_cast<long>(duplicates(state).size());
  add_counted_by_hand(standing, counts);
  review::Prisma prisma;
  prisma.databases = sources.databases;
  prisma.registers = sources.registers;
  prisma.dbr_excluded = reasons_of(state, ArmOf::databases);
  prisma.other_excluded = reasons_of(state, ArmOf::other);
  // Reports were assessed and none was excluded: that is known, and is not the same as nothing being said of it.
  if (prisma.dbr_excluded.empty() && counts["dbr_assessed"] > 0) prisma.dbr_excluded.emplace_back("none", 0);
  if (prisma.other_excluded.empty() && counts["other_assessed"] > 0) prisma.other_excluded.emplace_back("none", 0);
  const bool updated = counts["previous_reports"] > 0 || counts["previous_studies"] > 0;
  const bool other = counts["website_results"] + counts["organisation_results"] + counts["citations_results"] > 0;
  for (const review::PrismaName& known : review::prisma_names()) {
    const auto found = counts.find(known.name);
    const long count = found == counts.end() ? 0 : found->second;
    const bool of_update = known.name.starts_with("previous_");
    const bool of_other = known.name.starts_with("other_") && !known.name.ends_with("pending");
    if (known.name.ends_with("_ma") && found == counts.end()) continue;
    if (only_if_positive(known.name) && count == 0 && !(of_update && updated) && !(of_other && other)) continue;
    prisma.counts.emplace_back(known.name, count);
  }
  return prisma;
}

Expected<std::vector<std::int64_t>> records_behind(const State& state, const std::string& box) {
  std::vector<std::string> names = {"dbr_excluded", "other_excluded"};
  for (const review::PrismaName& known : review::prisma_names()) names.push_back(known.name);
  if (std::find(names.begin(), names.end(), box) == names.end())
    return make_error(ErrorCode::usage, fmt::format("'{}' is no box of PRISMA 2020{}", box, did_you_mean(box, names)));
  if (box == "duplicates") return duplicates(state);
  std::vector<std::int64_t> out;
  const auto of_origin = [&](Origin origin) {
    for (const auto& [record, import] : state.import_of)
      if (state.imports[import].origin == origin) out.push_back(record);
    std::sort(out.begin(), out.end());
  };
  if (box == "database_results") of_origin(Origin::database);
  if (box == "register_results") of_origin(Origin::registry);
  const std::string as_reports = box.ends_with("_studies") ? box.substr(0, box.size() - 7) + "reports" : box;
  for (const Document& document : state.documents) {
    const std::vector<std::string> boxes = boxes_of(document);
    const auto in = [&](const std::string& name) { return std::find(boxes.begin(), boxes.end(), name) != boxes.end(); };
    if (in(as_reports) || (as_reports == "total_reports" && (in("new_reports") || in("previous_reports"))))
      out.push_back(document.kept);
  }
  return out;
}

}  // namespace hedgerow::workflow
