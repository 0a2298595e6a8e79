< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@client.test>
< 250
> RCPT TO:<one@server.test>
< 250
> DATA
< 354
> Nothing to win here.
> .
< 250 2.0.0 Taken

# A message in a chunk is a message, too.
> MAIL FROM:<sender@client.test>
< 250
> RCPT TO:<one@server.test>
< 250
> BDAT 38 LAST
> You have won in the royal lottery...
< 550 5.7.1 proxy.test That word is not welcome
event spam lottery
# From here on the proxy plays the server.
> MAIL FROM:<sender@client.test>
< 451
> QUIT
< 221
closed
