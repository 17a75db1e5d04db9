/* The tables; PRAGMA user_version says which a file has. */
#ifndef KARTE_DB_SCHEMA_H
#define KARTE_DB_SCHEMA_H

/* index.db is made in one go; one with a smaller number is emptied first. */
extern const char schema_index[];
extern const int schema_index_number;
/* vault.db goes step by step; the number is that of the steps it has behind it. */
extern const char *const schema_vault[];
extern const int schema_vault_steps;
/* The tables of index.db that db_clear_index empties. */
extern const char schema_index_clear[];

#endif
