/* Runs one call of a program on an image of its memory: emulated LIBRARY IMAGE CALLS OUTPUTS.
   The image is written back in place; nothing is recorded. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTROL_BYTES = 1 << 16 }; /* more than words.py has for a few threads */

typedef void (*program)(char *memory, long *control, long thread, long count, void **records, long done);

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

int main(int count, char **arguments) {
    if (count != 5) fail("expected LIBRARY IMAGE CALLS OUTPUTS");
    void *library = dlopen(arguments[1], RTLD_NOW);
    if (!library) fail(dlerror());
    program step = (program)dlsym(library, "step");
    if (!step) fail("expected a function named step");
    FILE *image = fopen(arguments[2], "r+b");
    if (!image) fail("expected an image of memory");
    fseek(image, 0, SEEK_END);
    long size = ftell(image);
    rewind(image);
    char *memory = NULL;
    long *control = NULL;
    if (posix_memalign((void **)&memory, 64, size) || posix_memalign((void **)&control, 64, CONTROL_BYTES))
        fail("expected memory");
    memset(control, 0, CONTROL_BYTES);
    if (fread(memory, 1, size, image) != (size_t)size) fail("expected the whole image");
    void **records = calloc(atol(arguments[4]) + 1, sizeof(void *));
    step(memory, control, 0, atol(arguments[3]), records, 0);
    rewind(image);
    if (fwrite(memory, 1, size, image) != (size_t)size) fail("expected room for the image");
    return fclose(image);
}
