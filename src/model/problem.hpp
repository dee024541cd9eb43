// Problem: data and model specification, validated. Everything that can be asked of a model starts from a Problem: a
// refit without a study is fit(problem.subset(rows)), Egger's regression is fit(problem.with_design(...)).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/expected.hpp"
#include "data/formula.hpp"
#include "model/counts.hpp"
#include "model/structure.hpp"
#include "stats/block_matrix.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::model {

/// What is modelled: k effects with known sampling variances, and their design.
struct Data {
  stats::Vector yi;  ///< k
  stats::Vector vi;  ///< k, >= 0
  /// k x k sampling covariance with vi on its diagonal; null: the effects are independent given the random effects.
  std::shared_ptr<const stats::BlockMatrix> v;
  stats::Matrix x;                 ///< k x p
  std::vector<std::string> names;  ///< p, "intrcpt" first if there is a constant
  std::vector<int> term;           ///< p, term of each column (0 = intercept)
  std::vector<std::string> term_labels;
  bool intercept = true;
  std::vector<std::string> slab;   ///< k labels, may be empty (then "1", "2", ...)
  std::vector<std::uint32_t> row;  ///< k, row of the table behind each effect, may be empty (then 0, 1, ...)
  stats::Vector ni;                ///< k total sample sizes, may be empty
  stats::Vector n1i, n2i;          ///< k group sizes, may be empty
  /// What was counted, for a CountModel. There yi and vi are the effects of the single studies, NaN where a study gives
  /// none (no event in both groups), and the model does not use them.
  Counts counts{};

  std::size_t k() const { return yi.size(); }
  std::size_t p() const { return x.cols(); }
};

/// Estimators of tau2; the names are metafor's, in lower case.
enum class Tau2Method { ee, dl, he, hs, hsk, sj, ml, reml, eb, pm, pmm, genq, genqm, dlit, sjit, co };

/// "REML" <-> Tau2Method::reml; "FE" and "CE" read as ee.
Expected<Tau2Method> parse_tau2_method(const std::string& text);
std::string name(Tau2Method method);  ///< "EE", "DL", "HSk", ... as metafor prints it

/// Models of counts. Each pools on the log scale but for the differences RD and IRD; model/count_model.hpp says which
/// measures each takes.
enum class CountMethod {
  mantel_haenszel,  ///< common effect, stratified; OR RR RD IRR IRD
  peto,             ///< common odds ratio by observed minus expected
  um_fs,            ///< logistic or Poisson regression with a fixed effect for each study
  um_rs,            ///< the same with a random effect for each study
  cm_el,            ///< conditional, exact likelihood (non-central hypergeometric; binomial for IRR)
  cm_al,            ///< conditional, approximate likelihood (binomial)
  one_group,        ///< logistic or Poisson regression of one group (PLO, IRLN)
  beta_binomial,    ///< proportions that follow a beta distribution within each arm
  firth             ///< logistic regression with a fixed effect for each study and Firth's penalty
};

struct CountModel {
  CountMethod method = CountMethod::mantel_haenszel;
  std::string measure;           ///< OR, RR, RD, IRR, IRD, PLO, IRLN
  bool random = true;            ///< a random effect; false: common effect (always so for Mantel-Haenszel, Peto, Firth)
  std::optional<double> tau2{};  ///< held instead of estimated
  // Mantel-Haenszel and Peto
  bool correct = true;            ///< continuity correction of the Cochran-Mantel-Haenszel test
  double add = 0;                 ///< added to each cell before pooling
  std::string to = "none";        ///< where: only0, all, if0all, none
  bool drop00 = true;             ///< leave studies without events, or with nothing else, out of the pooling
  bool sato = true;               ///< RD by Mantel-Haenszel: Sato's variance; false: Greenland and Robins'
  bool add_to_difference = true;  ///< RD by Mantel-Haenszel: `add` also in the differences, not in their weights alone
  // generalised linear mixed models
  double coding = 0.5;      ///< of the groups: 1/2 and -1/2, 1 and 0, or 0 and 1 (metafor's coding)
  bool correlated = false;  ///< um_rs: study effects and treatment effects correlated
  int quadrature = 7;       ///< nodes of the adaptive Gauss-Hermite rule, 1 for Laplace
  /// Only for comparison with metafor: the number that it prints as log-likelihood (docs/methods/glmm.md).
  bool metafor_loglik = false;
};

/// Two-level model: common effect, or one random effect per row.
struct Univariate {
  Tau2Method method = Tau2Method::reml;
  std::optional<double> tau2{};  ///< fixed value instead of an estimate
  bool weighted = true;          ///< false: ordinary least squares with the model's variances
  stats::Vector weights{};       ///< user weights (k), empty: the model's own
  /// Only for comparison with metafor, which centres yi about its mean before it estimates tau2 and computes Q_E, also
  /// where the design does not span the constant and this changes the result (docs/methods/meta-regression.md).
  bool centre_yi = false;
  /// DL without moderators: Q is taken about the common effect that this pools from the counts of the data instead of
  /// about the inverse-variance mean (RevMan 5 and meta, by Mantel and Haenszel). Data without counts, or whose effects
  /// are no longer those of their counts (filled, permuted), have Q about the mean.
  std::optional<CountModel> q_about{};
};

enum class Likelihood { ml, reml };

/// Random effects beyond one per row. Random intercepts ~ 1 | a/b, ~ 1 | c (nested or crossed): groups[l][i] is the
/// group of row i in component l, dense from 0. Structured terms ~ inner | outer beside them. With neither,
/// generalised least squares in the sampling covariance.
struct Multilevel {
  Likelihood likelihood = Likelihood::reml;
  std::vector<std::string> s_names;                ///< "study", "study/es"
  std::vector<std::vector<std::uint32_t>> groups;  ///< components x k
  std::vector<std::optional<double>> sigma2;       ///< fixed components; empty: all estimated
  /// Per component: known correlation of its groups (groups x groups, in the order of their ids), null: independent.
  /// Empty: all independent.
  std::vector<std::shared_ptr<const stats::Matrix>> r{};
  std::vector<Structured> structured{};
  /// User weights (k) of the coefficients; empty: inverse of the marginal covariance. The components are estimated as
  /// without them (definitions 4.28).
  stats::Vector weights{};

  /// Each component of `groups` refines another or is refined by it, and nothing but them makes effects dependent.
  bool is_nested() const;
  /// Components by number of groups, fewest first: outermost first where they are nested.
  std::vector<std::size_t> outermost_first() const;
};

/// Two-level model whose between-study variance depends on moderators of its own: tau2_i = exp(z_i'alpha) or z_i'alpha.
struct LocationScale {
  enum class Link { log, identity };
  Likelihood likelihood = Likelihood::reml;
  Link link = Link::log;
  stats::Matrix z;                             ///< k x q design of the scale
  std::vector<std::string> names;              ///< q
  bool intercept = true;                       ///< whether z has the constant, as its first column
  std::vector<std::optional<double>> alpha{};  ///< held coefficients; empty: all estimated
};

using Spec = std::variant<Univariate, Multilevel, CountModel, LocationScale>;

/// Removes the columns that are linear combinations of earlier ones and returns their names (metafor drops them with a
/// warning; here a caller has to ask for it, because otherwise Problem::create refuses them).
std::vector<std::string> drop_redundant(Data& data);

/// Whether a subset carries the labels of its rows; refits by the hundred do without, and messages number the rows.
enum class Labels { keep, drop };

/// A cheap value: copies share the data.
class Problem {
 public:
  /// Checks lengths, finiteness, vi >= 0, k >= 1, full rank (an Error names the redundant columns), group ids.
  static Expected<Problem> create(Data data, Spec spec);

  const Data& data() const { return *data_; }
  const Spec& spec() const { return *spec_; }

  /// The same model on some rows (groups are renumbered). Columns that lose their rank are an Error.
  Expected<Problem> subset(std::span<const std::size_t> rows, Labels labels = Labels::keep) const;
  /// The same model with another design (same rows).
  Expected<Problem> with_design(stats::Matrix x, std::vector<std::string> names) const;
  /// The same design with another specification.
  Expected<Problem> with_spec(Spec spec) const;

  /// Independent cluster of each row, dense from 0 in order of appearance: rows that share a random effect or sampling
  /// error, directly or through others, share it. The study of a nested model, the row itself in a two-level one.
  std::vector<std::uint32_t> clusters() const;
  /// Number of independent clusters.
  std::size_t cluster_count() const;
  /// "3" or the slab of row 2: how a message names a row.
  std::string label(std::size_t row) const;

 private:
  Problem(std::shared_ptr<const Data> data, std::shared_ptr<const Spec> spec)
      : data_(std::move(data)), spec_(std::move(spec)) {}

  std::shared_ptr<const Data> data_;
  std::shared_ptr<const Spec> spec_;
};

}  // namespace hedgerow::model
