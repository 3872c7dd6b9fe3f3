/* Memory that is asked for before the first step and given back all at once. Floor 0. */
#ifndef NNMPI_ARENA_H
#define NNMPI_ARENA_H

#include <stddef.h>

#define NN_ALIGNMENT 64 /* bytes: one cache line, one AVX-512 register */

typedef struct nn_arena nn_arena;

/* Never NULL: running out of memory for the arena's own few bytes is a panic. */
nn_arena *nn_arena_create(void);
void nn_arena_destroy(nn_arena *arena); /* NULL is allowed */

/* Zeroed memory, aligned to NN_ALIGNMENT, owned by the arena. Out of memory: a panic that says how
 * much was asked for. After nn_arena_seal every call is a panic. */
void *nn_arena_alloc(nn_arena *arena, size_t bytes);
/* The same, not zeroed and not touched (for first touch by its user); NULL when there is none. */
void *nn_arena_alloc_untouched(nn_arena *arena, size_t bytes);
char *nn_arena_text(nn_arena *arena, const char *text); /* a copy of a string */
char *nn_arena_format(nn_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void nn_arena_seal(nn_arena *arena);
size_t nn_arena_used(const nn_arena *arena); /* bytes handed out, rounded up to the alignment */

#define NN_NEW(arena, type) ((type *)nn_arena_alloc((arena), sizeof(type)))
#define NN_NEW_ARRAY(arena, type, n) ((type *)nn_arena_alloc((arena), (size_t)(n) * sizeof(type)))

#endif
