import Foundation

/// One process at a time: a lock on a folder that ends with the process, however it ends.
public final class FolderLock {
  private let descriptor: Int32

  /// Takes the lock, or nothing if another process has it.
  public init?(_ path: String) {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
