# The first mail of a sender is delayed, and the server hears nothing of it.
connect
< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@client.test>
< 451 4.7.1 proxy.test A new sender, come again
never-got MAIL FROM:<sender*
> QUIT
< 221
closed

# It comes again, and passes.
connect
< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@client.test>
< 250
