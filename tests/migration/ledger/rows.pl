# A session with the application's PostgreSQL, as a pool of connections keeps it. $DATABASE_URL says where.
package Rows;
use strict;
use warnings;
use IO::Handle;
use IPC::Open2;

my ($from, $to, $psql);

sub leave {
  return unless $psql;
  close $to;
  close $from;
  waitpid($psql, 0);
  undef $psql;
}

# The lines of the answer; nothing where the session broke off or the statement failed.
sub ask {
  my $statement = shift;
  unless ($psql) {
    $psql = open2($from, $to, 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', $ENV{DATABASE_URL});
    $to->autoflush(1);
  }
  print $to "$statement\n\\echo over\n";
  my @lines;
  while (defined(my $line = <$from>)) {
    chomp $line;
    return \@lines if $line eq 'over';
    push @lines, $line;
  }
  leave();
  return undef;
}

1;
