// Methods text: every choice of the analyses in sentences, with its literature.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "engine/review_pages.hpp"
#include "engine/review_words.hpp"

namespace hedgerow::engine {
namespace {

using report::Section;
using report::Text;

/// Whether the random effect of a study is integrated out by quadrature: CM.EL too, but not the beta-binomial model.
bool is_integrated(const std::string& model) {
  return model == "UM.FS" || model == "UM.RS" || model == "CM.EL" || model == "CM.AL" || model == "GLMM";
}

/// What the jobs of a review use, each once.
struct Used {
  std::set<std::string> estimators, tests, predictions, bias, leave_out, j, vtypes, robust, dfs;
  std::set<std::string> counts, mh_variances, quadratures;
  bool mh_corrected = false, mh_uncorrected = false;
  bool structured = false, covariance = false, known = false, grids = false;
  bool single_precision = false;
  bool multilevel = false, two_level = false, subgroups = false, moderators = false, contain = false, confint = false;
};

void note_question(const Question& question, Used& used) {
  if (const auto* ask = std::get_if<AskPredict>(&question.ask)) used.predictions.insert(ask->predtype);
  if (const auto* ask = std::get_if<AskRegressionTest>(&question.ask)) used.bias.insert("regression/" + ask->model);
  if (std::holds_alternative<AskRankTest>(question.ask)) used.bias.insert("rank");
  if (const auto* ask = std::get_if<AskTrimFill>(&question.ask)) used.bias.insert("trim_and_fill/" + ask->estimator);
  if (const auto* ask = std::get_if<AskLeaveOneOut>(&question.ask)) used.leave_out.insert(ask->by);
  used.grids |= std::holds_alternative<AskCovarianceGrid>(question.ask);
  used.subgroups |= std::holds_alternative<AskSubgroups>(question.ask);
  used.confint |= std::holds_alternative<AskConfint>(question.ask);
}

void note_counts(const ReviewResult& result, Used& used) {
  const CountRequest& counts = *result.what.job.model.counts;
  used.counts.insert(counts.model);
  if (counts.model == "MH") {
    const std::string measure = result.result.effects.effects.measure;
    used.mh_variances.insert(measure == "RD" ? "RD/" + counts.rd_variance : measure);
    if (measure == "OR") (counts.correct ? used.mh_corrected : used.mh_uncorrected) = true;
  }
  if (is_integrated(counts.model)) used.quadratures.insert(std::to_string(counts.quadrature));
}

Used used_by(const std::vector<ReviewResult>& results) {
  Used used;
  for (const ReviewResult& result : results) {
    const Job& job = result.what.job;
    const bool multilevel = !job.model.random.empty();
    used.multilevel |= multilevel;
    used.two_level |= !multilevel && !job.model.counts;
    if (job.model.counts)
      note_counts(result, used);
    else
      used.estimators.insert(job.model.method);
    if (job.inference.robust) {
      used.robust.insert(job.inference.robust->adjustment);
    } else if (job.inference.dfs == "satterthwaite" || job.inference.dfs == "kenward-roger") {
      used.dfs.insert(job.inference.dfs);
    } else {
      used.tests.insert(job.inference.test);
      used.contain |= job.inference.dfs == "contain";
    }
    used.structured |= result.result.fit && !result.result.fit->blocks("structured").empty();
    used.covariance |= job.effect.covariance.has_value();
    used.known |= !job.model.r.empty();
    used.moderators |= !job.model.mods.empty();
    used.single_precision |= job.effect.single_precision;
    if (job.effect.yi.empty()) {
      used.j.insert(job.effect.options.exact_j ? "exact" : "approximate");
      used.vtypes.insert(job.effect.options.vtype.value_or("LS"));
    }
    for (const Question& question : job.questions) note_question(question, used);
  }
  return used;
}

bool is_smd(const ReviewEvidence& evidence) { return evidence.effects.effects.effects.measure == "SMD"; }

Text effects_text(const ReviewEvidence& evidence, const Used& used) {
  Text text;
  if (!is_smd(evidence)) return text.text(fmt::format("Effects are {}.", evidence.effects.effects.effects.measure));
  text.text("Effects are standardised mean differences with Hedges' correction J").cite("hedges1981");
  if (used.j.count("exact")) text.text(", exact by the gamma function");
  if (used.j.count("approximate"))
    text.text(used.j.count("exact") ? " or, where the published analysis is remade, approximate as 1 − 3/(4m − 1)"
                                    : ", approximate as 1 − 3/(4m − 1)");
  text.text(". Sampling variances: ");
  std::vector<std::string> parts;
  if (used.vtypes.count("LS2")) parts.push_back("J²(1/n₁ + 1/n₂ + d²/(2(n₁ + n₂))) (LS2)");
  if (used.vtypes.count("LS")) parts.push_back("1/n₁ + 1/n₂ + g²/(2(n₁ + n₂)) (LS)");
  for (const std::string& other : used.vtypes)
    if (other != "LS" && other != "LS2") parts.push_back(other);
  text.text(join(parts, "; ") + ".").cite("borenstein2009").cite("hedges1982");
  text.text(
          " Rows that report other numbers than means and SDs were brought to the same scale as the section on effect "
          "sizes says")
      .cite("cochrane-handbook")
      .text("; the record of each row is in tables/effects.csv.");
  if (used.single_precision)
    text.text(
        " Where the published analysis is remade, effects and standard errors are rounded to single precision first, "
        "because its program (Stata) stores variables so.");
  return text;
}

void dependence_sentences(const Used& used, Text& text) {
  if (used.covariance)
    text.text(
            "Sampling errors of effects that share participants are dependent: their covariances V follow from the "
            "rules and the assumed correlations that stand with each analysis")
        .cite("GleserOlkin2009")
        .text(". ");
  if (used.grids)
    text.text("What is assumed is varied over a grid, with effects, V, model and tests made anew at each value. ");
  if (!used.robust.empty())
    text.text(
            fmt::format("Robust ({}): tests and intervals from the cluster-robust sandwich covariance, which is valid "
                        "also where random effects or V are misspecified",
                        join(std::vector<std::string>(used.robust.begin(), used.robust.end()), ", ")))
        .cite("HedgesTiptonJohnson2010")
        .text(
            "; small samples by Satterthwaite degrees of freedom, several coefficients together by HTZ unless said "
            "otherwise")
        .cite("TiptonPustejovsky2015")
        .cite("PustejovskyTipton2018")
        .text(". ");
  if (used.dfs.count("satterthwaite"))
    text.text("Satterthwaite: t tests with degrees of freedom from the uncertainty of the variance components. ");
  if (used.dfs.count("kenward-roger"))
    text.text("Kenward-Roger: t tests with a covariance and degrees of freedom that account for estimated components")
        .cite("KenwardRoger1997")
        .text(". ");
}

/// Mantel-Haenszel with the variance of each measure and the tests beside it.
void mantel_haenszel_sentences(const Used& used, Text& text) {
  if (!used.counts.count("MH")) return;
  text.text("Mantel-Haenszel: common effect from the pooled counts; variance of ");
  std::vector<std::string> parts;
  for (const std::string& measure : used.mh_variances) {
    if (measure == "OR") parts.push_back("the log odds ratio by Robins, Breslow and Greenland");
    if (measure == "RR") parts.push_back("the log risk ratio by Greenland and Robins");
    if (measure == "RD/sato") parts.push_back("the risk difference by Sato");
    if (measure == "RD/greenland-robins") parts.push_back("the risk difference by Greenland and Robins");
    if (measure == "IRR" || measure == "IRD") parts.push_back("rates as in Rothman, Greenland and Lash");
  }
  text.text(join(parts, ", ") + ". ");
  if (used.mh_corrected || used.mh_uncorrected)
    text.text(
        fmt::format("Beside the odds ratio: the Cochran-Mantel-Haenszel test ({}), and the tests of Breslow and "
                    "Day and of Tarone that the odds ratios are equal. ",
                    !used.mh_corrected    ? "without continuity correction"
                    : used.mh_uncorrected ? "with and without continuity correction"
                                          : "with continuity correction"));
}

void count_sentences(const Used& used, Text& text) {
  mantel_haenszel_sentences(used, text);
  if (used.counts.count("PETO"))
    text.text("Peto: common odds ratio from observed less expected events and their hypergeometric variance. ");
  for (const auto& [name, words] :
       {std::pair{"UM.FS", "UM.FS: unconditional mixed model with fixed study effects"},
        std::pair{"UM.RS", "UM.RS: unconditional mixed model with random study effects"},
        std::pair{"CM.EL", "CM.EL: conditional mixed model with the exact likelihood"},
        std::pair{"CM.AL", "CM.AL: conditional mixed model with the approximate likelihood"},
        std::pair{"GLMM", "GLMM: mixed model of the counts of one group"},
        std::pair{"BB", "Beta-binomial: counts with a beta distribution of the studies' probabilities"},
        std::pair{"FIRTH", "Firth: logistic regression with fixed study effects and a penalised likelihood"}})
    if (used.counts.count(name)) text.text(std::string(words) + ". ");
  if (!used.quadratures.empty())
    text.text(
        fmt::format("Mixed models of counts (GLMM) are fitted by maximum likelihood; where the random effect is "
                    "integrated out it is by adaptive Gauss-Hermite quadrature with {} nodes. ",
                    join(std::vector<std::string>(used.quadratures.begin(), used.quadratures.end()), " or ")));
}

Text model_sentences(const Used& used) {
  Text text;
  count_sentences(used, text);
  if (used.two_level) {
    text.text("Random-effects models take the effects as independent");
    if (used.estimators.count("DL")) text.text("; DL is the moment estimator of τ²").cite("DerSimonianLaird1986");
    if (used.estimators.count("REML")) text.text("; REML is restricted maximum likelihood").cite("Viechtbauer2005");
    if (used.estimators.count("PM")) text.text("; PM is the estimator of Paule and Mandel").cite("PauleMandel1982");
    text.text(". ");
  }
  if (used.multilevel)
    text.text(
            "Multilevel models have nested random effects (effects in studies), so that several effects of one study "
            "share "
            "an error; their variance components are fitted by restricted maximum likelihood unless said otherwise")
        .cite("Konstantopoulos2011")
        .text(". ");
  if (used.structured)
    text.text(
        "Terms ~ inner | outer give each inner level a true effect of its own within a study, with variances and "
        "correlations of the structure that the model names. ");
  if (used.known) text.text("Random effects with known correlations take them from the matrix file of the folder. ");
  dependence_sentences(used, text);
  if (used.tests.count("z")) text.text("z: tests and intervals from the normal distribution. ");
  if (used.tests.count("t")) {
    text.text("t: from the t distribution");
    if (used.contain) text.text(" with containment degrees of freedom (for the mean: studies minus coefficients)");
    text.text(". ");
  }
  if (used.tests.count("knha") || used.tests.count("adhoc"))
    text.text("Knapp-Hartung: t tests with a scaled covariance").cite("KnappHartung2003").text(". ");
  return text;
}

Text heterogeneity_sentences(const Used& used) {
  Text text(
      "Heterogeneity: Cochran's Q; I² as the share of the variance that is not sampling error, from the variance "
      "components and the typical sampling variance, and from Q where published numbers use that");
  text.cite("HigginsThompson2002").text(". ");
  if (used.confint) {
    if (used.two_level) text.text("Intervals of τ² by the Q-profile").cite("Viechtbauer2007").text("; ");
    if (used.multilevel) text.text("intervals of the components of multilevel models by profile likelihood; ");
  }
  text.text("prediction intervals say where the true effect of a new study is expected")
      .cite("HigginsThompsonSpiegelhalter2009")
      .cite("Riley2011");
  if (used.predictions.count("riley")) text.text(" (riley: t with k − p − 1 degrees of freedom)");
  return text.text(".");
}

Text question_sentences(const Used& used) {
  Text text;
  if (used.subgroups)
    text.text("Subgroups: each is fitted by itself, the groups' means are compared by Q with their inverse variances")
        .cite("borenstein2009")
        .text(". ");
  if (used.moderators) text.text("Moderators: meta-regression, factors with treatment contrasts. ");
  if (used.bias.count("regression/egger") || used.bias.count("regression/lm"))
    text.text("Egger's test: regression of the standardised effect on the precision").cite("Egger1997").text(". ");
  if (used.bias.count("regression/rma"))
    text.text("Regression tests with additive residual heterogeneity").cite("SterneEgger2005").text(". ");
  if (used.bias.count("regression/multilevel"))
    text.text(
            "Multilevel Egger's test: the regression keeps the random effects, its covariance is cluster-robust (CR2) "
            "with "
            "Satterthwaite degrees of freedom")
        .cite("RodgersPustejovsky2021")
        .text(". ");
  if (used.bias.count("rank")) text.text("Rank correlation of effect and variance").cite("BeggMazumdar1994").text(". ");
  if (std::any_of(used.bias.begin(), used.bias.end(), [](const std::string& b) { return b.starts_with("trim"); }))
    text.text("Trim and fill, trimmed by the model of the analysis").cite("DuvalTweedie2000").text(". ");
  if (!used.leave_out.empty())
    text.text("Leave-one-out: the model with its variance components is fitted again without each effect or study")
        .cite("ViechtbauerCheung2010")
        .text(". ");
  return text;
}

const std::vector<report::Reference> kReferences{
    {"Balshem2011",
     "Balshem H, Helfand M, Schünemann HJ, et al. (2011). GRADE guidelines: 3. Rating the quality of evidence. Journal "
     "of Clinical Epidemiology 64:401–406.",
     "https://doi.org/10.1016/j.jclinepi.2010.07.015"},
    {"BeggMazumdar1994",
     "Begg CB, Mazumdar M (1994). Operating characteristics of a rank correlation test for publication bias. "
     "Biometrics 50:1088–1101.",
     "https://doi.org/10.2307/2533446"},
    {"borenstein2009",
     "Borenstein M, Hedges LV, Higgins JPT, Rothstein HR (2009). Introduction to meta-analysis. Wiley.",
     "https://doi.org/10.1002/9780470743386"},
    {"Cashin2020",
     "Cashin AG, McAuley JH (2020). Clinimetrics: Physiotherapy Evidence Database (PEDro) Scale. Journal of "
     "Physiotherapy 66:59.",
     "https://doi.org/10.1016/j.jphys.2019.08.005"},
    {"cochrane-handbook",
     "Higgins JPT, Thomas J, Chandler J, Cumpston M, Li T, Page MJ, Welch VA, eds. Cochrane handbook for systematic "
     "reviews of interventions.",
     "https://training.cochrane.org/handbook"},
    {"DerSimonianLaird1986",
     "DerSimonian R, Laird N (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7:177–188.",
     "https://doi.org/10.1016/0197-2456(86)90046-2"},
    {"DuvalTweedie2000",
     "Duval S, Tweedie R (2000). Trim and fill: a simple funnel-plot-based method of testing and adjusting for "
     "publication bias in meta-analysis. Biometrics 56:455–463.",
     "https://doi.org/10.1111/j.0006-341X.2000.00455.x"},
    {"Egger1997",
     "Egger M, Davey Smith G, Schneider M, Minder C (1997). Bias in meta-analysis detected by a simple, graphical "
     "test. BMJ 315:629–634.",
     "https://doi.org/10.1136/bmj.315.7109.629"},
    {"GleserOlkin2009",
     "Gleser LJ, Olkin I (2009). Stochastically dependent effect sizes. In: Cooper H, Hedges LV, Valentine JC, eds. "
     "The "
     "handbook of research synthesis and meta-analysis. 2nd ed. Russell Sage Foundation, 357–376.",
     ""},
    {"Guyatt2011Bias",
     "Guyatt GH, Oxman AD, Vist G, et al. (2011). GRADE guidelines: 4. Rating the quality of evidence: study "
     "limitations (risk of bias). Journal of Clinical Epidemiology 64:407–415.",
     "https://doi.org/10.1016/j.jclinepi.2010.07.017"},
    {"Guyatt2011Imprecision",
     "Guyatt GH, Oxman AD, Kunz R, et al. (2011). GRADE guidelines 6. Rating the quality of evidence: imprecision. "
     "Journal of Clinical Epidemiology 64:1283–1293.",
     "https://doi.org/10.1016/j.jclinepi.2011.01.012"},
    {"Guyatt2011Inconsistency",
     "Guyatt GH, Oxman AD, Kunz R, et al. (2011). GRADE guidelines: 7. Rating the quality of evidence: inconsistency. "
     "Journal of Clinical Epidemiology 64:1294–1302.",
     "https://doi.org/10.1016/j.jclinepi.2011.03.017"},
    {"Guyatt2011Publication",
     "Guyatt GH, Oxman AD, Montori V, et al. (2011). GRADE guidelines: 5. Rating the quality of evidence: publication "
     "bias. Journal of Clinical Epidemiology 64:1277–1282.",
     "https://doi.org/10.1016/j.jclinepi.2011.01.011"},
    {"Guyatt2011Up",
     "Guyatt GH, Oxman AD, Sultan S, et al. (2011). GRADE guidelines: 9. Rating up the quality of evidence. Journal of "
     "Clinical Epidemiology 64:1311–1316.",
     "https://doi.org/10.1016/j.jclinepi.2011.06.004"},
    {"Guyatt2013",
     "Guyatt GH, Oxman AD, Santesso N, et al. (2013). GRADE guidelines: 12. Preparing summary of findings tables: "
     "binary outcomes. Journal of Clinical Epidemiology 66:158–172.",
     "https://doi.org/10.1016/j.jclinepi.2012.01.012"},
    {"hedges1981",
     "Hedges LV (1981). Distribution theory for Glass's estimator of effect size and related estimators. Journal of "
     "Educational Statistics 6:107–128.",
     "https://doi.org/10.3102/10769986006002107"},
    {"hedges1982",
     "Hedges LV (1982). Estimation of effect size from a series of independent experiments. Psychological Bulletin "
     "92:490–499.",
     "https://doi.org/10.1037/0033-2909.92.2.490"},
    {"HedgesTiptonJohnson2010",
     "Hedges LV, Tipton E, Johnson MC (2010). Robust variance estimation in meta-regression with dependent effect size "
     "estimates. Research Synthesis Methods 1:39–65.",
     "https://doi.org/10.1002/jrsm.5"},
    {"HigginsThompson2002",
     "Higgins JPT, Thompson SG (2002). Quantifying heterogeneity in a meta-analysis. Statistics in Medicine "
     "21:1539–1558.",
     "https://doi.org/10.1002/sim.1186"},
    {"HigginsThompsonSpiegelhalter2009",
     "Higgins JPT, Thompson SG, Spiegelhalter DJ (2009). A re-evaluation of random-effects meta-analysis. Journal of "
     "the Royal Statistical Society A 172:137–159.",
     "https://doi.org/10.1111/j.1467-985X.2008.00552.x"},
    {"KenwardRoger1997",
     "Kenward MG, Roger JH (1997). Small sample inference for fixed effects from restricted maximum likelihood. "
     "Biometrics 53:983–997.",
     "https://doi.org/10.2307/2533558"},
    {"KnappHartung2003",
     "Knapp G, Hartung J (2003). Improved tests for a random effects meta-regression with a single covariate. "
     "Statistics in Medicine 22:2693–2710.",
     "https://doi.org/10.1002/sim.1482"},
    {"Konstantopoulos2011",
     "Konstantopoulos S (2011). Fixed effects and variance components estimation in three-level meta-analysis. "
     "Research Synthesis Methods 2:61–76.",
     "https://doi.org/10.1002/jrsm.35"},
    {"Maher2003",
     "Maher CG, Sherrington C, Herbert RD, Moseley AM, Elkins M (2003). Reliability of the PEDro scale for rating "
     "quality of randomized controlled trials. Physical Therapy 83:713–721.",
     "https://doi.org/10.1093/ptj/83.8.713"},
    {"Page2021",
     "Page MJ, McKenzie JE, Bossuyt PM, et al. (2021). The PRISMA 2020 statement: an updated guideline for reporting "
     "systematic reviews. BMJ 372:n71.",
     "https://doi.org/10.1136/bmj.n71"},
    {"PauleMandel1982",
     "Paule RC, Mandel J (1982). Consensus values and weighting factors. Journal of Research of the National Bureau "
     "of Standards 87:377–385.",
     "https://doi.org/10.6028/jres.087.022"},
    {"PustejovskyTipton2018",
     "Pustejovsky JE, Tipton E (2018). Small-sample methods for cluster-robust variance estimation and hypothesis "
     "testing "
     "in fixed effects models. Journal of Business & Economic Statistics 36:672–683.",
     "https://doi.org/10.1080/07350015.2016.1247004"},
    {"Riley2011",
     "Riley RD, Higgins JPT, Deeks JJ (2011). Interpretation of random effects meta-analyses. BMJ 342:d549.",
     "https://doi.org/10.1136/bmj.d549"},
    {"RodgersPustejovsky2021",
     "Rodgers MA, Pustejovsky JE (2021). Evaluating meta-analytic methods to detect selective reporting in the "
     "presence of dependent effect sizes. Psychological Methods 26:141–160.",
     "https://doi.org/10.1037/met0000300"},
    {"sterne2011",
     "Sterne JAC, Sutton AJ, Ioannidis JPA, et al. (2011). Recommendations for examining and interpreting funnel plot "
     "asymmetry in meta-analyses of randomised controlled trials. BMJ 343:d4002.",
     "https://doi.org/10.1136/bmj.d4002"},
    {"SterneEgger2005",
     "Sterne JAC, Egger M (2005). Regression methods to detect publication and other bias in meta-analysis. In: "
     "Rothstein HR, Sutton AJ, Borenstein M, eds. Publication bias in meta-analysis. Wiley, 99–110.",
     "https://doi.org/10.1002/0470870168.ch6"},
    {"TiptonPustejovsky2015",
     "Tipton E, Pustejovsky JE (2015). Small-sample adjustments for tests of moderators and model fit using robust "
     "variance estimation in meta-regression. Journal of Educational and Behavioral Statistics 40:604–634.",
     "https://doi.org/10.3102/1076998615606099"},
    {"Viechtbauer2005",
     "Viechtbauer W (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model. "
     "Journal of Educational and Behavioral Statistics 30:261–293.",
     "https://doi.org/10.3102/10769986030003261"},
    {"Viechtbauer2007",
     "Viechtbauer W (2007). Confidence intervals for the amount of heterogeneity in meta-analysis. Statistics in "
     "Medicine 26:37–52.",
     "https://doi.org/10.1002/sim.2514"},
    {"ViechtbauerCheung2010",
     "Viechtbauer W, Cheung MWL (2010). Outlier and influence diagnostics for meta-analysis. Research Synthesis "
     "Methods 1:112–125.",
     "https://doi.org/10.1002/jrsm.11"},
    {"Zeng2022",
     "Zeng L, Brignardello-Petersen R, Hultcrantz M, et al. (2022). GRADE Guidance 34: update on rating imprecision "
     "using a minimally contextualized approach. Journal of Clinical Epidemiology 150:216–224.",
     "https://doi.org/10.1016/j.jclinepi.2022.07.014"},
};

}  // namespace

Section methods_section(Pages& pages) {
  Section out{"methods", "Methods", {}, {}};
  const Used used = used_by(pages.evidence().results);
  for (Text text : {effects_text(pages.evidence(), used), model_sentences(used), convention_sentences(pages),
                    heterogeneity_sentences(used), question_sentences(used)})
    if (!text.empty()) out.add(report::Paragraph{std::move(text)});
  return out;
}

const std::vector<report::Reference>& method_references() { return kReferences; }

}  // namespace hedgerow::engine
