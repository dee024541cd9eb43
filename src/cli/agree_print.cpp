#include "cli/agree_print.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/print.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::ordered_json;
using review::Coefficient;

bool is_icc(const Coefficient& c) { return c.id.rfind("icc", 0) == 0; }

/// Coefficients beyond chance are put into words; shares, indices and differences are not.
bool has_words(const Coefficient& c) {
  for (const char* id :
       {"kappa", "weighted_kappa", "fleiss_kappa", "conger_kappa", "uniform_kappa", "pabak", "ac1", "ac2", "alpha"})
    if (c.id == id) return true;
  return is_icc(c);
}

std::string word_of(const Coefficient& c, const AgreementWords& words) {
  if (!c.estimate || !has_words(c)) return "";
  return review::reading(is_icc(c) ? words.icc_bands : words.bands, *c.estimate);
}

std::string number(double value) { return std::isfinite(value) ? format_fixed(value, 4) : ""; }

std::string interval(const Coefficient& c) {
  return std::isfinite(c.lower) ? fmt::format("{} to {}", number(c.lower), number(c.upper)) : "";
}

std::string coefficient_table(const std::vector<Coefficient>& coefficients, const AgreementWords& words) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> notes;
  for (const Coefficient& c : coefficients) {
    std::string mark;
    if (!c.note.empty()) {
      auto at = std::find(notes.begin(), notes.end(), c.note);
      if (at == notes.end()) at = notes.insert(notes.end(), c.note);
      mark = fmt::format("[{}]", at - notes.begin() + 1);
    }
    rows.push_back({c.name, c.estimate ? number(*c.estimate) : "-", number(c.se), interval(c),
                    std::isfinite(c.p) ? format_p(c.p) : "", std::to_string(c.n), word_of(c, words), mark});
  }
  std::string out = text_table(
      {"", "estimate", "SE", format_significant(100 * words.level, 4) + "% CI", "p", "items", "reading", ""}, rows);
  for (std::size_t i = 0; i < notes.size(); ++i) out += fmt::format("[{}] {}\n", i + 1, notes[i]);
  return out;
}

std::string cross_table(const review::PairAgreement& pair, const std::vector<std::string>& classes) {
  std::vector<std::string> header{pair.a + " \\ " + pair.b};
  header.insert(header.end(), classes.begin(), classes.end());
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    std::vector<std::string> row{classes[i]};
    for (std::size_t j = 0; j < classes.size(); ++j) row.push_back(format_fixed(pair.table(i, j), 0));
    rows.push_back(std::move(row));
  }
  return text_table(header, rows);
}

/// One line per pair with the coefficients that are compared most.
std::string pair_lines(const review::AgreementReport& report) {
  std::vector<std::string> ids, header{"pair", "items"};
  for (const char* id : {"po", "kappa", "weighted_kappa", "pabak", "ac1", "ac2", "icc_2_1", "mean_difference"})
    for (const Coefficient& c : report.pairs.front().coefficients)
      if (c.id == id) {
        ids.push_back(id);
        header.push_back(c.name);
      }
  std::vector<std::vector<std::string>> rows;
  for (const review::PairAgreement& pair : report.pairs) {
    std::vector<std::string> row{pair.a + " - " + pair.b, std::to_string(pair.n)};
    for (const std::string& id : ids) {
      const auto at = std::find_if(pair.coefficients.begin(), pair.coefficients.end(),
                                   [&](const Coefficient& c) { return c.id == id; });
      row.push_back(at == pair.coefficients.end() || !at->estimate ? "-" : number(*at->estimate));
    }
    rows.push_back(std::move(row));
  }
  return text_table(header, rows);
}

std::string one_report(const review::AgreementReport& report, const AgreementWords& words) {
  std::string out = report.group.empty() ? "" : fmt::format("{}\n", report.group);
  out += fmt::format("{} items, {} raters ({}), {} ratings; {} items rated twice or more, {} by all; scale {}\n\n",
                     report.items, report.raters.size(), join(report.raters, ", "), report.ratings, report.items_twice,
                     report.items_complete, review::scale_name(report.scale));
  if (report.pairs.empty()) return out + "No two raters rated an item in common: there is no agreement to measure.\n";
  const bool two = report.raters.size() == 2;
  if (two) {
    const review::PairAgreement& pair = report.pairs.front();
    if (!pair.table.empty() && report.classes.size() <= 12) out += cross_table(pair, report.classes) + "\n";
    std::vector<Coefficient> all = pair.coefficients;
    for (const Coefficient& c : report.all)
      if (report.items_complete == report.items || c.id == "alpha" || is_icc(c)) all.push_back(c);
    return out + coefficient_table(all, words);
  }
  return out + coefficient_table(report.all, words) + "\n" + pair_lines(report);
}

Json json_number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json json_coefficients(const std::vector<Coefficient>& coefficients, const AgreementWords& words) {
  Json out = Json::array();
  for (const Coefficient& c : coefficients)
    out.push_back({{"id", c.id},
                   {"name", c.name},
                   {"estimate", c.estimate ? Json(*c.estimate) : Json()},
                   {"se", json_number(c.se)},
                   {"ci_lb", json_number(c.lower)},
                   {"ci_ub", json_number(c.upper)},
                   {"pval", json_number(c.p)},
                   {"items", c.n},
                   {"reading", word_of(c, words)},
                   {"note", c.note}});
  return out;
}

Json json_report(const review::AgreementReport& report, const AgreementWords& words) {
  Json pairs = Json::array();
  for (const review::PairAgreement& pair : report.pairs) {
    Json counts = Json::array();
    for (std::size_t i = 0; i < pair.table.rows(); ++i) {
      counts.push_back(Json::array());
      for (const double count : pair.table.row(i)) counts.back().push_back(std::llround(count));
    }
    pairs.push_back({{"raters", {pair.a, pair.b}},
                     {"items", pair.n},
                     {"counts", std::move(counts)},
                     {"coefficients", json_coefficients(pair.coefficients, words)}});
  }
  return {{"group", report.group},
          {"scale", review::scale_name(report.scale)},
          {"raters", report.raters},
          {"classes", report.classes},
          {"items", report.items},
          {"items_twice", report.items_twice},
          {"items_complete", report.items_complete},
          {"ratings", report.ratings},
          {"pairs", std::move(pairs)},
          {"all", json_coefficients(report.all, words)}};
}

}  // namespace

std::string agreement_text(const std::vector<review::AgreementReport>& reports, const AgreementWords& words) {
  std::string out;
  bool icc = false, kappa = false;
  for (const review::AgreementReport& report : reports) {
    out += (out.empty() ? "" : "\n") + one_report(report, words);
    const bool metric = report.scale == review::Scale::interval || report.scale == review::Scale::ratio;
    for (const Coefficient& c : report.all) icc = icc || is_icc(c);
    kappa = kappa || !metric;
  }
  if (kappa && !words.bands.from.empty())
    out += fmt::format("\nReadings of kappa and its kin: {} ({}).", review::describe_bands(words.bands),
                       words.bands.source);
  if (icc && !words.icc_bands.from.empty())
    out += fmt::format("\nReadings of intraclass correlations: {} ({}).", review::describe_bands(words.icc_bands),
                       words.icc_bands.source);
  return out + "\n";
}

std::string agreement_json(const std::vector<review::AgreementReport>& reports, const AgreementWords& words) {
  Json groups = Json::array();
  for (const review::AgreementReport& report : reports) groups.push_back(json_report(report, words));
  const Json out{{"schema", "hedgerow.agreement/1"},
                 {"level", words.level},
                 {"bands", words.bands.source},
                 {"groups", std::move(groups)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hedgerow::cli
