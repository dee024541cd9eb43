#include "cli/appraise_store.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/appraise.hpp"
#include "cli/output.hpp"
#include "cli/review_flags.hpp"
#include "workflow/appraisal_log.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::cli {
namespace {

struct StoreFlags {
  ReviewFlags review;
  std::string file, instrument, study, result, item, rating, reason, output;
  int cut = -1;
  bool csv = false;
};

/// The instrument asked for, else the only one in the log.
Expected<review::Instrument> instrument_of(const StoreFlags& flags, const std::vector<store::Event>& standing) {
  if (!flags.instrument.empty()) return load_instrument(flags.instrument);
  const auto used = workflow::logged_instruments(standing);
  if (used.size() == 1) return load_instrument(used.front());
  return make_error(ErrorCode::usage,
                    used.empty() ? "no study is rated yet: --instrument says by what"
                                 : "several instruments are in use: --instrument says which",
                    "--instrument");
}

Expected<std::vector<store::Event>> standing_of(const store::Store& store) {
  HR_TRY(const auto events, store.events());
  return workflow::standing_events(events);
}

Checked append(const StoreFlags& flags, store::Store& store, const std::vector<store::Event>& events,
               std::size_t ratings) {
  if (!events.empty()) HR_CHECK(store.append(events));
  const nlohmann::ordered_json out{
      {"schema", "hedgerow.appraise-import/1"}, {"ratings", ratings}, {"events", events.size()}};
  return emit("", flags.review.json ? out.dump() + "\n"
                                    : fmt::format("{} ratings read, {} of them new\n", ratings, events.size()));
}

Checked import(const StoreFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(store::Store store, store::Store::open(flags.review.folder + "/hedgerow.db"));
  HR_TRY(const auto standing, standing_of(store));
  HR_TRY(const review::Instrument instrument, instrument_of(flags, standing));
  HR_TRY(const review::RatedTable rated, load_ratings(instrument, flags.file));
  HR_TRY(const auto logged, workflow::logged_ratings(instrument, standing));
  return append(flags, store, workflow::rating_events(instrument, rated.cells, logged, author), rated.cells.size());
}

Checked consensus(const StoreFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(store::Store store, store::Store::open(flags.review.folder + "/hedgerow.db"));
  HR_TRY(const auto standing, standing_of(store));
  HR_TRY(const review::Instrument instrument, instrument_of(flags, standing));
  review::RatedCell cell;
  const auto place = review::find_place(instrument, flags.item);
  if (!place)
    return make_error(ErrorCode::usage,
                      fmt::format("'{}' is neither an item nor a domain of {}", flags.item, instrument.name), "--item");
  HR_TRY(const auto logged, workflow::logged_ratings(instrument, standing));
  bool known = false;
  for (const review::RatedCell& one : logged) known = known || (one.study == flags.study && one.result == flags.result);
  if (!known) return make_error(ErrorCode::usage, fmt::format("nobody rated '{}'", flags.study), "--study");
  cell.study = flags.study;
  cell.result = flags.result;
  cell.rater = workflow::kConsensus;
  cell.target = place->target;
  cell.index = place->index;
  cell.support = flags.reason;
  cell.where = "--rating";
  HR_CHECK(review::parse_rating(instrument, flags.rating, cell));
  return append(flags, store, workflow::rating_events(instrument, {cell}, logged, author), 1);
}

Checked status(const StoreFlags& flags) {
  HR_TRY(const store::Store store, store::Store::open(flags.review.folder + "/hedgerow.db"));
  HR_TRY(const auto standing, standing_of(store));
  HR_TRY(review::Instrument instrument, instrument_of(flags, standing));
  HR_TRY(const auto logged, workflow::logged_ratings(instrument, standing));
  HR_TRY(const AppraisalView view, appraisal_view(std::move(instrument), logged, flags.cut));
  for (const std::string& remark : view.remarks) fmt::print(stderr, "note: {}\n", remark);
  return emit(flags.output, flags.review.json ? appraisal_json(view)
                            : flags.csv       ? appraisal_csv(view)
                                              : appraisal_text(view));
}

void on_call(CLI::App& command, Action& action, const std::shared_ptr<StoreFlags>& flags,
             Checked (*run)(const StoreFlags&)) {
  command.callback([&action, flags, run] {
    action = [flags, run] {
      const Checked done = run(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

CLI::App& add(CLI::App& parent, Action& action, const std::shared_ptr<StoreFlags>& flags, const char* name,
              const char* what, Checked (*run)(const StoreFlags&), bool writes) {
  CLI::App& command = *parent.add_subcommand(name, what);
  add_review_flags(command, flags->review, writes);
  command.add_option("--instrument", flags->instrument, "Id or TOML file; default the one in the log");
  on_call(command, action, flags, run);
  return command;
}

}  // namespace

void add_appraise_store_commands(CLI::App& appraise, Action& action) {
  const auto flags = std::make_shared<StoreFlags>();
  appraise.add_option("--review", flags->review.folder, "Folder of the review, for import, status and consensus")
      ->type_name("DIR");
  CLI::App& in = add(appraise, action, flags, "import", "Ratings of a table into the store", import, true);
  in.add_option("file", flags->file, "Ratings: CSV or XLSX")->required();
  CLI::App& now =
      add(appraise, action, flags, "status", "What the store holds: scores, conflicts, agreement", status, false);
  now.add_flag("--csv", flags->csv, "Consensus as a table");
  now.add_option("--cut", flags->cut, "Score from which a study counts as low risk");
  now.add_option("-o,--output", flags->output, "File; default standard output");
  CLI::App& agree =
      add(appraise, action, flags, "consensus", "The agreed rating of one item or domain", consensus, true);
  agree.add_option("--study", flags->study, "Study")->required();
  agree.add_option("--result", flags->result, "Result, for instruments that rate results");
  agree.add_option("--item", flags->item, "Item, domain or overall")->required();
  agree.add_option("--rating", flags->rating, "Answer or judgement")->required();
  agree.add_option("--reason", flags->reason, "Why");
}

}  // namespace hedgerow::cli
