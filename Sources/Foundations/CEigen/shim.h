// Eigen and Spectra are C++ headers: this module only carries their include path to CSpectra.
