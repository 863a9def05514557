#include "builder/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "builder/registry.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::builder {
namespace {

// What images consist of has to be asked one by one: the newest ones, a few at a time.
constexpr std::size_t most_asked = 48;
constexpr std::size_t at_a_time = 6;
constexpr std::uint64_t told_every = 4U << 20;

// One that goes away meanwhile is left out.
std::vector<ports::Image> images_there(ports::Images& engine) {
  auto listed = engine.list({});
  if (!listed) return {};
  std::ranges::sort(*listed, std::greater{}, &ports::Image::created_at);
  if (listed->size() > most_asked) listed->resize(most_asked);
  std::atomic<std::size_t> next = 0;
  const auto ask = [&] {
    for (auto place = next++; place < listed->size(); place = next++)
      if (auto image = engine.inspect((*listed)[place].id)) (*listed)[place] = std::move(*image);
  };
  {
    std::vector<std::jthread> askers;
    for (std::size_t i = 0; i < std::min(at_a_time, listed->size()); ++i) askers.emplace_back(ask);
  }
  return std::move(*listed);
}

Result<void> send(const Transfer& transfer, const ports::Image& image, std::size_t known, const Listener& tell,
                  const std::stop_token& stop) {
  std::uint64_t sent = 0, told = 0;
  const auto total = known == 0 ? image.bytes : 0;  // how large single layers are is not known
  std::optional<ports::Bandwidth> bandwidth;
  if (transfer.clock != nullptr) bandwidth.emplace(*transfer.clock, transfer.bytes_per_second, stop);
  const ports::ArchiveWriter archive = [&](const ports::ByteSink& sink) {
    return transfer.from.save_upper(transfer.image, known, [&](std::string_view bytes) -> Result<void> {
      DIVIO_CHECK(sink(bytes));
      sent += bytes.size();
      if (bandwidth) bandwidth->keep(sent);
      if (tell && sent - told >= told_every)
        tell(StepMoved{std::string(transfer_step), told = sent, total == 0 ? 0 : std::max(total, sent), "bytes"});
      return {};
    }, stop);
  };
  DIVIO_CHECK(transfer.to.load(archive, stop));
  if (tell) tell(StepMoved{std::string(transfer_step), sent, sent, "bytes"});
  return {};
}

// Engines differ in what they can do without: one that refuses the part gets the whole.
Result<void> send_what_is_missing(const Transfer& transfer, const ports::Image& image, std::size_t known,
                                  const Listener& tell, const std::stop_token& stop) {
  auto sent = send(transfer, image, known, tell, stop);
  if (sent || known == 0 || sent.error().code == ErrorCode::unreachable || sent.error().code == ErrorCode::cancelled) return sent;
  return send(transfer, image, 0, tell, stop);
}

// The same image where the engine keeps the id; engines with another kind of store give it one of their own.
Result<Arrival> arrived(const Transfer& transfer, const ports::Image& image) {
  auto there = transfer.to.inspect(image.id);
  if (!there && there.error().code == ErrorCode::not_found && !image.names.empty())
    there = transfer.to.inspect(image.names.front());
  if (!there) return Failure(std::move(there).error());
  if (std::ranges::find(there->names, transfer.name) == there->names.end())
    DIVIO_CHECK(transfer.to.tag(there->id, transfer.name));
  return Arrival{std::move(*there)};
}

Result<Arrival> carry_over(const Transfer& transfer, const ports::Image& image, const Listener& tell,
                           const std::stop_token& stop) {
  if (transfer.to.inspect(image.id)) return arrived(transfer, image);
  if (!transfer.registry.empty()) return carry_through_registry(transfer, image, tell, stop);
  const auto known = shared_layers(image.layers, images_there(transfer.to));
  if (tell && known > 0)
    tell(Line{std::string(transfer_step), fmt::format("{} of {} layers are there already", known, image.layers.size())});
  DIVIO_CHECK(send_what_is_missing(transfer, image, known, tell, stop));
  return arrived(transfer, image);
}

}  // namespace

std::size_t shared_layers(const std::vector<std::string>& layers, const std::vector<ports::Image>& there) {
  std::size_t most = 0;
  for (const auto& image : there) {
    const auto same = std::ranges::mismatch(layers, image.layers).in1 - layers.begin();
    most = std::max(most, static_cast<std::size_t>(same));
  }
  return most;
}

Result<Arrival> transfer_image(const Transfer& transfer, const Listener& tell, std::stop_token stop) {
  const auto step = std::string(transfer_step);
  DIVIO_TRY(image, transfer.from.inspect(transfer.image));
  if (tell) tell(StepBegan{step, fmt::format("bring {} ({}) {}", transfer.name, human_bytes(image.bytes), transfer.route)});
  const auto began = std::chrono::steady_clock::now();
  auto there = carry_over(transfer, image, tell, stop);
  StepEnded ended{step, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), {}, {}};
  if (!there) ended.error = there.error();
  if (tell) tell(ended);
  return there;
}

}  // namespace divio::builder
