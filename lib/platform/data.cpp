#include "platform/data.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>

#include "controller/backups.hpp"
#include "controller/data_choice.hpp"
#include "controller/media_data.hpp"
#include "controller/outcome.hpp"
#include "controller/progress.hpp"
#include "controller/service_data.hpp"
#include "platform/backups.hpp"
#include "platform/within.hpp"
#include "services/dump_format.hpp"
#include "support/ids.hpp"
#include "system/file_draft.hpp"
#include "system/files.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {
namespace {

namespace fs = std::filesystem;
using controller::DataChange;
using model::OperationKind;

constexpr std::string_view through_a_pipe = "-";
constexpr mode_t dump_mode = 0600;  // whoever reads it knows all that is in the database
constexpr std::size_t piece = std::size_t{256} * 1024;

// A dump that is read from a file or from standard input, its beginning at once.
class DumpReader {
 public:
  static Result<std::shared_ptr<DumpReader>> open(const std::string& path) {
    auto reader = std::make_shared<DumpReader>();
    reader->path_ = path;
    if (path != through_a_pipe) {
      reader->file_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
      if (!reader->file_) return Failure(system::file_error("read", path, errno));
    }
    DIVIO_ASSIGN(reader->beginning_, reader->read(services::telling_bytes));
    return reader;
  }

  [[nodiscard]] std::string_view beginning() const { return beginning_; }

  Result<void> write_to(const ports::ByteSink& sink, const std::stop_token& stop) {
    auto bytes = beginning_;
    while (!bytes.empty()) {
      if (stop.stop_requested()) return fail(ErrorCode::cancelled, fmt::format("reading {} was cancelled", path_));
      DIVIO_CHECK(sink(bytes));
      DIVIO_ASSIGN(bytes, read(piece));
    }
    return {};
  }

 private:
  // Exactly so many bytes, unless the end comes first.
  Result<std::string> read(std::size_t count) {
    std::string bytes(count, '\0');
    std::size_t have = 0;
    while (have < count) {
      const auto got = ::read(file_ ? file_.get() : STDIN_FILENO, bytes.data() + have, count - have);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Failure(system::file_error("read", path_, errno));
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
  }

  std::string path_;
  system::UniqueFd file_;
  std::string beginning_;
};

// What a change is made of, and the regions that it needs.
struct OpenChange {
  controller::Runtime* runtime = nullptr;
  DataChange change;
};

Result<model::EnvironmentKey> environment_of(const Target& target, const std::string& name) {
  auto other = target;
  other.environment = name;
  return find_key(other);
}

Result<OpenChange> open_copy(PlatformParts& parts, const Target& target, const DataCopyRequest& request) {
  DIVIO_TRY(from, environment_of(target, request.from));
  DIVIO_TRY(to, environment_of(target, request.to));
  if (from == to)
    return fail(ErrorCode::invalid, fmt::format("{} cannot be copied to itself", request.from), "name two environments");
  DIVIO_TRY(source, runtime_of(parts, from));
  DIVIO_TRY(runtime, runtime_of(parts, to));
  DIVIO_CHECK(controller::need_environment(*source, from));
  DIVIO_CHECK(controller::need_environment(*runtime, to));
  DIVIO_TRY(there, parts.store->services().services(from));
  DIVIO_TRY(here, parts.store->services().services(to));
  DIVIO_TRY(chosen, controller::to_copy(there, here, request.service));
  DataChange change{OperationKind::data_copy, to, {}, wire::to_json(request)};
  for (const auto& instance : chosen)
    change.sources[instance.prefix.str()] = {request.from, [source, instance](const auto& sink, std::stop_token stop) {
                                               const bool files = instance.type == model::ServiceType::media;
                                               const auto write = files ? controller::archive_media : controller::dump_data;
                                               return write(*source, instance, std::move(stop), sink);
                                             }};
  return OpenChange{runtime, std::move(change)};
}

Result<OpenChange> open_push(PlatformParts& parts, const model::EnvironmentKey& key, DataPushRequest request) {
  DIVIO_TRY(runtime, runtime_of(parts, key));
  DIVIO_TRY(known, parts.store->services().services(key));
  DIVIO_TRY(instance, controller::with_data(known, key, request.service));
  DIVIO_TRY(reader, DumpReader::open(request.file));
  DIVIO_CHECK(services::check_dump(instance.type, reader->beginning()));
  const bool piped = request.file == through_a_pipe;
  const auto name = piped ? std::string("standard input") : "file " + request.file;
  if (!piped) request.file = fs::absolute(request.file).string();
  DataChange change{OperationKind::data_push, key, {}, wire::to_json(request)};
  change.sources[instance.prefix.str()] = {name, [reader](const auto& sink, const std::stop_token& stop) {
                                             return reader->write_to(sink, stop);
                                           }};
  return OpenChange{runtime, std::move(change)};
}

// What is there now, as a backup.
Result<void> keep_present(PlatformParts& parts, const OpenChange& opened, const CallOptions& options) {
  const auto& [runtime, change] = opened;
  DIVIO_TRY(shelf, shelf_of(parts, runtime->region.name));
  const controller::BackupWish wish{.key = change.key, .service = change.sources.size() == 1 ? change.sources.begin()->first : "",
                                    .kind = model::BackupKind::replaced};
  auto made = controller::make_backup(*runtime, shelf, wish, call_of(options));
  if (!made) {
    auto error = std::move(made).error();
    error.message = "what is there now could not be kept: " + error.message;
    error.hint += fmt::format("{}to go on without, say --replace", error.hint.empty() ? "" : "; ");
    return Failure(std::move(error));
  }
  if (options.listener) options.listener(Notice{Notice::Level::info, fmt::format("what was there is backup {}", made->id)});
  return {};
}

Result<RolloutOutcome> replace(PlatformParts& parts, const OpenChange& opened, bool keep, const CallOptions& options) {
  if (keep && !options.dry_run) DIVIO_CHECK(keep_present(parts, opened, options));
  return controller::replace_data(*opened.runtime, opened.change, call_of(options));
}

// "shop-live-default-20261123-061500.dump"
std::string file_name(const model::ServiceInstance& instance, model::TimePoint now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(seconds - day);
  return fmt::format("{}-{}-{:04}{:02}{:02}-{:02}{:02}{:02}.{}", instance.environment.stem(), instance.prefix.str(),
                     static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(), services::dump_ending(instance.type));
}

// Dumps an instance into `sink`, with progress, and says what went through.
Result<void> write_dump(controller::Runtime& runtime, const model::ServiceInstance& instance, DumpView& view,
                        const CallOptions& options, const ports::ByteSink& sink) {
  const auto tell = [&](const Event& event) {
    if (options.listener) options.listener(event);
  };
  const auto step = "dump " + view.service;
  const auto began = runtime.clock.now();
  tell(StepBegan{step, fmt::format("dump service {} of {}", view.service, view.environment)});
  controller::Progress progress(step, tell);
  Sha256 hash;
  auto dumped = controller::dump_data(runtime, instance, options.stop, [&](std::string_view bytes) {
    view.bytes += bytes.size();
    hash.add(bytes);
    progress.add(bytes.size());
    return sink(bytes);
  });
  view.sha256 = hash.hex();
  const std::chrono::duration<double> took = runtime.clock.now() - began;
  tell(StepEnded{step, took.count(), dumped ? std::nullopt : std::optional(dumped.error()), {}});
  return dumped;
}

Result<void> write_to_pipe(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failure(system::file_error("write", "standard output", errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> dump_to_file(controller::Runtime& runtime, const model::ServiceInstance& instance, DumpView& view,
                          const CallOptions& options) {
  DIVIO_TRY(draft, system::FileDraft::begin(view.file));
  DIVIO_CHECK(write_dump(runtime, instance, view, options, [&](std::string_view bytes) { return draft.write(bytes); }));
  return draft.put_in_place(dump_mode);
}

}  // namespace

Result<RolloutOutcome> Platform::copy_data(const Target& target, const DataCopyRequest& request, const CallOptions& options) {
  DIVIO_TRY(opened, open_copy(*parts_, target, request));
  return replace(*parts_, opened, !request.replace, options);
}

Result<RolloutOutcome> Platform::push_data(const Target& target, const DataPushRequest& request, const CallOptions& options) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(opened, open_push(*parts_, key, request));
  return replace(*parts_, opened, !request.replace, options);
}

Result<DumpView> Platform::pull_data(const Target& target, const DataPullRequest& request, const CallOptions& options) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(runtime, runtime_of(*parts_, key));
  DIVIO_TRY(known, parts_->store->services().services(key));
  DIVIO_TRY(instance, controller::with_data(known, key, request.service));
  DumpView view{.project = key.project.str(), .environment = key.environment.str(), .service = instance.prefix.str(),
                .type = std::string(to_string(instance.type)), .version = instance.version, .file = request.file, .bytes = 0, .sha256 = {}};
  if (view.file.empty()) view.file = file_name(instance, runtime->clock.now());
  if (view.file == through_a_pipe) {
    DIVIO_CHECK(write_dump(*runtime, instance, view, options, write_to_pipe));
    return view;
  }
  if (!request.overwrite && fs::exists(fs::symlink_status(view.file)))
    return fail(ErrorCode::conflict, fmt::format("{} is there already", view.file), "name another file, or say --overwrite");
  DIVIO_CHECK(dump_to_file(*runtime, instance, view, options));
  return view;
}

Result<std::optional<RolloutOutcome>> resume_data(PlatformParts& parts, const std::string& id, const CallOptions& options) {
  DIVIO_TRY(operation, parts.store->journal().operation(id));
  if (!operation || operation->outcome != model::Outcome::running) return std::nullopt;
  const auto go_on = [&](Result<OpenChange> opened) -> Result<std::optional<RolloutOutcome>> {
    if (!opened) return Failure(opened.error());
    DIVIO_TRY(outcome, controller::resume_data(*opened->runtime, *operation, opened->change, call_of(options)));
    return std::optional(std::move(outcome));
  };
  if (operation->kind == OperationKind::data_copy) {
    DIVIO_TRY(request, wire::from_json<DataCopyRequest>(operation->request));
    return go_on(open_copy(parts, {.project = operation->key.project.str()}, request));
  }
  if (operation->kind != OperationKind::data_push) return std::nullopt;
  DIVIO_TRY(request, wire::from_json<DataPushRequest>(operation->request));
  if (request.file == through_a_pipe)
    return fail(ErrorCode::refused, fmt::format("operation {} read its dump from standard input, which is gone", id),
                "type the command again");
  return go_on(open_push(parts, operation->key, request));
}

}  // namespace divio
