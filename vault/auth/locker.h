/*
 * Files that are put aside on the disk, closed with a key of the vault (libsodium's secretstream,
 * XChaCha20-Poly1305): a head of the program's own, then the content.  Nothing that indexes, scans
 * or runs files can take what is inside for a file.
 *
 * "KLK1", the stream's header (24 bytes), then boxes: four bytes of length, little endian, and the
 * ciphertext.  The first box is the head, the last is marked as the last: one that was cut short
 * does not open.
 */
#ifndef KARTE_AUTH_LOCKER_H
#define KARTE_AUTH_LOCKER_H

#include "generator/base/buf.h"

enum { LOCKER_KEY = 32, LOCKER_HEAD_MAX = 32 * 1024 };

/* The key in a file of 32 bytes, which is made (mode 0600) if it is not there.  ST_CORRUPT. */
enum status locker_key(const char *path, unsigned char key[static LOCKER_KEY]);

/* Writes head and the first `bytes` bytes of the file `in` to `out`. */
enum status locker_close(const unsigned char key[static LOCKER_KEY], struct span head, int in,
			 size_t bytes, int out);
/* Appends the head.  ST_CORRUPT for what does not open. */
enum status locker_head(const unsigned char key[static LOCKER_KEY], int in, struct buf *head);
/* Head and content.  ST_CORRUPT also when anything is missing; out may have been written to then.
 */
enum status locker_open(const unsigned char key[static LOCKER_KEY], int in, struct buf *head,
			int out, size_t *bytes);

#endif
