// hedgerow records: what exports hold, and exports in other formats. The verbs on a review's store are in
// records_store.cpp.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "cli/records_store.hpp"
#include "cli/review_commands.hpp"
#include "records/read.hpp"
#include "records/write.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::json;
using records::ReadResult;

struct FileFlags {
  std::vector<std::string> files;
  std::string format, database;
  std::string to, output;
  bool summary = false;
};

struct ReadFile {
  std::string path;
  ReadResult read;
};

Expected<records::Format> format_flag(const std::string& word, const char* flag) {
  if (const auto format = records::format_named(word)) return *format;
  const std::vector<std::string> names = {"ris",     "nbib",        "pubmed-xml", "wos",
                                          "endnote", "endnote-xml", "bibtex",     "csv"};
  return make_error(ErrorCode::usage, fmt::format("{}: '{}' is no format of records{}; known are {}", flag, word,
                                                  did_you_mean(word, names), join(names, ", ")));
}

Expected<std::vector<ReadFile>> read_all(const FileFlags& flags) {
  std::vector<ReadFile> all;
  for (const std::string& path : flags.files) {
    records::ReadOptions options;
    options.database = flags.database;
    if (!flags.format.empty()) {
      HR_TRY(const records::Format format, format_flag(flags.format, "--format"));
      options.format = format;
    }
    HR_TRY(ReadResult read, records::read_records_file(path, options));
    all.push_back({path, std::move(read)});
  }
  return all;
}

/// "year-not-read 2 (lines 4, 90)": how often each kind of oddity, and where it is first.
std::string oddity_summary(const ReadFile& file) {
  constexpr std::size_t kShown = 3;
  std::map<std::string, std::vector<std::size_t>> lines;
  for (const records::Oddity& oddity : file.read.oddities) lines[oddity.code].push_back(oddity.line);
  std::string out;
  for (const auto& [code, places] : lines) {
    std::vector<std::string> shown;
    for (std::size_t at = 0; at < std::min(kShown, places.size()); ++at) shown.push_back(std::to_string(places[at]));
    out += fmt::format("  {} {} (line{} {}{})\n", code, places.size(), places.size() == 1 ? "" : "s", join(shown, ", "),
                       places.size() > kShown ? ", ..." : "");
  }
  return out;
}

std::string databases_of(const ReadResult& read) {
  std::map<std::string, std::size_t> counts;
  for (const records::Record& record : read.records) ++counts[record.source.database];
  std::string out;
  for (const auto& [database, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", database.empty() ? "database not named" : database, count);
  return out;
}

std::string summary(const ReadFile& file) {
  const ReadResult& read = file.read;
  return fmt::format("{}: {} records, {}, {}{}\n{}", file.path, read.records.size(), records::name(read.format),
                     read.encoding, read.records.empty() ? "" : "; " + databases_of(read), oddity_summary(file));
}

/// "12  smith2015...  Title": the line of the record in its file, who, and what.
std::string list_line(const records::Record& record) {
  constexpr std::size_t kWho = 30, kTitle = 100;
  return fmt::format("{:>7}  {}  {}\n", record.source.line, shortened(records::short_name(record), kWho),
                     shortened(record.title.empty() ? "[no title]" : record.title, kTitle));
}

Json file_json(const ReadFile& file, bool with_records) {
  Json oddities = Json::array(), unread = Json::array(), list = Json::array();
  for (const records::Oddity& oddity : file.read.oddities)
    oddities.push_back(
        {{"line", oddity.line}, {"record", oddity.record}, {"code", oddity.code}, {"message", oddity.message}});
  for (const records::UnreadLine& line : file.read.unread) unread.push_back({{"line", line.line}, {"text", line.text}});
  Json json = {{"file", file.path},
               {"format", records::name(file.read.format)},
               {"encoding", file.read.encoding},
               {"records", file.read.records.size()},
               {"oddities", std::move(oddities)},
               {"unread", std::move(unread)}};
  if (!with_records) return json;
  for (const records::Record& record : file.read.records) {
    Json fields = record_json(record);
    fields["line"] = record.source.line;
    fields["number"] = record.source.number;
    fields["database"] = record.source.database;
    list.push_back(std::move(fields));
  }
  json["list"] = std::move(list);
  return json;
}

Expected<int> list_files(const FileFlags& flags, bool as_json) {
  HR_TRY(const std::vector<ReadFile> all, read_all(flags));
  if (as_json) {
    Json files = Json::array();
    for (const ReadFile& file : all) files.push_back(file_json(file, !flags.summary));
    HR_CHECK(emit("", dump(Json{{"schema", "hedgerow.records.list.v1"}, {"files", std::move(files)}}) + "\n"));
    return 0;
  }
  std::string out;
  for (const ReadFile& file : all) {
    out += summary(file);
    if (flags.summary) continue;
    for (const records::Record& record : file.read.records) out += list_line(record);
  }
  HR_CHECK(emit("", out));
  return 0;
}

Expected<std::string> written(const std::vector<records::Record>& list, records::Format format) {
  switch (format) {
    case records::Format::ris:
      return records::write_ris(list);
    case records::Format::nbib:
      return records::write_nbib(list);
    case records::Format::bibtex:
      return records::write_bibtex(list);
    case records::Format::csv:
      return records::write_csv(list);
    default:
      return make_error(
          ErrorCode::usage,
          fmt::format("--to: records are written as ris, nbib, bibtex or csv, not as {}", records::name(format)));
  }
}

/// The format asked for by --to, else by the name of the output file.
Expected<records::Format> target_format(const FileFlags& flags) {
  if (!flags.to.empty()) return format_flag(flags.to, "--to");
  const std::size_t dot = flags.output.rfind('.');
  if (dot != std::string::npos) return format_flag(flags.output.substr(dot + 1), "-o");
  return make_error(ErrorCode::usage, "say --to ris, nbib, bibtex or csv, or give -o a file name with such an ending");
}

Expected<int> convert(const FileFlags& flags) {
  HR_TRY(const records::Format format, target_format(flags));
  HR_TRY(const std::vector<ReadFile> all, read_all(flags));
  std::vector<records::Record> list;
  for (const ReadFile& file : all) {
    fmt::print(stderr, "{}", summary(file));
    list.insert(list.end(), file.read.records.begin(), file.read.records.end());
  }
  HR_TRY(const std::string text, written(list, format));
  HR_CHECK(emit(flags.output, text));
  return 0;
}

void add_file_flags(CLI::App& command, FileFlags& flags) {
  command.add_option("files", flags.files, "Exports, in any format, also packed by gzip");
  command.add_option("--format", flags.format, "Format of the files, if it should not be recognised");
}

void add_list(CLI::App& parent, Action& action) {
  CLI::App& command = *parent.add_subcommand("list", "One line per record: of files, or of the review's store");
  const auto files = std::make_shared<FileFlags>();
  const auto store = std::make_shared<StoreListFlags>();
  add_file_flags(command, *files);
  command.add_flag("--summary", files->summary, "Files: counts and oddities alone");
  add_store_list_flags(command, *store);
  command.callback([&action, files, store] {
    action = [files, store] {
      if (files->files.empty()) return list_store(*store);
      files->database = store->database;
      const auto code = list_files(*files, store->review.json);
      return code ? *code : report(code.error());
    };
  });
}

void add_convert(CLI::App& parent, Action& action) {
  CLI::App& command = *parent.add_subcommand("convert", "Exports as RIS, MEDLINE text, BibTeX or CSV");
  const auto flags = std::make_shared<FileFlags>();
  add_file_flags(command, *flags);
  command.get_option("files")->required();
  command.add_option("--database", flags->database, "Database of the records (default: what the files say)");
  command.add_option("--to", flags->to, "ris, nbib, bibtex, csv (default: by the name of the output)");
  command.add_option("-o,--output", flags->output, "File (default: standard output)");
  command.callback([&action, flags] {
    action = [flags] {
      const auto code = convert(*flags);
      return code ? *code : report(code.error());
    };
  });
}

}  // namespace

void add_records_command(CLI::App& app, Action& action) {
  CLI::App& records = *app.add_subcommand("records", "Records of exports: list, convert, import, export");
  records.require_subcommand(1);
  add_list(records, action);
  add_convert(records, action);
  add_records_store_commands(records, action);
  records.footer(
      "\nExamples:\n"
      "  hedgerow records list scopus.csv pubmed.nbib --summary\n"
      "  hedgerow records list export.ris --json\n"
      "  hedgerow records convert wos.ciw embase.csv -o all.ris\n"
      "\nFormats, fields and oddities are described in docs/formats/records.md.");
}

}  // namespace hedgerow::cli
