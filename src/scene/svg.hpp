// SVG writer. Text stays text, so that it can be searched, copied, read aloud and edited.
#pragma once

#include <string>

#include "scene/scene.hpp"

namespace hedgerow::scene {

/// A complete SVG 1.1 document in UTF-8: role="img", <title> and <desc>, size in points.
/// The same scene gives the same bytes.
std::string svg(const Scene& scene);

/// The same without the XML declaration, to stand inside an HTML page. `id_prefix` keeps the ids of several
/// figures apart.
std::string svg_for_html(const Scene& scene, const std::string& id_prefix);

}  // namespace hedgerow::scene
