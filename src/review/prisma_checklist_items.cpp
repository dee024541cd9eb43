// The items themselves; review/prisma_checklist.hpp says what they are.
#include "base/expected.hpp"
#include "review/prisma_checklist.hpp"

namespace hedgerow::review {
namespace {

std::vector<ChecklistItem> methods_items() {
  return {
      {"5",
       "Methods",
       "Eligibility: inclusion and exclusion criteria, grouping of studies",
       {Fact::eligibility},
       "how studies were grouped for the syntheses"},
      {"6",
       "Methods",
       "Information sources, with the date of each last search",
       {Fact::sources, Fact::registers, Fact::websites, Fact::organisations, Fact::citations, Fact::search_dates,
        Fact::import_dates},
       ""},
      {"7", "Methods", "Full search strategies of all sources", {Fact::strategies}, ""},
      {"8",
       "Methods",
       "Selection: reviewers per record and report, independence, automation",
       {Fact::screening, Fact::agreement, Fact::automation},
       "whether reviewers worked independently"},
      {"9",
       "Methods",
       "Data collection: people, independence, contacts, automation",
       {Fact::extraction},
       "whether study authors were asked"},
      {"10a",
       "Methods",
       "Outcomes that were sought, and which results of them",
       {Fact::outcomes},
       "which results were taken where a study had several"},
      {"10b",
       "Methods",
       "Other variables that were sought, assumptions about missing ones",
       {Fact::studies, Fact::preparation},
       "what was assumed about missing or unclear information"},
      {"11",
       "Methods",
       "Risk of bias of studies: tool, people, independence",
       {Fact::appraisal_tool},
       "whether raters worked independently"},
      {"12", "Methods", "Effect measure of each outcome", {Fact::effect_measure}, ""},
      {"13a", "Methods", "Synthesis: which studies enter which synthesis", {Fact::subsets}, "how that was decided"},
      {"13b", "Methods", "Synthesis: preparation of the data", {Fact::effects, Fact::preparation}, ""},
      {"13c", "Methods", "Synthesis: tables and figures of results", {Fact::displays}, ""},
      {"13d", "Methods", "Synthesis: model, heterogeneity, software, and why", {Fact::model}, "why this model"},
      {"13e",
       "Methods",
       "Synthesis: how causes of heterogeneity were explored",
       {Fact::subgroups},
       "why these, or none"},
      {"13f", "Methods", "Synthesis: sensitivity analyses", {Fact::sensitivity}, "why these, or none"},
      {"14", "Methods", "How bias from missing results was assessed", {Fact::reporting_bias}, ""},
      {"15", "Methods", "How the certainty of the evidence was assessed", {Fact::certainty}, ""},
  };
}

std::vector<ChecklistItem> results_items() {
  return {
      {"16a", "Results", "Selection: flow from records to included studies", {Fact::flow}, ""},
      {"16b",
       "Results",
       "Selection: reports that look eligible but were excluded, and why",
       {Fact::exclusions},
       "citations of those that readers would expect"},
      {"17", "Results", "Each study with its characteristics and citation", {Fact::studies}, "the citation of each"},
      {"18", "Results", "Risk of bias of each study", {Fact::appraisal}, ""},
      {"19", "Results", "Each study: summary statistics, effect and its interval", {Fact::effects}, ""},
      {"20a",
       "Results",
       "Each synthesis: its studies and their risk of bias in brief",
       {Fact::subsets, Fact::appraisal},
       "a summary for each synthesis"},
      {"20b",
       "Results",
       "Each synthesis: estimate, interval, heterogeneity, direction",
       {Fact::model, Fact::effects},
       ""},
      {"20c", "Results", "Causes of heterogeneity: results", {Fact::subgroups}, "the results, or that there are none"},
      {"20d", "Results", "Sensitivity analyses: results", {Fact::sensitivity}, "the results, or that there are none"},
      {"21", "Results", "Bias from missing results, for each synthesis", {Fact::reporting_bias}, ""},
      {"22", "Results", "Certainty of the evidence on each outcome", {Fact::certainty}, ""},
  };
}

std::vector<ChecklistItem> discussion_items() {
  return {
      {"23a", "Discussion", "Interpretation beside other evidence", {}, "the discussion"},
      {"23b", "Discussion", "Limitations of the evidence", {Fact::certainty}, "the discussion"},
      {"23c", "Discussion", "Limitations of the review's own methods", {}, "the discussion"},
      {"23d", "Discussion", "Implications for practice, policy and research", {}, "the discussion"},
      {"24a", "Other information", "Registration: register and number, or none", {Fact::registration}, ""},
      {"24b", "Other information", "Protocol: where it is, or none", {}, "where the protocol can be read"},
      {"24c",
       "Other information",
       "Changes to registration or protocol",
       {},
       "each change and why, or that there is none"},
      {"25", "Other information", "Support, and the role of funders", {}, "sources of support, or that there are none"},
      {"26", "Other information", "Competing interests of the authors", {}, "the interests of each author"},
      {"27", "Other information", "Availability of data, code and forms", {Fact::data}, "where they can be had"},
  };
}

Checklist make_prisma() {
  Checklist list{"PRISMA 2020", "prisma2020", "", "Page2021", {}};
  list.items = {
      {"1", "Title", "The report calls itself a systematic review", {Fact::title}, "the words of the printed title"},
      {"2", "Abstract", "Abstract by the checklist for abstracts", {}, "the abstract (see --abstract)"},
      {"3", "Introduction", "Rationale: what is known, why the review", {}, "the introduction"},
      {"4", "Introduction", "Objectives or questions", {Fact::question}, ""}};
  for (const auto& part : {methods_items(), results_items(), discussion_items()})
    list.items.insert(list.items.end(), part.begin(), part.end());
  return list;
}

Checklist make_abstract() {
  return {
      "PRISMA 2020 for abstracts",
      "prisma2020-abstract",
      "A",
      "Page2021",
      {{"1", "Title", "The report calls itself a systematic review", {Fact::title}, "the words of the printed title"},
       {"2", "Background", "Objectives or questions", {Fact::question}, ""},
       {"3", "Methods", "Eligibility criteria", {Fact::eligibility}, ""},
       {"4",
        "Methods",
        "Information sources, with their last dates",
        {Fact::sources, Fact::registers, Fact::search_dates},
        ""},
       {"5", "Methods", "Risk of bias: how it was assessed", {Fact::appraisal_tool}, ""},
       {"6", "Methods", "Synthesis of results: how", {Fact::effect_measure, Fact::model}, ""},
       {"7",
        "Results",
        "Included studies: number, participants, characteristics",
        {Fact::flow, Fact::studies},
        "the number of participants"},
       {"8", "Results", "Synthesis of results: estimates, intervals, direction", {Fact::model, Fact::effects}, ""},
       {"9", "Discussion", "Limitations of the evidence", {Fact::certainty}, "the limitations in a sentence"},
       {"10", "Discussion", "Interpretation and implications", {}, "the conclusion"},
       {"11", "Other", "Funding", {}, "the main source of support"},
       {"12", "Other", "Registration: register and number", {Fact::registration}, ""}}};
}

Checklist make_search() {
  constexpr std::string_view kSources = "Information sources and methods";
  constexpr std::string_view kStrategies = "Search strategies";
  constexpr std::string_view kRecords = "Managing records";
  return {
      "PRISMA-S",
      "prisma-s",
      "S",
      "Rethlefsen2021",
      {{"1", kSources, "Each database, with its platform", {Fact::sources, Fact::platforms}, ""},
       {"2", kSources, "Databases searched together on one platform", {}, "which ones, or that there are none"},
       {"3", kSources, "Study registries", {Fact::registers}, "which ones, or that there are none"},
       {"4", kSources, "Online and printed sources that were browsed", {Fact::websites}, "which ones and how"},
       {"5", kSources, "Citation searching", {Fact::citations}, "of what, in which direction, by what means"},
       {"6", kSources, "Contacts with authors, experts, manufacturers", {}, "who was asked, or that nobody was"},
       {"7", kSources, "Other methods", {Fact::organisations}, "which ones, or that there are none"},
       {"8", kStrategies, "Full strategy of each source, as it was run", {Fact::strategies}, ""},
       {"9", kStrategies, "Limits and restrictions, and why", {}, "which ones and why, or that there are none"},
       {"10", kStrategies, "Published search filters", {}, "which ones, cited, or that there are none"},
       {"11", kStrategies, "Strategies taken from earlier reviews", {}, "which ones, cited, or that there are none"},
       {"12", kStrategies, "How the searches were updated", {}, "how and when, or that they were not"},
       {"13", kStrategies, "Date of the last search of each source", {Fact::search_dates, Fact::import_dates}, ""},
       {"14", "Peer review", "Peer review of the strategies", {}, "by whom and how, or that there was none"},
       {"15", kRecords, "Records from each source", {Fact::records}, ""},
       {"16", kRecords, "Deduplication: process and software", {Fact::duplicates}, ""}}};
}

}  // namespace

const Checklist& checklist(ChecklistKind kind) {
  static const Checklist prisma = make_prisma();
  static const Checklist abstract = make_abstract();
  static const Checklist search = make_search();
  switch (kind) {
    case ChecklistKind::prisma:
      return prisma;
    case ChecklistKind::abstract:
      return abstract;
    case ChecklistKind::search:
      return search;
  }
  HR_ASSERT(false);
}

}  // namespace hedgerow::review
