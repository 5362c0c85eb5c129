private import CSpectra

/// What to do with memory that is no longer needed.
public enum MemoryPolicy {
    /// Has large blocks (128 kB and more) given back to the kernel as soon as they are freed, in the whole process.
    ///
    /// By default glibc raises that limit whenever a large block is freed, up to 32 MB, and keeps what lies below it: a
    /// process that divides a matrix now and then would stay as large as it was at most. A program calls this once,
    /// when it starts; a library should not decide it. Does nothing where the C library is another one.
    public static func returnLargeBlocks() { argot_spectra_return_large_blocks() }

    /// Gives back to the kernel what the process has freed, wherever it lies: for after something large was made that left
    /// much behind. O(free blocks); some milliseconds. Does nothing where the C library is another one.
    public static func giveBack() { argot_spectra_give_back() }
}
