/* spf_second ADDRESS HELO SENDER: what libspf2, as packaged, says of them with the
 * name servers of resolv.conf.  One word, as RFC 7208 spells the results.  A second
 * opinion for t/plugins/spf-second-opinion.t; one check a process, because the
 * library has ended its process before. */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include <spf2/spf.h>

/* Where it gives no result it has found the record, or the DNS, wrong. */
static const char *word(SPF_response_t *response, SPF_errcode_t error)
{
    SPF_result_t result = response ? SPF_response_result(response) : SPF_RESULT_INVALID;
    if (result != SPF_RESULT_INVALID)
        return SPF_strresult(result);
    return error == SPF_E_DNS_ERROR ? "temperror" : "permerror";
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: spf_second ADDRESS HELO SENDER\n");
        return 2;
    }
    SPF_server_t *server = SPF_server_new(SPF_DNS_RESOLV, 0);
    SPF_request_t *request = SPF_request_new(server);
    SPF_response_t *response = NULL;
    if (strchr(argv[1], ':'))
        SPF_request_set_ipv6_str(request, argv[1]);
    else
        SPF_request_set_ipv4_str(request, argv[1]);
    SPF_request_set_helo_dom(request, argv[2]);
    if (*argv[3])
        SPF_request_set_env_from(request, argv[3]);
    SPF_errcode_t error = SPF_request_query_mailfrom(request, &response);
    puts(word(response, error));
    SPF_response_free(response);
    SPF_request_free(request);
    SPF_server_free(server);
    return 0;
}
