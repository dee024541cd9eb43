// Figures of a Result: the one place where results become the plain rows that room plot draws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/result.hpp"
#include "scene/scene.hpp"

namespace hedgerow::engine {

/// What a forest plot shows besides the effects and the pooled result.
struct ForestRequest {
  std::string title;
  std::string axis_title;                                    ///< empty: the quantity and its scale in words
  std::vector<std::pair<std::string, std::string>> columns;  ///< header -> column of the table, left of the plot
  std::string favours_left, favours_right;
  std::string subgroups;   ///< name of the answer of a subgroup question; empty for none
  std::string prediction;  ///< name of the answer of a predict question whose interval is drawn; empty for none
  std::string transf;      ///< "" (that of the job or of the measure), "none", "exp", "ilogit", ...
};
Expected<scene::Scene> forest_figure(const Result& result, const ForestRequest& request);

struct FunnelRequest {
  std::string title;
  std::string axis_title;
  std::string trim_and_fill;  ///< name of the answer whose filled studies are drawn as open points; empty for none
  std::string transf{};       ///< as in ForestRequest
};
Expected<scene::Scene> funnel_figure(const Result& result, const FunnelRequest& request);

struct BubbleRequest {
  std::string title;
  std::string axis_title;
  std::string transf{};  ///< as in ForestRequest
};
Expected<scene::Scene> bubble_figure(const Result& result, const BubbleRequest& request);

/// Leave-one-out as a forest plot: `answer` names the answer of a leave_one_out question.
Expected<scene::Scene> leave_one_out_figure(const Result& result, const std::string& answer, const std::string& title);

struct CumulativeRequest {
  std::string answer = "cumulative";  ///< name of the answer of a cumulative question, asked without a transformation
  std::string title;
  std::string axis_title;
  std::string transf;  ///< as in ForestRequest
};
/// Cumulative analysis as a forest plot. Error: the model has moderators.
Expected<scene::Scene> cumulative_figure(const Result& result, const CumulativeRequest& request);

/// Influence plot: `answer` names the answer of an influence question.
Expected<scene::Scene> influence_figure(const Result& result, const std::string& answer, const std::string& title);

/// Estimates and components over a grid of an assumed correlation: `answer` names the answer of a covariance_grid
/// question.
Expected<scene::Scene> covariance_grid_figure(const Result& result, const std::string& answer,
                                              const std::string& title);

struct GoshRequest {
  std::string answer = "gosh";  ///< name of the answer of a gosh question
  std::string title;
  std::string axis_title;
  std::string study{};   ///< whose subsets have a colour of their own; empty: the one that moves the median most
  std::string transf{};  ///< as in ForestRequest
};
/// Estimate against I2 over subsets. Errors: moderators, no such study.
Expected<scene::Scene> gosh_figure(const Result& result, const GoshRequest& request);

/// Baujat plot: `answer` names the answer of a baujat question.
Expected<scene::Scene> baujat_figure(const Result& result, const std::string& answer, const std::string& title);

struct RadialRequest {
  std::string answer = "radial";  ///< name of the answer of a radial question
  std::string title;
  std::string axis_title;
  std::string transf{};  ///< as in ForestRequest
};
Expected<scene::Scene> radial_figure(const Result& result, const RadialRequest& request);

/// A scene as bytes of the format that the path's extension names (.svg, .pdf, .png).
Expected<std::string> render(const scene::Scene& scene, const std::string& path);

}  // namespace hedgerow::engine
