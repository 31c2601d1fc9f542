import Crypto
import Foundation

extension Digest {
  /// The digest as people write it: two lower-case digits a byte.
  var hexadecimal: String { map { String(format: "%02x", $0) }.joined() }
}
