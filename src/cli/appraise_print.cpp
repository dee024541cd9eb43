// Assessments as text, JSON and CSV.
#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/appraise.hpp"
#include "cli/print.hpp"
#include "review/agreement_bands.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::ordered_json;
using review::Assessment;
using review::Instrument;
using review::Judged;
using review::Scoring;

std::string word(const std::vector<review::Word>& words, const std::optional<std::size_t>& index) {
  return index ? words[*index].word : "";
}

std::string answer_text(const Instrument& instrument, const Assessment& a, std::size_t item) {
  if (!a.answers[item]) return "";
  return instrument.scoring == Scoring::stars ? std::to_string(*a.answers[item])
                                              : instrument.answers[*a.answers[item]].word;
}

/// "Some concerns*" where the rater set another judgement than the rules.
std::string judged_text(const Instrument& instrument, const Judged& judged) {
  const std::string text = word(instrument.judgements, judged.judgement());
  return text.empty() ? "-" : text + (judged.overridden() ? "*" : "");
}

bool has_results(const std::vector<Assessment>& assessments) {
  for (const Assessment& a : assessments)
    if (!a.result.empty()) return true;
  return false;
}

std::string main_table(const Instrument& instrument, const std::vector<Assessment>& assessments) {
  const bool results = has_results(assessments), judged = instrument.scoring == Scoring::worst;
  std::vector<std::string> header{"study"};
  if (results) header.push_back("result");
  header.push_back("rater");
  if (judged)
    for (const review::Domain& domain : instrument.domains) header.push_back(domain.id);
  else
    for (std::size_t i = 0; i < instrument.items.size(); ++i)
      header.push_back(instrument.scoring == Scoring::count ? std::to_string(i + 1) : instrument.items[i].id);
  header.push_back(judged ? "overall" : "score");
  if (!judged) header.push_back("band");
  std::vector<std::vector<std::string>> rows;
  for (const Assessment& a : assessments) {
    std::vector<std::string> row{a.study};
    if (results) row.push_back(a.result);
    row.push_back(a.rater);
    if (judged)
      for (const Judged& domain : a.domains) row.push_back(judged_text(instrument, domain));
    else
      for (std::size_t i = 0; i < a.answers.size(); ++i) {
        const std::string text = answer_text(instrument, a, i);
        row.push_back(text.empty() ? "-" : text);
      }
    row.push_back(judged    ? judged_text(instrument, a.overall)
                  : a.score ? fmt::format("{}/{}", *a.score, review::max_score(instrument))
                            : "-");
    if (!judged) row.push_back(a.band);
    rows.push_back(std::move(row));
  }
  return text_table(header, rows);
}

/// JBI: how many of the applicable answers count.
std::string counts_text(const Instrument& instrument, const std::vector<Assessment>& assessments) {
  std::string out;
  for (const Assessment& a : assessments) {
    std::size_t yes = 0, applicable = 0;
    for (const auto& answer : a.answers) {
      if (!answer || review::plain(instrument.answers[*answer].word) == "na") continue;
      ++applicable;
      yes += instrument.answers[*answer].counts;
    }
    out += fmt::format("{}: {} of {} applicable answers are '{}'\n", a.study, yes, applicable,
                       instrument.answers.front().word);
  }
  return out;
}

std::string agreement_table(const std::vector<review::AgreementReport>& reports) {
  std::vector<std::vector<std::string>> rows;
  for (const review::AgreementReport& report : reports) {
    const bool two = report.raters.size() == 2 && !report.pairs.empty();
    const auto& list = two && report.scale != review::Scale::interval ? report.pairs.front().coefficients : report.all;
    std::vector<std::string> row{report.group, std::to_string(report.items_twice)};
    for (const auto& ids : {std::vector<std::string>{"po", "pa"},
                            {"weighted_kappa", "kappa", "fleiss_kappa"},
                            {"pabak", "uniform_kappa"},
                            {"ac2", "ac1"},
                            {"icc_2_1"}}) {
      std::string text = "-";
      for (const std::string& id : ids)
        for (const review::Coefficient& c : list) {
          if (c.id != id || !c.estimate || text != "-") continue;
          text = format_fixed(*c.estimate, 2);
          if (std::isfinite(c.lower))
            text += fmt::format(" ({} to {})", format_fixed(c.lower, 2), format_fixed(c.upper, 2));
        }
      row.push_back(text);
    }
    rows.push_back(std::move(row));
  }
  return text_table({"agreement of raters", "rated twice", "observed", "kappa", "PABAK", "AC1/AC2", "ICC(2,1)"}, rows);
}

std::string bands_text(const Instrument& instrument) {
  std::vector<std::string> parts;
  for (const review::Band& band : instrument.bands)
    parts.push_back(fmt::format("{} to {} {}", band.from, band.to, band.label));
  return join(parts, ", ");
}

Json judged_json(const Instrument& instrument, const Judged& judged) {
  const auto name = [&](const std::optional<std::size_t>& index) {
    return index ? Json(instrument.judgements[*index].word) : Json();
  };
  return {{"judgement", name(judged.judgement())}, {"proposed", name(judged.proposed)}, {"given", name(judged.given)},
          {"overridden", judged.overridden()},     {"reason", judged.reason},           {"needs", judged.needs}};
}

Json assessment_json(const AppraisalView& view, const Assessment& a) {
  const Instrument& instrument = view.instrument;
  Json items = Json::object(), support = Json::object(), domains = Json::object();
  for (std::size_t i = 0; i < a.answers.size(); ++i) {
    if (a.answers[i]) items[instrument.items[i].id] = answer_text(instrument, a, i);
    if (!a.support[i].empty()) support[instrument.items[i].id] = a.support[i];
  }
  for (std::size_t d = 0; d < a.domains.size(); ++d)
    if (instrument.scoring == Scoring::worst) domains[instrument.domains[d].id] = judged_json(instrument, a.domains[d]);
  return {{"study", a.study},
          {"result", a.result},
          {"rater", a.rater},
          {"items", std::move(items)},
          {"support", std::move(support)},
          {"domains", std::move(domains)},
          {"overall", instrument.scoring == Scoring::worst ? judged_json(instrument, a.overall) : Json()},
          {"score", a.score ? Json(*a.score) : Json()},
          {"band", a.band},
          {"weight", a.weight},
          {"low_risk", review::low_risk(instrument, a, view.cut)}};
}

Json agreement_entry(const review::AgreementReport& report) {
  Json coefficients = Json::array();
  const auto add = [&](const std::vector<review::Coefficient>& list) {
    for (const review::Coefficient& c : list)
      coefficients.push_back({{"id", c.id},
                              {"estimate", c.estimate ? Json(*c.estimate) : Json()},
                              {"ci_lb", std::isfinite(c.lower) ? Json(c.lower) : Json()},
                              {"ci_ub", std::isfinite(c.upper) ? Json(c.upper) : Json()},
                              {"items", c.n}});
  };
  if (report.raters.size() == 2 && !report.pairs.empty()) add(report.pairs.front().coefficients);
  add(report.all);
  return {{"of", report.group}, {"raters", report.raters}, {"coefficients", std::move(coefficients)}};
}

Json open_json(const AppraisalView& view) {
  Json out = Json::array();
  for (const review::Disagreement& open : view.agreed.open) {
    Json ratings = Json::object();
    for (const auto& [rater, text] : open.ratings) ratings[rater] = text;
    out.push_back({{"study", open.study},
                   {"result", open.result},
                   {"item", review::place_name(view.instrument, open.target, open.index)},
                   {"ratings", std::move(ratings)}});
  }
  return out;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string appraisal_text(const AppraisalView& view) {
  const Instrument& instrument = view.instrument;
  std::string out =
      fmt::format("{}\n{}\n\n{}", instrument.name, instrument.source, main_table(instrument, view.raters));
  if (instrument.scoring == Scoring::none) out += "\n" + counts_text(instrument, view.raters);
  if (view.agreed.assessments.size() != view.raters.size())
    out += "\nConsensus\n" + main_table(instrument, view.agreed.assessments);
  if (!view.agreed.open.empty()) {
    out += "\nTo be agreed on:\n";
    for (const review::Disagreement& open : view.agreed.open) {
      std::vector<std::string> parts;
      for (const auto& [rater, text] : open.ratings) parts.push_back(rater + ": " + text);
      out += fmt::format("  {}{}, {}: {}\n", open.study, open.result.empty() ? "" : ", " + open.result,
                         review::place_name(instrument, open.target, open.index), join(parts, "; "));
    }
  }
  if (!view.agreement.empty()) out += "\n" + agreement_table(view.agreement);
  std::size_t low = 0;
  for (const Assessment& a : view.agreed.assessments) low += review::low_risk(instrument, a, view.cut);
  const std::string total = fmt::format("{} of {}", low, view.agreed.assessments.size());
  out += "\n";
  if (!instrument.bands.empty()) out += fmt::format("Bands: {}.\n", bands_text(instrument));
  if (instrument.scoring == Scoring::worst)
    out += fmt::format("Overall '{}': {}.\n", instrument.judgements.front().word, total);
  else if (instrument.scoring != Scoring::none)
    out += fmt::format("Score of {} or more: {}.\n", view.cut, total);
  if (instrument.scoring == Scoring::worst)
    for (const Assessment& a : view.raters)
      for (std::size_t d = 0; d <= a.domains.size(); ++d)
        if ((d < a.domains.size() ? a.domains[d] : a.overall).overridden())
          return out + "* set by the rater, other than what follows from the rules or domains.\n" + instrument.note +
                 "\n";
  return instrument.note.empty() ? out : out + instrument.note + "\n";
}

std::string appraisal_json(const AppraisalView& view) {
  Json raters = Json::array(), agreed = Json::array(), agreement = Json::array();
  for (const Assessment& a : view.raters) raters.push_back(assessment_json(view, a));
  for (const Assessment& a : view.agreed.assessments) agreed.push_back(assessment_json(view, a));
  for (const review::AgreementReport& report : view.agreement) agreement.push_back(agreement_entry(report));
  const Json out{
      {"schema", "hedgerow.appraisal/1"},  {"instrument", view.instrument.id}, {"name", view.instrument.name},
      {"source", view.instrument.source},  {"note", view.instrument.note},     {"cut", view.cut},
      {"assessments", std::move(raters)},  {"consensus", std::move(agreed)},   {"open", open_json(view)},
      {"agreement", std::move(agreement)}, {"remarks", view.remarks}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string appraisal_csv(const AppraisalView& view) {
  const Instrument& instrument = view.instrument;
  const bool judged = instrument.scoring == Scoring::worst;
  std::string out = "study,result";
  if (judged)
    for (const review::Domain& domain : instrument.domains) out += "," + csv_cell(domain.id);
  else
    for (const review::Item& item : instrument.items) out += "," + csv_cell(item.id);
  out += judged ? ",overall,weight,low_risk\n" : ",score,band,weight,low_risk\n";
  for (const Assessment& a : view.agreed.assessments) {
    out += csv_cell(a.study) + "," + csv_cell(a.result);
    if (judged)
      for (const Judged& domain : a.domains) out += "," + csv_cell(word(instrument.judgements, domain.judgement()));
    else
      for (std::size_t i = 0; i < a.answers.size(); ++i) out += "," + csv_cell(answer_text(instrument, a, i));
    out += "," + (judged ? csv_cell(word(instrument.judgements, a.overall.judgement()))
                         : (a.score ? std::to_string(*a.score) : "") + "," + csv_cell(a.band));
    out += fmt::format(",{},{}\n", format_shortest(a.weight), review::low_risk(instrument, a, view.cut) ? "yes" : "no");
  }
  return out;
}

}  // namespace hedgerow::cli
