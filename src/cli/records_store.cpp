// hedgerow records import, export and the list of the store.
#include "cli/records_store.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "records/write.hpp"
#include "workflow/folder_review.hpp"
#include "workflow/import_file.hpp"
#include "workflow/names.hpp"
#include "workflow/plan.hpp"
#include "workflow/screening.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;

struct ImportFlags {
  ReviewFlags review;
  std::vector<std::string> files;
  std::string database, origin = "database", format;
  bool again = false;
};

constexpr std::size_t kShownOddities = 5;

// What was odd, by kind: how often, and the first places.
std::string oddity_lines(const records::ReadResult& read, const std::string& file) {
  std::map<std::string, std::vector<const records::Oddity*>> by_code;
  for (const records::Oddity& oddity : read.oddities) by_code[oddity.code].push_back(&oddity);
  std::string out;
  for (const auto& [code, list] : by_code) {
    out += fmt::format("  {} ({}):\n", code, list.size());
    for (std::size_t i = 0; i < std::min(kShownOddities, list.size()); ++i)
      out += fmt::format("    {}:{}: {}\n", file, list[i]->line, list[i]->message);
    if (list.size() > kShownOddities) out += fmt::format("    and {} more\n", list.size() - kShownOddities);
  }
  return out;
}

Json import_json(const workflow::ImportFile& import, const std::string& file, std::int64_t first) {
  Json oddities = Json::array();
  for (const records::Oddity& oddity : import.read.oddities)
    oddities.push_back(
        {{"line", oddity.line}, {"record", oddity.record}, {"code", oddity.code}, {"message", oddity.message}});
  return {{"file", file},
          {"database", import.database},
          {"database_guessed", import.database_guessed},
          {"origin", import.event.value},
          {"format", records::name(import.read.format)},
          {"encoding", import.read.encoding},
          {"records", import.read.records.size()},
          {"first_record", first},
          {"unread_lines", import.read.unread.size()},
          {"oddities", std::move(oddities)}};
}

void print_import(const workflow::ImportFile& import, const std::string& file) {
  fmt::print("{}: {} records from {} ({}, {})\n", file, import.read.records.size(), import.database,
             records::name(import.read.format), import.read.encoding);
  if (import.database_guessed)
    fmt::print(stderr,
               "hedgerow: {}: no record says which database it is from; '{}' is the file's name. "
               "--database NAME says it better.\n",
               file, import.database);
  if (import.read.records.empty()) fmt::print(stderr, "hedgerow: {}: no record was found in it\n", file);
  fmt::print(stderr, "{}", oddity_lines(import.read, file));
}

Expected<Json> import_files(const ImportFlags& flags) {
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(const workflow::Origin origin, workflow::origin_named(flags.origin));
  workflow::ImportRequest request{author, "", flags.database, origin, std::nullopt, flags.again};
  if (!flags.format.empty()) {
    request.format = records::format_named(flags.format);
    if (!request.format)
      return make_error(ErrorCode::usage, fmt::format("--format: '{}' is no format of records; there are ris, nbib, "
                                                      "pubmed-xml, wos, endnote, endnote-xml, bibtex, csv",
                                                      flags.format));
  }
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  Json files = Json::array();
  // All files are read before the first is stored, and all are stored or none: a wrong name in the middle of a list
  // leaves the store as it was.
  std::vector<workflow::ImportFile> imports;
  for (const std::string& file : flags.files) {
    request.file = file;
    HR_TRY(workflow::ImportFile import, workflow::read_import(review, request));
    imports.push_back(std::move(import));
  }
  std::vector<store::NewImport> added;
  // The records are lent, not copied: they are most of what the program holds.
  for (workflow::ImportFile& import : imports) added.push_back({import.event, std::move(import.read.records)});
  HR_TRY(const std::vector<std::int64_t> first, review.store.append_imports(added));
  for (std::size_t i = 0; i < imports.size(); ++i) {
    imports[i].read.records = std::move(added[i].records);
    if (!flags.review.json) print_import(imports[i], flags.files[i]);
    files.push_back(import_json(imports[i], flags.files[i], first[i]));
  }
  HR_TRY(const std::int64_t total, review.store.record_count());
  if (!flags.review.json) fmt::print("{} records in the store\n", total);
  return Json{{"schema", "hedgerow.records-import/1"}, {"files", std::move(files)}, {"records", total}};
}

// Without files: the exports that review.toml names, as far as the store lacks them.
Expected<Json> import_plan(const ImportFlags& flags) {
  if (!flags.database.empty() || !flags.format.empty() || flags.again || flags.origin != "database")
    return make_error(ErrorCode::usage, "--database, --origin, --format and --again go with a file");
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(const workflow::Plan plan, workflow::plan_of(flags.review.folder));
  if (plan.imports.empty())
    return make_error(ErrorCode::usage, "which files? Name them, or write [[records]] into review.toml",
                      flags.review.folder);
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  std::vector<bool> before;
  for (const workflow::PlannedImport& one : plan.imports) {
    HR_TRY(const bool stored, workflow::is_imported(review, flags.review.folder, one.file));
    before.push_back(stored);
  }
  TerminalProgress progress;
  HR_TRY([[maybe_unused]] const std::size_t read,
         workflow::import_planned(review, flags.review.folder, plan, author, progress));
  Json files = Json::array();
  for (std::size_t i = 0; i < plan.imports.size(); ++i) {
    std::size_t records = 0;
    std::string database;
    for (const workflow::Import& import : review.state.imports)
      if (import.file == plan.imports[i].file || import.file.ends_with("/" + plan.imports[i].file)) {
        records = import.records;
        database = import.name;
      }
    files.push_back({{"file", plan.imports[i].file},
                     {"database", database},
                     {"origin", workflow::name(plan.imports[i].origin)},
                     {"records", records},
                     {"already", static_cast<bool>(before[i])}});
    if (!flags.review.json)
      fmt::print("{}: {} records from {}{}\n", plan.imports[i].file, records, database,
                 before[i] ? " (stored already, skipped)" : "");
  }
  HR_TRY(const std::int64_t total, review.store.record_count());
  if (!flags.review.json) fmt::print("{} records in the store\n", total);
  return Json{{"schema", "hedgerow.records-import/1"}, {"files", std::move(files)}, {"records", total}};
}

int import(const ImportFlags& flags) {
  const auto done = flags.files.empty() ? import_plan(flags) : import_files(flags);
  if (!done) return report(done.error());
  if (flags.review.json) fmt::print("{}", dump(*done));
  return 0;
}

struct ExportFlags {
  StoreListFlags list;
  std::string to, output;
  bool votes = false;
};

Expected<std::string> export_text(const ExportFlags& flags) {
  HR_TRY(const workflow::ListRequest request, list_request(flags.list));
  const auto format = records::format_named(flags.to);
  HR_TRY(workflow::ReviewStore review, open_review(flags.list.review));
  if (flags.votes) {
    HR_TRY(const std::string author, author_of(flags.list.review));
    if (author != workflow::owner(review))
      return make_error(ErrorCode::usage, fmt::format("--votes shows who voted how; only the owner of the review "
                                                      "('{}') may see that",
                                                      workflow::owner(review)));
  }
  HR_TRY(const std::vector<std::size_t> documents, workflow::list_documents(review, request));
  HR_TRY(const std::vector<records::Record> shown, workflow::shown_records(review, documents));
  std::vector<records::Extra> extras = workflow::decision_columns(review, documents);
  if (flags.votes)
    for (records::Extra& extra : workflow::vote_columns(review, documents)) extras.push_back(std::move(extra));
  if (format == records::Format::ris) return records::write_ris(shown, extras);
  if (format == records::Format::nbib) return records::write_nbib(shown, extras);
  if (format == records::Format::bibtex) return records::write_bibtex(shown, extras);
  if (format == records::Format::csv) return records::write_csv(shown, extras);
  return make_error(ErrorCode::usage,
                    fmt::format("--to: '{}' can't be written; there are ris, csv, bibtex, nbib", flags.to));
}

int export_records(const ExportFlags& flags) {
  const auto text = export_text(flags);
  if (!text) return report(text.error());
  if (const Checked written = emit(flags.output, *text); !written) return report(written.error());
  return 0;
}

Json document_json(const workflow::ReviewStore& review, const workflow::Document& document) {
  const store::StoredRecord& head = review.head(document.kept);
  Json json = record_json(head.record);
  json["record"] = document.kept;
  json["records"] = document.records;
  json["databases"] = workflow::databases_of(review.state, document);
  json["origin"] = workflow::name(document.origin);
  json["stage"] = workflow::name(workflow::current_stage(document));
  json["abstract_outcome"] = workflow::name(document.abstract.outcome);
  json["fulltext_outcome"] = workflow::name(document.fulltext.outcome);
  for (const auto& [key, reason] :
       {std::pair("abstract_reason", document.abstract.reason), std::pair("fulltext_reason", document.fulltext.reason)})
    if (!reason.empty()) json[key] = reason;
  return json;
}

void print_line(const workflow::ReviewStore& review, const workflow::Document& document) {
  const records::Record& record = review.head(document.kept).record;
  const workflow::Stage stage = workflow::current_stage(document);
  fmt::print("{:>6}  {:<9} {:<9} {}  {}  [{}]\n", document.kept, workflow::name(stage),
             workflow::name(review.state.stage(document, stage).outcome), shortened(records::short_name(record), 28),
             shortened(record.title, 70), join(workflow::databases_of(review.state, document), "; "));
}

Checked list_documents(const StoreListFlags& flags) {
  HR_TRY(const workflow::ListRequest request, list_request(flags));
  HR_TRY(const workflow::ReviewStore review, open_review(flags.review));
  HR_TRY(const std::vector<std::size_t> documents, workflow::list_documents(review, request));
  if (flags.review.json) {
    Json list = Json::array();
    for (const std::size_t index : documents) list.push_back(document_json(review, review.state.documents[index]));
    fmt::print("{}", dump({{"schema", "hedgerow.records-list/1"}, {"documents", std::move(list)}}));
    return {};
  }
  for (const std::size_t index : documents) print_line(review, review.state.documents[index]);
  fmt::print(stderr, "{} of {} documents ({} records)\n", documents.size(), review.state.documents.size(),
             review.state.document_of.size());
  return {};
}

void add_import_command(CLI::App& records, Action& action) {
  CLI::App& command = *records.add_subcommand("import", "Add exports of databases to the store of a review");
  const auto flags = std::make_shared<ImportFlags>();
  command.add_option(
      "files", flags->files,
      "Exports: RIS, nbib, PubMed XML, ciw, EndNote, BibTeX, CSV, also gzipped (none: [[records]] of review.toml)");
  command.add_option("--database", flags->database, "Where they are from: \"Scopus\" (default: what the records say)");
  command.add_option("--origin", flags->origin,
                     "database, registry, website, organisation, citations or previous (PRISMA's sources)");
  command.add_option("--format", flags->format,
                     "ris, nbib, pubmed-xml, wos, endnote, endnote-xml, bibtex, csv (default: "
                     "by content)");
  command.add_flag("--again", flags->again, "Also a file that was imported before");
  add_review_flags(command, flags->review, true);
  command.footer(
      "\nNothing is thrown away: what can't be read is kept and listed on standard error.\n"
      "\nExamples:\n"
      "  hedgerow records import records/pubmed.nbib records/scopus.ris\n"
      "  hedgerow records import --author ana\n"
      "  hedgerow records import embase.csv --database Embase\n"
      "  hedgerow records import citations.ris --database 'Citation chasing' --origin citations");
  command.callback([&action, flags] { action = [flags] { return import(*flags); }; });
}

void add_export_command(CLI::App& records, Action& action) {
  CLI::App& command = *records.add_subcommand("export", "Write the documents of a review with their decisions");
  const auto flags = std::make_shared<ExportFlags>();
  command.add_option("--to", flags->to, "ris, csv, bibtex or nbib")->required();
  command.add_option("-o,--output", flags->output, "File (default: standard output)");
  command.add_flag("--votes", flags->votes, "Also the vote of each reviewer (for the owner of the review)");
  add_store_list_flags(command, flags->list);
  command.add_option("--author", flags->list.review.author, "Who asks (default: $HEDGEROW_AUTHOR, else $USER)");
  command.footer(
      "\nOne entry per document: the kept record of its duplicates, with number, databases, decisions and reasons.\n"
      "\nExamples:\n"
      "  hedgerow records export --to ris --stage abstract --outcome included -o fulltexts.ris\n"
      "  hedgerow records export --to csv --stage fulltext --outcome excluded -o excluded.csv");
  command.callback([&action, flags] { action = [flags] { return export_records(*flags); }; });
}

}  // namespace

Expected<workflow::Stage> stage_flag(const std::string& word) {
  if (const auto stage = workflow::stage_named(word)) return *stage;
  const std::vector<std::string> words = {"abstract", "fulltext"};
  return make_error(ErrorCode::usage, fmt::format("--stage: '{}' is no stage; there are abstract, fulltext{}", word,
                                                  did_you_mean(word, words)));
}

Expected<workflow::ListRequest> list_request(const StoreListFlags& flags) {
  workflow::ListRequest request;
  request.database = flags.database;
  request.search = flags.search;
  if (!flags.stage.empty()) {
    HR_TRY(request.stage, stage_flag(flags.stage));
  }
  if (flags.outcome.empty()) return request;
  request.outcome = workflow::outcome_named(flags.outcome);
  if (request.outcome) return request;
  const std::vector<std::string> words = {"unseen", "pending", "partial", "conflict", "included", "excluded"};
  return make_error(ErrorCode::usage, fmt::format("--outcome: '{}' is none; there are {}{}", flags.outcome,
                                                  join(words, ", "), did_you_mean(flags.outcome, words)));
}

void add_store_list_flags(CLI::App& command, StoreListFlags& flags) {
  command.add_option("--stage", flags.stage, "Documents that have reached it: abstract or fulltext");
  command.add_option("--outcome", flags.outcome, "pending, partial, conflict, included, excluded or unseen");
  command.add_option("--database", flags.database, "Documents with a record from there");
  command.add_option("--search", flags.search, "Words that the record holds, all of them");
  add_review_flags(command, flags.review, false);
}

int list_store(const StoreListFlags& flags) {
  const Checked listed = list_documents(flags);
  return listed ? 0 : report(listed.error());
}

void add_records_store_commands(CLI::App& records, Action& action) {
  add_import_command(records, action);
  add_export_command(records, action);
}

}  // namespace hedgerow::cli
