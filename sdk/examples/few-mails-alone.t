# Without Redis nothing is counted: the second mail passes as the first one did.
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
