#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"
#include "cli/print_counts.hpp"
#include "cli/print_scale.hpp"

namespace hedgerow::cli {
namespace {

using engine::Block;

std::string fixed4(double value) { return format_fixed(value, 4); }

// As metafor prints it: "< .0001" and no leading zero are its habit, "<.0001" fits a column.
std::string p_text(double p) {
  if (is_missing(p)) return "NA";
  if (p < 0.0001) return "<.0001";
  return format_fixed(p, 4);
}

const char* stars(double p) {
  if (p < 0.001) return "***";
  if (p < 0.01) return "**";
  if (p < 0.05) return "*";
  return p < 0.1 ? "." : "";
}

// Two-level fits have an H^2.
bool is_multilevel(const Block& fit) { return !fit.find("H2"); }

std::string heading(const Block& fit) {
  const double k = fit.number("k");
  const std::string method = fit.text("estimator");
  if (is_multilevel(fit)) {
    const bool random = fit.find("sigma2") || fit.find("structured");
    return random ? fmt::format("Multilevel Meta-Analysis Model (k = {}; method: {})\n", k, method)
                  : fmt::format("Generalised Least Squares with Known Sampling Covariance (k = {})\n", k);
  }
  if (method == "EE") return fmt::format("Equal-Effects Model (k = {})\n", k);
  const bool mixed = fit.number("p") > 1;
  return fmt::format("{}-Effects Model (k = {}; tau^2 estimator: {})\n", mixed ? "Mixed" : "Random", k, method);
}

// "tau^2", "tau^2.2", and for the second term "gamma^2": as metafor names them.
std::string numbered(const std::string& word, std::size_t index, std::size_t count) {
  return count > 1 ? fmt::format("{}.{}", word, index + 1) : word;
}

std::string term_word(const char* first, const char* second, std::size_t term) {
  if (term > 1) return fmt::format("{}[{}]", first, term + 1);
  return term == 0 ? first : second;
}

std::string intercepts(const Block& fit) {
  const stats::Vector sigma2 = fit.vector("sigma2");
  if (sigma2.empty()) return "";
  const stats::Vector levels = fit.vector("s_nlevels");
  const std::vector<std::string> names = fit.texts("s_names");
  const stats::Vector i2 = fit.vector("I2_levels");
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < sigma2.size(); ++i)
    rows.push_back({numbered("sigma^2", i, sigma2.size()), fixed4(sigma2[i]), fixed4(std::sqrt(sigma2[i])),
                    format_fixed(levels[i], 0), i < i2.size() ? format_fixed(i2[i], 2) + "%" : "", names[i]});
  return "\n" + text_table({"", "estim", "sqrt", "nlvls", "I^2", "factor"}, rows);
}

// Variances of a term ~ inner | outer by inner level, then its correlations.
std::string structured_term(const Block& term, std::size_t t) {
  const stats::Vector tau2 = term.vector("tau2"), rho = term.vector("rho");
  const std::vector<std::string> levels = term.texts("levels");
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < tau2.size(); ++i)
    rows.push_back({numbered(term_word("tau^2", "gamma^2", t), i, tau2.size()), fixed4(tau2[i]),
                    fixed4(std::sqrt(tau2[i])), tau2.size() == levels.size() ? levels[i] : ""});
  for (std::size_t i = 0; i < rho.size(); ++i)
    rows.push_back({numbered(term_word("rho", "phi", t), i, rho.size()), fixed4(rho[i]), "", ""});
  return fmt::format("\n{} (structure {}; {} levels of {})\n\n", term.text("name"), term.text("structure"),
                     format_fixed(term.number("outer_nlevels"), 0), term.text("outer")) +
         text_table({"", "estim", "sqrt", "level"}, rows);
}

std::string components(const Block& fit) {
  std::string out;
  if (fit.find("sigma2") || fit.find("structured")) out += "\nVariance Components:\n";
  out += intercepts(fit);
  const std::vector<Block>& terms = fit.blocks("structured");
  for (std::size_t t = 0; t < terms.size(); ++t) out += structured_term(terms[t], t);
  if (fit.find("I2"))
    out += fmt::format("\nI^2 (all levels): {}%  (typical sampling variance {})\n", format_fixed(fit.number("I2"), 2),
                       fixed4(fit.number("vt")));
  return out;
}

std::string heterogeneity(const Block& fit) {
  if (fit.text("estimator") == "EE")
    return fmt::format(
        "\nI^2 (total heterogeneity / total variability):  {}%\nH^2 (total variability / sampling "
        "variability): {}\n",
        format_fixed(fit.number("I2"), 2), format_fixed(fit.number("H2"), 2));
  const bool mixed = fit.number("p") > 1;
  const char* what = mixed ? "residual" : "total";
  const double tau2 = fit.number("tau2");
  const double se = fit.number("se_tau2");
  std::string out = fmt::format("\ntau^2 (estimated amount of {} heterogeneity): {}{}\n", what, fixed4(tau2),
                                is_missing(se) ? "" : fmt::format(" (SE = {})", fixed4(se)));
  out += fmt::format("tau (square root of estimated tau^2 value):      {}\n", fixed4(std::sqrt(tau2)));
  out += fmt::format("I^2 ({} heterogeneity / {} variability):   {}%\n", what, mixed ? "unaccounted" : "total",
                     format_fixed(fit.number("I2"), 2));
  out += fmt::format("H^2 ({} variability / sampling variability):  {}\n", mixed ? "unaccounted" : "total",
                     format_fixed(fit.number("H2"), 2));
  if (!is_missing(fit.number("R2")))
    out += fmt::format("R^2 (amount of heterogeneity accounted for):     {}%\n", format_fixed(fit.number("R2"), 2));
  return out;
}

std::string omnibus(const Block& fit) {
  if (fit.number("p") == 1 && fit.texts("coef_names").front() == "intrcpt") return "";
  const stats::Vector df = fit.vector("QM_df");
  std::string btt;
  for (double i : fit.vector("btt")) btt += fmt::format("{}{}", btt.empty() ? "" : ", ", i);
  const bool f_test = df.size() == 2 && !is_missing(df[1]);
  const std::string statistic = f_test ? fmt::format("F(df1 = {}, df2 = {})", df[0], format_significant(df[1], 6))
                                       : fmt::format("QM(df = {})", df[0]);
  return fmt::format("\nTest of Moderators (coefficients {}):\n{} = {}, p-val = {}\n", btt, statistic,
                     fixed4(fit.number("QM")), p_text(fit.number("QMp")));
}

std::string coefficients(const Block& fit) {
  const std::vector<std::string> names = fit.texts("coef_names");
  const stats::Vector ddf = fit.vector("ddf");
  const bool t_test = !ddf.empty() && !is_missing(ddf.front());
  std::vector<std::string> header{"", "estimate", "se", t_test ? "tval" : "zval", "pval", "ci.lb", "ci.ub", ""};
  if (t_test) header.insert(header.begin() + 4, "df");
  std::vector<std::vector<std::string>> rows;
  for (std::size_t j = 0; j < names.size(); ++j) {
    std::vector<std::string> row{names[j]};
    for (const char* field : {"beta", "se", "zval"}) row.push_back(fixed4(fit.vector(field)[j]));
    if (t_test) row.push_back(format_significant(ddf[j], 5));
    row.push_back(p_text(fit.vector("pval")[j]));
    for (const char* field : {"ci_lb", "ci_ub"}) row.push_back(fixed4(fit.vector(field)[j]));
    row.emplace_back(stars(fit.vector("pval")[j]));
    rows.push_back(std::move(row));
  }
  return "\nModel Results:\n\n" + text_table(header, rows) +
         "\nSignif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1\n";
}

std::string fit_statistics(const Block& fit) {
  const Block* statistics = fit.child("fit_stats");
  if (!statistics) return "";
  std::vector<std::vector<std::string>> rows;
  for (const engine::Field& field : statistics->fields) {
    const Block* one = statistics->child(field.first);
    std::vector<std::string> row{field.first};
    for (const char* name : {"loglik", "deviance", "AIC", "BIC", "AICc"}) row.push_back(fixed4(one->number(name)));
    rows.push_back(std::move(row));
  }
  return "\n" + text_table({"", "logLik", "deviance", "AIC", "BIC", "AICc"}, rows);
}

// "sigma2.1, rho": the parameters whose estimate is a bound; two-level fits have one, tau2.
std::string at_boundary(const Block& certificate) {
  const auto* field = certificate.find("at_boundary");
  const auto* flags = field ? std::get_if<std::vector<bool>>(field) : nullptr;
  if (!flags) return "";
  std::vector<std::string> names = certificate.texts("parameters"), out;
  names.resize(flags->size(), "tau2");
  for (std::size_t a = 0; a < flags->size(); ++a)
    if ((*flags)[a]) out.push_back(names[a]);
  return join(out, ", ");
}

std::string certificate(const Block& fit) {
  const Block* nested = fit.child("certificate");
  if (!nested) return "";
  const Block& c = *nested;
  std::string out = fmt::format("\nCertificate: {}; converged: {}", c.text("algorithm"),
                                std::get<bool>(*c.find("converged")) ? "yes" : "no");
  if (c.number("iterations") > 0)
    out += fmt::format(" ({} iterations, {} starts, largest score {})", c.number("iterations"), c.number("starts"),
                       format_significant(c.number("gradient_norm"), 2));
  const std::string bound = at_boundary(c);
  if (!bound.empty()) out += "; at the end of its range: " + bound;
  return out + "\n";
}

// "odds ratio: 0.4747 [0.3365, 0.6697]": the mean as its measure is shown.
std::string display(const Block& fit) {
  const Block* shown = fit.child("display");
  if (!shown) return "";
  return fmt::format("\n{}: {}\n", shown->text("name"),
                     interval_text(shown->number("estimate"), shown->number("ci_lb"), shown->number("ci_ub")));
}

// Fixed digits leave nothing of a proportion of 0.00003.
std::string shown_number(double value) {
  if (is_missing(value)) return "NA";
  const double size = std::fabs(value);
  constexpr double kSmall = 0.001, kLarge = 1e6;
  return (size > 0 && size < kSmall) || (std::isfinite(size) && size >= kLarge) ? format_significant(value, 4)
                                                                                : fixed4(value);
}

}  // namespace

std::string interval_text(double estimate, double lower, double upper) {
  return fmt::format("{} {}", shown_number(estimate), range_text(lower, upper));
}

std::string range_text(double lower, double upper) {
  return fmt::format("[{}, {}]", shown_number(lower), shown_number(upper));
}

std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> width(header.size());
  const auto measure = [&](const std::vector<std::string>& row) {
    for (std::size_t j = 0; j < row.size(); ++j) width[j] = std::max(width[j], utf8_length(row[j]));
  };
  measure(header);
  for (const auto& row : rows) measure(row);
  const auto line = [&](const std::vector<std::string>& row) {
    std::string out;
    for (std::size_t j = 0; j < row.size(); ++j) {
      const std::string padding(width[j] - utf8_length(row[j]), ' ');
      const bool left = j == 0 || j + 1 == row.size();
      out += (j == 0 ? "" : "  ") + (left ? row[j] + padding : padding + row[j]);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "\n";
  };
  std::string out = line(header);
  for (const auto& row : rows) out += line(row);
  return out;
}

std::string print_fit(const engine::Result& result) {
  if (!result.fit) return "";
  const Block& fit = *result.fit;
  const bool counts = result.job.model.counts.has_value();
  const bool scale = fit.find("alpha") != nullptr;
  std::string out = "\n" +
                    (counts  ? counts_heading(fit)
                     : scale ? scale_heading(fit)
                             : heading(fit)) +
                    fit_statistics(fit);
  if (counts)
    out += counts_heterogeneity(fit);
  else if (!scale)
    out += is_multilevel(fit) ? components(fit) : heterogeneity(fit);
  if (fit.number("QE_df") > 0 && !fit.find("QE_Wld"))
    out += fmt::format("\nTest for {}Heterogeneity:\n{}(df = {}) = {}, p-val = {}\n",
                       fit.number("p") > 1 ? "Residual " : "", fit.number("p") > 1 ? "QE" : "Q", fit.number("QE_df"),
                       fixed4(fit.number("QE")), p_text(fit.number("QEp")));
  out += omnibus(fit) + coefficients(fit);
  const std::string& measure = result.effects.effects.measure;
  const bool as_measured = result.job.transf.empty() || result.job.transf == "exp";
  const std::string ratios = counts && as_measured ? counts_ratios(fit, measure) : "";
  out += ratios.empty() ? display(fit) : ratios;
  if (counts) out += counts_tests(fit, measure);
  if (scale) out += scale_results(fit);
  return out + certificate(fit);
}

std::string print_notes(const engine::Result& result) {
  std::string out;
  for (const std::string& text : result.effects.v_assumed) out += "V: " + text + "\n";
  for (const std::string& warning : result.warnings) out += "Warning: " + warning + "\n";
  for (const engine::Dropped& dropped : result.dropped)
    out += fmt::format("Not used: {}: {}\n", dropped.where, dropped.reason);
  return out;
}

}  // namespace hedgerow::cli
