// Further parts of the program inside the ingress's container (agent_program.hpp): the words of migrations, and their
// guards. Files in the data folder:
//   decisions/ID.token, decisions/ID.word   written once: a link to a file that has reached the disk, so the first
//                                           writer's stays, whoever writes at the same time
//   decisions.map                           made from them, for HAProxy
//   guards/ID                               "KEY DEADLINE\n" and lines for forwards.map; DEADLINE in seconds of the
//                                           host's clock. In the region that is to serve "KEY DEADLINE ADDRESS PORT TOKEN\n":
//                                           where the word is asked for
// Verbs:
//   open      "ID TOKEN"
//   decide    "ID WORD" -> the word that stands
//   decision  "ID" -> the word that stands, `open`, or nothing if it is not open
//   forget    "ID"
//   guard     "ID KEY LENGTH\n" and lines for forwards.map: until LENGTH ms from now; or "ID KEY LENGTH ADDRESS PORT TOKEN\n"
//   unguard   "ID"
//   elsewhere "ADDRESS PORT TOKEN" -> the word that another region's ingress has, or nothing
// A guard is a process of its own, which nobody's going away ends. It is started with the container and by each
// conversation with this program, unless it runs: who has the lock is the guard.
#pragma once

#include <string_view>

namespace divio::ingress {

inline constexpr std::string_view register_program = R"perl(
sub once {
  my ($path, $bytes) = @_;
  mkdir "$root/decisions" or $!{EEXIST} or die "$root/decisions: $!\n";
  save("$path.$$", $bytes);
  my $linked = link("$path.$$", $path);
  my $why = $!;
  unlink "$path.$$";
  $linked or -e $path or die "$path: $why\n";
  sync_folder("$root/decisions");
  return load($path);
}

sub known { return -e "$root/decisions/$_[0].token" }

sub word_of { return load("$root/decisions/$_[0].word") || 'open' }

sub publish {
  return alone(sub {
    my $lines = '';
    for my $file (sort glob("$root/decisions/*.token")) {
      my ($id) = $file =~ m{([^/]*)\.token$};
      $lines .= load($file) . ' ' . word_of($id) . "\n";
    }
    return '' if $lines eq load("$root/decisions.map") and not -e $untold;
    replace("$root/decisions.map", $lines);
    tell_workers();
    return '';
  });
}

sub open_decision {
  my ($id, $token) = split / /, shift;
  return 'other' if once("$root/decisions/$id.token", $token) ne $token;
  sync_folder($root);
  publish();
  return '';
}

sub decide {
  my ($id, $word) = split / /, shift;
  return '' unless known($id);
  my $stands = once("$root/decisions/$id.word", $word);
  publish();
  return $stands;
}

sub decision {
  my $id = shift;
  return '' unless known($id);
  publish();
  return word_of($id);
}

sub forget {
  my $id = shift;
  unguard($id);
  unlink "$root/decisions/$id.token";
  sync_folder("$root/decisions");
  publish();
  unlink "$root/decisions/$id.word";
  return '';
}

sub guard {
  my ($head, $lines) = split /\n/, shift, 2;
  my ($id, $key, $length, @elsewhere) = split / /, $head;
  return 'unknown' unless @elsewhere or known($id);
  mkdir "$root/guards" or $!{EEXIST} or die "$root/guards: $!\n";
  replace("$root/guards/$id", join(' ', $key, time() + POSIX::ceil($length / 1000), @elsewhere) . "\n" . ($lines // ''));
  sync_folder($root);
  start_guard($id);
  return '';
}

sub unguard {
  unlink "$root/guards/" . shift;
  sync_folder("$root/guards");
  return '';
}

# Who waits is let go last: data has to be open by then, which other guards see to (ports/decisions.hpp).
sub carry_out {
  my ($id, $word, $key, $lines) = @_;
  eval { publish() };  # a full disk does not keep requests waiting
  alone(sub { set_table('forwards.map', $key, $lines) }) if $word eq 'committed' and length $lines;
  select(undef, undef, undef, 3);
  change_holds($key, $id, '');
}

# The word that another region's ingress has; nothing where it does not answer.
sub word_elsewhere {
  my ($address, $port, $token) = @_;
  require IO::Socket::INET;
  return eval {
    local $SIG{ALRM} = sub { die "late\n" };
    alarm 2;
    my $there = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port, Timeout => 2) or die "$address: $!\n";
    print $there "GET /.well-known/divio/migration/$token HTTP/1.0\r\nHost: $address\r\n\r\n";
    my $answer = join '', <$there>;
    alarm 0;
    $answer =~ m{^HTTP/1\.[01] 200 .*?\r\n\r\n(\w+)}s ? $1 : '';
  } // do { alarm 0; '' };
}

sub elsewhere { return word_elsewhere(split / /, shift) }

# In the region that is to serve: requests stay there once it does, else they would go round.
sub follow {
  my ($id, $key, @elsewhere) = @_;
  my $word = word_elsewhere(@elsewhere);
  return 1 if $word eq 'aborted';
  return $word eq 'committed' && eval { alone(sub { set_table('forwards.map', $key, '') }); 1 };
}

sub watch {
  my $id = shift;
  open(my $lock, '>>', "/dev/shm/divio-ingress-guard-$id") or return;
  flock($lock, LOCK_EX | LOCK_NB) or return;
  while (my $guard = load("$root/guards/$id")) {
    my ($head, $lines) = split /\n/, $guard, 2;
    my ($key, $deadline, @elsewhere) = split / /, $head;
    if (@elsewhere) {
      return unguard($id) if time() >= $deadline and follow($id, $key, @elsewhere);
    } elsif (time() >= $deadline) {
      my $word = word_of($id);
      $word = eval { decide("$id aborted") } || word_of($id) if $word eq 'open';
      return unguard($id) if $word ne 'open' and eval { carry_out($id, $word, $key, $lines); 1 };
    }
    select(undef, undef, undef, 0.2);
  }
}

sub start_guard {
  my $id = shift;
  defined(my $child = fork) or die "fork: $!\n";
  if ($child) { waitpid($child, 0); return }
  POSIX::setsid();
  defined(my $guard = fork) or POSIX::_exit(1);
  POSIX::_exit(0) if $guard;
  open(STDIN, '<', '/dev/null');
  open(STDOUT, '>', '/dev/null');
  open(STDERR, '>', '/dev/null');
  $SIG{HUP} = 'IGNORE';
  eval { watch($id) };
  POSIX::_exit(0);
}

sub start_guards {
  for my $file (glob("$root/guards/*")) { start_guard($file =~ s{.*/}{}r) unless $file =~ /\.new$/ }
}
)perl";

}  // namespace divio::ingress
