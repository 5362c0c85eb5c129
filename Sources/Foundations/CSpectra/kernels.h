// Products with the two forms of the operator, shared by the kernels and the solvers.
#ifndef ARGOT_KERNELS_H
#define ARGOT_KERNELS_H

#include "argot_spectra.h"

// Nothing may be fused, or results would differ between processors.
#pragma STDC FP_CONTRACT OFF

namespace argot {

// B = C Vᵀ F V C, never formed.
struct RowOperator {
    ptrdiff_t rows;
    const ptrdiff_t *start;
    const uint32_t *column;
    const float *value;
    const double *factor;
    ptrdiff_t columns;
    const double *columnScale;

    void multiply(const double *x, double *y, double *scaled) const;
};

// B as a packed upper triangle.
struct GramOperator {
    ptrdiff_t columns;
    const double *gram;

    void multiply(const double *x, double *y) const;
};

}  // namespace argot

#endif
