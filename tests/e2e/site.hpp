// A person's place to work from in a test: a git codebase of examples/hello, a state folder, and a real engine. Everything
// that was made in the engine is removed at the end of the scope.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "e2e/program.hpp"
#include "ports/engine.hpp"

namespace divio::live {

using Words = std::vector<std::string>;

struct SiteOptions {
  std::string base = "scratch";  // the image that the codebase's image starts from
  std::string engine = {};       // an endpoint; empty: the tests' engine
  std::uint16_t port = 18300;    // of the ingress
  std::filesystem::path home = {};  // state folder; empty: a new one
};

class Site {
 public:
  explicit Site(SiteOptions options = {});
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  // divioctl -e live WORDS..., in the codebase's folder.
  [[nodiscard]] Command command(const Words& words) const;
  Ended divioctl(const Words& words, const std::string& input = {}) const;
  // The same; the test ends if the exit code is another.
  Ended expect(int code, const Words& words, const std::string& input = {}) const;
  // The JSON with which the command ends; the test ends if it fails.
  nlohmann::json answer(Words words) const;

  // The answer of the application through the ingress: head and body, empty if there was none.
  [[nodiscard]] std::string visit(const std::string& path = "/", const std::string& host = "hello.localhost") const;
  [[nodiscard]] int visit_status(const std::string& path = "/", const std::string& host = "hello.localhost") const;

  // Writes a file of the codebase without committing it.
  void write(const std::string& name, const std::string& text) const;
  // Commits everything in the codebase.
  void commit(const std::string& subject) const;
  // Another commit with another image.
  void change_code(const std::string& text) const;
  void git(const Words& words) const;

  // Names of this catalogue's containers, without the ingress, in alphabetical order, separated by blanks.
  [[nodiscard]] std::string containers() const;
  // Of everything else this catalogue has in the engine: networks, volumes, images, the ingress.
  [[nodiscard]] std::string belongings() const;
  [[nodiscard]] ports::Engine& engine() const { return *engine_; }

  [[nodiscard]] std::uint16_t port() const { return options_.port; }
  [[nodiscard]] std::filesystem::path code() const { return folder_ / "code"; }
  [[nodiscard]] std::filesystem::path home() const { return options_.home.empty() ? folder_ / "home" : options_.home; }
  [[nodiscard]] std::map<std::string, std::string> environment() const;
  // The value of the label on everything that this catalogue makes; empty before there is anything.
  [[nodiscard]] const std::string& catalogue() const;

 private:
  void clear() const;

  SiteOptions options_;
  tests::TemporaryFolder folder_;
  std::unique_ptr<ports::Engine> engine_;
  mutable std::string catalogue_;
};

// Starts a deployment that waits long enough for the test to do something meanwhile.
[[nodiscard]] std::unique_ptr<Running> deploy_slowly(const Site& site, const char* milliseconds);

// A window for a cut-over that is closed today and tomorrow.
[[nodiscard]] std::string far_window();

// The program, from the environment's DIVIOCTL or from where it was built.
[[nodiscard]] std::string divioctl_binary();

}  // namespace divio::live
