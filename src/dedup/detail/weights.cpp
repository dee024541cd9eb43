// The fitted weights: printed by bench/fit_dedup.cpp, not written by hand. Priors and signs are ours.
#include "dedup/detail/model.hpp"

namespace hedgerow::dedup::detail {
namespace {

constexpr std::array<Weight, kFeatures> kWeights = {{
    {"intercept", -3.797, -3, 0},
    {"title equal", 0.000, 0, 1},
    {"title nearly equal", 1.378, 1, 1},
    {"title similar", 1.496, 1, 1},
    {"title contained", 1.246, 1, 1},
    {"a word replaced", -0.839, -1, -1},
    {"more words replaced", -1.866, -1, -1},
    {"a word more", -0.390, 0, -1},
    {"more words more", -0.557, -0.5, -1},
    {"numbers in conflict", -1.803, -2, -1},
    {"long title equal", 0.419, 1, 1},
    {"no title", -0.480, 0, 0},
    {"one is a notice", -2.000, -2, -1, true},
    {"first author", 0.455, 0.5, 1},
    {"other first author", -1.328, -0.5, -1},
    {"authors shared", 1.049, 0.5, 1},
    {"other authors", -1.191, -1, -1},
    {"longer list not shared", -0.981, 0, -1},
    {"no authors", 0.085, 0, 0},
    {"year equal", 1.345, 0.5, 1},
    {"years 1 apart", -1.425, 0, 0},
    {"years 2 or more apart", -2.111, -1, -1},
    {"journal equal", 0.928, 0.5, 1},
    {"journal similar", 0.000, 0, 1},
    {"other journal", -1.734, -0.5, -1},
    {"volume equal", 0.964, 0.5, 1},
    {"other volume", -1.495, -1, -1},
    {"issue equal", 0.687, 0.5, 1},
    {"other issue", -0.693, -0.5, -1},
    {"first page equal", 1.331, 1, 1},
    {"first page similar", 0.518, 0.5, 1},
    {"other first page", -0.858, -1, -1},
    {"last page equal", 0.830, 0.5, 1},
    {"other last page", -0.716, 0, -1},
    {"volume and page equal", 0.025, 0.5, 1},
    {"year, journal, volume and page equal", 0.000, 0.5, 1},
    {"volume and page equal, title similar", 0.783, 0.5, 1},
    {"two of journal, volume and page differ", -1.497, -1, -1},
    {"journal, volume and page differ", -0.217, -0.5, -1},
    {"title equal and no place differs", 1.378, 0.5, 1},
    {"places missing", -0.488, 0, 0},
    {"first page and issue or last page differ", -0.338, -1, -1},
    {"DOI equal", 3.914, 4, 1},
    {"other DOI", -2.903, -3, -1},
    {"DOI equal, other title", -4.034, -4, -1},
    {"PMID equal", 6.000, 6, 1},
    {"other PMID", -4.000, -4, -1},
    {"abstract shared", 0.273, 1, 1},
    {"other abstract", -0.635, -1, -1},
}};

}  // namespace

std::span<const Weight, kFeatures> weights() { return kWeights; }

}  // namespace hedgerow::dedup::detail
