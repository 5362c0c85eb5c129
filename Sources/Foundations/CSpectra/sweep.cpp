#include "kernels.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

#pragma STDC FP_CONTRACT OFF

namespace {

// Twelve bytes, not sixteen: two of them for each row are the largest thing a cut needs beside the matrix.
struct Entry {
    uint32_t high, low, row;

    uint64_t key() const { return uint64_t(high) << 32 | low; }
    uint32_t digit(int number) const { return (number < 4 ? low : high) >> (8 * (number & 3)) & 0xff; }
};

// An unsigned key in the order of the numbers; -0 and 0 are one value.
uint64_t orderedKey(double value) {
    value += 0.0;
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t(1) << 63);
}

// By key, equal keys by row: few by comparison, many digit by digit; digits that all keys share are skipped.
void sortByKey(std::vector<Entry> &entries) {
    const size_t count = entries.size();
    if (count < 1024) {
        std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
            return a.key() != b.key() ? a.key() < b.key() : a.row < b.row;
        });
        return;
    }
    std::vector<std::array<uint32_t, 256>> histograms(8);
    for (auto &histogram : histograms) histogram.fill(0);
    for (const Entry &entry : entries)
        for (int digit = 0; digit < 8; ++digit) ++histograms[digit][entry.digit(digit)];
    std::vector<Entry> other(count);
    for (int digit = 0; digit < 8; ++digit) {
        auto &histogram = histograms[digit];
        if (histogram[entries[0].digit(digit)] == count) continue;
        uint32_t place = 0;
        for (uint32_t &slot : histogram) {
            const uint32_t size = slot;
            slot = place;
            place += size;
        }
        for (const Entry &entry : entries) other[histogram[entry.digit(digit)]++] = entry;
        entries.swap(other);
    }
}

}  // namespace

extern "C" int argot_spectra_sweep(
    ptrdiff_t rows, const ptrdiff_t *start, const uint32_t *column, const float *value, const double *scale,
    const double *weight, ptrdiff_t columns, const double *columnScale, const double *columnSum, const double *vector,
    double minimumSide, uint8_t *side, ptrdiff_t *prefix, double *conductance) {
    try {
        std::vector<double> scaled(columns), scaledSum(columns), sum(columns, 0.0);
        for (ptrdiff_t j = 0; j < columns; ++j) {
            scaled[j] = vector[j] * columnScale[j];
            scaledSum[j] = columnSum[j] * columnScale[j];
        }
        std::vector<Entry> entries(rows);
        double totalMass = 0, totalWeight = 0;
        for (ptrdiff_t i = 0; i < rows; ++i) {
            double product = 0, mass = 0;
            for (ptrdiff_t k = start[i]; k < start[i + 1]; ++k) {
                product += double(value[k]) * scaled[column[k]];
                mass += double(value[k]) * scaledSum[column[k]];
            }
            const uint64_t key = orderedKey(product / mass);
            entries[i] = {uint32_t(key >> 32), uint32_t(key), uint32_t(i)};
            totalMass += weight[i] * scale[i] * mass;
            totalWeight += weight[i];
        }
        sortByKey(entries);

        // c(S,T) = c(S) - |x|², x the sum of the rows of S: exact, and each row costs its own cells only.
        double prefixMass = 0, prefixWeight = 0, square = 0, best = std::numeric_limits<double>::infinity();
        ptrdiff_t bestPrefix = 0;
        // The order of the rows is no order of memory: what comes next is fetched in time, its place first.
        constexpr ptrdiff_t ahead = 16;
        for (ptrdiff_t place = 0; place + 1 < rows; ++place) {
            if (place + 2 * ahead < rows) {
                const ptrdiff_t later = entries[place + 2 * ahead].row;
                __builtin_prefetch(&start[later]);
                __builtin_prefetch(&scale[later]);
                __builtin_prefetch(&weight[later]);
            }
            if (place + ahead < rows) {
                const ptrdiff_t cell = start[entries[place + ahead].row];
                __builtin_prefetch(&column[cell]);
                __builtin_prefetch(&value[cell]);
            }
            const ptrdiff_t i = entries[place].row;
            const double factor = scale[i] * weight[i];
            double growth = 0, mass = 0;
            for (ptrdiff_t k = start[i]; k < start[i + 1]; ++k) {
                const uint32_t j = column[k];
                const double part = factor * double(value[k]) * columnScale[j];
                mass += double(value[k]) * scaledSum[j];
                growth += part * (2 * sum[j] + part);
                sum[j] += part;
            }
            square += growth;
            prefixMass += factor * mass;
            prefixWeight += weight[i];
            const double smaller = std::min(prefixMass, totalMass - prefixMass);
            if (!(smaller > 0) || prefixWeight < minimumSide || totalWeight - prefixWeight < minimumSide) continue;
            const double candidate = (prefixMass - square) / smaller;
            if (candidate < best) {
                best = candidate;
                bestPrefix = place + 1;
            }
        }
        for (ptrdiff_t place = 0; place < rows; ++place) side[entries[place].row] = place < bestPrefix;
        *prefix = bestPrefix;
        *conductance = std::max(best, 0.0);
        return ARGOT_SPECTRA_DONE;
    } catch (const std::bad_alloc &) {
        return ARGOT_SPECTRA_OUT_OF_MEMORY;
    }
}
