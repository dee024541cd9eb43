#include "plot/detail/prisma_boxes.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hedgerow::plot::detail {
namespace {

/// 12345 as "12,345", as the templates print it.
std::string grouped(long count) {
  std::string digits = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

class Writer {
 public:
  explicit Writer(const review::Prisma& prisma) : prisma_(prisma) {}

  std::string number(const std::string& name) const {
    const auto count = prisma_.find(name);
    return count ? fmt::format("(n\u00a0=\u00a0{})", grouped(*count)) : "(n\u00a0not\u00a0reported)";
  }
  BoxLine line(const std::string& words, const std::string& name, int indent = 0) const {
    return {words + " " + number(name), indent, false};
  }
  bool known(const std::string& name) const { return prisma_.find(name).has_value(); }
  bool positive(const std::string& name) const { return prisma_.find(name).value_or(0) > 0; }

  /// The total and what each source gave.
  void add_sources(BoxText& box, const std::string& words, const std::string& name,
                   const review::NamedCounts& sources) const {
    box.lines.push_back(line(words, name, 1));
    add_list(box, sources, 2);
  }
  void add_list(BoxText& box, const review::NamedCounts& list, int indent) const {
    for (const auto& [name, count] : list)
      box.lines.push_back({fmt::format("{} (n\u00a0=\u00a0{})", name, grouped(count)), indent, false});
  }

  BoxText excluded(const std::string& id, const review::NamedCounts& reasons) const {
    BoxText box{id, {{"Reports excluded:", 0, false}}};
    const bool none =
        std::all_of(reasons.begin(), reasons.end(), [](const auto& reason) { return reason.second == 0; });
    if (none && !reasons.empty()) return {id, {{"Reports excluded (n = 0)", 0, false}}};
    add_list(box, reasons, 1);
    if (reasons.empty()) box.lines.back().text = "Reports excluded (n\u00a0not\u00a0reported)";
    return box;
  }

  const review::Prisma& prisma() const { return prisma_; }

 private:
  const review::Prisma& prisma_;
};

BoxText box(const std::string& id, std::vector<BoxLine> lines) { return {id, std::move(lines)}; }

Arm databases_arm(const Writer& write, bool updated) {
  const std::string studies = updated ? "new studies" : "studies";
  Arm arm{fmt::format("Identification of {} via databases and registers", studies), {}};
  BoxText found = box("box2", {{"Records identified from:", 0, false}});
  write.add_sources(found, "Databases", "database_results", write.prisma().databases);
  if (write.known("register_results") || !write.prisma().registers.empty())
    write.add_sources(found, "Registers", "register_results", write.prisma().registers);
  BoxText removed = box("box3", {{"Records removed before screening:", 0, false},
                                 write.line("Duplicate records removed", "duplicates", 1)});
  for (const auto& [words, name] : {std::pair{"Records marked as ineligible by automation tools", "excluded_automatic"},
                                    {"Records removed for other reasons", "excluded_other"}})
    if (write.known(name)) removed.lines.push_back(write.line(words, name, 1));
  BoxText excluded = box("box5", {write.line("Records excluded", "records_excluded")});
  if (write.positive("records_excluded_automatic"))
    for (const auto& [words, name] :
         {std::pair{"by a person", "records_excluded_human"}, {"by automation tools", "records_excluded_automatic"}})
      excluded.lines.push_back(write.line(words, name, 1));
  arm.steps.push_back({found, removed});
  arm.steps.push_back({box("box4", {write.line("Records screened", "records_screened")}), excluded});
  arm.steps.push_back({box("box6", {write.line("Reports sought for retrieval", "dbr_sought_reports")}),
                       box("box7", {write.line("Reports not retrieved", "dbr_notretrieved_reports")})});
  arm.steps.push_back({box("box8", {write.line("Reports assessed for eligibility", "dbr_assessed")}),
                       write.excluded("box9", write.prisma().dbr_excluded)});
  return arm;
}

Arm other_arm(const Writer& write, bool updated) {
  const std::string studies = updated ? "new studies" : "studies";
  Arm arm{fmt::format("Identification of {} via other methods", studies), {}};
  BoxText found = box("box11", {{"Records identified from:", 0, false}});
  for (const auto& [words, name] : {std::pair{"Websites", "website_results"},
                                    {"Organisations", "organisation_results"},
                                    {"Citation searching", "citations_results"}})
    if (write.known(name)) found.lines.push_back(write.line(words, name, 1));
  if (found.lines.size() == 1) found.lines[0].text = "Records identified (n\u00a0not\u00a0reported)";
  arm.steps.push_back({found, {}});
  arm.steps.push_back({});
  arm.steps.push_back({box("box12", {write.line("Reports sought for retrieval", "other_sought_reports")}),
                       box("box13", {write.line("Reports not retrieved", "other_notretrieved_reports")})});
  arm.steps.push_back({box("box14", {write.line("Reports assessed for eligibility", "other_assessed")}),
                       write.excluded("box15", write.prisma().other_excluded)});
  return arm;
}

void add_notes(const Writer& write, FlowText& flow) {
  for (const auto& [words, name] : {std::pair{"records not screened to the end", "records_pending"},
                                    {"reports not assessed to the end", "dbr_pending"},
                                    {"reports from other methods not assessed to the end", "other_pending"}})
    if (write.positive(name))
      flow.notes.push_back(fmt::format("Under way: {} {}.", grouped(*write.prisma().find(name)), words));
  flow.notes.emplace_back("PRISMA 2020 flow diagram after Page et al., BMJ 2021;372:n71.");
}

}  // namespace

FlowText flow_text(const review::Prisma& prisma, const review::PrismaTemplate& form) {
  const Writer write(prisma);
  FlowText flow;
  flow.databases = databases_arm(write, form.updated);
  if (form.other_methods) flow.other = other_arm(write, form.updated);
  if (form.updated) {
    flow.previous =
        box("box1", {write.line("Studies included in previous version of review", "previous_studies"),
                     write.line("Reports of studies included in previous version of review", "previous_reports")});
    flow.included = box("box10", {write.line("New studies included in review", "new_studies"),
                                  write.line("Reports of new included studies", "new_reports")});
    flow.total = box("box16", {write.line("Total studies included in review", "total_studies"),
                               write.line("Reports of total included studies", "total_reports")});
  } else {
    flow.included = box("box10", {write.line("Studies included in review", "new_studies"),
                                  write.line("Reports of included studies", "new_reports")});
  }
  if (write.known("total_studies_ma")) {
    flow.analysed = box("box17", {write.line("Studies included in meta-analysis", "total_studies_ma")});
    if (write.known("total_reports_ma"))
      flow.analysed.lines.push_back(write.line("Reports of studies in meta-analysis", "total_reports_ma"));
  }
  for (const auto& [words, name] :
       {std::pair{"Reports awaiting classification", "awaiting"}, {"Reports of ongoing studies", "ongoing"}})
    if (write.positive(name)) flow.undecided.lines.push_back(write.line(words, name));
  if (!flow.undecided.empty()) flow.undecided.id = "undecided";
  add_notes(write, flow);
  return flow;
}

}  // namespace hedgerow::plot::detail
