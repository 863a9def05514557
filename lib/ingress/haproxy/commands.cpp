#include <fmt/format.h>

#include "ingress/haproxy/diff.hpp"
#include "ingress/haproxy/render.hpp"
#include "support/text.hpp"

namespace divio::ingress {
namespace {

struct Write {
  std::string_view worker;

  [[nodiscard]] std::vector<Request> line(const std::string& command) const {
    return {{"cli", fmt::format("{} {}", worker, command)}};
  }
  std::vector<Request> operator()(const AddServer& add) const {
    const auto server = add.backend + "/" + add.server;
    auto added = fmt::format("{0} add server {1} {2} {3}; {0} enable health {1}\n{0} del server {1}", worker, server,
                             add.address, server_settings(add.health, add.serving));
    return {{"add", std::move(added)}, line("enable server " + server).front()};
  }
  std::vector<Request> operator()(const SetWeight& set) const {
    return line(fmt::format("set weight {}/{} {}", set.backend, set.server, set.weight));
  }
  std::vector<Request> operator()(const TakeOut& out) const {
    return line(fmt::format("set server {}/{} state maint", out.backend, out.server));
  }
  std::vector<Request> operator()(const DeleteServer& gone) const {
    return line(fmt::format("del server {}/{}", gone.backend, gone.server));
  }
  std::vector<Request> operator()(const AddHost& add) const {
    return line(fmt::format("add map {} {} {}", hosts_file, add.host, add.backend));
  }
  std::vector<Request> operator()(const SetHost& set) const {
    return line(fmt::format("set map {} {} {}", hosts_file, set.host, set.backend));
  }
  std::vector<Request> operator()(const DeleteHost& gone) const {
    return line(fmt::format("del map {} {}", hosts_file, gone.host));
  }
};

}  // namespace

std::vector<Request> requests(const Change& change, std::string_view worker) {
  return std::visit(Write{worker}, change);
}

bool carried_out(const Change& change, std::string_view answer) {
  if (std::holds_alternative<DeleteServer>(change)) return true;
  const auto said = trim(answer);
  return said.empty() || said == "New server registered.";
}

}  // namespace divio::ingress
