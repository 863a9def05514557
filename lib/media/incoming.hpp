// An archive on its way into a bucket: its files lie aside until all of them are there.
#pragma once

#include <deque>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "media/bucket.hpp"
#include "media/tar.hpp"
#include "system/byte_pipe.hpp"

namespace divio::media {

// What a whole archive has, in the order in which its files lie aside.
struct Incoming {
  Existing existing = Existing::replace;
  std::vector<MediaFile> files;
};

// One line each after the first. Pure.
[[nodiscard]] std::string write_incoming(const Incoming& incoming);
[[nodiscard]] Result<Incoming> read_incoming(std::string_view text);

// The key under which a file of a run lies aside.
[[nodiscard]] std::string incoming_key(const std::string& run, std::size_t number);

// Stores what is read of an archive aside, several files at once. One thread at a time.
class IncomingFiles {
 public:
  IncomingFiles(const Bucket& bucket, std::string run) : bucket_(bucket), run_(std::move(run)) {}
  IncomingFiles(const IncomingFiles&) = delete;
  IncomingFiles& operator=(const IncomingFiles&) = delete;
  ~IncomingFiles();

  [[nodiscard]] tar::Receiver receiver();

  // All that was begun is stored.
  [[nodiscard]] Result<void> finish();

  // After finish(), or what came before something failed.
  [[nodiscard]] const std::vector<MediaFile>& files() const { return files_; }

 private:
  [[nodiscard]] Result<void> begin(const tar::Entry& entry);
  [[nodiscard]] Result<void> add(std::string_view bytes);
  [[nodiscard]] Result<void> end();
  [[nodiscard]] Result<void> wait_for_oldest();

  const Bucket& bucket_;
  std::string run_;
  std::vector<MediaFile> files_;
  std::string small_;                // the present file, if it is small
  std::unique_ptr<system::BytePipe> large_;  // else what goes into it
  std::future<Result<void>> large_stored_;
  std::deque<std::future<Result<void>>> on_their_way_;
};

}  // namespace divio::media
