# Mail of the domain is refused, all other mail passes.
< 220 *
> EHLO client.test
< 250*PIPELINING*

> MAIL FROM:<anybody@refused.example>
< 550 5.7.1 *No mail from there
never-got MAIL*

# Upper case changes nothing, and the session is still good for other mail.
> MAIL FROM:<anybody@REFUSED.example>
< 550
> MAIL FROM:<anybody@welcome.example>
< 250
> RCPT TO:<somebody@server.test>
< 250
> DATA
< 354
> Subject: hello
>
> Hello.
> .
< 250 *Taken
got Subject: hello
> QUIT
< 221
closed
