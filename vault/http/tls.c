#include "vault/http/tls.h"

#include "generator/base/file.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>

enum { DAYS = 825, HOSTNAME_MAX = 253, SERIAL_LEN = 16, PEM_MAX = 64 * 1024 };

const char tls_priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"
    "-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:"
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:%SERVER_PRECEDENCE";

static enum status trouble(enum status st, const char *what, int code)
{
	return fail(st, "%s: %s", what, gnutls_strerror(code));
}

static gnutls_datum_t datum(struct span s)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)s.p, (unsigned)s.n};
}

/* ---- making one ----------------------------------------------------------------------------- */

static bool is_address(const char *host, unsigned char out[16], unsigned *len)
{
	*len = 4;
	if (inet_pton(AF_INET, host, out) == 1)
		return true;
	*len = 16;
	return inet_pton(AF_INET6, host, out) == 1;
}

static bool is_hostname(const char *host)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-";
	size_t n = strlen(host);

	return n > 0 && n <= HOSTNAME_MAX && strspn(host, allowed) == n && host[0] != '.' &&
	       host[0] != '-';
}

static int add_name(gnutls_x509_crt_t crt, const char *host)
{
	unsigned char ip[16];
	unsigned len;

	if (is_address(host, ip, &len))
		return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, ip, len,
							    GNUTLS_FSAN_APPEND);
	return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, host,
						    (unsigned)strlen(host), GNUTLS_FSAN_APPEND);
}

static int add_names(gnutls_x509_crt_t crt, const char *hostname)
{
	static const char *const local[] = {"localhost", "127.0.0.1", "::1"};
	int r = add_name(crt, hostname);

	for (size_t i = 0; !r && i < sizeof local / sizeof *local; i++)
		if (strcmp(local[i], hostname) != 0)
			r = add_name(crt, local[i]);
	return r;
}

/* The steps of a certificate in order; the first failure ends them. */
static int fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *hostname, int64_t now)
{
	const int64_t from = now - 3600; /* clocks differ */
	unsigned char serial[SERIAL_LEN];
	int r = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);

	serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x40); /* positive, and of full length */
	r = r ? r : gnutls_x509_crt_set_version(crt, 3);
	r = r ? r : gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
	r = r ? r : gnutls_x509_crt_set_activation_time(crt, from);
	r = r ? r : gnutls_x509_crt_set_expiration_time(crt, from + DAYS * 86400LL - 1);
	r = r ? r
	      : gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, hostname,
					      (unsigned)strlen(hostname));
	r = r ? r : add_names(crt, hostname);
	r = r ? r : gnutls_x509_crt_set_key(crt, key);
	r = r ? r : gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
	r = r ? r : gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
	r = r ? r : gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	return r ? r : gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

static int generate(gnutls_datum_t *cert, gnutls_datum_t *key_pem, const char *hostname,
		    int64_t now)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	int r = gnutls_x509_privkey_init(&key);

	r = r ? r
	      : gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
					     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	r = r ? r : gnutls_x509_crt_init(&crt);
	r = r ? r : fill(crt, key, hostname, now);
	r = r ? r : gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, cert);
	r = r ? r
	      : gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
						  key_pem);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
	return r;
}

enum status tls_self_signed(const char *cert_path, const char *key_path, const char *hostname,
			    int64_t now)
{
	gnutls_datum_t cert = {NULL, 0}, key = {NULL, 0};
	unsigned char ip[16];
	enum status st;
	unsigned len;
	int r;

	if (!is_hostname(hostname) && !is_address(hostname, ip, &len))
		return fail(ST_INVALID, "%s is not a host name", hostname);
	if (file_exists(cert_path) || file_exists(key_path))
		return fail(ST_EXISTS, "%s or %s is there already", cert_path, key_path);
	r = generate(&cert, &key, hostname, now);
	st = r ? trouble(ST_IO, "cannot make a certificate", r) : ST_OK;
	if (!st)
		st = file_write(key_path, span_make((char *)key.data, key.size), 0600);
	if (!st)
		st = file_write(cert_path, span_make((char *)cert.data, cert.size), 0600);
	if (key.data)
		explicit_bzero(key.data, key.size);
	gnutls_free(key.data);
	gnutls_free(cert.data);
	return st;
}

/* ---- judging one ---------------------------------------------------------------------------- */

static enum status check_strength(struct span cert_pem)
{
	gnutls_x509_crt_t *chain = NULL;
	unsigned count = 0, bits = 0;
	gnutls_datum_t pem = datum(cert_pem);
	enum status st = ST_OK;
	int pk, r;

	r = gnutls_x509_crt_list_import2(&chain, &count, &pem, GNUTLS_X509_FMT_PEM, 0);
	if (r < 0)
		return trouble(ST_CONFIG, "certificate", r);
	pk = gnutls_x509_crt_get_pk_algorithm(chain[0], &bits);
	if (pk < 0 ||
	    gnutls_pk_bits_to_sec_param((gnutls_pk_algorithm_t)pk, bits) < GNUTLS_SEC_PARAM_MEDIUM)
		st = fail(ST_CONFIG, "certificate: key of %u bits is too weak", bits);
	for (unsigned i = 0; i < count; i++)
		gnutls_x509_crt_deinit(chain[i]);
	gnutls_free(chain);
	return st;
}

enum status tls_check(struct span cert_pem, struct span key_pem)
{
	gnutls_certificate_credentials_t cred = NULL;
	gnutls_datum_t cert = datum(cert_pem), key = datum(key_pem);
	int r;

	if (cert_pem.n > PEM_MAX || key_pem.n > PEM_MAX)
		return fail(ST_CONFIG, "certificate or key over %d bytes", PEM_MAX);
	r = gnutls_certificate_allocate_credentials(&cred);
	if (r < 0)
		return trouble(ST_NOMEM, "certificate", r);
	r = gnutls_certificate_set_x509_key_mem(cred, &cert, &key, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(cred);
	return r < 0 ? trouble(ST_CONFIG, "certificate and key", r) : check_strength(cert_pem);
}

enum status tls_expiry(int64_t *out, struct span cert_pem)
{
	gnutls_datum_t pem = datum(cert_pem);
	gnutls_x509_crt_t crt = NULL;
	int r = gnutls_x509_crt_init(&crt);

	r = r ? r : gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM);
	if (!r)
		*out = gnutls_x509_crt_get_expiration_time(crt);
	gnutls_x509_crt_deinit(crt);
	return r ? trouble(ST_CONFIG, "certificate", r) : ST_OK;
}

/* ---- tickets -------------------------------------------------------------------------------- */

struct tls_tickets {
	gnutls_datum_t key;
};

enum status tls_tickets_new(struct tls_tickets **out)
{
	struct tls_tickets *t = calloc(1, sizeof *t);
	int r = t ? gnutls_session_ticket_key_generate(&t->key) : GNUTLS_E_MEMORY_ERROR;

	*out = r ? NULL : t;
	if (!r)
		return ST_OK;
	free(t);
	return trouble(ST_NOMEM, "session tickets", r);
}

void tls_tickets_free(struct tls_tickets *t)
{
	if (!t)
		return;
	explicit_bzero(t->key.data, t->key.size);
	gnutls_free(t->key.data);
	free(t);
}

void tls_tickets_use(const struct tls_tickets *t, void *session)
{
	gnutls_session_ticket_enable_server(session, &t->key);
}
