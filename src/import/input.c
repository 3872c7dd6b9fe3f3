/* Files by zlib, which reads what is not packed as it is. */
#include "input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

nn_status nn_input_open(nn_input *in, const char *file) {
    struct stat about;
    *in = (nn_input){.file = file};
    if (stat(file, &about) != 0) return nn_error(NN_NO_INPUT, "%s: %s", file, strerror(errno));
    if (!S_ISREG(about.st_mode)) /* it is read twice */
        return nn_error(NN_NO_INPUT, "%s: this is not a regular file", file);
    errno = 0;
    in->stream = gzopen(file, "rbe");
    if (!in->stream)
        return nn_error(NN_NO_INPUT, "%s: %s", file, errno ? strerror(errno) : "out of memory");
    gzbuffer(in->stream, 1 << 17);
    return NN_OK;
}

void nn_input_close(nn_input *in) {
    if (in->stream) gzclose_r(in->stream);
    in->stream = NULL;
}

int64_t nn_input_left(const nn_input *in) {
    struct stat about;
    if (!gzdirect(in->stream) || stat(in->file, &about) != 0) return -1;
    return (int64_t)about.st_size - in->offset;
}

static nn_status failure(const nn_input *in) {
    int code = Z_OK;
    const char *text = gzerror(in->stream, &code);
    if (code == Z_OK) return NN_OK;
    if (code == Z_ERRNO) return nn_error(NN_IO, "%s: %s", in->file, strerror(errno));
    return nn_error(NN_BAD_DATA,
                    "%s: what gzip packed is damaged or truncated after %lld bytes (%s)", in->file,
                    (long long)in->offset, text);
}

nn_status nn_input_read(nn_input *in, void *bytes, int64_t n, int64_t *got) {
    const int64_t most = 1 << 30;
    *got = 0;
    while (*got < n) {
        int64_t wanted = n - *got < most ? n - *got : most;
        int some = gzread(in->stream, (char *)bytes + *got, (unsigned)wanted);
        if (some > 0) *got += some, in->offset += some;
        if (some < wanted) return failure(in);
    }
    return NN_OK;
}
