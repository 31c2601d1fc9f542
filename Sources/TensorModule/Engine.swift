internal import CTorch

/// Facts and settings of the engine that hold for the whole process.
public enum Engine {
  /// The version of libtorch, such as `2.13.0`.
  public static var version: String { String(cString: ct_version()) }

  /// How many threads one operator may use on the processor.
  public static var threadCount: Int { Int(ct_thread_count()) }

  /// Sets how many threads one operator may use; libtorch keeps it for the process.
  ///
  /// - Precondition: `count` is positive.
  public static func useThreads(_ count: Int) {
    precondition(count > 0, "at least one thread")
    trapping { () throws(EngineError) in
      try check(ct_set_thread_count(Int32(count)), during: "setting the thread count")
    }
  }

  /// Keeps memory that tensors give back for the next ones, for the rest of the process.
  ///
  /// Otherwise the system maps and clears every large tensor anew, which can take a third of the time
  /// of a pass through a small network. The process then holds on to the most that it ever used. Only
  /// with glibc's allocator; call it once, before other threads allocate.
  public static func keepFreedMemory() { ct_keep_freed_memory() }

  /// How many tensors exist on this side of the border, for tests that look for leaks.
  package static var liveTensorCount: Int { Int(ct_live_tensors()) }
}
