// The program that runs inside the container that has the volume (volume.hpp), in Perl since every Debian-based image has
// that. Its arguments: the folder of the volume, and a name for this run that no other run has.
//
// It reads requests, a line each, some with bytes after it, in order. It answers in frames "KIND LENGTH\n" and LENGTH bytes:
// d data, h head of a file, m missing, o done, w still at it, e error, after which it ends. It ends too when its input ends,
// or when nothing was asked for five minutes. SIZE, OFFSET, LENGTH are numbers of bytes; SECONDS NANOS a time of change.
//   list                              -> d... o  "TYPE SIZE SECONDS.FRACTION PATH" and a zero byte each; TYPE as in find(1)
//   put SIZE SECONDS NANOS LENGTH     path, then all bytes of a small file; no answer
//   begin SIZE KEY LENGTH             path; a large file, in pieces -> o OFFSET: how much of it is there from an earlier run
//   piece SIZE                        bytes of it; no answer
//   finish SECONDS NANOS              the file is whole; no answer
//   drop                              it will not be: its source has changed; no answer
//   get OFFSET LENGTH                 path -> h "SIZE SECONDS", d..., o "SIZE SECONDS" by then, or m
//   remove LENGTH                     path; the folders that have become empty go too; no answer
//   sweep                             drafts that killed runs left; no answer
//   placed                            -> o "SIZE MTIME CTIME" of the file that was put in its place last
//   done                              -> o "FILES BYTES": how much was put, and is in its place
//   sync                              -> o, once all that anybody wrote is on disk
//   incoming                          a place for an archive, for one run at a time -> o PATH
//   replace, merge                    what was put there takes the place of all that is there, or is added -> o
//   idle                              no answer
// and those of agent_tree_program.hpp, which is appended.
#pragma once

#include <string_view>

namespace divio::media {

inline constexpr std::string_view agent_program = R"perl(
use strict;
use Fcntl qw(:DEFAULT :flock);
use IO::Handle;
use POSIX ();
my ($root, $run) = @ARGV;
my $part = '.divioctl-part-';
my $durable = 32 << 20;  # after so many bytes a large file is written to disk, so that they count after a power cut
$SIG{PIPE} = 'IGNORE';
umask 022;
binmode STDIN;
binmode STDOUT;
my ($in, $files, $bytes, $drafts) = ('', 0, 0, 0);
my ($file, $draft, $target, $at);  # the large file that is being written

sub answer {
  my $all = "$_[0] " . length($_[1]) . "\n" . $_[1];
  for (my $sent = 0; $sent < length $all;) {
    my $count = syswrite(STDOUT, $all, length($all) - $sent, $sent);
    defined $count or exit 0;
    $sent += $count;
  }
}

sub fill {
  vec(my $ready = '', 0, 1) = 1;
  select($ready, undef, undef, 300) or exit 0;
  sysread(STDIN, $in, 262144, length $in) or exit 0;
}

sub take {
  my $size = shift;
  fill() while length $in < $size;
  return substr($in, 0, $size, '');
}

# The owner of the volume's folder is the owner of all in it: whom the application runs as.
chdir $root or do { answer('e', "cannot open $root: $!"); exit 1 };
my ($owner, $group) = (lstat '.')[4, 5];
sub own { chown $owner, $group, $_[0] if $owner || $group }

sub folder_of { return $_[0] =~ m{^(.*)/}s ? $1 : '' }

# Real folders all the way, no links; the missing ones are made where `make` is true. One that is known may have been removed by another
# run since.
my %known;
sub is_folder {
  my ($folder, $make) = @_;
  return 1 if $folder eq '' || $known{$folder} && lstat $folder;
  is_folder(folder_of($folder), $make) or return 0;
  if ($make && mkdir $folder, 0755) { own($folder) }
  elsif (!lstat $folder) { return 0 unless $make; die "cannot make the folder $folder: $!\n" }
  elsif (!-d _) { return 0 unless $make; die "cannot make the folder $folder: something else has its name\n" }
  return $known{$folder} = 1;
}

# utimensat(2), where it is known how to call it; times in whole seconds are good enough elsewhere.
my $utimensat = length(pack 'J', 0) == 8 ? {x86_64 => 280, aarch64 => 88}->{(POSIX::uname())[4]} : undef;
sub set_time {
  my ($seconds, $nanos) = map { $_ + 0 } @_;
  my $times = pack 'q4', 0, 0x3ffffffe, $seconds, $nanos;  # the time of access stays
  return if defined $utimensat && syscall($utimensat, fileno $file, 0, $times, 0) == 0;
  utime $seconds, $seconds, $draft;
}

sub spill {
  for (my $sent = 0; $sent < length $_[0];) {
    my $count = syswrite($file, $_[0], length($_[0]) - $sent, $sent);
    defined $count or die "cannot write $target: $!\n";
    $sent += $count;
  }
}

sub put_in_place {
  own($file);
  set_time(@_);
  rename $draft, $target or do { my $why = "$!"; rmdir $target && rename $draft, $target or do { unlink $draft; die "cannot write $target: $why\n" } };
  $files++;
}

# statx(2), where it is known how to call it; its numbers are those of <linux/stat.h>.
my $statx = length(pack 'J', 0) == 8 ? {x86_64 => 332, aarch64 => 291}->{(POSIX::uname())[4]} : undef;
sub placed {
  my ($itself, $stat) = ('', "\0" x 256);
  if (defined $statx && syscall($statx, fileno $file, $itself, 0x1000, 0x2c0, $stat) == 0) {
    answer('o', sprintf '%d %d.%09d %d.%09d', (unpack 'x40Q x48qL x4qL', $stat)[0, 3, 4, 1, 2]);
  } else { find_file($target) }
}

sub find_file {
  open(my $find, '-|', 'find', "./$_[0]", '-maxdepth', '0', '-printf', '%s %T@ %C@') or die "cannot start find: $!\n";
  local $/;
  answer('o', <$find> // '');
}

sub open_draft {
  my ($name, $flags) = @_;
  $draft = folder_of($target) eq '' ? $name : folder_of($target) . "/$name";
  sysopen($file, $draft, $flags | O_RDWR | O_CREAT | O_NOFOLLOW, 0644) or die "cannot write $target: $!\n";
  return flock $file, LOCK_EX | LOCK_NB;
}

# One that nobody has swept away before it was locked.
sub new_draft { until (open_draft($part . $run . '-' . $drafts++, O_EXCL) && (stat $file)[3]) { close $file } }

sub put {
  my ($size, $seconds, $nanos, $length) = @_;
  $target = take($length);
  is_folder(folder_of($target), 1);
  new_draft();
  if (!eval { spill(take($size)); 1 }) { unlink $draft; die $@ }
  put_in_place($seconds, $nanos);
  $bytes += $size;
}

# Goes on with the draft of an earlier run, as far as that surely is on disk, unless somebody else is writing it.
sub begin {
  my ($size, $key, $length) = @_;
  $target = take($length);
  is_folder(folder_of($target), 1);
  my $mine = open_draft($part . $key, 0);
  my @there = stat $draft;
  my @opened = stat $file;
  $mine = 0 unless @there && $there[1] == $opened[1] && -f _;
  if (!$mine) { close $file; new_draft(); @opened = stat $file }
  my $have = $opened[7];
  $at = $have > 0 && $have <= $size ? int(($have - 1) / $durable) * $durable : 0;
  truncate $file, $at or die "cannot write $target: $!\n";
  sysseek $file, $at, 0;
  answer('o', $at);
}

sub piece {
  my $piece = take($_[0]);
  if (int($at / $durable) != int(($at + length $piece) / $durable)) {
    my $rest = substr($piece, $durable - $at % $durable);
    spill(substr($piece, 0, $durable - $at % $durable));
    $file->sync or die "cannot write $target: $!\n";
    spill($rest);
  } else { spill($piece) }
  $at += length $piece;
  $bytes += length $piece;
}

sub get {
  my ($offset, $length) = @_;
  my $path = take($length);
  my $source;
  is_folder(folder_of($path), 0) && sysopen($source, $path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) && -f $source
    or return answer('m', '');
  answer('h', join ' ', (stat $source)[7, 9]);
  sysseek $source, $offset, 0;
  while (1) {
    my $count = sysread $source, my $piece, 262144;
    defined $count or die "cannot read $path: $!\n";
    last if $count == 0;
    answer('d', $piece);
  }
  answer('o', join ' ', (stat $source)[7, 9]);
}

sub remove {
  my $path = take($_[0]);
  is_folder(folder_of($path), 0) or return;
  unlink $path or $! == POSIX::ENOENT() or die "cannot remove $path: $!\n";
  for (my $folder = folder_of($path); $folder ne '' && rmdir $folder; $folder = folder_of($folder)) { delete $known{$folder} }
}

sub list {
  find('-mindepth', '1', '-name', "$part*", '-prune', '-o', '-printf', '%y %s %T@ %P\0');
  answer('o', '');
}

sub sweep {
  open(my $find, '-|', 'find', '.', '-ignore_readdir_race', '-name', "$part*", '-type', 'f', '-print0') or return;
  my $all = '';
  each_piece($find, sub { $all .= $_[0] });
  for my $left (split /\0/, $all) {
    sysopen(my $opened, $left, O_RDWR | O_NOFOLLOW) or next;
    unlink $left if flock $opened, LOCK_EX | LOCK_NB;
  }
}

sub sync_all {
  run('sync', '-f', '.') or die "cannot write to disk\n";
  answer('o', '');
}
)perl"
// Archives. One that is whole and on disk is called ready-; from then on it is put in, by whoever comes next if need be.
R"perl(
my $incoming = "${part}incoming";
my $ready = "${part}ready";
my $old = "${part}old";
my ($lock, $unfinished);
END { discard($incoming) if $unfinished }

sub entries {
  opendir(my $folder, $_[0]) or die "cannot list $_[0]: $!\n";
  return grep { $_ ne '.' && $_ ne '..' } readdir $folder;
}

sub discard { run('rm', '-rf', '--', "./$_[0]") or die "cannot remove $_[0]\n" }

sub set_aside {
  mkdir $old, 0700;
  my $place;
  do { $place = "$old/" . $drafts++ } while lstat $place;
  rename $_[0], $place or die "cannot move $_[0]: $!\n";
}

sub move_in {
  my ($from, $to) = @_;
  for my $name (entries($from)) {
    my ($here, $there) = ("$from/$name", $to eq '' ? $name : "$to/$name");
    lstat $here;
    my $folder = -d _;
    my $taken = lstat $there;
    if ($taken && $folder && -d _) { move_in($here, $there); next }
    set_aside($there) if $taken && ($folder || -d _);
    rename $here, $there or die "cannot move $there: $!\n";
  }
  rmdir $from or die "cannot remove $from: $!\n";
}

sub put_in {
  if (lstat "$ready-replace") {
    for my $name (entries('.')) { set_aside($name) unless index($name, $part) == 0 }
    rename "$ready-replace", "$ready-merge" or die "cannot move the archive in: $!\n";
  }
  move_in("$ready-merge", '') if lstat "$ready-merge";
  discard($old) if lstat $old;
}

sub lock_archive { return sysopen($lock, '.', O_RDONLY) && flock $lock, LOCK_EX | LOCK_NB }

sub make_incoming {
  lock_archive() or die "another archive is being put in\n";
  put_in();
  discard($incoming) if lstat $incoming;
  mkdir $incoming, 0700 or die "cannot make a folder: $!\n";
  $unfinished = 1;
  answer('o', "$root/$incoming");
}

sub take_in {
  run('sync', '-f', '.') or die "cannot write to disk\n";
  rename $incoming, "$ready-$_[0]" or die "cannot move the archive in: $!\n";
  $unfinished = 0;
  put_in();
  answer('o', '');
}

my %verbs = (
  list => \&list, put => \&put, begin => \&begin, piece => \&piece, get => \&get, remove => \&remove, sweep => \&sweep, placed => \&placed,
  finish => sub { put_in_place(@_) }, drop => sub { unlink $draft; close $file }, sync => \&sync_all, done => sub { answer('o', "$files $bytes") }, idle => sub { },
  incoming => \&make_incoming, replace => sub { take_in('replace') }, merge => sub { take_in('merge') },
  tree => \&tree, pack => \&pack_entries, unpack => \&unpack_entries, part => \&part, unpacked => \&unpacked, erase => \&erase, sums => \&sums);
eval {
  if ((lstat "$ready-replace" or lstat "$ready-merge") && lock_archive()) { put_in(); close $lock }
  while (1) {
    my $end;
    fill() while ($end = index $in, "\n") < 0;
    my ($verb, @words) = split / /, substr(take($end + 1), 0, -1);
    my $act = $verbs{$verb} or die "no verb $verb\n";
    $act->(@words);
  }
};
answer('e', "$@" =~ s/\n\z//r);
exit 1;
)perl";

}  // namespace divio::media
