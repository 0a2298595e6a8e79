# Three recipients in one batch: the third is one too many.
< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@client.test>
< 250
> RCPT TO:<one@server.test>
> RCPT TO:<two@server.test>
> RCPT TO:<three@server.test>
< 250
< 250
< 452 4.5.3 proxy.test Two are enough
never-got RCPT TO:<three*

# The mail goes to the two that were taken.
> DATA
< 354
> Hello, both of you.
> .
< 250 2.0.0 Taken
got Hello, both of you.

# The next mail has its own two.
> MAIL FROM:<sender@client.test>
< 250
> RCPT TO:<one@server.test>
< 250
