#include "media/archive.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "media/access.hpp"
#include "media/conversation.hpp"
#include "media/tar.hpp"
#include "model/full_disk.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::size_t most_errors = 2000;
constexpr std::size_t beginning_that_tells = 512;
constexpr int some_files_changed = 1;  // tar's exit code when files changed while it read them
constexpr int some_files_failed = 2;   // and when it could not read some
constexpr int list_failed = 3;

// The list first: find does not know of tar's faults, nor tar of find's.
constexpr std::string_view write_script =
    "export LC_ALL=C; cd /media || exit; list=0; find . -ignore_readdir_race -mindepth 1 -name '.divioctl-part-*' -prune -o "
    "\\( -type f -o -type d -o -type l \\) -print0 >/tmp/list || list=3; "
    "tar --create --file=- --format=gnu --numeric-owner --no-recursion --null --verbatim-files-from --files-from=/tmp/list; "
    "code=$?; [ $code -gt 1 ] || [ $list = 0 ] || code=$list; exit $code";

// Whether a line is about a file that was taken away or written while find or tar was at it. One that went is not in the archive, as if it
// had gone before; what cannot be read for another reason is a failure.
bool is_of_one_that_went(std::string_view line) {
  return line.ends_with(": No such file or directory") || line.ends_with(": File removed before we read it") ||
         line.ends_with(": file changed as we read it") || line.find(": File shrank by ") != std::string_view::npos ||
         line.ends_with("Exiting with failure status due to previous errors");
}

// A command in the container, and what it says.
class Command {
 public:
  Command(std::unique_ptr<ports::Session> session, const Volume& volume) : session_(std::move(session)), volume_(volume) {}

  Result<void> write(std::string_view bytes) {
    if (volume_.stop.stop_requested()) return cancelled();
    return session_->write(bytes);
  }

  // Its output, until it ends; then its exit code.
  Result<int> finish(const ports::ByteSink& sink) {
    DIVIO_CHECK(session_->close_input());
    while (true) {
      if (volume_.stop.stop_requested()) return cancelled();
      auto chunk = session_->read(look_up);
      if (!chunk && chunk.error().code == ErrorCode::timed_out) continue;
      if (!chunk) return Failure(std::move(chunk).error());
      if (!*chunk) return session_->exit_code();
      if ((*chunk)->output == ports::Output::out)
        DIVIO_CHECK(sink((*chunk)->bytes));
      else
        complain((*chunk)->bytes);
    }
  }

  // Whether all that was complained of are files that went meanwhile.
  [[nodiscard]] bool only_lost_some() const { return others_ == 0 && line_.empty() && !errors_.empty(); }

  [[nodiscard]] Failure failure(std::string_view action) const {
    return fail(ErrorCode::failed, fmt::format("cannot {} the volume {}: {}", action, volume_.name, printable(trim(errors_))),
                model::says_full_disk(errors_) ? std::string(model::full_disk_hint) : "");
  }

 private:
  static Failure cancelled() { return fail(ErrorCode::cancelled, "the transfer of the files was cancelled"); }

  void complain(std::string_view bytes) {
    if (errors_.size() < most_errors) errors_ += bytes;
    for (const char c : bytes) {
      if (c != '\n') {
        line_ += c;
        continue;
      }
      if (!is_of_one_that_went(line_)) ++others_;
      line_.clear();
    }
  }

  std::unique_ptr<ports::Session> session_;
  const Volume& volume_;
  std::string errors_;  // the beginning of them
  std::string line_;    // that has no end yet
  int others_ = 0;      // lines of what is not about a file that went
};

Result<void> nothing(std::string_view) { return {}; }

// An archive that is taken out into a folder. Its beginning says how.
class Extraction {
 public:
  Extraction(const Access& access, const Volume& volume, std::string place) : access_(access), volume_(volume), place_(std::move(place)) {}

  Result<void> write(std::string_view bytes) {
    if (tar_) return tar_->write(bytes);
    beginning_ += bytes;
    return beginning_.size() < beginning_that_tells ? Result<void>{} : begin();
  }

  Result<void> finish() {
    if (!tar_) DIVIO_CHECK(begin());
    DIVIO_TRY(code, tar_->finish(nothing));
    if (code != 0) return tar_->failure("write into");
    if (!is_without_owners(beginning_)) return {};
    DIVIO_TRY(session, access_.run({"chown", "--recursive", fmt::format("--reference={}", mount_point), place_}));
    Command chown(std::move(session), volume_);
    DIVIO_TRY(owned, chown.finish(nothing));
    return owned == 0 ? Result<void>{} : chown.failure("write into");
  }

 private:
  Result<void> begin() {
    DIVIO_TRY(session, access_.run({"tar", "--extract", "--file=-", "--directory=" + place_, "--numeric-owner", "--same-owner",
                                    "--preserve-permissions", "--delay-directory-restore"}));
    tar_.emplace(std::move(session), volume_);
    return tar_->write(beginning_);
  }

  const Access& access_;
  const Volume& volume_;
  std::string place_;
  std::string beginning_;
  std::optional<Command> tar_;
};

}  // namespace

Result<void> write_archive(const Volume& volume, const ports::ByteSink& sink) {
  DIVIO_TRY(access, Access::open(volume));
  DIVIO_TRY(session, access->run({"sh", "-c", std::string(write_script)}));
  Command tar(std::move(session), volume);
  const auto kept_up = access->keep_up();
  DIVIO_TRY(code, tar.finish(sink));
  if (code == 0 || code == some_files_changed) return {};
  if ((code == some_files_failed || code == list_failed) && tar.only_lost_some()) return {};
  return tar.failure("read");
}

Result<void> read_archive(const Volume& volume, Existing existing, const ports::ArchiveWriter& archive) {
  DIVIO_TRY(access, Access::open(volume));
  DIVIO_CHECK(access->main().say("incoming\n"));
  DIVIO_TRY(place, access->main().expect('o'));
  auto kept_up = access->keep_up();
  Extraction extraction(*access, volume, place);
  Result<void> broken;
  auto written = archive([&](std::string_view bytes) {
    auto taken = extraction.write(bytes);
    if (!taken) broken = taken;
    return taken;
  });
  if (!written && broken) return written;
  DIVIO_CHECK(extraction.finish());
  DIVIO_CHECK(broken);
  DIVIO_CHECK(written);
  kept_up = {};
  DIVIO_CHECK(access->main().say(existing == Existing::replace ? "replace\n" : "merge\n"));
  DIVIO_TRY(ignored, access->main().expect('o'));
  return {};
}

}  // namespace divio::media
