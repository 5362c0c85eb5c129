// Eigen's assertions end the process: in a release build they are off, as they are for every other library.
#ifndef DEBUG
#define EIGEN_NO_DEBUG
#endif

#include "kernels.h"

#include <Eigen/Eigenvalues>
#include <Spectra/SymEigsSolver.h>
#include <new>
#include <vector>

#pragma STDC FP_CONTRACT OFF

namespace {

using Vector = Eigen::VectorXd;

double dot(ptrdiff_t n, const double *x, const double *y) {
    double sum[4] = {0, 0, 0, 0};
    ptrdiff_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (int lane = 0; lane < 4; ++lane) sum[lane] += x[k + lane] * y[k + lane];
    for (; k < n; ++k) sum[0] += x[k] * y[k];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

// P B P in the form Spectra asks for.
template <typename Product>
class Deflated {
public:
    using Scalar = double;

    Deflated(ptrdiff_t columns, const double *direction, Product product)
        : columns_(columns), direction_(direction), product_(product), projected_(columns) {}

    Eigen::Index rows() const { return columns_; }
    Eigen::Index cols() const { return columns_; }

    void perform_op(const double *x, double *y) const {
        const double along = dot(columns_, direction_, x);
        for (ptrdiff_t j = 0; j < columns_; ++j) projected_[j] = x[j] - along * direction_[j];
        product_(projected_.data(), y);
        project(y);
    }

    void project(double *y) const {
        const double along = dot(columns_, direction_, y);
        for (ptrdiff_t j = 0; j < columns_; ++j) y[j] -= along * direction_[j];
    }

private:
    ptrdiff_t columns_;
    const double *direction_;
    Product product_;
    mutable std::vector<double> projected_;
};

template <typename Product>
int lanczos(
    ptrdiff_t columns, const double *direction, Product product, ptrdiff_t basis, ptrdiff_t restarts, double tolerance,
    double *vector, double *eigenvalue, ptrdiff_t *products) {
    try {
        Deflated<Product> deflated(columns, direction, product);
        deflated.project(vector);
        Spectra::SymEigsSolver<Deflated<Product>> solver(deflated, 1, basis);
        solver.init(vector);
        const auto found = solver.compute(Spectra::SortRule::LargestAlge, restarts, tolerance);
        *products = solver.num_operations();
        if (found < 1) return ARGOT_SPECTRA_NOT_CONVERGED;
        *eigenvalue = solver.eigenvalues()[0];
        Eigen::Map<Vector>(vector, columns) = solver.eigenvectors(1).col(0);
        deflated.project(vector);
        return ARGOT_SPECTRA_DONE;
    } catch (const std::bad_alloc &) {
        return ARGOT_SPECTRA_OUT_OF_MEMORY;
    } catch (...) {
        return ARGOT_SPECTRA_FAILED;
    }
}

}  // namespace

extern "C" int argot_spectra_lanczos_rows(
    ptrdiff_t rows, const ptrdiff_t *start, const uint32_t *column, const float *value, const double *factor,
    ptrdiff_t columns, const double *columnScale, const double *direction, ptrdiff_t basis, ptrdiff_t restarts,
    double tolerance, double *vector, double *eigenvalue, ptrdiff_t *products) {
    try {
        const argot::RowOperator form{rows, start, column, value, factor, columns, columnScale};
        std::vector<double> scaled(columns);
        auto product = [&form, &scaled](const double *x, double *y) { form.multiply(x, y, scaled.data()); };
        return lanczos(columns, direction, product, basis, restarts, tolerance, vector, eigenvalue, products);
    } catch (const std::bad_alloc &) {
        return ARGOT_SPECTRA_OUT_OF_MEMORY;
    }
}

extern "C" int argot_spectra_lanczos_gram(
    ptrdiff_t columns, const double *gram, const double *direction, ptrdiff_t basis, ptrdiff_t restarts,
    double tolerance, double *vector, double *eigenvalue, ptrdiff_t *products) {
    const argot::GramOperator form{columns, gram};
    auto product = [&form](const double *x, double *y) { form.multiply(x, y); };
    return lanczos(columns, direction, product, basis, restarts, tolerance, vector, eigenvalue, products);
}

extern "C" int argot_spectra_dense(
    ptrdiff_t columns, const double *gram, const double *direction, double *vector, double *eigenvalue) {
    try {
        // The direction is an eigenvector of eigenvalue 1: taking it away leaves all others as they are.
        Eigen::MatrixXd matrix(columns, columns);
        const double *entry = gram;
        for (ptrdiff_t a = 0; a < columns; ++a) {
            for (ptrdiff_t b = a; b < columns; ++b) {
                matrix(a, b) = matrix(b, a) = *entry++ - direction[a] * direction[b];
            }
        }
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
        if (solver.info() != Eigen::Success) return ARGOT_SPECTRA_NOT_CONVERGED;
        *eigenvalue = solver.eigenvalues()[columns - 1];
        Eigen::Map<Vector>(vector, columns) = solver.eigenvectors().col(columns - 1);
        return ARGOT_SPECTRA_DONE;
    } catch (const std::bad_alloc &) {
        return ARGOT_SPECTRA_OUT_OF_MEMORY;
    } catch (...) {
        return ARGOT_SPECTRA_FAILED;
    }
}
