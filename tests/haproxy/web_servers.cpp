#include "haproxy/web_servers.hpp"

#include "fakes/outcome.hpp"

namespace divio::tests {
namespace {

constexpr std::string_view program = R"perl(
use Socket;
$SIG{CHLD} = 'IGNORE';
sub taken {  # reads a body that comes in chunks: RFC 9112, 7.1
  my ($visitor, $head) = @_;
  my ($text, $taken) = ($head =~ /\r\n\r\n(.*)/s, 0);
  while (1) {
    until ($text =~ /^[0-9a-f]+\r\n/i) { sysread($visitor, $text, 65536, length $text) or exit }
    (my $size, $text) = split /\r\n/, $text, 2;
    $taken += my $chunk = hex $size;
    my $left = $chunk + 2;
    while ($left > length $text) { $left -= length $text; sysread($visitor, $text, 65536) or exit }
    substr($text, 0, $left) = '';
    return "TAKEN $taken" unless $chunk;
  }
}
sub serve {
  my ($visitor, $number, $head) = @_;
  for my $asked (1 .. 1000) {
    until ($head =~ /\r\n\r\n/) { sysread($visitor, $head, 65536, length $head) or return }
    my $counts = $head !~ m{^GET /(health|count) };
    if ($counts) { open(my $count, '>>', "/tmp/$number"); syswrite $count, '.' }
    select(undef, undef, undef, $1 / 1000) if $head =~ m{^GET /slow/(\d+)};
    if ($head =~ m{^GET /socket}) {
      syswrite $visitor, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        . "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
      while (sysread($visitor, my $piece, 65536)) { syswrite $visitor, "$number $piece" }
      return;
    }
    $head = taken($visitor, $head) if $head =~ m{^POST /taken };
    my $kept = $head =~ m{^GET /kept};
    my $text = $kept ? $asked : $head =~ m{^\w+ /head} ? $head : $head =~ /^TAKEN (\d+)/ ? $1 : $number;
    $text = -s "/tmp/$number" || 0 if $head =~ m{^GET /count };
    my $line = $number == 9 && $head =~ m{^GET /health} ? '301 Moved' : '200 OK';
    my $connection = $kept ? 'keep-alive' : 'close';
    syswrite $visitor, "HTTP/1.1 $line\r\nConnection: $connection\r\nContent-Length: " . length($text) . "\r\n\r\n$text";
    return unless $kept;
    $head = '';
  }
}
for my $number (1 .. 9) {
  socket(my $door, PF_INET, SOCK_STREAM, 0);
  setsockopt($door, SOL_SOCKET, SO_REUSEADDR, 1);
  bind($door, sockaddr_in(8000 + $number, INADDR_ANY)) or die;
  listen($door, 100);
  for my $worker (1 .. 2) {
    next if fork;
    while (1) {
      accept(my $visitor, $door) or next;
      my $head = '';
      sysread($visitor, $head, 65536) or next;
      if ($head =~ m{^GET /(health|count|) HTTP}) { serve($visitor, $number, $head); next }
      if (fork) { next }  # what may take long does not keep others waiting
      serve($visitor, $number, $head);
      exit;
    }
  }
}
sleep;
)perl";

}  // namespace

WebServers::WebServers(ports::Engine& engine, std::string name) : engine_(engine), name_(std::move(name)) {
  ports::ContainerSpec spec;
  spec.name = name_;
  spec.image = "debian:bookworm-slim";
  spec.entrypoint = {"perl", "-e", std::string(program)};
  spec.labels = {{std::string(model::label::managed), name_}};
  static_cast<void>(must(engine_.containers().create(spec)));
  must(engine_.containers().start(name_));
  const auto container = must(engine_.containers().inspect(name_));
  REQUIRE_FALSE(container.addresses.empty());
  address_ = container.addresses.begin()->second;
}

WebServers::~WebServers() {
  static_cast<void>(engine_.containers().remove(name_));
}

model::RouteTarget WebServers::target(int number, model::RouteRole role) const {
  return {"server-" + std::to_string(number),
          address_,
          static_cast<std::uint16_t>(8000 + number),
          {.path = "/health"},
          role};
}

}  // namespace divio::tests
