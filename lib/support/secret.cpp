#include "divio/secret.hpp"

#include <cstring>

namespace divio {

void Secret::wipe() noexcept {
  // explicit_bzero is not optimised away, unlike a fill of memory that is about to be freed.
  if (!text_.empty()) explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

// A copy, since a short text that is moved from leaves its bytes behind. NOLINTNEXTLINE(performance-move-constructor-init)
Secret::Secret(Secret&& other) noexcept : text_(other.text_) { other.wipe(); }

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

Secret::~Secret() { wipe(); }

}  // namespace divio
