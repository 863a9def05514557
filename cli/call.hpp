// A command being carried out: what was asked, and what it needs to do it and to answer.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cli/common_options.hpp"
#include "cli/interrupts.hpp"
#include "cli/invocation.hpp"
#include "cli/show/show.hpp"
#include "cli/streams.hpp"
#include "divio/platform.hpp"
#include "wire/views_json.hpp"

namespace divio::cli {

// How a command gets at the library; tests put another way in its place.
using OpenPlatform = Result<Platform> (*)(const Settings&);

class Call {
 public:
  Call(const Invocation& invocation, Streams streams, OpenPlatform open_platform);
  ~Call();

  [[nodiscard]] const Target& target() const { return target_; }
  [[nodiscard]] const CommonOptions& options() const { return options_; }
  [[nodiscard]] const Streams& streams() const { return streams_; }
  [[nodiscard]] bool json() const { return options_.output == OutputFormat::json; }
  // The style of what goes to standard output, and to standard error.
  [[nodiscard]] Style out_style() const;
  [[nodiscard]] Style err_style() const;

  template <class Options>
  [[nodiscard]] Options read() const {
    return invocation_.read<Options>();
  }

  // Opened at the first call.
  [[nodiscard]] Result<Platform*> platform();

  // For operations: progress is reported, and the first Ctrl-C is answered by a line that says what happens.
  [[nodiscard]] CallOptions operation();
  // For commands inside containers, whose own output is all there is to see.
  [[nodiscard]] CallOptions inside();
  // For everything else that can take long.
  [[nodiscard]] std::stop_token stop();

  // Writes the answer. A view has a text for people and a JSON form. Gives exit code 0.
  template <class View>
  int answer(const View& view) {
    return answer_with(json() ? wire::to_json(view) + "\n" : text_of(view, out_style()));
  }
  int answer_with(std::string_view text);
  // The answer where it is not a view: one of the two.
  int answer_with(std::string_view text, const std::string& json_object);

  // Writes to standard error, except with --quiet.
  void tell(std::string_view text);
  // Ends the report of progress; then writes the error, to where the output's format wants it.
  void tell_failure(const Error& error);

 private:
  void end_report();
  [[nodiscard]] Report make_report() const;
  void watch_interrupts(bool announce);

  const Invocation& invocation_;
  Target target_;
  CommonOptions options_;
  Streams streams_;
  OpenPlatform open_platform_;
  std::chrono::steady_clock::time_point began_at_ = std::chrono::steady_clock::now();
  std::optional<Platform> platform_;
  std::optional<Report> report_;
  std::optional<Interrupts> interrupts_;
};

}  // namespace divio::cli
