#include "cli/dedup_print.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

bool is_kept(const DedupRun& run, std::size_t record) { return run.result.kept[run.result.group[record]] == record; }

/// Per record, the most certain pair that ties it to another one of its group; null without one.
std::vector<const dedup::Pair*> best_links(const DedupRun& run) {
  std::vector<const dedup::Pair*> best(run.records.size(), nullptr);
  for (const dedup::Pair& pair : run.result.pairs) {
    if (pair.answer != dedup::Answer::same || run.result.group[pair.first] != run.result.group[pair.second]) continue;
    for (const std::size_t at : {pair.first, pair.second})
      if (best[at] == nullptr || pair.score > best[at]->score) best[at] = &pair;
  }
  return best;
}

/// A source is a database, or a file where no database is named.
struct Source {
  std::string name;
  std::size_t records = 0, surplus = 0, documents = 0, only = 0;
};

struct Sources {
  std::vector<Source> list;
  std::vector<std::vector<std::size_t>> shared;  ///< documents that both have
};

Sources count_sources(const DedupRun& run) {
  Sources sources;
  std::vector<std::vector<std::size_t>> of_group(run.result.kept.size());
  for (std::size_t i = 0; i < run.records.size(); ++i) {
    const records::Source& from = run.records[i].source;
    const std::string name = from.database.empty() ? from.file : from.database;
    auto at = std::find_if(sources.list.begin(), sources.list.end(), [&](const Source& s) { return s.name == name; });
    if (at == sources.list.end()) at = sources.list.insert(at, {name, 0, 0, 0, 0});
    ++at->records;
    if (!is_kept(run, i)) ++at->surplus;
    std::vector<std::size_t>& there = of_group[run.result.group[i]];
    const auto number = static_cast<std::size_t>(at - sources.list.begin());
    if (std::find(there.begin(), there.end(), number) == there.end()) there.push_back(number);
  }
  sources.shared.assign(sources.list.size(), std::vector<std::size_t>(sources.list.size(), 0));
  for (const std::vector<std::size_t>& there : of_group) {
    for (const std::size_t a : there)
      for (const std::size_t b : there) ++sources.shared[a][b];
    if (there.size() == 1) ++sources.list[there[0]].only;
  }
  for (std::size_t s = 0; s < sources.list.size(); ++s) sources.list[s].documents = sources.shared[s][s];
  return sources;
}

std::size_t count_asked(const DedupRun& run) {
  return static_cast<std::size_t>(std::count_if(
      run.result.pairs.begin(), run.result.pairs.end(),
      [&](const dedup::Pair& pair) { return run.result.group[pair.first] != run.result.group[pair.second]; }));
}

std::string overlap_text(const Sources& sources) {
  std::string out = "\nDocuments in common (numbers as above):\n      ";
  for (std::size_t s = 0; s < sources.list.size(); ++s) out += fmt::format("{:>7}", s + 1);
  for (std::size_t a = 0; a < sources.list.size(); ++a) {
    out += fmt::format("\n{:>6}", a + 1);
    for (std::size_t b = 0; b < sources.list.size(); ++b) out += fmt::format("{:>7}", sources.shared[a][b]);
  }
  return out + "\n";
}

}  // namespace

std::string record_id(const records::Record& record) {
  for (const records::Tag& tag : record.tags)
    if (tag.name == "record_id") return std::string(trim(tag.value));
  return std::to_string(record.source.number);
}

std::string rows_csv(const DedupRun& run) {
  const std::vector<const dedup::Pair*> best = best_links(run);
  std::string out = "file,record,group,kept,score,reason\n";
  for (std::size_t i = 0; i < run.records.size(); ++i) {
    const dedup::Pair* link = best[i];
    out += fmt::format("{},{},{},{},{},{}\n", cell(run.records[i].source.file), cell(record_id(run.records[i])),
                       run.result.group[i] + 1, is_kept(run, i) ? 1 : 0,
                       link == nullptr ? "" : format_fixed(link->score, 4), link == nullptr ? "" : cell(link->reason));
  }
  return out;
}

std::string pairs_csv(const DedupRun& run) {
  std::string out = "file_1,record_1,file_2,record_2,score,answer,together,reason\n";
  for (const dedup::Pair& pair : run.result.pairs) {
    const records::Record& a = run.records[pair.first];
    const records::Record& b = run.records[pair.second];
    out += fmt::format("{},{},{},{},{},{},{},{}\n", cell(a.source.file), cell(record_id(a)), cell(b.source.file),
                       cell(record_id(b)), format_fixed(pair.score, 4),
                       pair.answer == dedup::Answer::same ? "same" : "ask",
                       run.result.group[pair.first] == run.result.group[pair.second] ? 1 : 0, cell(pair.reason));
  }
  return out;
}

std::string summary_text(const DedupRun& run, bool overlap) {
  const Sources sources = count_sources(run);
  const std::size_t documents = run.result.kept.size();
  std::string out = fmt::format("{} records, {} documents, {} surplus copies\n", run.records.size(), documents,
                                run.records.size() - documents);
  out += fmt::format("{} pairs to decide by a person (score {} to {})\n", count_asked(run),
                     format_fixed(run.result.ask_from, 2), format_fixed(run.result.same_from, 2));
  out += "\n  no. records surplus documents only here  source\n";
  for (std::size_t s = 0; s < sources.list.size(); ++s) {
    const Source& one = sources.list[s];
    out += fmt::format("{:>5} {:>7} {:>7} {:>9} {:>9}  {}\n", s + 1, one.records, one.surplus, one.documents, one.only,
                       one.name);
  }
  if (overlap) out += overlap_text(sources);
  if (run.truth) {
    const dedup::Score& score = *run.truth;
    out += fmt::format("\nTP {}  FN {}  FP {}  TN {}\nsensitivity {}  specificity {}\n", score.tp, score.fn, score.fp,
                       score.tn, format_fixed(score.sensitivity(), 4), format_fixed(score.specificity(), 4));
  }
  return out;
}

Json summary_json(const DedupRun& run) {
  const Sources sources = count_sources(run);
  Json json;
  json["records"] = run.records.size();
  json["documents"] = run.result.kept.size();
  json["surplus"] = run.records.size() - run.result.kept.size();
  json["ask"] = count_asked(run);
  json["same_from"] = run.result.same_from;
  json["ask_from"] = run.result.ask_from;
  json["sources"] = Json::array();
  for (const Source& one : sources.list)
    json["sources"].push_back({{"name", one.name},
                               {"records", one.records},
                               {"surplus", one.surplus},
                               {"documents", one.documents},
                               {"only_here", one.only}});
  json["overlap"] = sources.shared;
  if (run.truth) {
    const dedup::Score& score = *run.truth;
    json["truth"] = {{"TP", score.tp},
                     {"FN", score.fn},
                     {"FP", score.fp},
                     {"TN", score.tn},
                     {"sensitivity", score.sensitivity()},
                     {"specificity", score.specificity()}};
  }
  return json;
}

}  // namespace hedgerow::cli
