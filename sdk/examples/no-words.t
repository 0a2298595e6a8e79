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
# The server is gone, so the next mail needs a new connection.
> MAIL FROM:<sender@client.test>
< 421
closed
