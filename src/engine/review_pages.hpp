// Pages of the report: sections made from the evidence, with the files (tables, figures) that they link to.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/review_evidence.hpp"
#include "report/document.hpp"

namespace hedgerow::engine {

/// A file of the output folder; paths are relative to it.
struct OutputFile {
  std::string path;
  std::string bytes;
};

/// Collects the files while sections are made.
class Pages {
 public:
  explicit Pages(const ReviewEvidence& evidence) : evidence_(evidence) {}

  const ReviewEvidence& evidence() const { return evidence_; }
  const ReviewSpec& spec() const { return evidence_.spec; }

  /// Writes a table as tables/<name>.csv and links it.
  report::Table with_file(report::Table table, const std::string& name);
  /// Writes a figure as figures/<name>.svg, .pdf and .png and links them.
  Expected<report::Figure> figure(const std::string& name, scene::Scene scene, report::Text caption);

  std::vector<OutputFile> files;

 private:
  const ReviewEvidence& evidence_;
};

/// What is said in place of a result.
inline constexpr const char* kNoEffects = "This review has no effects yet: what follows is how its studies were found.";

/// What a reader in a hurry needs: the result in plain sentences, what is doubtful, all analyses at a glance.
std::vector<report::Block> front_page(Pages& pages);
report::Section question_section(Pages& pages);
Expected<report::Section> studies_section(Pages& pages);
Expected<report::Section> appraisal_section(Pages& pages);
report::Section effects_section(Pages& pages);
Expected<report::Section> results_section(Pages& pages);
report::Section published_section(Pages& pages);
report::Section methods_section(Pages& pages);
report::Section warnings_section(Pages& pages);
report::Section provenance_section(Pages& pages);

/// Which analyses follow the defaults of another program, and what these are; empty if none does.
report::Text convention_sentences(const Pages& pages);
/// "Across 56 effects from 30 studies ...": the result of an analysis as a reader would say it.
std::string result_sentence(const ReviewSpec& spec, const ReviewResult& result);
/// "A new study is expected to find between -0.6 and 1.6 (95% prediction interval)."; empty without an interval.
std::string prediction_sentence(const ReviewSpec& spec, const ReviewResult& result);

}  // namespace hedgerow::engine
