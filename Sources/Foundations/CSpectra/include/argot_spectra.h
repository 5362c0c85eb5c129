// The numeric kernels of the room `Spectral`, and the only door to the C++ libraries Eigen and Spectra.
//
// Why C++: Spectra and Eigen are C++ templates, and a matrix product inside Spectra's iteration cannot call back into
// Swift without cost. It can go when a symmetric Lanczos solver exists as a maintained Swift package.
//
// Every function is re-entrant, keeps nothing between calls and throws nothing: it returns one of the statuses below.
// A matrix is given as rows in CSR form: row i has the columns column[start[i]] ..< column[start[i + 1]], ascending.
// The results do not depend on the number of threads: every sum has one fixed order, and nothing is fused.
#ifndef ARGOT_SPECTRA_H
#define ARGOT_SPECTRA_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin
#ifdef __cplusplus
extern "C" {
#endif

enum {
    ARGOT_SPECTRA_DONE = 0,
    ARGOT_SPECTRA_NOT_CONVERGED = 1,
    ARGOT_SPECTRA_OUT_OF_MEMORY = 2,
    ARGOT_SPECTRA_FAILED = 3,
};

// The upper triangle, row by row, of sum over rows of factor * value valueᵀ; `gram` holds columns * (columns + 1) / 2.
void argot_spectra_gram(
    ptrdiff_t rows, const ptrdiff_t *start, const uint32_t *column, const float *value, const double *factor,
    ptrdiff_t columns, const double *columnScale, double *gram);

// y = B x with B = C Vᵀ F V C: V the rows, F = diag(factor), C = diag(columnScale).
int argot_spectra_multiply_rows(
    ptrdiff_t rows, const ptrdiff_t *start, const uint32_t *column, const float *value, const double *factor,
    ptrdiff_t columns, const double *columnScale, const double *x, double *y);

// y = B x with B in the packed form of `argot_spectra_gram`.
void argot_spectra_multiply_gram(ptrdiff_t columns, const double *gram, const double *x, double *y);

// The largest eigenpair of P B P, P = 1 - direction directionᵀ, by Spectra's implicitly restarted Lanczos method.
// `vector` holds the start on entry and the unit eigenvector on return; `products` counts products with B.
int argot_spectra_lanczos_rows(
    ptrdiff_t rows, const ptrdiff_t *start, const uint32_t *column, const float *value, const double *factor,
    ptrdiff_t columns, const double *columnScale, const double *direction, ptrdiff_t basis, ptrdiff_t restarts,
    double tolerance, double *vector, double *eigenvalue, ptrdiff_t *products);
int argot_spectra_lanczos_gram(
    ptrdiff_t columns, const double *gram, const double *direction, ptrdiff_t basis, ptrdiff_t restarts,
    double tolerance, double *vector, double *eigenvalue, ptrdiff_t *products);

// The same eigenpair by Eigen's dense symmetric solver.
int argot_spectra_dense(
    ptrdiff_t columns, const double *gram, const double *direction, double *vector, double *eigenvalue);

// The best prefix cut of the rows in order of (row · vector) / (row · columnSum), equal values in row order.
// Only prefixes with at least `minimumSide` of the weight on either side count. `side[i]` becomes 1 for the rows of the
// prefix and 0 for the others; `*prefix` is 0 when no prefix is admissible.
int argot_spectra_sweep(
    ptrdiff_t rows, const ptrdiff_t *start, const uint32_t *column, const float *value, const double *scale,
    const double *weight, ptrdiff_t columns, const double *columnScale, const double *columnSum, const double *vector,
    double minimumSide, uint8_t *side, ptrdiff_t *prefix, double *conductance);

// Runs body(context) on `count` threads, of which the caller is one, and waits for all of them; if `background`, on
// new ones only, at the lowest priority. Where no thread can be made, the body runs on the caller's thread.
void argot_spectra_run_threads(int count, int background, void (*body)(void *context), void *context);

// Fixes the size from which blocks are mapped, and so given back when freed, at 128 kB for the whole process.
// Swift's module of the C library leaves <malloc.h> out.
void argot_spectra_return_large_blocks(void);

// Gives what is free back to the kernel, wherever in the heap it lies.
void argot_spectra_give_back(void);

#ifdef __cplusplus
}
#endif
#pragma clang assume_nonnull end
#endif
