import Dispatch
import Foundation
import Synchronization

/// Runs an actor's work on one thread of its own, always the same.
///
/// Tensors stay on their thread, and libtorch keeps modes and helper threads for each thread that
/// calls it, so that a pool of threads would make it slow and large.
final class ThreadExecutor: SerialExecutor {
  private let queue = Queue()

  /// Starts the thread; it ends when nothing refers to the executor any more.
  init(named name: String) {
    let thread = Thread { [queue] in
      while let work = queue.next() { work.job.runSynchronously(on: work.executor) }
    }
    thread.name = name
    // Deep networks need more than the half megabyte that some systems give.
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { queue.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    queue.add(Work(job: UnownedJob(job), executor: asUnownedSerialExecutor()))
  }

  private struct Work: Sendable {
    let job: UnownedJob
    let executor: UnownedSerialExecutor
  }

  private final class Queue: Sendable {
    private let work = Mutex<[Work]>([])
    private let available = DispatchSemaphore(value: 0)

    func add(_ item: Work) {
      work.withLock { $0.append(item) }
      available.signal()
    }

    /// A signal without work: the thread has nothing to wait for any more.
    func close() { available.signal() }

    func next() -> Work? {
      available.wait()
      return work.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
  }
}
