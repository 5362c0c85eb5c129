#ifndef ARGOT_SPECTRA_H
#define ARGOT_SPECTRA_H
int argot_spectra_version(void);
#endif
