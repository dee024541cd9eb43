#include "audit/detail/arm_view.hpp"

#include <fmt/format.h>

#include <map>

namespace hedgerow::audit::detail {

namespace {

/// Columns of group 1 in a table of comparisons; '1' becomes the number of the group.
const std::map<std::string, std::string>& of_comparisons() {
  static const std::map<std::string, std::string> names = {{"n", "n1i"},
                                                           {"mean", "m1i"},
                                                           {"sd", "sd1i"},
                                                           {"se", "se1i"},
                                                           {"median", "median1"},
                                                           {"q1", "q1_1"},
                                                           {"q3", "q3_1"},
                                                           {"min", "min1"},
                                                           {"max", "max1"},
                                                           {"mean_pre", "m1_pre"},
                                                           {"sd_pre", "sd1_pre"},
                                                           {"mean_post", "m1_post"},
                                                           {"sd_post", "sd1_post"},
                                                           {"mean_change", "m1_change"},
                                                           {"sd_change", "sd1_change"},
                                                           {"randomised", "randomised1"},
                                                           {"lost", "lost1"},
                                                           {"analysed", "analysed1"},
                                                           {"percent", "percent1"}};
  return names;
}

/// Those that hold for a row of comparisons as a whole.
bool of_row(const std::string& name) {
  return name == "items" || name == "scale_min" || name == "scale_max" || name == "integer" || name == "unit" ||
         name == "study" || name == "outcome" || name == "design" || name == "instrument";
}

}  // namespace

std::string Arm::quantity(const std::string& name) const {
  if (group == 0 || of_row(name)) return name;
  if (name == "events") return group == 1 ? "ai" : "ci";
  const auto found = of_comparisons().find(name);
  if (found == of_comparisons().end()) return "";
  std::string out = found->second;
  // The group's number is the last '1': "q1_1" is the lower quartile of group 1.
  if (group == 2) out[out.rfind('1')] = '2';
  return out;
}

std::optional<Reported> Arm::number(const std::string& name) const {
  const auto out = sheet->number(row, quantity(name));
  return out && out->relation == '=' ? out : std::nullopt;
}

std::vector<Place> Arm::places(std::initializer_list<std::string> names) const {
  std::vector<Place> out;
  for (const std::string& name : names)
    if (sheet->has(quantity(name))) out.push_back(place(name));
  return out;
}

std::string Arm::subject() const {
  const std::string out = sheet->subject(row);
  return group == 0 ? out : fmt::format("{}, group {}", out, group);
}

std::string Arm::declared(const std::string& name) const {
  const std::string own = text(name);
  return own.empty() ? sheet->setting(name) : own;
}

std::vector<Arm> arms_of(const Subject& subject) {
  std::vector<Arm> out;
  for (const Sheet& sheet : subject.sheets)
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      if (sheet.kind() == SheetKind::arms) out.push_back({&sheet, row, 0});
      if (sheet.kind() != SheetKind::rows) continue;
      out.push_back({&sheet, row, 1});
      out.push_back({&sheet, row, 2});
    }
  return out;
}

std::optional<long> people(const Arm& arm, long least) {
  const auto n = arm.number("n");
  if (!n || !n->is_integer() || n->value < static_cast<double>(least) || n->value > 1e9) return std::nullopt;
  return static_cast<long>(n->value);
}

const std::vector<Time>& times() {
  static const std::vector<Time> all = {{"mean", "sd", "se", ""},
                                        {"mean_pre", "sd_pre", "se_pre", "before"},
                                        {"mean_post", "sd_post", "se_post", "after"},
                                        {"mean_change", "sd_change", "se_change", "change"}};
  return all;
}

}  // namespace hedgerow::audit::detail
