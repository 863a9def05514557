#include <fmt/format.h>

#include "ingress/haproxy/diff.hpp"
#include "ingress/haproxy/render.hpp"
#include "support/text.hpp"

namespace divio::ingress {
namespace {

struct Write {
  std::vector<std::string> operator()(const AddServer& add) const {
    const auto server = add.backend + "/" + add.server;
    return {fmt::format("add server {} {} {}", server, add.address, server_settings(add.health, add.serving)),
            "enable health " + server, "enable server " + server};
  }
  std::vector<std::string> operator()(const SetWeight& set) const {
    return {fmt::format("set weight {}/{} {}", set.backend, set.server, set.weight)};
  }
  std::vector<std::string> operator()(const TakeOut& out) const {
    return {fmt::format("set server {}/{} state maint", out.backend, out.server)};
  }
  std::vector<std::string> operator()(const DeleteServer& gone) const {
    return {fmt::format("del server {}/{}", gone.backend, gone.server)};
  }
  std::vector<std::string> operator()(const AddHost& add) const {
    return {fmt::format("add map {} {} {}", hosts_file, add.host, add.backend)};
  }
  std::vector<std::string> operator()(const SetHost& set) const {
    return {fmt::format("set map {} {} {}", hosts_file, set.host, set.backend)};
  }
  std::vector<std::string> operator()(const DeleteHost& gone) const {
    return {fmt::format("del map {} {}", hosts_file, gone.host)};
  }
};

}  // namespace

std::vector<std::string> commands(const Change& change) {
  return std::visit(Write{}, change);
}

bool carried_out(const Change& change, std::string_view answer) {
  if (std::holds_alternative<DeleteServer>(change)) return true;
  const auto said = trim(answer);
  return said.empty() || said == "New server registered.";
}

}  // namespace divio::ingress
