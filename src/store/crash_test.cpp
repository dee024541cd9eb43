// What the store promises when things go wrong: processes that are killed, disks that are full, two writers at once,
// folders that can't be written. Each child is a real process with its own connection.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "base/random.hpp"
#include "store/store.hpp"
#include "store/test_folder.hpp"

namespace hedgerow::store {
namespace {

pid_t in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  return child;
}

int exit_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void make_store(const std::string& path, std::size_t records) {
  auto store = Store::create(path);
  ASSERT_TRUE(store.ok()) << describe(store.error());
  ASSERT_TRUE(store->append_import(an_import("ana"), std::vector<records::Record>(records)).ok());
}

// Votes until it is killed; tells each id once `append` has confirmed it.
int vote_until_killed(const std::string& path, int confirmed) {
  auto store = Store::open(path);
  if (!store.ok()) return 1;
  for (std::int64_t i = 0;; ++i) {
    const auto id = store->append(a_vote("ana", 1 + i % 5));
    if (!id.ok()) return 2;
    const std::int64_t number = id.value();
    if (::write(confirmed, &number, sizeof number) != sizeof number) return 3;
  }
}

TEST(Crash, AKilledProcessLosesNothingConfirmed) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  make_store(path, 5);
  RandomStream random(7, 0);
  std::set<std::int64_t> confirmed;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = in_child([&] { return vote_until_killed(path, ends[1]); });
    ::close(ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(5000 + static_cast<int>(random.below(35000))));
    ::kill(child, SIGKILL);
    EXPECT_EQ(exit_of(child), -1) << "the child ended by itself";
    std::int64_t id = 0;
    while (::read(ends[0], &id, sizeof id) == sizeof id) confirmed.insert(id);
    ::close(ends[0]);
    const auto store = Store::open(path);
    ASSERT_TRUE(store.ok()) << describe(store.error());
    EXPECT_TRUE(store->check().ok());
    std::set<std::int64_t> present;
    const auto events = store->events();
    ASSERT_TRUE(events.ok());
    for (const Event& event : *events) present.insert(event.id);
    for (const std::int64_t one : confirmed) ASSERT_TRUE(present.contains(one)) << one << " in round " << round;
    // The one that was under way may be there too; no gap and no invention otherwise.
    EXPECT_LE(present.size(), confirmed.size() + 1 + static_cast<std::size_t>(round) + 1);
  }
  EXPECT_GT(confirmed.size(), 12U);
}

TEST(Crash, AKilledImportIsThereAsAWholeOrNotAtAll) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  make_store(path, 1);
  RandomStream random(11, 0);
  for (int round = 0; round < 8; ++round) {
    const pid_t child = in_child([&] {
      auto store = Store::open(path);
      while (store.ok() && store->append_import(an_import("bo"), std::vector<records::Record>(400)).ok()) continue;
      return 1;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(2000 + static_cast<int>(random.below(30000))));
    ::kill(child, SIGKILL);
    exit_of(child);
    const auto store = Store::open(path);
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE(store->check().ok());
    EXPECT_EQ(store->record_count().value(), 1 + 400 * (static_cast<std::int64_t>(store->events()->size()) - 1));
  }
}

TEST(Crash, AFullDiskIsAnErrorAndLeavesNothingHalfWritten) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  make_store(path, 5);
  // A limit on the size of files stands for the full disk: writes fail in their middle.
  const int code = exit_of(in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    auto store = Store::open(path);
    if (!store.ok()) return 1;
    const rlimit full{200000, 200000};
    ::setrlimit(RLIMIT_FSIZE, &full);
    if (store->append_import(an_import("bo"), std::vector<records::Record>(5000)).ok()) return 2;
    std::int64_t votes = 0;
    for (;; ++votes) {
      const auto added = store->append(a_vote("ana", 1));
      if (added.ok()) continue;
      if (added.error().code != ErrorCode::io) return 3;
      if (added.error().message.find("nothing was written") == std::string::npos) return 4;
      break;
    }
    // All that was confirmed is there, also to this connection.
    const auto events = store->events();
    return events.ok() && events->size() == static_cast<std::size_t>(votes) + 1 ? 0 : 5;
  }));
  EXPECT_EQ(code, 0);
  auto store = Store::open(path);
  ASSERT_TRUE(store.ok()) << describe(store.error());
  EXPECT_TRUE(store->check().ok());
  EXPECT_EQ(store->record_count().value(), 5);
  EXPECT_TRUE(store->append(a_vote("ana", 2)).ok());
  EXPECT_TRUE(store->append_import(an_import("bo"), std::vector<records::Record>(500)).ok());
}

TEST(Crash, TwoProcessesAtOnceLoseNoVote) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  make_store(path, 5);
  constexpr int kVotes = 60;
  std::vector<pid_t> children;
  for (const char* author : {"ana", "bo", "cy"})
    children.push_back(in_child([&path, author] {
      auto store = Store::open(path);
      if (!store.ok()) return 1;
      for (int i = 0; i < kVotes; ++i)
        if (!store->append(a_vote(author, 1 + i % 5)).ok()) return 2;
      return 0;
    }));
  for (const pid_t child : children) EXPECT_EQ(exit_of(child), 0);
  const auto store = Store::open(path);
  std::map<std::string, int> votes;
  std::int64_t before = 0;
  const auto events = store->events();
  ASSERT_TRUE(events.ok());
  for (const Event& event : *events) {
    EXPECT_GT(event.id, before);
    before = event.id;
    if (event.kind == "vote") ++votes[event.author];
  }
  EXPECT_EQ(votes, (std::map<std::string, int>{{"ana", kVotes}, {"bo", kVotes}, {"cy", kVotes}}));
}

TEST(Crash, SeveralProcessesMayMakeTheStoreButOneDoes) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) children.push_back(in_child([&path] { return Store::create(path).ok() ? 0 : 1; }));
  int made = 0;
  for (const pid_t child : children) made += exit_of(child) == 0 ? 1 : 0;
  EXPECT_EQ(made, 1);
  EXPECT_TRUE(Store::open(path).ok());
}

TEST(Crash, AReadOnlyStoreIsReadAndRefusesToBeWritten) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  make_store(path, 5);
  ::chmod(path.c_str(), 0444);
  ::chmod(folder.path("").c_str(), 0555);
  const int code = exit_of(in_child([&] {
    // Root may write everything; so root steps down.
    if (::geteuid() == 0 && (::setegid(65534) != 0 || ::seteuid(65534) != 0)) return 9;
    auto store = Store::open(path);
    if (!store.ok()) return 1;
    if (!store->read_only() || store->records()->size() != 5) return 2;
    const auto added = store->append(a_vote("ana", 1));
    if (added.ok()) return 3;
    return added.error().message.find("can't be written") == std::string::npos ? 4 : 0;
  }));
  ::chmod(folder.path("").c_str(), 0755);
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace hedgerow::store
