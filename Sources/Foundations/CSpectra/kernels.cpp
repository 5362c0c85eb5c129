#include "kernels.h"

#include <algorithm>
#include <new>
#include <vector>

#pragma STDC FP_CONTRACT OFF

namespace argot {

void RowOperator::multiply(const double *x, double *y, double *scaled) const {
    for (ptrdiff_t j = 0; j < columns; ++j) {
        scaled[j] = x[j] * columnScale[j];
        y[j] = 0;
    }
    ptrdiff_t cell = start[0];
    for (ptrdiff_t i = 0; i < rows; ++i) {
        const ptrdiff_t end = start[i + 1];
        double product = 0;
        for (ptrdiff_t k = cell; k < end; ++k) product += double(value[k]) * scaled[column[k]];
        product *= factor[i];
        for (ptrdiff_t k = cell; k < end; ++k) y[column[k]] += double(value[k]) * product;
        cell = end;
    }
    for (ptrdiff_t j = 0; j < columns; ++j) y[j] *= columnScale[j];
}

// One pass over the triangle serves both halves; four sums at once, in a fixed order.
void GramOperator::multiply(const double *x, double *y) const {
    const double *row = gram;
    std::fill(y, y + columns, 0.0);
    for (ptrdiff_t i = 0; i < columns; ++i) {
        const double factor = x[i];
        const double *tail = x + i;
        double *out = y + i;
        const ptrdiff_t length = columns - i;
        double sum[4] = {row[0] * factor, 0, 0, 0};
        ptrdiff_t k = 1;
        for (; k + 4 <= length; k += 4) {
            for (int lane = 0; lane < 4; ++lane) {
                const double entry = row[k + lane];
                sum[lane] += entry * tail[k + lane];
                out[k + lane] += entry * factor;
            }
        }
        for (; k < length; ++k) {
            sum[0] += row[k] * tail[k];
            out[k] += row[k] * factor;
        }
        out[0] += (sum[0] + sum[1]) + (sum[2] + sum[3]);
        row += length;
    }
}

}  // namespace argot

extern "C" void argot_spectra_gram(
    ptrdiff_t rows, const ptrdiff_t *start, const uint32_t *column, const float *value, const double *factor,
    ptrdiff_t columns, const double *columnScale, double *gram) {
    std::fill(gram, gram + columns * (columns + 1) / 2, 0.0);
    for (ptrdiff_t i = 0; i < rows; ++i) {
        const ptrdiff_t end = start[i + 1];
        for (ptrdiff_t k = start[i]; k < end; ++k) {
            // Entry (a, b), a <= b, lies at a * columns - a * (a - 1) / 2 + (b - a).
            const ptrdiff_t a = column[k];
            double *line = gram + (a * columns - a * (a - 1) / 2 - a);
            const double product = factor[i] * double(value[k]);
            for (ptrdiff_t l = k; l < end; ++l) line[column[l]] += product * double(value[l]);
        }
    }
    double *entry = gram;
    for (ptrdiff_t a = 0; a < columns; ++a)
        for (ptrdiff_t b = a; b < columns; ++b) *entry++ *= columnScale[a] * columnScale[b];
}

extern "C" int argot_spectra_multiply_rows(
    ptrdiff_t rows, const ptrdiff_t *start, const uint32_t *column, const float *value, const double *factor,
    ptrdiff_t columns, const double *columnScale, const double *x, double *y) {
    try {
        std::vector<double> scaled(columns);
        argot::RowOperator{rows, start, column, value, factor, columns, columnScale}.multiply(x, y, scaled.data());
        return ARGOT_SPECTRA_DONE;
    } catch (const std::bad_alloc &) {
        return ARGOT_SPECTRA_OUT_OF_MEMORY;
    }
}

extern "C" void argot_spectra_multiply_gram(ptrdiff_t columns, const double *gram, const double *x, double *y) {
    argot::GramOperator{columns, gram}.multiply(x, y);
}
