#include "nnmpi/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/status.h"

typedef struct nn_block {
    struct nn_block *next;
    size_t room, used;
    char *memory;
} nn_block;

struct nn_arena {
    nn_block *block;
    size_t used;
    bool sealed;
};

#define NN_BLOCK_BYTES ((size_t)64 * 1024)

static size_t round_up(size_t bytes) {
    return (bytes + NN_ALIGNMENT - 1) / NN_ALIGNMENT * NN_ALIGNMENT;
}

nn_arena *nn_arena_create(void) {
    nn_arena *arena = calloc(1, sizeof *arena);
    if (!arena) nn_panic("out of memory");
    return arena;
}

void nn_arena_destroy(nn_arena *arena) {
    if (!arena) return;
    for (nn_block *block = arena->block, *next; block; block = next) {
        next = block->next;
        free(block->memory);
        free(block);
    }
    free(arena);
}

static bool add_block(nn_arena *arena, size_t bytes) {
    nn_block *block = malloc(sizeof *block);
    size_t room = bytes > NN_BLOCK_BYTES ? bytes : NN_BLOCK_BYTES;
    char *memory = block ? aligned_alloc(NN_ALIGNMENT, room) : NULL;
    if (!memory) {
        free(block);
        return false;
    }
    *block = (nn_block){.next = arena->block, .room = room, .memory = memory};
    arena->block = block;
    return true;
}

void *nn_arena_alloc_untouched(nn_arena *arena, size_t bytes) {
    if (arena->sealed)
        nn_panic("%zu bytes asked of a sealed arena: nothing is allocated in the loop", bytes);
    if (bytes > SIZE_MAX / 2) return NULL;
    size_t rounded = round_up(bytes ? bytes : 1);
    nn_block *block = arena->block;
    if (!block || block->room - block->used < rounded) {
        if (!add_block(arena, rounded)) return NULL;
        block = arena->block;
    }
    void *memory = block->memory + block->used;
    block->used += rounded;
    arena->used += rounded;
    return memory;
}

void *nn_arena_alloc(nn_arena *arena, size_t bytes) {
    void *memory = nn_arena_alloc_untouched(arena, bytes);
    if (!memory) nn_panic("out of memory: %zu bytes were asked for", bytes);
    return memset(memory, 0, bytes);
}

char *nn_arena_text(nn_arena *arena, const char *text) {
    size_t bytes = strlen(text) + 1;
    return memcpy(nn_arena_alloc(arena, bytes), text, bytes);
}

char *nn_arena_format(nn_arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = nn_arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

void nn_arena_seal(nn_arena *arena) {
    arena->sealed = true;
}

size_t nn_arena_used(const nn_arena *arena) {
    return arena->used;
}
