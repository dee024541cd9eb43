// Painting a scene with cairo, its texts with pango (which finds glyphs in other fonts where Liberation Sans has none).

#include "scene/cairo_writer.hpp"

#include <cairo-pdf.h>
#include <cairo.h>
#include <fmt/core.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <span>

#include "scene/detail/png_chunk.hpp"
#include "scene/detail/utf8.hpp"
#include "scene/metrics.hpp"

#ifdef __SANITIZE_ADDRESS__
// fontconfig keeps its caches until the process ends; the leak check of a sanitizer build takes them for leaks of ours.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
#endif

namespace hedgerow::scene {
namespace {

constexpr double kPointsPerInch = 72.0;
constexpr double kMaxPixels = 32767.0;
constexpr const char* kFixedDate = "2000-01-01T00:00:00Z";

struct Release {
  void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
  void operator()(cairo_t* p) const { cairo_destroy(p); }
  void operator()(cairo_font_options_t* p) const { cairo_font_options_destroy(p); }
  void operator()(PangoLayout* p) const { g_object_unref(p); }
  void operator()(PangoFontDescription* p) const { pango_font_description_free(p); }
};
template <class T>
using Handle = std::unique_ptr<T, Release>;

class Painter {
 public:
  explicit Painter(cairo_t* cr) : cr_(cr), layout_(pango_cairo_create_layout(cr)) {
    // Positions and widths must not depend on the resolution: no hinting of any kind.
    const Handle<cairo_font_options_t> options(cairo_font_options_create());
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    PangoContext* context = pango_layout_get_context(layout_.get());
    pango_cairo_context_set_font_options(context, options.get());
    pango_context_set_round_glyph_positions(context, FALSE);
  }

  void marks(const std::vector<Mark>& list) {
    for (const Mark& mark : list) {
      paint_ = &mark.paint;
      std::visit([this](const auto& shape) { draw(shape); }, mark.shape);
    }
  }

  DrawnText measure(const std::string& utf8, const Font& font) {
    set_text(utf8, font);
    int width = 0;
    pango_layout_get_size(layout_.get(), &width, nullptr);
    DrawnText out{width / static_cast<double>(PANGO_SCALE), ""};
    PangoFont* used = pango_context_load_font(pango_layout_get_context(layout_.get()),
                                              pango_layout_get_font_description(layout_.get()));
    if (used == nullptr) return out;
    const Handle<PangoFontDescription> description(pango_font_describe(used));
    out.family = pango_font_description_get_family(description.get());
    g_object_unref(used);
    return out;
  }

 private:
  void draw(const Line& s) { path(std::vector<Point>{s.from, s.to}, false); }
  void draw(const Polyline& s) { path(s.points, false); }
  void draw(const Polygon& s) { path(s.points, true); }
  void draw(const Rectangle& s) {
    cairo_rectangle(cr_, s.x, s.y, s.width, s.height);
    finish();
  }
  void draw(const Circle& s) {
    cairo_new_sub_path(cr_);
    cairo_arc(cr_, s.center.x, s.center.y, s.radius, 0.0, 2.0 * std::numbers::pi);
    cairo_close_path(cr_);
    finish();
  }
  void draw(const Group& s) { marks(s.marks); }

  void draw(const Text& s) {
    set_text(s.text, s.font);
    int width = 0;
    pango_layout_get_size(layout_.get(), &width, nullptr);
    const double share = s.anchor == Anchor::start ? 0.0 : s.anchor == Anchor::middle ? 0.5 : 1.0;
    const double baseline = pango_layout_get_baseline(layout_.get()) / static_cast<double>(PANGO_SCALE);
    cairo_save(cr_);
    cairo_translate(cr_, s.at.x, s.at.y);
    cairo_rotate(cr_, -s.rotation * std::numbers::pi / 180.0);
    cairo_move_to(cr_, -share * width / PANGO_SCALE, -baseline);
    color(s.color, 1.0);
    pango_cairo_show_layout(cr_, layout_.get());
    cairo_restore(cr_);
  }

  void set_text(const std::string& utf8, const Font& style) {
    const Handle<PangoFontDescription> font(pango_font_description_new());
    pango_font_description_set_family(font.get(), "Liberation Sans,Arial,Helvetica,sans-serif");
    pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
    pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(font.get(), style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_layout_set_font_description(layout_.get(), font.get());
    const std::string clean = detail::clean_utf8(utf8);
    pango_layout_set_text(layout_.get(), clean.data(), static_cast<int>(clean.size()));
    pango_layout_set_single_paragraph_mode(layout_.get(), TRUE);
  }

  void path(const std::vector<Point>& points, bool closed) {
    if (points.empty()) return;
    cairo_move_to(cr_, points.front().x, points.front().y);
    for (const Point& p : std::span(points).subspan(1)) cairo_line_to(cr_, p.x, p.y);
    if (closed) cairo_close_path(cr_);
    finish();
  }

  void finish() {
    if (paint_->fill) {
      color(*paint_->fill, paint_->opacity);
      cairo_fill_preserve(cr_);
    }
    if (paint_->stroke) {
      color(*paint_->stroke, paint_->opacity);
      cairo_set_line_width(cr_, paint_->stroke_width);
      cairo_set_dash(cr_, paint_->dash.data(), static_cast<int>(paint_->dash.size()), 0.0);
      cairo_stroke_preserve(cr_);
    }
    cairo_new_path(cr_);
  }

  void color(Color c, double opacity) {
    cairo_set_source_rgba(cr_, c.red / 255.0, c.green / 255.0, c.blue / 255.0, opacity);
  }

  cairo_t* cr_;
  Handle<PangoLayout> layout_;
  const Paint* paint_ = nullptr;
};

cairo_status_t append_bytes(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

Checked check(cairo_status_t status, const char* what) {
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return make_error(ErrorCode::internal, fmt::format("{}: cairo says: {}", what, cairo_status_to_string(status)));
}

Checked check_page(const Scene& scene) {
  if (std::isfinite(scene.width) && std::isfinite(scene.height) && scene.width > 0 && scene.height > 0) return {};
  return make_error(ErrorCode::internal, fmt::format("a page of {} x {} pt can't be drawn", scene.width, scene.height));
}

}  // namespace

Expected<std::string> pdf(const Scene& scene) {
  HR_CHECK(check_page(scene));
  std::string bytes;
  const Handle<cairo_surface_t> surface(
      cairo_pdf_surface_create_for_stream(append_bytes, &bytes, scene.width, scene.height));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, kFixedDate);
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Hedgerow");
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, detail::clean_utf8(scene.title).c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_SUBJECT,
                                 detail::clean_utf8(scene.description).c_str());
  {
    const Handle<cairo_t> cr(cairo_create(surface.get()));
    Painter(cr.get()).marks(scene.marks);
    HR_CHECK(check(cairo_status(cr.get()), "PDF"));
    cairo_show_page(cr.get());
  }
  cairo_surface_finish(surface.get());
  HR_CHECK(check(cairo_surface_status(surface.get()), "PDF"));
  return bytes;
}

Expected<std::string> png(const Scene& scene, double dpi) {
  HR_CHECK(check_page(scene));
  if (!(dpi >= 36.0 && dpi <= 1200.0)) {
    return make_error(ErrorCode::usage, fmt::format("a resolution of {} dpi; between 36 and 1200 is possible", dpi));
  }
  const double pixels_per_point =
      std::min(dpi / kPointsPerInch, (kMaxPixels - 1.0) / std::max(scene.width, scene.height));
  constexpr double kRounding = 1e-6;  // pixels that rounding alone may add
  const int width = static_cast<int>(std::ceil(scene.width * pixels_per_point - kRounding));
  const int height = static_cast<int>(std::ceil(scene.height * pixels_per_point - kRounding));
  const Handle<cairo_surface_t> surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  HR_CHECK(check(cairo_surface_status(surface.get()), "PNG"));
  {
    const Handle<cairo_t> cr(cairo_create(surface.get()));
    cairo_set_source_rgb(cr.get(), 1.0, 1.0, 1.0);
    cairo_paint(cr.get());
    cairo_scale(cr.get(), pixels_per_point, pixels_per_point);
    Painter(cr.get()).marks(scene.marks);
    HR_CHECK(check(cairo_status(cr.get()), "PNG"));
  }
  std::string bytes;
  HR_CHECK(check(cairo_surface_write_to_png_stream(surface.get(), append_bytes, &bytes), "PNG"));
  return detail::with_resolution(bytes, pixels_per_point * kPointsPerInch);
}

DrawnText measure_drawn(const std::string& utf8, const Font& font) {
  const Handle<cairo_surface_t> surface(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
  const Handle<cairo_t> cr(cairo_create(surface.get()));
  return Painter(cr.get()).measure(utf8, font);
}

}  // namespace hedgerow::scene
