// The container that gives access to a volume (volume.hpp).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "media/conversation.hpp"
#include "media/manifest.hpp"
#include "media/records.hpp"
#include "media/volume.hpp"

namespace divio::media {

inline constexpr std::string_view mount_point = "/media";
inline constexpr std::chrono::seconds between_signs{60};  // that it is needed: it ends when nothing was asked for five minutes

// There as long as this lives: its end is that of the container.
class Access {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Access>> open(const Volume& volume);

  // The conversation with its main process: one thread at a time.
  [[nodiscard]] Conversation& main() { return *main_; }

  // A further one, for a thread of its own. Safe from several threads at once.
  [[nodiscard]] Result<std::unique_ptr<Conversation>> join() const;

  // Says so often that it is needed that the container does not end for want of requests, until the result is gone. Nobody
  // else may use the main conversation meanwhile.
  [[nodiscard]] std::jthread keep_up();

  // A command in the container, with its input open.
  [[nodiscard]] Result<std::unique_ptr<ports::Session>> run(const std::vector<std::string>& command) const;

 private:
  explicit Access(const Volume& volume) : volume_(volume) {}
  [[nodiscard]] std::unique_ptr<Conversation> converse(std::unique_ptr<ports::Session> session) const;

  const Volume& volume_;
  std::string container_;
  std::unique_ptr<Conversation> main_;
};

// What is there, as `list` of the program says it; and the paths of what is neither file nor folder.
struct Listing {
  Manifest files;
  std::vector<std::string> left_out;  // links, pipes and the like, as they are
};

[[nodiscard]] Result<Listing> list_files(Conversation& conversation);

// Pure: takes records out of the pieces that `list` answers with.
class ListReader {
 public:
  [[nodiscard]] Result<void> feed(std::string_view bytes);
  // After the last piece. invalid for a list that ends within a record, or a path that cannot be.
  [[nodiscard]] Result<Listing> done();

 private:
  [[nodiscard]] Result<void> add(std::string_view record);
  std::vector<MediaFile> files_;
  std::vector<std::string> left_out_;
  Records records_;
};

}  // namespace divio::media
