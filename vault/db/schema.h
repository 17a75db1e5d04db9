/* The tables, as steps that are numbered by PRAGMA user_version. */
#ifndef KARTE_DB_SCHEMA_H
#define KARTE_DB_SCHEMA_H

extern const char *const schema_index[];
extern const char *const schema_vault[];
extern const int schema_index_steps;
extern const int schema_vault_steps;
/* The tables of index.db that db_clear_index empties. */
extern const char schema_index_clear[];

#endif
