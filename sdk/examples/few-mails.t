# Two mails of one client pass, in two sessions.
connect 192.0.2.1
< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@client.test>
< 250
> RSET
< 250
> MAIL FROM:<sender@client.test>
< 250
> QUIT
< 221
closed

# The third is one too many, and the server hears nothing of it.
connect 192.0.2.1
< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<third@client.test>
< 451 4.7.1 proxy.test Too many mails in this hour
never-got MAIL FROM:<third*
> QUIT
< 221
closed

# Another client has mails of its own.
connect 192.0.2.2
< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@client.test>
< 250
