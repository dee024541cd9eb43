#include "engine/review_output.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/file.hpp"

namespace hedgerow::engine {
namespace {

namespace fs = std::filesystem;

Error folder_error(const std::string& what, const fs::path& path, const std::error_code& code) {
  return make_error(ErrorCode::io, fmt::format("{}: {}", what, code.message()), path.string());
}

/// A path without the slash at its end, so that names can be put beside it.
fs::path clean(const std::string& out) {
  fs::path path = fs::path(out).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

/// Removes a folder when it goes out of scope: a failed run leaves nothing.
struct Scratch {
  fs::path path;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

Checked write_all(const fs::path& folder, const std::vector<OutputFile>& files) {
  std::error_code code;
  for (const OutputFile& file : files) {
    const fs::path path = folder / file.path;
    fs::create_directories(path.parent_path(), code);
    if (code) return folder_error("can't make the folder", path.parent_path(), code);
    HR_CHECK(write_file(path.string(), file.bytes));
  }
  return {};
}

bool made_by_us(const std::string& name, const std::vector<OutputFile>& files, const std::optional<Lock>& previous) {
  const bool now = std::any_of(files.begin(), files.end(), [&](const OutputFile& file) { return file.path == name; });
  return now || (previous && std::find(previous->files.begin(), previous->files.end(), name) != previous->files.end());
}

/// Moves what a user put beside our files from the old folder into the new one.
Checked keep_foreign(const fs::path& old_folder, const fs::path& new_folder, const std::vector<OutputFile>& files,
                     const std::optional<Lock>& previous) {
  std::error_code code;
  std::vector<fs::path> foreign;
  for (const auto& entry : fs::recursive_directory_iterator(old_folder, code))
    if (!entry.is_directory() &&
        !made_by_us(entry.path().lexically_relative(old_folder).generic_string(), files, previous))
      foreign.push_back(entry.path().lexically_relative(old_folder));
  for (const fs::path& name : foreign) {
    fs::create_directories((new_folder / name).parent_path(), code);
    fs::copy(old_folder / name, new_folder / name, fs::copy_options::copy_symlinks, code);
    if (code) return folder_error("can't keep the file", old_folder / name, code);
  }
  return {};
}

/// Puts `fresh` in the place of `target`; an exchange of the two names leaves no moment without a folder.
Checked swap_in(const fs::path& fresh, const fs::path& target) {
  if (!fs::exists(target)) {
    if (std::rename(fresh.c_str(), target.c_str()) == 0) return {};
    return folder_error("can't make the folder", target, std::error_code(errno, std::generic_category()));
  }
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return {};
  const fs::path aside = fresh.string() + ".old";
  std::error_code code;
  fs::rename(target, aside, code);
  if (code) return folder_error("can't replace the folder", target, code);
  fs::rename(fresh, target, code);
  if (code) {
    const Error error = folder_error("can't replace the folder", target, code);
    fs::rename(aside, target, code);
    return error;
  }
  fs::remove_all(aside, code);
  return {};
}

}  // namespace

Expected<std::optional<Lock>> previous_lock(const std::string& out) {
  const fs::path target = clean(out);
  std::error_code code;
  if (!fs::exists(target, code) || (fs::is_directory(target, code) && fs::is_empty(target, code)))
    return std::optional<Lock>();
  if (!fs::is_directory(target, code))
    return make_error(ErrorCode::usage, "the place of the results is a file; name a folder", out);
  const fs::path path = target / kLockFile;
  if (!fs::exists(path, code))
    return make_error(
        ErrorCode::usage,
        fmt::format("this folder has files but no {}, so it was not made by this program and is not replaced; "
                    "name a new or empty folder",
                    kLockFile),
        out);
  HR_TRY(const std::string bytes, read_file(path.string()));
  HR_TRY(Lock lock, parse_lock(bytes, path.string()));
  return std::optional<Lock>(std::move(lock));
}

Checked write_output(const std::string& out, const std::vector<OutputFile>& files,
                     const std::optional<Lock>& previous) {
  const fs::path target = clean(out);
  const Scratch fresh{target.parent_path() / fmt::format(".{}.part{}", target.filename().string(), ::getpid())};
  std::error_code code;
  fs::create_directories(fresh.path, code);
  if (code) return folder_error("can't make the folder", fresh.path, code);
  HR_CHECK(write_all(fresh.path, files));
  if (fs::exists(target, code)) HR_CHECK(keep_foreign(target, fresh.path, files, previous));
  return swap_in(fresh.path, target);
}

}  // namespace hedgerow::engine
