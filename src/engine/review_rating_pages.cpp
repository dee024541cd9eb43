#include "engine/review_rating_pages.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "engine/review_words.hpp"
#include "plot/appraisal_figures.hpp"

namespace hedgerow::engine {
namespace {

using report::Align;
using report::Cell;
using report::Row;
using report::Table;
using report::Text;

std::string word_of(const review::Instrument& instrument, const review::Judged& judged) {
  const auto index = judged.judgement();
  return index ? instrument.judgements[*index].word : "";
}

/// "5 Low, 4 Some concerns, 3 High", in the order of the instrument; of scores the bands.
std::string counts_text(const RatedBody& body) {
  std::map<std::string, std::size_t> counts;
  std::vector<std::string> order, parts;
  for (const review::Word& word : body.instrument.judgements) order.push_back(word.word);
  for (const review::Band& band : body.instrument.bands) order.push_back(band.label);
  for (const review::Assessment& one : body.agreed.assessments)
    ++counts[body.instrument.domains.empty() ? one.band : word_of(body.instrument, one.overall)];
  for (const std::string& word : order)
    if (counts[word] > 0) parts.push_back(fmt::format("{} {}", counts[word], word));
  if (counts[""] > 0) parts.push_back(fmt::format("{} without a judgement", counts[""]));
  return join(parts, ", ");
}

std::string sentence(const RatedBody& body) {
  std::set<std::string> studies, results;
  for (const review::Assessment& one : body.agreed.assessments) {
    studies.insert(one.study);
    if (!one.result.empty()) results.insert(one.result);
  }
  return fmt::format(
      "{}{} rated with {} ({}): {}.", counted(static_cast<double>(studies.size()), "study was", "studies were"),
      results.empty() ? ""
                      : fmt::format(", for {},", counted(static_cast<double>(results.size()), "result", "results")),
      body.instrument.name, body.source, counts_text(body));
}

/// Of each thing that was rated: kappa of two raters, of their first pair where there are more.
std::string agreement_text(const RatedBody& body) {
  std::vector<std::string> parts;
  for (const review::AgreementReport& report : body.agreement)
    for (const review::Coefficient& one :
         report.pairs.empty() ? std::vector<review::Coefficient>() : report.pairs.front().coefficients)
      if (one.id == "kappa" && one.estimate)
        parts.push_back(fmt::format("{} {}", report.group, format_fixed(*one.estimate, 2)));
  return parts.empty() ? "" : fmt::format("Agreement of the raters before consensus (kappa): {}.", join(parts, ", "));
}

std::string reasons(const review::Instrument& instrument, const review::Assessment& one) {
  std::vector<std::string> out;
  for (std::size_t d = 0; d < one.domains.size(); ++d)
    if (!one.domains[d].reason.empty())
      out.push_back(fmt::format("{}: {}", instrument.domains[d].id, one.domains[d].reason));
  if (!one.overall.reason.empty()) out.push_back("overall: " + one.overall.reason);
  for (std::size_t i = 0; i < one.support.size() && instrument.domains.empty(); ++i)
    if (!one.support[i].empty()) out.push_back(fmt::format("{}: {}", instrument.items[i].id, one.support[i]));
  return join(out, "; ");
}

Table ratings_table(const RatedBody& body, const std::string& name) {
  const review::Instrument& instrument = body.instrument;
  const auto& rated = body.agreed.assessments;
  const bool results = std::any_of(rated.begin(), rated.end(), [](const auto& one) { return !one.result.empty(); });
  Table table;
  table.id = "table-" + name;
  table.columns.push_back({"Study", Align::left, "study", false});
  if (results) table.columns.push_back({"Result", Align::left, "result", false});
  for (const review::Domain& domain : instrument.domains)
    table.columns.push_back({domain.id, Align::left, domain.id, false});
  table.columns.push_back(instrument.domains.empty() ? report::Column{"Score", Align::right, "score", false}
                                                     : report::Column{"Overall", Align::left, "overall", false});
  if (instrument.domains.empty()) table.columns.push_back({"Band", Align::left, "band", false});
  table.columns.push_back({"Support", Align::left, "support", false});
  for (const review::Assessment& one : rated) {
    Row row;
    row.cells.push_back(Cell(one.study));
    if (results) row.cells.push_back(Cell(one.result));
    for (const review::Judged& domain : one.domains) row.cells.push_back(Cell(word_of(instrument, domain)));
    if (instrument.domains.empty()) {
      row.cells.push_back(Cell(one.score ? std::to_string(*one.score) : "NA"));
      row.cells.push_back(Cell(one.band));
    } else {
      row.cells.push_back(Cell(word_of(instrument, one.overall)));
    }
    row.cells.push_back(Cell(reasons(instrument, one)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Checked add_body(Pages& pages, const RatedBody& body, const std::string& name, report::Section& section) {
  const review::Instrument& instrument = body.instrument;
  Text text(sentence(body));
  if (const std::string agreement = agreement_text(body); !agreement.empty()) text.text(" " + agreement);
  section.add(report::Paragraph{std::move(text)});
  const plot::TrafficData data = plot::traffic_data(instrument, body.agreed.assessments);
  HR_TRY(report::Figure lights, pages.figure(name, plot::traffic_light(data, {}),
                                             Text(fmt::format("Ratings by {}, study by study.", instrument.name))));
  section.add(std::move(lights));
  const std::vector<double> weights = plot::traffic_weights(body.agreed.assessments);
  HR_TRY(report::Figure bars, pages.figure(name + "-summary", plot::rob_summary(data, weights, {}),
                                           Text(fmt::format("Shares of the judgements by {}{}.", instrument.name,
                                                            weights.empty() ? "" : ", by weight"))));
  section.add(std::move(bars));
  Table table = pages.with_file(ratings_table(body, name), name);
  table.caption = Text(fmt::format("Ratings by {}.", instrument.name));
  for (const review::Domain& domain : instrument.domains)
    table.notes.push_back(Text(fmt::format("{}: {}", domain.id, domain.name)));
  section.add(report::Details{"Ratings as a table", {std::move(table)}});
  return {};
}

}  // namespace

Checked add_ratings(Pages& pages, report::Section& section) {
  std::map<std::string, int> used;  // one instrument may have a file and ratings in the log
  for (const RatedBody& body : pages.evidence().rated) {
    if (body.agreed.assessments.empty()) continue;
    const int number = ++used[body.instrument.id];
    const std::string name = "ratings-" + body.instrument.id + (number > 1 ? fmt::format("-{}", number) : "");
    HR_CHECK(add_body(pages, body, name, section));
  }
  return {};
}

}  // namespace hedgerow::engine
