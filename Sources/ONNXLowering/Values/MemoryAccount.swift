import ProgramIR
import ProgramRuntime
import TensorModule

/// How much memory the values of a graph take while it is lowered.
///
/// Single tensors are small enough each; a stranger's model may still hold on to many of them.
final class MemoryAccount {
  /// What the values that still live take together, views as if they were copies.
  private(set) var byteCount = 0

  /// What some tensors take; paid back when nobody holds it any more.
  final class Entry {
    private let account: MemoryAccount
    private let byteCount: Int

    fileprivate init(_ byteCount: Int, in account: MemoryAccount) {
      self.account = account
      self.byteCount = byteCount
      account.byteCount += byteCount
    }

    deinit { account.byteCount -= byteCount }
  }

  /// An entry for tensors; nothing for those that take next to nothing.
  func entry(for tensors: [Tensor]) -> Entry? {
    let count = tensors.reduce(0) {
      $0 + $1.elementCount * DataType($1.elementType).byteCount
    }
    return count < Self.smallest ? nil : Entry(count, in: self)
  }

  /// What is not worth an entry: even the most calls that there may be hold little with it.
  private static let smallest = 1 << 10
}
