/* TLS, where hiredis has it.
 *
 * hiredis' own way to make a context checks who has signed a certificate, not whose it is.
 * So the context is ours, and Redis must have a certificate for tls_name, or for the address
 * that it is asked at.  The context is made before workers are forked, by root, who may read
 * the key. */
#include "redis_wire.h"

#ifdef HAVE_HIREDIS_SSL

#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

struct redis_tls {
    SSL_CTX *context;
    const char *name; /* NULL: the address */
};

static const char *given(const char *text)
{
    return text && *text ? text : NULL;
}

/* What OpenSSL says, for sg_config_error(). */
static struct redis_tls *fail(struct redis_tls *tls, const char *option)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    sg_config_error(option, "cannot be used: %s", why ? why : "OpenSSL does not say why");
    redis_tls_destroy(tls);
    return NULL;
}

struct redis_tls *redis_tls_create(const struct redis_options *o)
{
    const char *ca = given(o->tls_ca), *cert = given(o->tls_cert), *key = given(o->tls_key);
    struct redis_tls *tls = sg_alloc(sizeof *tls);
    ERR_clear_error();
    tls->context = SSL_CTX_new(TLS_client_method());
    if (!tls->context)
        sg_out_of_memory();
    tls->name = given(o->tls_name);
    SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION);
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    if (ca ? SSL_CTX_load_verify_locations(tls->context, ca, NULL) != 1
           : SSL_CTX_set_default_verify_paths(tls->context) != 1)
        return fail(tls, "tls_ca");
    if (cert && SSL_CTX_use_certificate_chain_file(tls->context, cert) != 1)
        return fail(tls, "tls_cert");
    if (key && SSL_CTX_use_PrivateKey_file(tls->context, key, SSL_FILETYPE_PEM) != 1)
        return fail(tls, "tls_key");
    if (cert && SSL_CTX_check_private_key(tls->context) != 1)
        return fail(tls, "tls_key");
    return tls;
}

void redis_tls_destroy(struct redis_tls *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}

/* "192.0.2.1" of "192.0.2.1:6379". */
static const char *ip_of(const struct address_place *place, char text[ADDRESS_TEXT])
{
    return address_text((const struct sockaddr *)&place->addr, text);
}

struct ssl_st *redis_tls_begin(const struct redis_tls *tls, struct redisContext *hiredis,
                               const struct address_place *place)
{
    char ip[ADDRESS_TEXT];
    SSL *ssl = SSL_new(tls->context);
    if (!ssl)
        sg_out_of_memory();
    if (tls->name) {
        SSL_set_tlsext_host_name(ssl, tls->name);
        SSL_set1_host(ssl, tls->name);
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), ip_of(place, ip));
    }
    if (redisInitiateSSL(hiredis, ssl) == REDIS_OK)
        return ssl;
    SSL_free(ssl);
    return NULL;
}

bool redis_tls_wants_to_read(const struct ssl_st *ssl)
{
    return SSL_want_read(ssl);
}

const char *redis_tls_wrong(const struct ssl_st *ssl)
{
    const long result = SSL_get_verify_result(ssl);
    return result == X509_V_OK ? NULL : X509_verify_cert_error_string(result);
}

#else

struct redis_tls *redis_tls_create(const struct redis_options *o)
{
    (void)o;
    sg_config_error("tls", "this smtp-gated was built with a hiredis that has no TLS");
    return NULL;
}

void redis_tls_destroy(struct redis_tls *tls)
{
    (void)tls;
}

struct ssl_st *redis_tls_begin(const struct redis_tls *tls, struct redisContext *hiredis,
                               const struct address_place *place)
{
    (void)tls, (void)hiredis, (void)place;
    return NULL;
}

bool redis_tls_wants_to_read(const struct ssl_st *ssl)
{
    (void)ssl;
    return false;
}

const char *redis_tls_wrong(const struct ssl_st *ssl)
{
    (void)ssl;
    return NULL;
}

#endif
