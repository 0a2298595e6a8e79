# Writes a configuration tree: the core file and conf.d, in libconfuse syntax.
package SG::Conf;
use v5.36;
use Carp ();

# Single quotes keep everything but backslash and quote as it is.
sub quote ($value) {
    return '{' . join(', ', map { quote($_) } @$value) . '}' if ref($value) eq 'ARRAY';
    return "'" . ($value =~ s/([\\'])/\\$1/gr) . "'";
}

# A hash of options, or a reference to the text of the whole file.
sub text ($options) {
    return $$options if ref($options) eq 'SCALAR';
    return join('', map { "$_ = " . quote($options->{$_}) . "\n" } sort keys %$options);
}

sub write_file ($path, $text) {
    open(my $out, '>:raw', $path) or Carp::croak("$path: $!");
    print {$out} $text;
    close($out) or Carp::croak("$path: $!");
    return $path;
}

# plugins: name => options, in pairs; the names are conf.d's: "10-nat-fixed".
sub write_confd ($dir, $plugins) {
    mkdir $dir if !-d $dir;
    unlink glob("$dir/*");
    my @pairs = @$plugins;
    while (my ($name, $options) = splice(@pairs, 0, 2)) {
        write_file("$dir/$name.conf", text($options // {}));
    }
    return;
}

1;
