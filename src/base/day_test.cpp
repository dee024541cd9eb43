#include "base/day.hpp"

#include <gtest/gtest.h>

namespace hedgerow {
namespace {

TEST(Day, IsOneOfTheCalendar) {
  for (const char* day : {"2026-01-31", "2024-02-29", "0001-12-01"}) EXPECT_TRUE(is_day(day)) << day;
  for (const char* other : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-31", "31-01-2026", "2026/01/31",
                            "2026-01", "", "2026-01-3x", "2026-01-311"})
    EXPECT_FALSE(is_day(other)) << other;
}

}  // namespace
}  // namespace hedgerow
