< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@client.test>
< 250
> RCPT TO:<one@server.test>
< 250
> DATA
< 354
> A short line.
> .
< 250 2.0.0 Taken

# In a session of its own.
connect
< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@client.test>
< 250
> RCPT TO:<one@server.test>
< 250
> DATA
< 354
>> long-line.msg
> .
< 554 5.6.0 proxy.test A line of the message is too long
# The server was never told that the message is complete.
never-got .
