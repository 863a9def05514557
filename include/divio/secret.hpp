// A text that must not be shown. It redacts itself wherever it is printed; only reveal() gives the text.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace divio {

// Not safe to share between threads while one of them assigns. The memory is overwritten on destruction.
class Secret {
 public:
  static constexpr std::string_view redacted = "********";

  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  [[nodiscard]] const std::string& reveal() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  void wipe() noexcept;
  std::string text_;
};

}  // namespace divio
