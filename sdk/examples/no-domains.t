# The file holds one.example and two.example.
< 220
> EHLO mail.client.test
< 250
> MAIL FROM:<sender@one.example>
< 550 5.7.1 *No mail from there
> MAIL FROM:<sender@TWO.example>
< 550
> MAIL FROM:<sender@three.example>
< 250
> RSET
< 250
> MAIL FROM:<>
< 250
