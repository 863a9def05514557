// Further parts of the program inside the ingress's container (agent_program.hpp): what HAProxy looks up beside the
// routes. These tables are files of their own in the data folder, so that they can be changed by the container alone,
// and are in force again when HAProxy starts:
//   forwards.map   HOST ADDRESS:PORT:TOKEN:UNTIL:KEY   requests for the host go to another ingress;
//                  beside:0:-:1:KEY            to the second set of their environment's instances;
//                  own:0:-:1:KEY               to the first, as without a line
//   trusted.map    HOST HASH:KEY                 who sends a token with this SHA-256 is another ingress
//   decisions.map  TOKEN WORD                    written from the folder decisions/ (register_program.hpp)
// Holds are in a file in memory, which is empty when the container starts: KEY SINCE UNTIL MOST ATTEMPT
// HOST..., where ATTEMPT is an id of register_program.hpp, or "-".
// A file is written first and then told to every worker, and a worker that begins reads the files (hold_script.hpp): so
// whatever happens at the same time, it is in force when the verb is answered. Verbs:
//   hold     "KEY LENGTH MOST ATTEMPT HOST...": for LENGTH ms from now; again: prolongs it -> `over` if the attempt is not
//            open, and nothing is held
//   release  "KEY ATTEMPT": what is that attempt's or nobody's; "-": whosever it is
//   set      "TABLE KEY\n" and lines for the table: all that KEY has there from now on
#pragma once

#include <string_view>

namespace divio::ingress {

inline constexpr std::string_view tables_program = R"perl(
use Fcntl ':flock';
my $holds = '/dev/shm/divio-ingress-holds';

# There in a container whose first process is HAProxy or is about to be; gone with each of its starts. And there while HAProxy
# may not know what the tables say, whoever wrote them.
my $started = '/dev/shm/divio-ingress-started';
my $untold = "$root/untold";

sub replace {
  my ($path, $bytes) = @_;
  if ($path =~ /\.map$/) { open(my $note, '>', $untold) or die "$untold: $!\n" }
  save("$path.new", $bytes);
  rename("$path.new", $path) or die "$path: $!\n";
  sync_folder($path =~ s{/[^/]*$}{}r);
}

sub alone {
  my $act = shift;
  open(my $lock, '>>', "$root/lock") or die "$root/lock: $!\n";
  flock($lock, LOCK_EX) or die "$root/lock: $!\n";
  return $act->();
}

sub prepare_tables {
  for my $name (qw(forwards.map trusted.map decisions.map held.lst)) {
    save("$root/$name", '') unless -e "$root/$name";
  }
}

sub uptime {
  my ($seconds) = split / /, load('/proc/uptime');
  return int($seconds * 1000);
}

# Every worker, those that a reload has replaced too: they still have visitors. The master answers nobody while it reads
# its configuration anew. `del server` of none makes a worker wait until each of its threads has finished what it was at:
# no request goes on by what it had looked up before. One that is being started has read the tables before it has a socket, so
# that is waited for. Returns whether there is a worker that knows now.
sub tell_workers {
  return 0 unless -S $socket or -e $started;
  for my $attempt (1 .. 200) {
    my ($now, $old) = split /^# old workers/m, eval { cli('show proc') } // '', 2;
    my @current = ($now // '') =~ /^(\d+)\s+worker\s/mg;
    my $know = 0;
    for my $worker (@current, ($old // '') =~ /^(\d+)\s+worker\s/mg) {
      my $said = eval {
        local $SIG{ALRM} = sub { die "late\n" };
        alarm 5;
        cli("\@!$worker divio reread") . cli("\@!$worker del server divio.handover/nobody");
      } // '';
      alarm 0;
      $know++ if $said =~ /^reread/ and grep { $_ == $worker } @current;
    }
    unlink $untold if $know;
    return 1 if $know;
    select(undef, undef, undef, 0.05);
  }
  return 0;
}

# Whoever decides an attempt lets its hold go afterwards, and waits for the lock: so none is left that was begun before.
sub change_holds {
  my ($key, $attempt, $line) = @_;
  return alone(sub {
    return 'over' if length $line and $attempt ne '-' and not (known($attempt) and word_of($attempt) eq 'open');
    my ($now, $kept) = (uptime(), '');
    for my $held (split /\n/, load($holds)) {
      my ($other, $since, $until, undef, $whose) = split / /, $held;
      next if $until <= $now;
      my $stays = (not length $line and $attempt ne '-' and $whose ne '-' and $whose ne $attempt);
      if ($other ne $key or $stays) { $kept .= "$held\n" }
      else { $line =~ s/ \d+/ $since/ }
    }
    replace($holds, $kept . $line);
    tell_workers() or die "no HAProxy answers\n";
    return '';
  });
}

sub hold {
  my ($key, $length, $most, $attempt, @hosts) = split / /, shift;
  my $now = uptime();
  return change_holds($key, $attempt, "$key $now " . ($now + $length) . " $most $attempt @hosts\n");
}

sub release {
  my ($key, $attempt) = split / /, shift;
  return change_holds($key, $attempt, '');
}

sub set_table {
  my ($table, $key, $lines) = @_;
  my %named = map { (split / /)[0] => 1 } split /\n/, $lines;
  my $before = load("$root/$table");
  my $now = $lines;
  for my $line (split /\n/, $before) {
    my ($host) = split / /, $line;
    $now .= "$line\n" unless $named{$host} or $line =~ /:\Q$key\E$/;
  }
  replace("$root/$table", $now) if $now ne $before;
  tell_workers() or not -e $started or die "no HAProxy answers\n";
  return '';
}

sub set {
  my ($head, $lines) = split /\n/, shift, 2;
  my ($table, $key) = $head =~ /^(forwards\.map|trusted\.map) (\S+)$/ or die "bad request\n";
  return alone(sub { set_table($table, $key, $lines // '') });
}
)perl";

}  // namespace divio::ingress
