// The second part of the program in the container (agent_program.hpp): whole trees, as they are, for a move to another volume.
//   tree                              -> d... o SECONDS.NANOS  "TYPE SIZE MTIME CTIME UID GID MODE PATH", a zero byte, where a link
//                                        leads, a zero byte, for each; the time is that of the beginning. Drafts are left out
//   pack LENGTH                       paths, each ended by a zero byte, no more than a pipe holds -> d... o: a tar archive of them
//   unpack                            an archive will come in parts, and be taken out; no answer
//   part SIZE                         bytes of it; no answer
//   unpacked                          it is whole -> o
//   erase LENGTH                      paths; folders with whatever is in them; no answer
//   sums LENGTH                       paths of files -> d... o: "SHA-256 *PATH" and a zero byte each, those that can be read
#pragma once

#include <cstddef>
#include <string_view>

namespace divio::media {

// Of paths, in one request: what a pipe of Linux surely holds (https://man7.org/linux/man-pages/man7/pipe.7.html).
inline constexpr std::size_t most_path_bytes = std::size_t{48} * 1024;

inline constexpr std::string_view agent_tree_program = R"perl(
# Until there is something to be read, or its end; whoever waits for an answer is told meanwhile that there will be one.
sub between_signs { 60 }
sub await {
  vec(my $which = '', fileno $_[0], 1) = 1;
  until (select(my $ready = $which, undef, undef, between_signs())) { answer('w', '') }
}

# What a command writes, piece by piece.
sub each_piece {
  my ($from, $act) = @_;
  while (await($from), sysread $from, my $piece, 262144) { $act->($piece) }
}

# Whether a command that says nothing succeeded.
sub run {
  open(my $said, '-|', @_) or return 0;
  each_piece($said, sub { });
  return close $said;
}

# Answers with what find says. That something went while it looked is no fault, though find calls it one.
sub find {
  open(my $complaints, '+>', undef) or die "cannot make a file: $!\n";
  defined(my $child = open(my $found, '-|')) or die "cannot list the files: $!\n";
  if (!$child) {
    open(STDERR, '>&', $complaints) && exec 'find', '.', '-ignore_readdir_race', @_;
    POSIX::_exit(127);
  }
  each_piece($found, sub { answer('d', $_[0]) });
  return if close $found;
  seek $complaints, 0, 0;
  my @wrong = grep { !/: No such file or directory$/ } <$complaints>;
  die 'cannot list the files: ' . ($wrong[0] // "find failed\n") if @wrong or $? >> 8 != 1;
}

sub tree {
  my $now = `date +%s.%N`;
  find('-name', "$part*", '-prune', '-o', '-printf', '%y %s %T@ %C@ %U %G %m %P\0%l\0');
  answer('o', $now =~ s/\n//r);
}

# A command whose input and output are pipes; one of them is not used.
sub start {
  my ($input, $output, @command) = @_;
  defined(my $child = fork) or die "cannot start $command[0]: $!\n";
  return $child if $child;
  open(STDIN, '<&', $input) && open(STDOUT, '>&', $output) && exec @command;
  print STDERR "cannot start $command[0]: $!\n";
  POSIX::_exit(127);
}

# What a command says of these paths. It takes them all in before anybody waits for anything.
sub say_of {
  my ($paths, @command) = @_;
  pipe(my $list, my $said) && pipe(my $answers, my $into) or die "cannot make a pipe: $!\n";
  my $child = start($list, $into, @command);
  close $list;
  close $into;
  syswrite $said, $paths;
  close $said;
  each_piece($answers, sub { answer('d', $_[0]) });
  waitpid $child, 0;
  return $? >> 8;
}

# The exit code 1: something changed or went while it was read, as the next look will see.
sub pack_entries {
  my $code = say_of(take($_[0]), 'tar', '--create', '--file=-', '--format=posix', '--pax-option=delete=atime,delete=ctime',
    '--numeric-owner', '--hard-dereference', '--no-recursion', '--ignore-failed-read', '--null', '--verbatim-files-from', '--files-from=-');
  $code <= 1 or die "cannot read the files\n";
  answer('o', '');
}

my ($unpacking, $parts);
sub unpack_entries {
  pipe(my $archive, $parts) or die "cannot make a pipe: $!\n";
  $unpacking = start($archive, \*STDERR, 'tar', '--extract', '--file=-', '--numeric-owner', '--same-owner', '--preserve-permissions',
    '--delay-directory-restore');
  close $archive;
}

sub part {
  my $part = take($_[0]);
  for (my $sent = 0; $sent < length $part;) {
    my $count = syswrite($parts, $part, length($part) - $sent, $sent);
    if (!defined $count) { waitpid $unpacking, 0; die "cannot write the files\n" }
    $sent += $count;
  }
}

sub unpacked {
  close $parts;
  waitpid $unpacking, 0;
  $? == 0 or die "cannot write the files\n";
  answer('o', '');
}

sub erase {
  for my $path (split /\0/, take($_[0])) {
    lstat $path or next;
    if (-d _) { rmdir $path or run('rm', '-rf', '--', "./$path") or die "cannot remove $path\n" }
    else { unlink $path or $! == POSIX::ENOENT() or die "cannot remove $path: $!\n" }
  }
  %known = ();
}

sub sums {
  say_of(take($_[0]), 'xargs', '-0', 'sha256sum', '-bz', '--');
  answer('o', '');
}
)perl";

}  // namespace divio::media
