// DE, MO: several treatments compared in one trial or one network; the same studies in several reviews.
//
//   three effects of one trial close:   y_AB + y_BC = y_AC
//   variance of a treatment's share     (se_AB^2 + se_AC^2 - se_BC^2) / 2 > 0
//   corrected covered area              (N - r) / (r c - r), N marks in a table of r studies and c reviews
//
// Sources: rucker2012 (multi-arm trials), pieper2014 (overlap of reviews).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "audit/check.hpp"
#include "audit/range.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

/// A comparison of two treatments in a trial.
struct Edge {
  std::string one, other;
  std::optional<Reported> effect, error;
  std::size_t row = 0;

  /// From the first treatment to the second one: the effect with its sign.
  std::optional<Range> directed(const std::string& from) const {
    if (!effect) return std::nullopt;
    return from == one ? effect->range : -effect->range;
  }
  bool joins(const std::string& a, const std::string& b) const {
    return (one == a && other == b) || (one == b && other == a);
  }
};

std::optional<Reported> exact(const Sheet& sheet, std::size_t row, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto number = sheet.number(row, name); number && number->relation == '=') return number;
  return std::nullopt;
}

/// Edges of each trial and outcome.
std::map<std::string, std::vector<Edge>> trials_of(const Sheet& sheet) {
  std::map<std::string, std::vector<Edge>> out;
  if (!sheet.has_all({"study", "arm_1", "arm_2"})) return out;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    const std::string one = sheet.text(row, "arm_1"), other = sheet.text(row, "arm_2");
    if (one.empty() || other.empty() || one == other) continue;
    out[sheet.text(row, "study") + "\n" + sheet.text(row, "outcome") + "\n" + sheet.text(row, "time")].push_back(
        {one, other, exact(sheet, row, {"yi", "estimate"}), exact(sheet, row, {"sei"}), row});
  }
  return out;
}

/// What three comparisons of A, B and C say of each other; empty if they fit.
std::string contradiction(const Edge& ab, const Edge& bc, const Edge& ac, const std::string& a, const std::string& b) {
  const auto first = ab.directed(a), second = bc.directed(b), whole = ac.directed(a);
  if (first && second && whole && !overlap(*first + *second, *whole))
    return fmt::format("the effects do not close: {} + {} is not {}", text(*first), text(*second), text(*whole));
  if (!ab.error || !bc.error || !ac.error) return "";
  const Range x = square(ab.error->range), y = square(bc.error->range), z = square(ac.error->range);
  for (const Range& share : {x + z - y, x + y - z, y + z - x})
    if (share.hi <= 0)
      return fmt::format("the standard errors {}, {} and {} give a treatment a variance below 0", ab.error->text,
                         bc.error->text, ac.error->text);
  return "";
}

void look_at_trial(const Sheet& sheet, const std::vector<Edge>& edges, Sink& sink) {
  for (std::size_t i = 0; i < edges.size(); ++i)
    for (std::size_t j = i + 1; j < edges.size(); ++j)
      for (std::size_t k = i + 1; k < edges.size(); ++k) {
        // A-B first, then B-C, then the pair that closes them; each triangle once.
        const std::string &a = edges[i].one, &b = edges[i].other;
        if (j == k || (edges[j].one != b && edges[j].other != b)) continue;
        const std::string& c = edges[j].one == b ? edges[j].other : edges[j].one;
        if (!edges[k].joins(a, c)) continue;
        sink.looked();
        const std::string why = contradiction(edges[i], edges[j], edges[k], a, b);
        if (why.empty()) continue;
        sink.add(sheet.subject(edges[i].row),
                 fmt::format("{}, {} and {} of one trial contradict each other: {}.", a, b, c, why),
                 {sheet.place(edges[i].row, "arm_1"), sheet.place(edges[j].row, "arm_1"),
                  sheet.place(edges[k].row, "arm_1")})
            .causes = {"a sign or an order of groups that is wrong", "estimates adjusted for different things"};
      }
}

void run_closed(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (const auto& [trial, edges] : trials_of(*sheet))
      if (edges.size() >= 3) look_at_trial(*sheet, edges, sink);
}

/// Treatments joined by comparisons.
class Network {
 public:
  void join(const std::string& one, const std::string& other) {
    const std::size_t a = root(index(one)), b = root(index(other));
    if (pairs_.insert(std::minmax(one, other)).second && a == b) closed_ = true;
    up_[a] = b;
  }
  std::size_t treatments() const { return up_.size(); }
  std::size_t parts() {
    std::set<std::size_t> roots;
    for (std::size_t i = 0; i < up_.size(); ++i) roots.insert(root(i));
    return roots.size();
  }
  bool has_loop() const { return closed_; }

 private:
  std::size_t index(const std::string& name) {
    const auto [place, fresh] = number_.emplace(name, up_.size());
    if (fresh) up_.push_back(up_.size());
    return place->second;
  }
  std::size_t root(std::size_t i) const {
    while (up_[i] != i) i = up_[i];
    return i;
  }

  std::map<std::string, std::size_t> number_;
  std::vector<std::size_t> up_;
  std::set<std::pair<std::string, std::string>> pairs_;
  bool closed_ = false;
};

void run_network(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::rows)) {
    const std::string declared = to_lower(sheet->setting("network"));
    if (declared != "yes" && declared != "true") continue;
    std::map<std::string, Network> by_outcome;
    for (const auto& [trial, edges] : trials_of(*sheet))
      for (const Edge& edge : edges) by_outcome[sheet->text(edge.row, "outcome")].join(edge.one, edge.other);
    for (auto& [outcome, network] : by_outcome) {
      sink.looked();
      const std::string what = outcome.empty() ? sheet->table().source() : fmt::format("outcome \"{}\"", outcome);
      if (network.parts() > 1)
        sink.add(what,
                 fmt::format("The {} treatments fall into {} parts that no comparison joins.", network.treatments(),
                             network.parts()),
                 {sheet->place(0, "arm_1")})
            .severity = Severity::error;
      if (!network.has_loop())
        sink.add(what, "No loop of comparisons: whether direct and indirect evidence agree cannot be examined.",
                 {sheet->place(0, "arm_1")});
    }
  }
}

bool is_mark(const std::string& cell) {
  const std::string word = to_lower(trim(cell));
  return !word.empty() && word != "0" && word != "no" && word != "-";
}

void run_overlap(const Subject& subject, Sink& sink) {
  constexpr double kModerate = 10, kHigh = 15;
  for (const Sheet* sheet : subject.of(SheetKind::overlap)) {
    const std::vector<std::string> reviews = sheet->numbered("review");
    double marks = 0, studies = 0;
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto here = std::count_if(reviews.begin(), reviews.end(),
                                      [&](const std::string& review) { return is_mark(sheet->text(row, review)); });
      marks += static_cast<double>(here);
      studies += here > 0;
    }
    if (reviews.size() < 2 || studies == 0) continue;
    sink.looked();
    const double c = static_cast<double>(reviews.size()), area = 100 * (marks - studies) / (studies * c - studies);
    if (area <= sink.limit()) continue;
    Finding& finding = sink.add(
        fmt::format("table {}", sheet->table().source()),
        fmt::format("The reviews share their studies: corrected covered area {} %, {} overlap.", format_fixed(area, 1),
                    area > kHigh       ? "very high"
                    : area > kModerate ? "high"
                                       : "moderate"),
        {sheet->place(0, "study")});
    finding.arithmetic = {fmt::format("({} - {}) / ({} * {} - {})", marks, studies, studies, c, studies)};
    finding.causes = {"count each study once, or choose one review per question"};
  }
}

const Check kChecks[] = {
    {"DE-15", "Comparisons of one trial", Severity::error,
     "Effects of three groups of one trial that contradict each other.",
     "y_AB + y_BC = y_AC and positive variances of the groups, with the ranges of the printed digits",
     "adjusted estimates", "Look at the signs and at the order of the groups.", "rucker2012", run_closed},
    {"DE-16", "Overlap of reviews", Severity::note, "Reviews that are made of the same studies.",
     "corrected covered area above 5 % (moderate), 10 % (high), 15 % (very high)", "updates of one review",
     "Count each study once.", "pieper2014", run_overlap, 5},
    {"MO-25", "Network of treatments", Severity::note, "A network that is not joined, or has no loop.",
     "parts of the network above one (error); no loop (note)", "none known", "Say what cannot be compared.",
     "rucker2012", run_network},
};

}  // namespace

std::span<const Check> network_checks() { return kChecks; }

}  // namespace hedgerow::audit
