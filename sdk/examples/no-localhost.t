# Who calls itself localhost is refused, and may try another name.
< 220 server.test ESMTP
> EHLO localhost
< 550 proxy.test You are not localhost
never-got EHLO localhost
> EHLO mail.client.test
< 250-*
got EHLO mail.client.test
> QUIT
< 221
closed
