#include "fakes/power_cut.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace divio::fakes {
namespace {

// How a file was before a write: `bytes` from `offset` on, or its end where there were none.
struct Before {
  sqlite3_int64 size = 0;
  sqlite3_int64 offset = 0;
  std::vector<char> bytes = {};
};

// SQLite hands us a piece of memory that begins like this; the file beneath comes behind it.
struct File {
  sqlite3_file base;
  const char* name;  // belongs to SQLite, for as long as the file is open; null: a temporary one
  [[nodiscard]] sqlite3_file* beneath() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct State {
  std::mutex mutex;
  bool is_cut = false;
  bool lies = false;
  std::map<std::string, std::vector<Before>> unsynced;
  std::map<std::string, std::vector<File*>> open;
  std::function<void()> writing;
  sqlite3_vfs* beneath = nullptr;
  sqlite3_vfs vfs{};
};

State& disk() {
  static State one;
  return one;
}

File& as_file(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* beneath(sqlite3_file* file) { return as_file(file).beneath(); }

Before how_it_is(sqlite3_file* file, sqlite3_int64 offset, int count) {
  Before before{.offset = offset};
  file->pMethods->xFileSize(file, &before.size);
  const auto there = std::clamp<sqlite3_int64>(before.size - offset, 0, count);
  before.bytes.resize(static_cast<std::size_t>(there));
  if (there > 0) file->pMethods->xRead(file, before.bytes.data(), static_cast<int>(there), offset);
  return before;
}

// Whether it may be written; what is there now can be put back.
bool begin_to_write(sqlite3_file* file, sqlite3_int64 offset, int count) {
  if (disk().writing) disk().writing();
  const std::scoped_lock lock(disk().mutex);
  if (disk().is_cut) return false;
  if (const auto* name = as_file(file).name) disk().unsynced[name].push_back(how_it_is(beneath(file), offset, count));
  return true;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  return begin_to_write(file, offset, count) ? beneath(file)->pMethods->xWrite(beneath(file), bytes, count, offset) : SQLITE_IOERR_WRITE;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  constexpr int all = 1 << 30;
  return begin_to_write(file, size, all) ? beneath(file)->pMethods->xTruncate(beneath(file), size) : SQLITE_IOERR_TRUNCATE;
}

int sync(sqlite3_file* file, int) {
  const std::scoped_lock lock(disk().mutex);
  if (disk().is_cut) return SQLITE_IOERR_FSYNC;
  const std::string name = as_file(file).name == nullptr ? "" : as_file(file).name;
  if (!disk().lies) disk().unsynced.erase(name);
  else if (!name.ends_with("-wal")) disk().unsynced.clear();  // what was in the log is in the database by now
  return SQLITE_OK;  // the tests' own disk may take its time
}

int close(sqlite3_file* file) {
  if (const auto* name = as_file(file).name) {
    const std::scoped_lock lock(disk().mutex);
    std::erase(disk().open[name], &as_file(file));
  }
  return beneath(file)->pMethods->xClose(beneath(file));
}

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods all{
      .iVersion = 2,
      .xClose = close,
      .xRead = [](sqlite3_file* f, void* to, int count, sqlite3_int64 at) { return beneath(f)->pMethods->xRead(beneath(f), to, count, at); },
      .xWrite = write,
      .xTruncate = truncate,
      .xSync = sync,
      .xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return beneath(f)->pMethods->xFileSize(beneath(f), size); },
      .xLock = [](sqlite3_file* f, int lock) { return beneath(f)->pMethods->xLock(beneath(f), lock); },
      .xUnlock = [](sqlite3_file* f, int lock) { return beneath(f)->pMethods->xUnlock(beneath(f), lock); },
      .xCheckReservedLock = [](sqlite3_file* f, int* is) { return beneath(f)->pMethods->xCheckReservedLock(beneath(f), is); },
      .xFileControl = [](sqlite3_file* f, int what, void* with) { return beneath(f)->pMethods->xFileControl(beneath(f), what, with); },
      .xSectorSize = [](sqlite3_file* f) { return beneath(f)->pMethods->xSectorSize(beneath(f)); },
      .xDeviceCharacteristics = [](sqlite3_file* f) { return beneath(f)->pMethods->xDeviceCharacteristics(beneath(f)); },
      .xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** to) { return beneath(f)->pMethods->xShmMap(beneath(f), page, size, extend, to); },
      .xShmLock = [](sqlite3_file* f, int at, int count, int flags) { return beneath(f)->pMethods->xShmLock(beneath(f), at, count, flags); },
      .xShmBarrier = [](sqlite3_file* f) { beneath(f)->pMethods->xShmBarrier(beneath(f)); },
      .xShmUnmap = [](sqlite3_file* f, int remove) { return beneath(f)->pMethods->xShmUnmap(beneath(f), remove); },
      .xFetch = nullptr,
      .xUnfetch = nullptr};
  return all;
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given) {
  auto& opened = as_file(file);
  opened = {};
  const int done = disk().beneath->xOpen(disk().beneath, name, opened.beneath(), flags, given);
  if (opened.beneath()->pMethods == nullptr) return done;
  opened.base.pMethods = &methods();
  opened.name = name;
  const std::scoped_lock lock(disk().mutex);
  if (name != nullptr) disk().open[name].push_back(&opened);
  return done;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
  {
    const std::scoped_lock lock(disk().mutex);
    if (disk().is_cut) return SQLITE_IOERR_DELETE;
    disk().unsynced.erase(name);
  }
  return disk().beneath->xDelete(disk().beneath, name, sync_folder);
}

void put_back(sqlite3_file* file, const Before& before) {
  if (!before.bytes.empty()) file->pMethods->xWrite(file, before.bytes.data(), static_cast<int>(before.bytes.size()), before.offset);
  file->pMethods->xTruncate(file, before.size);
}

}  // namespace

PowerCut::PowerCut(std::function<void()> writing, Disk kind) {
  auto& one = disk();
  one.lies = kind == Disk::lying;
  one.writing = std::move(writing);
  one.beneath = sqlite3_vfs_find(nullptr);
  one.vfs = *one.beneath;
  one.vfs.zName = "divio-power-cut";
  one.vfs.szOsFile += static_cast<int>(sizeof(File));
  one.vfs.xOpen = open;
  one.vfs.xDelete = remove;
  sqlite3_vfs_register(&one.vfs, 1);
}

PowerCut::~PowerCut() {
  auto& one = disk();
  sqlite3_vfs_unregister(&one.vfs);
  sqlite3_vfs_register(one.beneath, 1);
  one.writing = {};
  one.unsynced.clear();
  one.open.clear();
  one.is_cut = false;
}

void PowerCut::cut(std::mt19937_64& random) {
  const std::scoped_lock lock(disk().mutex);
  if (std::exchange(disk().is_cut, true)) return;
  for (auto& [name, writes] : disk().unsynced) {
    const auto found = disk().open.find(name);
    if (found == disk().open.end() || found->second.empty()) continue;
    for (auto lost = random() % (writes.size() + 1); lost > 0; --lost) {
      put_back(found->second.front()->beneath(), writes.back());
      writes.pop_back();
    }
  }
  disk().unsynced.clear();
}

void PowerCut::restore() {
  const std::scoped_lock lock(disk().mutex);
  disk().is_cut = false;
}

}  // namespace divio::fakes
