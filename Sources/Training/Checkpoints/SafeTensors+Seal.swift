import Crypto
import Foundation
import ProgramFormats

extension SafeTensors {
  private static let sealKey = "sha256"

  /// The same with a digest of names, sizes, numbers and other notes, by which damage is noticed.
  func sealed() -> SafeTensors {
    var result = self
    result.metadata[Self.sealKey] = digest
    return result
  }

  /// Whether it is what was sealed, to the last bit.
  var isIntact: Bool { metadata[Self.sealKey] == digest }

  private var digest: String {
    var hash = SHA256()
    for (key, note) in metadata.sorted(by: { $0.key < $1.key }) where key != Self.sealKey {
      hash.update(data: Data("\(key.utf8.count) \(note.utf8.count) \(key) \(note)".utf8))
    }
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      hash.update(data: Data("\(name.utf8.count) \(name) \(entry.sizes)".utf8))
      entry.values.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }
}
