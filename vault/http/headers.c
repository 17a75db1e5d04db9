#include "vault/http/headers.h"

/* Scripts, styles and pictures come only from this server, nothing frames a page, and no script
   may write into a page what it did not check. */
#define CSP                                                                                        \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                \
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "         \
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "            \
	"upgrade-insecure-requests"

#define MOSTLY_OFF                                                                                 \
	"accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "       \
	"fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), "                 \
	"magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), "             \
	"publickey-credentials-create=(self), publickey-credentials-get=(self), "                  \
	"screen-wake-lock=(), serial=(), sync-xhr=(), usb=(), "                                    \
	"xr-spatial-tracking=()"

const char *const sandbox_policy =
    "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const struct fixed_header fixed_headers[] = {
    {"Content-Security-Policy", CSP},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", MOSTLY_OFF},
    {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
};

const size_t fixed_header_count = sizeof fixed_headers / sizeof *fixed_headers;
