// The program that runs inside the ingress's container, in Perl since every Debian-based image has that. It keeps the
// files and passes commands on to HAProxy's master socket, which is reachable from within the container only.
//
// It reads requests "VERB LENGTH\n" and LENGTH bytes, and answers each with "ok LENGTH\n" or "error LENGTH\n" and
// LENGTH bytes, in order, until its input ends. Verbs:
//   cli   a line for the master's command line -> its answer
//   add   two such lines, one that adds a server and has it checked and one that deletes it -> the first one's answer
//   read  a path -> the file's bytes, empty if it is not there
//   put   "CHECK NAME\n", then for each file "FILE LENGTH\n" and its bytes: writes them into the folder NAME, has
//         HAProxy check its haproxy.cfg if CHECK is 1, and makes NAME the folder in force by renaming a symbolic
//         link. All or nothing, whenever power fails; what was in force before is then deleted.
// and those of tables_program.hpp and register_program.hpp.
// Its arguments are the data folder and the path of the master socket; with `guards` behind them it only starts the
// guards of migrations (register_program.hpp).
#pragma once

#include <string_view>

namespace divio::ingress {

// Its parts in order: agent_program, tables_program, register_program, agent_loop.
inline constexpr std::string_view agent_program = R"perl(
use strict;
use POSIX ();
use Socket;
use IO::Handle;
my ($root, $socket, $only) = @ARGV;
$SIG{PIPE} = 'IGNORE';
binmode STDIN;
binmode STDOUT;

sub receive {
  my ($size, $bytes) = (shift, '');
  while (length($bytes) < $size) {
    read(STDIN, $bytes, $size - length($bytes), length($bytes)) or exit 0;
  }
  return $bytes;
}

sub answer {
  my ($word, $bytes) = @_;
  print STDOUT $word . ' ' . length($bytes) . "\n" . $bytes or exit 0;
  STDOUT->flush or exit 0;
}

sub cli {
  my $line = shift;
  socket(my $peer, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!\n";
  connect($peer, sockaddr_un($socket)) or die "HAProxy does not answer: $!\n";
  $peer->autoflush(1);
  print $peer "$line\n";
  shutdown($peer, 1);
  my $said = '';
  while (sysread($peer, my $piece, 65536)) { $said .= $piece }
  return $said;
}

# A server's first check is due 25 ms after it was added (downinter). HAProxy 2.6 puts it off by a whole interval where
# checks are not enabled by then (process_chk_conn in src/check.c), which a busy machine may bring about: such a server
# is added anew. The clock ticks every 10 ms.
sub add {
  my ($add, $delete) = split /\n/, shift;
  for (1 .. 10) {
    my ($begun) = POSIX::times();
    my $said = cli($add);
    my ($ended) = POSIX::times();
    return $said if $ended - $begun < 2;
    cli($delete);
  }
  return "checks began late\n";
}

sub load {
  open(my $file, '<', shift) or return '';
  binmode $file;
  local $/;
  my $bytes = <$file>;
  return defined $bytes ? $bytes : '';
}

sub save {
  my ($path, $bytes) = @_;
  open(my $file, '>', $path) or die "$path: $!\n";
  binmode $file;
  (print {$file} $bytes and $file->flush and $file->sync and close $file) or die "$path: $!\n";
}

sub sync_folder {
  open(my $folder, '<', shift) or return;
  $folder->sync;
}

sub check {
  my $name = shift;
  my $config = load("$root/$name/haproxy.cfg");
  $config =~ s{\Q$root\E/current/}{$root/$name/}g;
  save("$root/$name/check.cfg", $config);
  my $said = qx(haproxy -c -f $root/$name/check.cfg 2>&1);
  my $code = $?;
  unlink "$root/$name/check.cfg";
  die "HAProxy refuses the configuration: $said\n" if $code != 0;
}

sub discard {
  my $folder = shift;
  unlink glob("$folder/*");
  rmdir $folder;
}

sub put {
  my ($head, $rest) = split /\n/, shift, 2;
  my ($check, $name) = $head =~ /^([01]) ([a-z0-9-]+)$/ or die "bad request\n";
  mkdir "$root/$name" or $!{EEXIST} or die "$root/$name: $!\n";
  prepare_tables();
  eval {
    while (length $rest) {
      $rest =~ s/^([a-z.]+) (\d+)\n// or die "bad request\n";
      my ($file, $size) = ($1, $2);
      save("$root/$name/$file", substr($rest, 0, $size, ''));
    }
    sync_folder("$root/$name");
    check($name) if $check;
    unlink "$root/next";
    symlink($name, "$root/next") or die "$root/next: $!\n";
    rename("$root/next", "$root/current") or die "$root/current: $!\n";
    sync_folder($root);
    1;
  } or do { my $why = $@; discard("$root/$name"); die $why };
  for my $old (glob("$root/v-*")) { discard($old) if $old ne "$root/$name" }
  return '';
}

)perl";

inline constexpr std::string_view agent_loop = R"perl(
if ($only) {
  unlink $socket, $untold;  # of an earlier start; this one reads the tables
  publish() if -d "$root/decisions";
  save($started, '');
  start_guards();
  exit 0;
}
start_guards() if -S $socket;
my %verbs = (
  cli => \&cli, add => \&add, read => \&load, put => \&put, hold => \&hold, release => \&release, set => \&set,
  open => \&open_decision, decide => \&decide, decision => \&decision, forget => \&forget,
  guard => \&guard, unguard => \&unguard, elsewhere => \&elsewhere);
while (defined(my $head = <STDIN>)) {
  my ($verb, $size) = $head =~ /^(\w+) (\d+)$/ or exit 1;
  my $bytes = receive($size);
  my $said = eval { exists $verbs{$verb} or die "no verb $verb\n"; $verbs{$verb}->($bytes) };
  defined $said ? answer('ok', $said) : answer('error', "$@");
}
)perl";

}  // namespace divio::ingress
