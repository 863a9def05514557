// The program that starts HAProxy in the ingress's container, in Perl like agent_program.hpp. Its first argument is the
// text of that program, which starts the guards of migrations first (register_program.hpp), then the data folder and
// the path of the master socket; the others are the command to start, which takes its place as the container's first
// process.
//
// The command's standard output goes by a pipe of 1 MiB to a process that passes it on to the engine many lines at a
// time. The engine's share of an access log is the same for a line as for a thousand, and takes more time than
// HAProxy's own work on a request. A line is up to 20 ms late, and those of the last 20 ms are lost when the container
// is killed. HAProxy never waits for the log: when the pipe is full, or another of its threads was held up while it
// wrote, it drops the line and counts it (`show info`, DroppedLogs).
#pragma once

#include <string_view>

namespace divio::ingress {

inline constexpr std::string_view log_program = R"perl(
use strict;
system('perl', '-e', splice(@ARGV, 0, 3), 'guards');
pipe(my $read, my $write) or die "pipe: $!\n";
my $set_pipe_size = 1031;  # F_SETPIPE_SZ of Linux's fcntl.h
fcntl($read, $set_pipe_size, 1 << 20);
defined(my $reader = fork) or die "fork: $!\n";
if ($reader) {
  open(STDOUT, '>&', $write) or die "stdout: $!\n";
  close $read;
  close $write;
  exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\n";
}
close $write;
while (my $size = sysread($read, my $lines, 1 << 20)) {
  my $done = 0;
  while ($done < $size) { $done += syswrite(STDOUT, $lines, $size - $done, $done) || last }
  select(undef, undef, undef, 0.02);
}
)perl";

}  // namespace divio::ingress
