#include "r_value.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/missing.hpp"

namespace hedgerow::check {
namespace {

Error not_a_value(const RExpr& e) {
  return make_error(ErrorCode::not_supported, fmt::format("'{}' is not a value written out", to_text(e)));
}

Expected<std::vector<RValue>> evaluate_all(const RExpr& e) {
  std::vector<RValue> out;
  for (const RExpr* arg : e.positional()) {
    HR_TRY(RValue value, evaluate_r(*arg));
    out.push_back(std::move(value));
  }
  return out;
}

RValue combine(const std::vector<RValue>& parts) {
  RValue out;
  for (const RValue& part : parts) out.numbers.insert(out.numbers.end(), part.numbers.begin(), part.numbers.end());
  return out;
}

/// rbind (by_row) or cbind of vectors of one length.
Expected<RValue> bind(const RExpr& e, const std::vector<RValue>& parts, bool by_row) {
  if (parts.empty()) return not_a_value(e);
  const std::size_t length = parts[0].numbers.size();
  for (const RValue& part : parts)
    if (part.is_matrix() || part.numbers.size() != length) return not_a_value(e);
  RValue out = combine(parts);
  out.rows = by_row ? parts.size() : length;
  if (by_row)
    for (std::size_t i = 0; i < parts.size(); ++i)
      for (std::size_t j = 0; j < length; ++j) out.numbers[j * parts.size() + i] = parts[i].numbers[j];
  return out;
}

/// diag(n), diag(x, n) and diag(c(...)).
Expected<RValue> diagonal(const RExpr& e, const std::vector<RValue>& parts) {
  if (parts.empty() || parts[0].is_matrix()) return not_a_value(e);
  stats::Vector values = parts[0].numbers;
  if (parts.size() == 2) {
    values.assign(static_cast<std::size_t>(parts[1].numbers[0]), values[0]);
  } else if (values.size() == 1) {
    values.assign(static_cast<std::size_t>(values[0]), 1.0);
  }
  RValue out{stats::Vector(values.size() * values.size(), 0.0), values.size()};
  for (std::size_t i = 0; i < values.size(); ++i) out.numbers[i * values.size() + i] = values[i];
  return out;
}

/// matrix(c(...), nrow) by columns, or with byrow; nrow, ncol and byrow also by name.
Expected<RValue> matrix(const RExpr& e) {
  const std::vector<const RExpr*> positional = e.positional();
  const auto number = [&](const char* name, std::size_t place) -> Expected<double> {
    const RExpr* given = e.argument(name);
    if (!given && place < positional.size()) given = positional[place];
    if (!given) return kMissing;
    HR_TRY(const RValue value, evaluate_r(*given));
    return value.numbers.empty() ? kMissing : value.numbers[0];
  };
  const RExpr* data = e.argument("data") ? e.argument("data") : positional.empty() ? nullptr : positional[0];
  if (!data) return not_a_value(e);
  HR_TRY(const RValue values, evaluate_r(*data));
  HR_TRY(double rows, number("nrow", 1));
  HR_TRY(double cols, number("ncol", 2));
  HR_TRY(const double by_row, number("byrow", 3));
  const double count = static_cast<double>(values.numbers.size());
  if (std::isnan(rows)) rows = std::isnan(cols) ? count : std::ceil(count / cols);
  if (std::isnan(cols)) cols = std::ceil(count / rows);
  if (values.numbers.empty() || rows < 1 || cols < 1) return not_a_value(e);
  const auto r = static_cast<std::size_t>(rows), c = static_cast<std::size_t>(cols);
  RValue out{stats::Vector(r * c), r};
  for (std::size_t i = 0; i < r; ++i)
    for (std::size_t j = 0; j < c; ++j)
      out.numbers[j * r + i] = values.numbers[(by_row == 1 ? i * c + j : j * r + i) % values.numbers.size()];
  return out;
}

RValue sequence(double from, double to) {
  RValue out;
  for (double x = from; x <= to; x += 1) out.numbers.push_back(x);
  return out;
}

Expected<RValue> arithmetic(const RExpr& e, const std::vector<RValue>& parts) {
  if (parts.size() == 1 && (e.text == "-" || e.text == "+")) {
    RValue out = parts[0];
    if (e.text == "-")
      for (double& x : out.numbers) x = -x;
    return out;
  }
  if (parts.size() == 2 && parts[0].is_matrix() && parts[1].numbers.size() == 1 && e.text != ":") {
    // A matrix and a number: element by element.
    RValue out = parts[0];
    const double b = parts[1].numbers[0];
    for (double& x : out.numbers) {
      if (e.text == "+")
        x += b;
      else if (e.text == "-")
        x -= b;
      else if (e.text == "*")
        x *= b;
      else if (e.text == "/")
        x /= b;
      else
        return not_a_value(e);
    }
    return out;
  }
  if (parts.size() != 2 || parts[0].numbers.size() != 1 || parts[1].numbers.size() != 1) return not_a_value(e);
  const double a = parts[0].numbers[0], b = parts[1].numbers[0];
  if (e.text == "+") return RValue{{a + b}};
  if (e.text == "-") return RValue{{a - b}};
  if (e.text == "*") return RValue{{a * b}};
  if (e.text == "/") return RValue{{a / b}};
  if (e.text == "^") return RValue{{std::pow(a, b)}};
  if (e.text == ":") return sequence(a, b);
  return not_a_value(e);
}

Expected<RValue> evaluate_name(const RExpr& e) {
  if (e.text == "NA" || e.text == "NA_real_" || e.text == "NaN") return RValue{{kMissing}};
  if (e.text == "TRUE") return RValue{{1}};
  if (e.text == "FALSE") return RValue{{0}};
  if (e.text == "Inf") return RValue{{HUGE_VAL}};
  return not_a_value(e);
}

}  // namespace

Expected<RValue> evaluate_r(const RExpr& e) {
  if (e.kind == RExpr::Kind::number) return RValue{{e.number}};
  if (e.kind == RExpr::Kind::name) return evaluate_name(e);
  if (e.kind == RExpr::Kind::text) return not_a_value(e);
  if (e.text == "matrix") return matrix(e);
  HR_TRY(const std::vector<RValue> parts, evaluate_all(e));
  if (parts.size() != e.args.size()) return not_a_value(e);
  if (e.text == "c") return combine(parts);
  if (e.text == "(" && parts.size() == 1) return parts[0];
  if (e.text == "rbind") return bind(e, parts, true);
  if (e.text == "cbind") return bind(e, parts, false);
  if (e.text == "diag") return diagonal(e, parts);
  if (e.text == "seq_len" && parts.size() == 1) return sequence(1, parts[0].numbers[0]);
  if (e.text == "rep" && parts.size() == 2) {
    RValue out;
    for (double i = 0; i < parts[1].numbers[0]; i += 1)
      out.numbers.insert(out.numbers.end(), parts[0].numbers.begin(), parts[0].numbers.end());
    return out;
  }
  return arithmetic(e, parts);
}

stats::Matrix as_rows(const RValue& value) {
  const std::size_t rows = value.is_matrix() ? value.rows : 1;
  stats::Matrix out(rows, value.numbers.size() / rows);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < out.cols(); ++j) out(i, j) = value.numbers[j * rows + i];
  return out;
}

}  // namespace hedgerow::check
