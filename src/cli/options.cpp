#include "cli/options.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/recover.hpp"
#include "engine/run.hpp"

namespace hedgerow::cli {
namespace {

Expected<std::optional<double>> optional_number(const std::string& text, const char* flag) {
  if (text.empty()) return std::optional<double>();
  const auto value = parse_number(text);
  if (!value) return make_error(ErrorCode::usage, fmt::format("expected a number, found '{}'", text), flag);
  return value;
}

// "0.05,NA" -> {0.05, nothing}.
Expected<std::vector<std::optional<double>>> optional_numbers(const std::string& text, const char* flag) {
  std::vector<std::optional<double>> out;
  if (text.empty()) return out;
  for (const std::string& part : split(text, ',')) {
    if (part == "NA") {
      out.emplace_back();
      continue;
    }
    HR_TRY(out.emplace_back(), optional_number(part, flag));
  }
  return out;
}

Expected<std::vector<std::size_t>> counts(const std::string& text, const char* flag) {
  std::vector<std::size_t> out;
  if (text.empty()) return out;
  for (const std::string& part : split(text, ',')) {
    const auto value = parse_number(part);
    if (!value || *value < 1 || *value != static_cast<double>(static_cast<std::size_t>(*value)))
      return make_error(ErrorCode::usage, fmt::format("expected numbers from 1, as in 2,3; found '{}'", text), flag);
    out.push_back(static_cast<std::size_t>(*value));
  }
  return out;
}

Checked fill_effect(const Flags& flags, engine::EffectRequest& effect) {
  effect.yi = flags.yi;
  effect.vi = flags.vi;
  effect.sei = flags.sei;
  effect.ni = flags.ni;
  effect.slab = flags.slab;
  effect.measure = flags.measure;
  for (const auto& [argument, column] : flags.arguments)
    if (!column.empty()) effect.arguments[argument] = column;
  if (!flags.yi.empty()) {
    // With given effects the sample sizes are data, not arguments of a measure.
    for (auto [argument, target] : {std::pair{"n1i", &effect.n1i}, std::pair{"n2i", &effect.n2i}}) {
      const auto at = effect.arguments.find(argument);
      if (at != effect.arguments.end()) *target = at->second;
    }
    effect.arguments.clear();
  } else if (!flags.ni.empty()) {
    effect.arguments["ni"] = flags.ni;
  }
  if (!flags.vtype.empty()) effect.options.vtype = flags.vtype;
  if (flags.j != "exact" && flags.j != "approximate")
    return make_error(ErrorCode::usage, fmt::format("expected exact or approximate, found '{}'", flags.j), "--j");
  effect.options.exact_j = flags.j == "exact";
  effect.options.correct = !flags.no_correct;
  effect.options.drop00 = flags.drop00;
  effect.options.continuity = flags.continuity;
  if (!flags.to.empty()) effect.options.to = flags.to;
  HR_TRY(effect.options.add, optional_number(flags.add, "--add"));
  HR_TRY(effect.options.r, optional_number(flags.r, "--r"));
  HR_TRY(effect.covariance, covariance_request(flags.v));
  return {};
}

// "tau2.1=0.05" -> {"tau2.1", 0.05}; nothing if there is no name or no value.
std::optional<std::pair<std::string, std::string>> assignment(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) return std::nullopt;
  return std::pair(std::string(trim(text.substr(0, at))), std::string(trim(text.substr(at + 1))));
}

Checked fill_random(const Flags& flags, engine::ModelRequest& model) {
  model.random = flags.random;
  for (const std::string& list : flags.structure)
    for (const std::string& one : split(list, ',')) model.structure.push_back(one);
  for (const std::string& text : flags.known) {
    const auto pair = assignment(text);
    if (!pair)
      return make_error(ErrorCode::usage, fmt::format("expected group=file, as in species=tree.csv; found '{}'", text),
                        "--R");
    model.r.push_back({pair->first, pair->second});
  }
  for (const std::string& text : flags.fix) {
    const auto pair = assignment(text);
    const auto value = pair ? parse_number(pair->second) : std::nullopt;
    if (!value)
      return make_error(ErrorCode::usage, fmt::format("expected name=value, as in rho=0.5; found '{}'", text), "--fix");
    model.fix.emplace_back(pair->first, *value);
  }
  return {};
}

Checked fill_robust(const Flags& flags, engine::Job& job) {
  if (!flags.working_model.empty()) {
    HR_TRY(const std::optional<double> rho, optional_number(flags.rho, "--working-rho"));
    job.model.working =
        engine::WorkingModel{flags.working_model, flags.cluster, flags.effect_id, flags.subgroup, rho.value_or(0.6)};
  }
  if (flags.robust.empty() && (flags.cluster.empty() || job.model.working)) return {};
  job.inference.robust = engine::RobustRequest{flags.robust.empty() ? "CR2" : flags.robust, flags.cluster,
                                               flags.robust_test, flags.conf_test, flags.wald_test};
  return {};
}

Checked fill_model(const Flags& flags, engine::Job& job) {
  job.model.method = flags.method;
  job.model.mods = flags.mods;
  HR_CHECK(fill_random(flags, job.model));
  job.model.weights = flags.weights;
  job.model.weighted = !flags.unweighted;
  job.model.q_centre = flags.q_centre;
  job.model.drop_redundant = flags.drop_redundant;
  HR_TRY(job.model.tau2, optional_number(flags.tau2, "--tau2"));
  HR_TRY(job.model.sigma2, optional_numbers(flags.sigma2, "--sigma2"));
  job.inference.test = flags.test;
  job.inference.dfs = flags.dfs;
  HR_TRY(job.inference.btt, counts(flags.btt, "--btt"));
  HR_CHECK(fill_robust(flags, job));
  HR_TRY(const std::optional<double> level, optional_number(flags.level, "--level"));
  if (level) job.inference.level = *level > 1 ? *level / 100 : *level;
  return {};
}

}  // namespace

void add_data_flags(CLI::App& app, Flags& flags) {
  app.add_option("file", flags.file, "Table: CSV, TSV or XLSX (a sheet as book.xlsx#Sheet)")->required();
  app.add_option("--subset", flags.subset, "Rows to use, e.g. 'outcome == \"rom\" & year > 2000'");
  app.add_option("--prepare", flags.prepare,
                 "Recover numbers first (repeatable): 'sd_from_se(se=se1, n=n1) -> sd1'; see hedgerow recover --help");
  app.add_option("--slab", flags.slab, "Column of row labels (each row its own)");
}

void add_effect_flags(CLI::App& app, Flags& flags) {
  const std::string group = "Effects";
  app.add_option("--yi", flags.yi, "Column of the effects")->group(group);
  app.add_option("--vi", flags.vi, "Column of the sampling variances")->group(group);
  app.add_option("--sei", flags.sei, "Column of the standard errors (instead of --vi)")->group(group);
  app.add_option("--ni", flags.ni, "Column of the total sample sizes")->group(group);
  app.add_option("--measure", flags.measure, "Measure to compute: " + join(engine::measure_names(), " "))->group(group);
  app.add_option("--vtype", flags.vtype, "Variance formula: LS (default), LS2, UB, AV, HO, ...")->group(group);
  app.add_option("--j", flags.j, "Hedges' correction: exact or approximate")->group(group)->capture_default_str();
  app.add_flag("--no-correct", flags.no_correct, "No small-sample correction")->group(group);
  app.add_option("--r", flags.r, "Pre-post correlation for rows that give none")->group(group);
  app.add_option("--add", flags.add, "Added to the cells of 2x2 tables")->group(group);
  app.add_option("--to", flags.to, "Where: only0, all, if0all, none (with --explain-differences: a program)")
      ->group(group);
  app.add_flag("--drop00", flags.drop00, "Drop double-zero tables")->group(group);
  app.add_option("--continuity", flags.continuity,
                 "What --add is added to: cells; events (RR: events and, once, group size); variance (RD: there alone)")
      ->group(group)
      ->capture_default_str();
  for (const std::string& argument : engine::argument_names())
    if (argument != "ni" && argument != "yi" && argument != "vi" && argument != "sei")
      app.add_option("--" + argument, flags.arguments[argument], "Column (argument of a measure)")
          ->group("Arguments of measures");
  add_covariance_flags(app, flags.v);
}

void add_model_flags(CLI::App& app, Flags& flags) {
  const std::string group = "Model";
  app.add_option("--method", flags.method,
                 "EE, DL, HE, HS, HSk, SJ, ML, REML, EB, PM, PMM, GENQ, GENQM, DLIT, SJIT, CO")
      ->group(group)
      ->capture_default_str();
  app.add_option("--mods", flags.mods, "Moderators, e.g. '~ sex + dose*type'")->group(group);
  app.add_option("--random", flags.random, "Random effects: '~ 1 | study/es', '~ outcome | study'; may be repeated")
      ->group(group);
  app.add_option("--struct", flags.structure,
                 "Structure of each ~ inner | outer: CS, HCS, UN, ID, DIAG, AR, HAR, CAR, SPEXP, SPGAU, SPLIN, SPRAT, "
                 "SPSPH, GEN, GDIAG")
      ->group(group);
  app.add_option("--R", flags.known, "Known correlations of a random effect, e.g. species=relatedness.csv")
      ->group(group);
  app.add_option("--fix", flags.fix, "Hold a variance parameter at a value, e.g. rho=0.5, tau2.1=0.04; may be repeated")
      ->group(group);
  app.add_option("--tau2", flags.tau2, "Fix tau2 at this value")->group(group);
  app.add_option("--sigma2", flags.sigma2, "Fix components, e.g. 0.05,NA")->group(group);
  app.add_option("--weights", flags.weights, "User weights: column or expression")->group(group);
  app.add_flag("--unweighted", flags.unweighted, "Equal weights")->group(group);
  app.add_option("--q-centre", flags.q_centre, "DL of 2x2 tables: Q about the mean (inverse) or Mantel-Haenszel (MH)")
      ->group(group)
      ->capture_default_str();
  app.add_flag("--drop-redundant", flags.drop_redundant, "Drop redundant moderators instead of refusing")->group(group);
  app.add_option("--test", flags.test, "z, t, knha, adhoc, adhoc-iqwig6, adhoc-ci")
      ->group(group)
      ->capture_default_str();
  app.add_option("--dfs", flags.dfs, "Degrees of freedom: residual, contain, satterthwaite, kenward-roger or a number")
      ->group(group);
  app.add_option("--level", flags.level, "Level of intervals")->group(group)->capture_default_str();
  const std::string robust = "Robust tests";
  app.add_option("--robust", flags.robust,
                 "Cluster-robust tests: CR0, CR1, CR1p, CR1S, CR2, CR3 (CR2 if only --cluster)")
      ->group(robust);
  app.add_option("--cluster", flags.cluster, "Column of the clusters (default: what the model makes dependent)")
      ->group(robust);
  app.add_option("--robust-test", flags.robust_test, "z, naive-t, naive-tp, Satterthwaite, saddlepoint")
      ->group(robust)
      ->capture_default_str();
  app.add_option("--conf-test", flags.conf_test, "Test behind the intervals, if another")->group(robust);
  app.add_option("--wald-test", flags.wald_test, "chi-sq, Naive-F, Naive-Fp, HTA, HTB, HTZ, EDF, EDT")
      ->group(robust)
      ->capture_default_str();
  app.add_option("--working-model", flags.working_model,
                 "CHE, SCE, CORR or HIER with --cluster; sets covariance and random effects, then CR2")
      ->group(robust);
  app.add_option("--working-rho", flags.rho, "Its correlation of sampling errors within a cluster")
      ->group(robust)
      ->capture_default_str();
  app.add_option("--effect-id", flags.effect_id, "CHE, SCE: column that numbers the effects")->group(robust);
  app.add_option("--by-subgroup", flags.subgroup, "SCE: column of the subgroups")->group(robust);
  app.add_option("--btt", flags.btt, "Coefficients of the omnibus test, e.g. 2,3")->group(group);
  add_count_flags(app, flags.counts);
  add_scale_flags(app, flags.scale);
}

void add_output_flags(CLI::App& app, Flags& flags) {
  app.add_flag("--json", flags.json, "Print the Result as JSON (docs/formats/job-and-result.md)");
  app.add_option("-o,--output", flags.output, "Write here instead of to standard output");
}

void add_transf_flag(CLI::App& app, Flags& flags) {
  app.add_option("--transf", flags.transf,
                 "Show results transformed: exp, ilogit, exp.int, ...; none: not at all (default: as the measure is)");
}

Expected<engine::Job> make_job(const Flags& flags) {
  engine::Job job;
  job.transf = flags.transf;
  job.data.file = flags.file;
  job.data.subset = flags.subset;
  HR_TRY(job.data.prepare, prepare_steps(flags.prepare));
  HR_CHECK(fill_effect(flags, job.effect));
  apply_intervals(flags.intervals, job.effect);
  HR_CHECK(fill_model(flags, job));
  HR_CHECK(apply_conventions(flags.conventions, job));
  HR_CHECK(apply_count_flags(flags.counts, job));
  HR_CHECK(apply_scale_flags(flags.scale, job));
  return job;
}

}  // namespace hedgerow::cli
