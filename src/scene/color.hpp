// Colours by name. The hues are those of Okabe and Ito (2008), which readers with any common colour vision tell apart;
// meaning never rests on colour alone.
#pragma once

#include <cstdint>
#include <string>

namespace hedgerow::scene {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  bool operator==(const Color&) const = default;
};

/// "#0072b2".
std::string hex(Color color);

namespace palette {
inline constexpr Color black{0, 0, 0};
inline constexpr Color white{255, 255, 255};
inline constexpr Color ink{34, 34, 34};    ///< text and data
inline constexpr Color muted{96, 96, 96};  ///< secondary text; contrast 6.3:1 on white
inline constexpr Color axis{90, 90, 90};
inline constexpr Color rule{176, 176, 176};
inline constexpr Color faint{222, 222, 222};
// Okabe and Ito.
inline constexpr Color orange{230, 159, 0};
inline constexpr Color sky_blue{86, 180, 233};
inline constexpr Color bluish_green{0, 158, 115};
inline constexpr Color yellow{240, 228, 66};
inline constexpr Color blue{0, 114, 178};
inline constexpr Color vermillion{213, 94, 0};
inline constexpr Color reddish_purple{204, 121, 167};
}  // namespace palette

}  // namespace hedgerow::scene
