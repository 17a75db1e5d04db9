/* For the sources of sound.h only. */
#ifndef KARTE_FLOW_SOUND_IMPL_H
#define KARTE_FLOW_SOUND_IMPL_H

#include "vault/flow/sound.h"

/* Adds an item; its text and href must be the arena's or literals.  ST_NOMEM if they are absent
   because the arena is exhausted.  Beyond SOUND_ITEMS_MAX nothing is added, but counted in act. */
enum status sound_add(struct sound *s, const struct sound_item *i);

enum status sound_of_proof(struct sound *s);
enum status sound_of_events(struct sound *s);

#endif
