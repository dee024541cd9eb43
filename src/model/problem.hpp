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
#include "stats/matrix.hpp"

namespace hedgerow::model {

/// What is modelled: k effects with known sampling variances, and their design.
struct Data {
  stats::Vector yi;                ///< k
  stats::Vector vi;                ///< k, >= 0
  stats::Matrix x;                 ///< k x p
  std::vector<std::string> names;  ///< p, "intrcpt" first if there is a constant
  std::vector<int> term;           ///< p, term of each column (0 = intercept)
  std::vector<std::string> term_labels;
  bool intercept = true;
  std::vector<std::string> slab;   ///< k labels, may be empty (then "1", "2", ...)
  std::vector<std::uint32_t> row;  ///< k, row of the table behind each effect, may be empty (then 0, 1, ...)
  stats::Vector ni;                ///< k total sample sizes, may be empty
  stats::Vector n1i, n2i;          ///< k group sizes, may be empty

  std::size_t k() const { return yi.size(); }
  std::size_t p() const { return x.cols(); }
};

/// Estimators of tau2; the names are metafor's, in lower case.
enum class Tau2Method { ee, dl, he, hs, hsk, sj, ml, reml, eb, pm, pmm, genq, genqm, dlit, sjit, co };

/// "REML" <-> Tau2Method::reml; "FE" and "CE" read as ee.
Expected<Tau2Method> parse_tau2_method(const std::string& text);
std::string name(Tau2Method method);  ///< "EE", "DL", "HSk", ... as metafor prints it

/// Two-level model: common effect, or one random effect per row.
struct Univariate {
  Tau2Method method = Tau2Method::reml;
  std::optional<double> tau2{};  ///< fixed value instead of an estimate
  bool weighted = true;          ///< false: ordinary least squares with the model's variances
  stats::Vector weights{};       ///< user weights (k), empty: the model's own
  /// Only for comparison with metafor, which centres yi about its mean before it estimates tau2 and computes Q_E, also
  /// where the design does not span the constant and this changes the result (docs/methods/meta-regression.md).
  bool centre_yi = false;
};

enum class Likelihood { ml, reml };

/// Nested random intercepts ~ 1 | a/b/c: groups[l][i] is the group of row i at level l (outermost first), dense from 0.
struct Multilevel {
  Likelihood likelihood = Likelihood::reml;
  std::vector<std::string> s_names;                ///< "study", "study/es"
  std::vector<std::vector<std::uint32_t>> groups;  ///< levels x k; level l refines level l - 1
  std::vector<std::optional<double>> sigma2;       ///< fixed components; empty: all estimated
};

using Spec = std::variant<Univariate, Multilevel>;

/// Removes the columns that are linear combinations of earlier ones and returns their names (metafor drops them with a
/// warning; here a caller has to ask for it, because otherwise Problem::create refuses them).
std::vector<std::string> drop_redundant(Data& data);

/// A cheap value: copies share the data.
class Problem {
 public:
  /// Checks lengths, finiteness, vi >= 0, k >= 1, full rank (an Error names the redundant columns), nesting.
  static Expected<Problem> create(Data data, Spec spec);

  const Data& data() const { return *data_; }
  const Spec& spec() const { return *spec_; }

  /// The same model on some rows (groups are renumbered). Columns that lose their rank are an Error.
  Expected<Problem> subset(std::span<const std::size_t> rows) const;
  /// The same model with another design (same rows).
  Expected<Problem> with_design(stats::Matrix x, std::vector<std::string> names) const;
  /// The same design with another specification.
  Expected<Problem> with_spec(Spec spec) const;

  /// Outermost cluster of each row: the study of a multilevel model, the row itself in a two-level one.
  std::vector<std::uint32_t> clusters() const;
  /// Number of outermost clusters.
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
