# The blocks that the documents show: commands, configurations, rules, output.  Each says
# of what kind it is, in Markdown behind its fence (```sh root), in a manual page in a
# comment above it (.\" sh root), and so how a test proves it.
package SG::Documents;
use v5.36;
use Carp ();
use SG;
use SG::Tree;

# All but those that have tests of their own: doc/hooks.md (t/style/examples.t),
# doc/writing-plugins.md (t/sdk/writing.t) and doc/one-mail.md (t/process/one-mail.t).
sub all () {
    my %apart = map { $_ => 1 } qw(doc/hooks.md doc/writing-plugins.md doc/one-mail.md);
    return grep { !$apart{$_} } 'README.md', (files(qr{/[\w-]+\.md$}, 'doc')),
        (files(qr{\.[1-8]\.in$}, 'doc/man')), grep { !m{^plugins/chaos/} } files(qr/\.mdoc$/, 'plugins');
}

# { kind, more, why, text, line } of each, in order.  `more` is what stands behind the
# kind, `why` the reason of "not run: REASON".
sub blocks ($document) {
    my @found = $document =~ /\.md$/ ? _of_markdown($document) : _of_manual($document);
    for my $block (@found) {
        my $told = delete $block->{told};
        $block->{why} = $1 if $told =~ s/\s*\bnot run: (.+)$//;
        @$block{qw(kind more)} = split / /, $told, 2;
        $_ //= '' for @$block{qw(kind more why)};
        $block->{at} = "$document:$block->{line}";
    }
    return @found;
}

# Lines that are set in by four blanks after an empty line are a block without a kind.
sub _of_markdown ($document) {
    my (@found, $open, $before);
    my $number = 0;
    for my $line (split /\n/, slurp($document)) {
        $number++;
        if ($open && $open->{fence} && $line =~ /^```\s*$/) { undef $open }
        elsif ($open && ($open->{fence} || $line =~ /^    /)) { $open->{text} .= "$line\n" }
        elsif ($line =~ /^```(.*)/) { push @found, $open = { told => $1, line => $number, text => '', fence => 1 } }
        elsif ($line =~ /^    \S/ && $before eq '') {
            push @found, $open = { told => '', line => $number, text => "$line\n" };
        } else { undef $open }
        $before = $line;
    }
    return @found;
}

# mdoc's spelling of characters, undone.
sub _plain ($text) {
    return $text =~ s/\@SYSCONFDIR\@/\/etc/gr =~ s/\\&//gr =~ s/\\\(dq/"/gr =~ s/\\\(aq/'/gr =~ s/\\-/-/gr
        =~ s/\\e/\\/gr;
}

# .Bd -literal to .Ed, and each row of .Dl.
sub _of_manual ($document) {
    my (@found, $open, $told, $short);
    my $number = 0;
    for my $line (split /\n/, slurp($document)) {
        $number++;
        if ($open) {
            if   ($line eq '.Ed') { undef $open }
            else                  { $open->{text} .= _plain($line) . "\n" }
        } elsif ($line =~ /^\.Bd -literal/) {
            push @found, $open = { told => $told // '', line => $number, text => '' };
        } elsif ($line =~ /^\.Dl (.*)/) {
            push @found, $short = { told => $told // '', line => $number, text => '' } if !$short;
            $short->{text} .= _plain($1) . "\n";
            next;
        }
        undef $short;
        $told = $line =~ /^\.\\" (\w.*)/ ? $1 : undef;
    }
    return @found;
}

# File => text, of a block that begins each of its files with a line "# FILE", if it does.
sub by_file ($block, $first = undef) {
    my ($file, %found) = ($first);
    $found{$first} = '' if defined $first;
    for (split /^/, $block->{text}) {
        if (m{^# (?:/etc/smtp-gated/)?((?:conf\.d/)?[\w.@-]+\.(?:conf|cf))\b}) {
            $found{ $file = $1 } //= '';
            next;
        }
        Carp::croak("$block->{at}: of which file is this? $_") if !defined $file;
        $found{$file} .= $_;
    }
    return %found;
}

1;
