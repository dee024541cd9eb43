#include "screening/configuration.hpp"

namespace hedgerow::screening {

Configuration hedgerow_configuration() {
  Configuration result;
  result.name = "hedgerow";
  result.blocks = {{.terms = Terms::words, .longest = 2, .weight = 0.35, .most_documents = 0.95},
                   {.terms = Terms::stems, .longest = 2, .weight = 0.47, .most_documents = 0.95},
                   {.terms = Terms::title_stems, .longest = 2, .weight = 0.1, .most_documents = 0.95},
                   {.terms = Terms::keyword_stems, .weight = 0.05, .most_documents = 0.95},
                   {.terms = Terms::authors, .weight = 0.02, .sublinear = false},
                   {.terms = Terms::journal, .weight = 0.013, .sublinear = false},
                   {.terms = Terms::year, .weight = 0.008},
                   {.terms = Terms::abstract, .weight = 0.003}};
  result.cost = 0.15;
  result.ratio = 15;
  return result;
}

Configuration u4_configuration() {
  Configuration result;
  result.name = "u4";
  result.blocks = {{.terms = Terms::words, .longest = 2, .most_documents = 0.95}};
  return result;
}

Configuration u3_configuration() {
  Configuration result;
  result.name = "u3";
  result.learner = Configuration::Learner::naive_bayes;
  result.blocks = {{.terms = Terms::words, .sublinear = false, .without_stop_words = true}};
  result.ratio = 1.2;
  return result;
}

std::optional<Configuration> configuration_named(std::string_view name) {
  if (name == "hedgerow" || name == "default") return hedgerow_configuration();
  if (name == "u4") return u4_configuration();
  if (name == "u3") return u3_configuration();
  return std::nullopt;
}

}  // namespace hedgerow::screening
