#include "vault/http/tls.h"

#include "generator/base/file.h"

#include <gnutls/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { NOW = 1795000000, DAY = 86400 };

static char folder[] = "/tmp/karte-tls-XXXXXX";
static char cert_path[64], key_path[64];
static struct buf cert, key;

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(cert_path, sizeof cert_path, "%s/cert.pem", folder);
	snprintf(key_path, sizeof key_path, "%s/key.pem", folder);
	buf_init(&cert, 65536);
	buf_init_secret(&key, 65536);
	if (tls_self_signed(cert_path, key_path, "karte.example", NOW))
		return -1;
	return file_read(cert_path, &cert) || file_read(key_path, &key);
}

static int end(void **state)
{
	(void)state;
	buf_clear(&cert);
	buf_clear(&key);
	return file_remove_tree(folder);
}

static gnutls_x509_crt_t load(void)
{
	gnutls_datum_t pem = {(unsigned char *)cert.data, (unsigned)cert.len};
	gnutls_x509_crt_t crt;

	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	assert_int_equal(gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM), 0);
	return crt;
}

static void it_names_the_host_and_this_machine(void **state)
{
	gnutls_x509_crt_t crt = load();

	(void)state;
	assert_true(gnutls_x509_crt_check_hostname(crt, "karte.example"));
	assert_true(gnutls_x509_crt_check_hostname(crt, "localhost"));
	assert_true(gnutls_x509_crt_check_hostname(crt, "127.0.0.1"));
	assert_true(gnutls_x509_crt_check_hostname(crt, "::1"));
	assert_false(gnutls_x509_crt_check_hostname(crt, "evil.example"));
	gnutls_x509_crt_deinit(crt);
}

static void it_is_p_256_signed_by_itself_and_no_authority(void **state)
{
	gnutls_x509_crt_t crt = load();
	gnutls_ecc_curve_t curve;
	gnutls_datum_t x, y;

	(void)state;
	assert_int_equal(gnutls_x509_crt_get_pk_ecc_raw(crt, &curve, &x, &y), 0);
	assert_int_equal(curve, GNUTLS_ECC_CURVE_SECP256R1);
	assert_int_equal(gnutls_x509_crt_check_issuer(crt, crt), 1);
	assert_int_equal(gnutls_x509_crt_get_ca_status(crt, NULL), 0);
	gnutls_free(x.data);
	gnutls_free(y.data);
	gnutls_x509_crt_deinit(crt);
}

/* Both ends count: a second more is a day more for those who check it. */
static void it_lasts_825_days_in_all(void **state)
{
	gnutls_x509_crt_t crt = load();
	int64_t until = 0, from = gnutls_x509_crt_get_activation_time(crt);

	(void)state;
	assert_int_equal(tls_expiry(&until, buf_span(&cert)), ST_OK);
	assert_int_equal(until + 1 - from, 825LL * DAY);
	assert_int_equal(from, NOW - 3600);
	assert_int_equal(tls_expiry(&until, SPAN("nonsense")), ST_CONFIG);
	gnutls_x509_crt_deinit(crt);
}

static void both_files_are_for_the_owner_alone(void **state)
{
	struct stat sb;

	(void)state;
	assert_int_equal(stat(cert_path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0600);
	assert_int_equal(stat(key_path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0600);
}

static void an_existing_key_is_never_overwritten(void **state)
{
	struct buf again;

	(void)state;
	buf_init(&again, 65536);
	assert_int_equal(tls_self_signed(cert_path, key_path, "a", NOW), ST_EXISTS);
	assert_int_equal(file_read(key_path, &again), ST_OK);
	assert_true(span_eq(buf_span(&again), buf_span(&key)));
	buf_clear(&again);
}

static void a_host_name_is_a_host_name(void **state)
{
	static const char *const bad[] = {"", "a b", "a/b", "-a", ".a", "a_b", "花.example", "*.a"};
	char c[64], k[64];

	(void)state;
	snprintf(c, sizeof c, "%s/c2.pem", folder);
	snprintf(k, sizeof k, "%s/k2.pem", folder);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (tls_self_signed(c, k, bad[i], NOW) != ST_INVALID)
			fail_msg("\"%s\" is taken", bad[i]);
	assert_false(file_exists(c));
	assert_int_equal(tls_self_signed(c, k, "192.0.2.7", NOW), ST_OK);
}

static void a_pair_that_does_not_belong_together_is_refused(void **state)
{
	char c[64], k[64];
	struct buf other;

	(void)state;
	assert_int_equal(tls_check(buf_span(&cert), buf_span(&key)), ST_OK);
	buf_init_secret(&other, 65536);
	snprintf(c, sizeof c, "%s/c3.pem", folder);
	snprintf(k, sizeof k, "%s/k3.pem", folder);
	assert_int_equal(tls_self_signed(c, k, "b.example", NOW), ST_OK);
	assert_int_equal(file_read(k, &other), ST_OK);
	assert_int_equal(tls_check(buf_span(&cert), buf_span(&other)), ST_CONFIG);
	assert_int_equal(tls_check(buf_span(&key), buf_span(&cert)), ST_CONFIG);
	assert_int_equal(tls_check(SPAN(""), SPAN("")), ST_CONFIG);
	buf_clear(&other);
}

static void a_weak_key_is_refused(void **state)
{
	gnutls_x509_privkey_t weak;
	gnutls_x509_crt_t crt;
	gnutls_datum_t c, k;

	(void)state;
	assert_int_equal(gnutls_x509_privkey_init(&weak), 0);
	assert_int_equal(gnutls_x509_privkey_generate(weak, GNUTLS_PK_RSA, 1024, 0), 0);
	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	assert_int_equal(gnutls_x509_crt_set_version(crt, 3), 0);
	assert_int_equal(gnutls_x509_crt_set_serial(crt, "1", 1), 0);
	assert_int_equal(gnutls_x509_crt_set_activation_time(crt, NOW), 0);
	assert_int_equal(gnutls_x509_crt_set_expiration_time(crt, NOW + DAY), 0);
	assert_int_equal(gnutls_x509_crt_set_key(crt, weak), 0);
	assert_int_equal(gnutls_x509_crt_sign2(crt, crt, weak, GNUTLS_DIG_SHA256, 0), 0);
	assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &c), 0);
	assert_int_equal(gnutls_x509_privkey_export2(weak, GNUTLS_X509_FMT_PEM, &k), 0);
	assert_int_equal(
	    tls_check(span_make((char *)c.data, c.size), span_make((char *)k.data, k.size)),
	    ST_CONFIG);
	gnutls_free(c.data);
	gnutls_free(k.data);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(weak);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_names_the_host_and_this_machine),
	    cmocka_unit_test(it_is_p_256_signed_by_itself_and_no_authority),
	    cmocka_unit_test(it_lasts_825_days_in_all),
	    cmocka_unit_test(both_files_are_for_the_owner_alone),
	    cmocka_unit_test(an_existing_key_is_never_overwritten),
	    cmocka_unit_test(a_host_name_is_a_host_name),
	    cmocka_unit_test(a_pair_that_does_not_belong_together_is_refused),
	    cmocka_unit_test(a_weak_key_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
