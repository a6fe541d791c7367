# Serves the portal of LemonLDAP::NG on a free port of 127.0.0.1 and prints its address. All that is
# written goes to the run's own folder, and the errors to its file portal.log.

use strict;
use warnings;
use File::Glob qw(bsd_glob);
use HTTP::Server::PSGI;
use IO::Socket::INET;
use JSON;
use Lemonldap::NG::Portal::Main;
use Lemonldap::NG::Portal::UserDB::Demo;
use Socket qw(SOMAXCONN);

my $folder = $ENV{RUN_FOLDER};
my $socket = IO::Socket::INET->new(
    Listen    => SOMAXCONN,
    LocalAddr => '127.0.0.1',
    LocalPort => 0,
) or die "no port is free: $@";
my $origin = 'http://127.0.0.1:' . $socket->sockport;

open STDERR, '>>', "$folder/portal.log" or die "portal.log: $!";

sub read_json {
    my ($file) = @_;
    open my $handle, '<:raw', "$folder/$file" or die "$file: $!";
    local $/;
    return decode_json(<$handle>);
}

# The demonstration backend has users of its own; a password there is the user name.
my $users = read_json('users.json');
%Lemonldap::NG::Portal::UserDB::Demo::demoAccounts = map { $_->{uid} => $_ } @$users;
%Lemonldap::NG::Portal::UserDB::Demo::demoGroups   = ();
for my $user (@$users) {
    push @{ $Lemonldap::NG::Portal::UserDB::Demo::demoGroups{$_} }, $user->{uid}
      for @{ delete $user->{groups} };
}

# Sessions are byte strings in LemonLDAP::NG, which decodes what it sends (ForceUTF8).
for my $user (@$users) {
    utf8::encode($_) for values %$user;
}

my $portal = Lemonldap::NG::Portal::Main->run( { portal => "$origin/", logLevel => 'info' } );
my $newest = sub {
    my @numbers = map { /-(\d+)\.json$/ } bsd_glob("$folder/conf/*.json");
    return ( sort { $b <=> $a } @numbers )[0];
};
my $number = $newest->();

# A new configuration counts from the next request on; LemonLDAP::NG itself looks once in minutes.
my $app = sub {
    if ( $newest->() != $number ) {
        $number = $newest->();
        Lemonldap::NG::Handler::PSGI::Main->checkConf(1) or die 'the new configuration is wrong';
    }
    return $portal->(@_);
};

HTTP::Server::PSGI->new(
    listen_sock  => $socket,
    server_ready => sub { print STDOUT "serving $origin\n"; STDOUT->flush },
)->run($app);
