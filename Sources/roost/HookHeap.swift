import CLinux
import Glibc

/// The heap of a hook: a process of a few threads and a few milliseconds, which uses one to four megabytes.
enum HookHeap {
    private static let hugePage = 2 << 20

    /// Has to be called before the first thread starts, since a heap for each thread would be made in many small steps.
    ///
    /// A page that is touched for the first time costs more than what is done with it. So the heap goes on at a border of
    /// 2 MB and is asked for in pages of that size: two or three instead of up to a thousand. Where the kernel does not have
    /// them nothing is lost.
    static func prepare() {
        mallopt(M_ARENA_MAX, 1)
        // Long texts too: a mapping of its own would be of small pages, and given back at once.
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TOP_PAD, Int32(4 * hugePage))
        let before = UInt(bitPattern: sbrk(0))
        let border = (before + UInt(hugePage) - 1) & ~UInt(hugePage - 1)
        // What is left below the border, and a little more, so that the heap has to grow. Nobody touches it; an allocation of
        // which nothing is asked would be left out by the compiler.
        guard let rest = malloc(Int(border - before) + (256 << 10)), malloc_usable_size(rest) > 0 else { return }
        let after = UInt(bitPattern: sbrk(0)) & ~UInt(hugePage - 1)
        guard after > border else { return }
        // Fails where there are no such pages.
        _ = madvise(UnsafeMutableRawPointer(bitPattern: border), Int(after - border), MADV_HUGEPAGE)
    }
}
