#include "cli/call.hpp"

#include "cli/failure.hpp"
#include "cli/terminal.hpp"
#include "support/try.hpp"
#include "wire/events_json.hpp"

namespace divio::cli {
namespace {

constexpr auto stopping = "stopping at the next safe point (Ctrl-C again to leave at once)";

}  // namespace

Call::Call(const Invocation& invocation, Streams streams, OpenPlatform open_platform)
    : invocation_(invocation),
      target_(invocation.read<Target>()),
      options_(invocation.read<CommonOptions>()),
      streams_(std::move(streams)),
      open_platform_(open_platform) {}

Call::~Call() { end_report(); }

Style Call::out_style() const {
  return {.color = streams_.output_terminal && streams_.may_color && !options_.no_color,
          .unicode = streams_.utf8,
          .columns = streams_.output_terminal ? terminal_size().columns : 0};
}

Style Call::err_style() const {
  return {.color = streams_.error_terminal && streams_.may_color && !options_.no_color, .unicode = streams_.utf8};
}

Result<Platform*> Call::platform() {
  if (!platform_) {
    DIVIO_TRY(settings, settings_from_environment());
    DIVIO_TRY(platform, open_platform_(settings));
    platform_.emplace(std::move(platform));
  }
  return &*platform_;
}

Report Call::make_report() const {
  if (options_.quiet) return quiet_report();
  const Seconds now = [began_at = began_at_] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_at).count();
  };
  if (json()) return json_report(streams_.out, now);
  if (!streams_.live) return plain_report(streams_.err, now);
  return terminal_report({.write = streams_.err, .now = now, .size = terminal_size, .style = err_style()});
}

CallOptions Call::operation() {
  if (!report_) report_ = make_report();
  watch_interrupts(true);
  return {.listener = report_->listener,
          .stop = interrupts_->token(),
          .lock_wait = options_.lock_wait,
          .timeout = options_.timeout,
          .dry_run = options_.dry_run};
}

CallOptions Call::inside() {
  return {.listener = {}, .stop = stop(), .lock_wait = options_.lock_wait, .timeout = options_.timeout};
}

std::stop_token Call::stop() {
  watch_interrupts(false);
  return interrupts_->token();
}

void Call::watch_interrupts(bool announce) {
  if (interrupts_) return;
  interrupts_.emplace([this, announce] {
    if (announce && report_) report_->listener(Notice{Notice::Level::info, stopping});
  });
}

int Call::answer_with(std::string_view text) {
  end_report();
  streams_.out(text);
  return 0;
}

int Call::answer_with(std::string_view text, const std::string& json_object) {
  return json() ? answer_with(json_object + "\n") : answer_with(text);
}

void Call::tell(std::string_view text) {
  if (!options_.quiet) streams_.err(text);
}

void Call::tell_failure(const Error& error) {
  end_report();
  if (json()) streams_.out(wire::to_json(error) + "\n");
  else streams_.err(failure_text(error, err_style()));
}

void Call::end_report() {
  interrupts_.reset();
  if (report_) report_->finish();
  report_.reset();
}

}  // namespace divio::cli
