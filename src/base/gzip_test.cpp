#include "base/gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace hedgerow {
namespace {

std::string packed(std::string text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string bytes(text.size() + 200, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  deflate(&stream, Z_FINISH);
  bytes.resize(bytes.size() - stream.avail_out);
  deflateEnd(&stream);
  return bytes;
}

TEST(Gzip, UnpacksOneMemberAndSeveral) {
  const std::string one = packed("TY  - JOUR\n"), long_text(3'000'000, 'x');
  EXPECT_TRUE(is_gzip(one));
  EXPECT_EQ(unpack_gzip(one, "a.gz").take(), "TY  - JOUR\n");
  EXPECT_EQ(unpack_gzip(one + packed(long_text), "a.gz").take(), "TY  - JOUR\n" + long_text);
}

TEST(Gzip, RefusesWhatIsCutOffDamagedOrTooLarge) {
  const std::string bytes = packed("some text that is long enough to be cut");
  EXPECT_NE(unpack_gzip(bytes.substr(0, 20), "a.gz").error().message.find("cut off"), std::string::npos);
  std::string damaged = bytes;
  damaged[bytes.size() - 6] ^= 1;
  EXPECT_NE(unpack_gzip(damaged, "a.gz").error().message.find("damaged"), std::string::npos);
  EXPECT_FALSE(unpack_gzip(packed(std::string(1000, 'x')), "a.gz", 999).ok());
}

}  // namespace
}  // namespace hedgerow
