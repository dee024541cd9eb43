// Files: whole reads, writes that leave nothing half-written.
#include "base/file.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace hedgerow {
namespace {

namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("hedgerow_file_test_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "_" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const char* name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  const std::string bytes = std::string("a\0b\r\n", 5) + std::string(100000, 'x');
  ASSERT_TRUE(write_file(path("f"), bytes).ok());
  EXPECT_EQ(*read_file(path("f")), bytes);
  ASSERT_TRUE(write_file(path("f"), "").ok());
  EXPECT_EQ(*read_file(path("f")), "");
}

TEST_F(FileTest, LeavesNothingBeside) {
  ASSERT_TRUE(write_file(path("f"), "1").ok());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(FileTest, AFailedWriteKeepsTheOldAndLeavesNoPart) {
  fs::create_directories(folder_ / "target");
  EXPECT_FALSE(write_file(path("target"), "1").ok());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
  EXPECT_FALSE(write_file(path("no/such/folder/f"), "1").ok());
}

TEST_F(FileTest, SaysWhatIsWrong) {
  const auto absent = read_file(path("absent"));
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().code, ErrorCode::io);
  EXPECT_EQ(describe(absent.error()), path("absent") + ": can't open: No such file or directory");
  EXPECT_EQ(read_file(folder_.string()).error().message, "is a directory, not a file");
}

TEST(Checksum, IsFnv1a) {
  EXPECT_EQ(checksum(""), "cbf29ce484222325");
  EXPECT_EQ(checksum("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(checksum("foobar"), "85944171f73967e8");
}

}  // namespace
}  // namespace hedgerow
