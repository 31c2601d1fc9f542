/// Immutable bytes that one or more weights look into.
///
/// The bytes are little-endian and start at an address aligned for every data type.
public final class Storage: @unchecked Sendable {
  // Sendable because the bytes are written only before `init` returns and never afterwards.
  private let bytes: UnsafeMutableRawBufferPointer

  /// A storage that the closure fills.
  ///
  /// - Parameters:
  ///   - byteCount: how many bytes to allocate; the caller has checked it against its source.
  ///   - fill: writes all of them; what it throws is thrown on.
  public init<E: Error>(
    byteCount: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    bytes = .allocate(byteCount: byteCount, alignment: 64)
    // If this throws, `deinit` still runs and frees the bytes, because they are initialised.
    try fill(bytes)
  }

  deinit { bytes.deallocate() }

  /// How many bytes there are.
  public var byteCount: Int { bytes.count }

  /// Gives the bytes to a closure, which must not keep the pointer.
  public func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(bytes))
  }
}

extension Storage: Hashable {
  /// Storages are equal when they are the same storage.
  public static func == (left: Storage, right: Storage) -> Bool { left === right }

  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
