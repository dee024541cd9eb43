#include "cli/analyse.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "cli/output.hpp"
#include "cli/print.hpp"
#include "engine/run.hpp"

namespace hedgerow::cli {

int analyse(const Flags& flags, std::vector<engine::Question> questions, bool effects_only,
            const std::function<std::string(const engine::Result&)>& print) {
  auto job = make_job(flags);
  if (!job) return report(job.error());
  job->effects_only = effects_only;
  job->questions = std::move(questions);
  const auto result = engine::run(*job);
  if (!result) return report(result.error());
  const auto written = emit(flags.output, flags.json ? engine::to_json(*result) : print(*result));
  if (!written) return report(written.error());
  if (!flags.json) fmt::print(stderr, "{}", print_notes(*result));
  return 0;
}

}  // namespace hedgerow::cli
