/* An MPI program that trains a network on arrays that it has in memory, with some of its ranks.
 *
 *     mpicc train_from_memory.c $(pkg-config --cflags --libs nnmpi) -o train_from_memory
 *     mpirun -np 4 ./train_from_memory flowers.yaml flowers.csv run 2
 *
 * The table has numbers, the last of each row a class id; every rank of those that train has its
 * own rows of it, as a simulation would. The other ranks do something else meanwhile. */
#include <nnmpi/nnmpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct table {
    int64_t rows, columns; /* of inputs */
    double *x;
    int64_t *label;
} table;

/* Rows first, first + step, ... would do as well as these: rows [first, end) of all. */
static table read_rows(const char *file, int part, int parts) {
    table t = {0};
    char line[4096];
    FILE *in = fopen(file, "r");
    if (!in) {
        fprintf(stderr, "%s cannot be read\n", file);
        MPI_Abort(MPI_COMM_WORLD, 66);
    }
    int64_t all = 0;
    while (fgets(line, sizeof line, in)) all++;
    int64_t first = all * part / parts, end = all * (part + 1) / parts;
    rewind(in);
    for (int64_t i = 0; i < end && fgets(line, sizeof line, in); i++) {
        int64_t columns = 0;
        for (char *c = line; *c; c++) columns += *c == ',';
        if (!t.x) {
            t.columns = columns;
            t.x = malloc((size_t)((end - first) * columns + 1) * sizeof *t.x);
            t.label = malloc((size_t)(end - first + 1) * sizeof *t.label);
        }
        if (i < first) continue;
        char *at = line;
        for (int64_t c = 0; c < columns; c++, at++) t.x[t.rows * columns + c] = strtod(at, &at);
        t.label[t.rows++] = strtoll(at, NULL, 10);
    }
    fclose(in);
    return t;
}

static void tell(void *context, int64_t epoch, int n, const char *const *names,
                 const double *values) {
    printf("epoch %lld", (long long)epoch);
    for (int i = 0; i < n; i++) printf("  %s %.6f", names[i], values[i]);
    printf("\n");
}

/* The class of each of this rank's rows, and how many of them are right. */
static nn_status judge(nn_trainer *t, const table *mine, const nn_view *inputs, MPI_Comm group) {
    int64_t outputs = nn_trainer_outputs(t), count[2] = {mine->rows, 0}, sum[2];
    double *p = malloc((size_t)(mine->rows * outputs + 1) * sizeof *p);
    nn_status status = nn_trainer_predict(t, mine->rows, inputs, p);
    for (int64_t i = 0; i < mine->rows && status == NN_OK; i++) {
        int64_t best = 0;
        for (int64_t k = 1; k < outputs; k++)
            if (p[i * outputs + k] > p[i * outputs + best]) best = k;
        count[1] += best == mine->label[i];
    }
    free(p);
    if (status != NN_OK) return status; /* of this rank alone: a real program would agree first */
    int rank;
    MPI_Comm_rank(group, &rank);
    MPI_Reduce(count, sum, 2, MPI_INT64_T, MPI_SUM, 0, group);
    if (rank == 0) printf("%lld of %lld are right\n", (long long)sum[1], (long long)sum[0]);
    return NN_OK;
}

static nn_status print_parameters(nn_trainer *t) {
    for (int i = 0; i < nn_trainer_parameters(t); i++) {
        nn_parameter about;
        nn_status status = nn_trainer_parameter(t, i, &about);
        if (status != NN_OK) return status;
        double sum = 0, *w = malloc((size_t)about.size * sizeof *w);
        status = nn_trainer_copy(t, i, w);
        for (int64_t k = 0; k < about.size && status == NN_OK; k++) sum += w[k] * w[k];
        if (status == NN_OK)
            printf("%-20s %6lld numbers, sum of squares %.9g\n", about.name,
                   (long long)about.size, sum);
        free(w);
        if (status != NN_OK) return status;
    }
    return NN_OK;
}

static nn_status train(nn_trainer *t, const char *file, const char *folder, MPI_Comm group) {
    int rank, ranks;
    MPI_Comm_rank(group, &rank);
    MPI_Comm_size(group, &ranks);
    table mine = read_rows(file, rank, ranks);
    nn_view inputs = {mine.x, NN_F64, 1, {mine.columns}};
    nn_samples samples = {.count = mine.rows, .inputs = inputs, .targets = {mine.label, NN_I64}};
    nn_status status = nn_trainer_give(t, "train", &samples);
    if (status == NN_OK) status = nn_trainer_watch(t, tell, NULL);
    if (status == NN_OK) status = nn_trainer_train(t);
    if (status == NN_OK) status = judge(t, &mine, &inputs, group);
    if (status == NN_OK && rank == 0) status = print_parameters(t);
    if (status == NN_OK) status = nn_trainer_save(t, folder);
    free(mine.x);
    free(mine.label);
    return status;
}

static int work_in_group(char **argv, MPI_Comm group) {
    nn_trainer *t;
    int rank;
    MPI_Comm_rank(group, &rank);
    nn_status status = nn_trainer_open_file(&t, group, argv[1], NULL);
    if (status == NN_OK) status = train(t, argv[2], argv[3], group);
    if (status != NN_OK && rank == 0)
        fprintf(stderr, "%s: %s\n", nn_status_text(status), nn_trainer_message());
    nn_trainer_close(t);
    return status;
}

int main(int argc, char **argv) {
    int rank, ranks;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    if (argc < 4) {
        if (rank == 0) fprintf(stderr, "usage: train_from_memory CONFIG TABLE.csv FOLDER [RANKS]\n");
        MPI_Finalize();
        return 2;
    }
    int train_on = argc > 4 ? atoi(argv[4]) : ranks, code = 0;
    MPI_Comm group;
    MPI_Comm_split(MPI_COMM_WORLD, rank < train_on, rank, &group);
    if (rank < train_on)
        code = work_in_group(argv, group);
    else { /* another part of the program, with messages of its own */
        int others;
        MPI_Allreduce(&(int){1}, &others, 1, MPI_INT, MPI_SUM, group);
        if (rank == train_on) printf("%d ranks do something else\n", others);
    }
    MPI_Comm_free(&group);
    MPI_Finalize();
    return code;
}
