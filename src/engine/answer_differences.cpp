// Answers of the questions about other programs' conventions: engine/differences.hpp as blocks.
#include <fmt/core.h>

#include "base/text.hpp"
#include "engine/detail/context.hpp"
#include "engine/differences.hpp"

namespace hedgerow::engine {
namespace {

Block numbers_block(const Numbers& numbers) {
  Block out;
  for (const auto& [name, value] : numbers) out.add(name, value);
  return out;
}

// The job as asked, on the table that is already read and without its questions.
Job job_on_table(const Context& context) {
  Job job = context.job;
  // Steps that prepare the table are part of the job and are taken again.
  job.data.table = context.rows.unprepared_table ? context.rows.unprepared_table : context.rows.table;
  job.questions.clear();
  return job;
}

Block step_block(const Step& step) {
  const ConventionText& text = convention_text(step.convention);
  const Choice& from = choice(step.convention, step.from);
  const Choice& to = choice(step.convention, step.to);
  Block out;
  out.add("convention", std::string(text.name)).add("title", std::string(text.title));
  out.add("from", step.from).add("to", step.to);
  out.add("from_words", std::string(from.words)).add("from_source", std::string(from.source));
  out.add("to_words", std::string(to.words)).add("to_source", std::string(to.source));
  std::vector<Block> moved;
  for (const Moved& one : step.moved) {
    Block block;
    moved.push_back(std::move(block.add("name", one.name).add("before", one.before).add("after", one.after)));
  }
  return out.add("effect", !step.moved.empty()).add("moved", std::move(moved));
}

Block match_block(const Match& match, const Job& job) {
  Block out, settings;
  for (const ConventionText& text : conventions()) {
    const std::string& value = match.settings[text.id];
    if (!value.empty() && value != "none" && concerns(text.id, job)) settings.add(std::string(text.name), value);
  }
  out.add("method", match.method).add("settings", std::move(settings));
  return out.add("programs", match.programs).add("numbers", numbers_block(match.numbers));
}

Job with_method(Job job, const std::string& method) {
  job.model.method = method;
  return job;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskDifferences& ask) {
  HR_TRY(const Differences d, differences(job_on_table(context), ask.from, ask.to, ask.held));
  Block block = start_block(context, fmt::format("differences between {} and {}", d.from->title, d.to->title));
  block.add("from", ask.from).add("to", ask.to).add("from_title", std::string(d.from->title));
  block.add("to_title", std::string(d.to->title)).add("start", numbers_block(d.start));
  std::vector<Block> steps;
  for (const Step& step : d.steps) steps.push_back(step_block(step));
  block.add("steps", std::move(steps)).add("end", numbers_block(d.end));
  return block.add("notes", d.notes);
}

Expected<Block> answer(const Context& context, const AskPublished& ask) {
  const Job job = job_on_table(context);
  HR_TRY(const PublishedSettings found, published(job, ask.numbers));
  Block block = start_block(context, fmt::format("search for printed numbers, {} fits", found.tried));
  Block printed;
  for (const auto& [name, text] : ask.numbers) printed.add(name, text);
  block.add("printed", std::move(printed)).add("tried", static_cast<double>(found.tried));
  std::vector<Block> matches;
  for (const Match& match : found.matches) matches.push_back(match_block(match, with_method(job, match.method)));
  const bool any = !matches.empty();
  block.add("matches", std::move(matches));
  if (any || found.nearest.method.empty()) return block;
  block.add("nearest", match_block(found.nearest, with_method(job, found.nearest.method)));
  return block.add("nearest_fails_in", found.worst);
}

}  // namespace hedgerow::engine
