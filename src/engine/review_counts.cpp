// The model of counts of an [[analysis]] of review.toml. Its keys are those of a job (docs/formats/job-and-result.md).
#include "engine/review_parts.hpp"

namespace hedgerow::engine {

void read_counts(data::TomlReader& table, ModelChoice& choice) {
  auto inner = table.table("counts");
  if (!inner) return;
  CountRequest counts = choice.model.counts.value_or(CountRequest{});
  const std::vector<std::string> models{"none",  "MH",    "PETO", "UM.FS", "UM.RS",
                                        "CM.EL", "CM.AL", "GLMM", "BB",    "FIRTH"};
  if (!choice.model.counts) inner->required_text("model");
  counts.model = inner->word("model", models, counts.model.empty() ? "none" : counts.model);
  counts.correct = inner->boolean("correct", counts.correct);
  if (const std::optional<double> add = inner->optional_number("add")) counts.add = add;
  counts.to = inner->word("to", {"", "only0", "all", "if0all", "none"}, counts.to);
  const bool drop00 = inner->boolean("drop00", counts.drop00.value_or(false));
  if (inner->has("drop00")) counts.drop00 = drop00;
  counts.rd_variance = inner->word("rd_variance", {"sato", "greenland-robins"}, counts.rd_variance);
  counts.coding = inner->number("coding", counts.coding);
  counts.correlated = inner->boolean("correlated", counts.correlated);
  counts.quadrature = inner->integer("quadrature", counts.quadrature);
  inner->finish();
  if (counts.model == "none")
    choice.model.counts.reset();
  else
    choice.model.counts = std::move(counts);
}

}  // namespace hedgerow::engine
