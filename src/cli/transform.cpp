// hedgerow transform: numbers through a transformation, as JSON.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "engine/transform_numbers.hpp"

namespace hedgerow::cli {
namespace {

std::string json_numbers(const stats::Vector& values) {
  std::string out;
  for (const double value : values)
    out += (out.empty() ? "" : ", ") + (std::isfinite(value) ? format_shortest(value) : std::string("null"));
  return "[" + out + "]";
}

int transform(const engine::TransformRequest& request) {
  const auto block = engine::transform_numbers(request);
  if (!block) {
    fmt::print(stderr, "hedgerow: {}\n", describe(block.error()));
    return 2;
  }
  std::string out =
      fmt::format("{{\"method\": \"{}\", \"values\": {}", block->method, json_numbers(block->vector("values")));
  if (block->find("vi")) out += ", \"vi\": " + json_numbers(block->vector("vi"));
  fmt::print("{}}}\n", out);
  return 0;
}

}  // namespace

void add_transform_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("transform", "Numbers through a transformation of effects, as JSON");
  const auto request = std::make_shared<engine::TransformRequest>();
  effect::TransformArguments& with = request->with;
  command
      .add_option("--name", request->name, "exp, ilogit, ztor, ipft, dtocles, exp.int, ... (an unknown one lists all)")
      ->required();
  command.add_option("values", request->values, "Numbers; negative ones after --")->required();
  command.add_option("--vi", request->vi, "Their variances: transformed by the delta method");
  command.add_option("--tau2", with.tau2, "Variance of the effects, for .int and .mode");
  command.add_option("--ni", with.ni, "Sample sizes (pft, ipft, ipft.hm)");
  command.add_option("--n1i", with.n1i, "Sizes of group 1 (dtorpb, dtorbis, rpbtod, rtod)");
  command.add_option("--n2i", with.n2i, "Sizes of group 2");
  command.add_option("--ti", with.ti, "Person-time (irft, iirft)");
  command.add_option("--pc", with.pc, "Risk of the controls (lnortord, lnortorr)");
  command.add_option("--pi", with.pi, "Share of group 1 (rpbtorbis, rtorpb)");
  command.add_option("--sd", with.sd, "Standard deviation (dtomd)");
  command.add_option("--lower", with.lower, "Lower bound of the integral of .int");
  command.add_option("--upper", with.upper, "Upper bound of the integral of .int");
  for (CLI::Option* option : command.get_options())
    if (option->get_expected_max() > 1 && !option->get_positional()) option->delimiter(',')->allow_extra_args(false);
  command.footer("\nExample:\n  hedgerow transform 0.1 0.4 --name ilogit.int --tau2 0.09");
  command.callback([&action, request] { action = [request] { return transform(*request); }; });
}

}  // namespace hedgerow::cli
