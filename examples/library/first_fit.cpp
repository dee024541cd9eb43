// A random-effects model through the library: first_fit TABLE.csv prints the pooled effect with its interval.
#include <cstdio>
#include <hedgerow/hedgerow.hpp>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: first_fit TABLE.csv (columns yi and vi)\n");
    return 2;
  }
  hedgerow::engine::Job job;
  job.data.file = argv[1];
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.inference.test = "knha";
  job.questions = {{"prediction", hedgerow::engine::AskPredict{}}};

  const auto result = hedgerow::engine::run(job);
  if (!result) {
    std::fprintf(stderr, "%s\n", hedgerow::describe(result.error()).c_str());
    return hedgerow::exit_code(result.error().code);
  }
  const hedgerow::engine::Block& fit = *result->fit;
  const hedgerow::engine::Block& prediction = result->answer("prediction")->block;
  std::printf("%.4f [%.4f, %.4f], prediction interval [%.4f, %.4f], k = %.0f\n", fit.vector("beta")[0],
              fit.vector("ci_lb")[0], fit.vector("ci_ub")[0], prediction.vector("pi_lb")[0],
              prediction.vector("pi_ub")[0], fit.number("k"));
  return 0;
}
