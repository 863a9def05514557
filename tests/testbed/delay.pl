#!/usr/bin/perl
# delay.pl DEVICE MILLISECONDS: makes a TUN device; each packet that is routed into it comes out again after half that time, in
# order. Until it gets SIGTERM. https://docs.kernel.org/networking/tuntap.html
use strict;
use warnings;
use Fcntl;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($device, $milliseconds) = @ARGV;
my $delay = $milliseconds / 2000;
my ($set_interface, $tun_without_header) = (0x400454ca, 0x1001);
sysopen(my $tun, '/dev/net/tun', O_RDWR | O_NONBLOCK) or die "/dev/net/tun: $!\n";
ioctl($tun, $set_interface, pack('Z16 s x22', $device, $tun_without_header)) or die "$device: $!\n";

my @waiting;  # [when it goes, the packet]
while (1) {
  my $now = clock_gettime(CLOCK_MONOTONIC);
  while (@waiting && $waiting[0][0] <= $now) { syswrite($tun, (shift @waiting)->[1]) }
  vec(my $readable = '', fileno($tun), 1) = 1;
  next unless select($readable, undef, undef, @waiting ? $waiting[0][0] - $now : undef) > 0;
  $now = clock_gettime(CLOCK_MONOTONIC);
  while (sysread($tun, my $packet, 65536)) { push @waiting, [$now + $delay, $packet] }
}
