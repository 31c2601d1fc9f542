import Adversary
import Crypto
import Foundation

/// The SHA-256 digest of pictures with what is said of them.
struct PictureDigest {
  private var hash = SHA256()

  /// Takes in the next picture: its name, label, size and pixels.
  mutating func add(_ sample: LabelledPicture) {
    let picture = sample.picture
    let label = sample.label.map(String.init) ?? "none"
    let head = "\(sample.name)\0\(label) \(picture.channels) \(picture.height) \(picture.width)\n"
    hash.update(data: Data(head.utf8))
    hash.update(data: Data(picture.samples))
  }

  /// The digest of all pictures so far.
  var hexadecimal: String { hash.finalize().hexadecimal }

  /// The digest of some pictures.
  static func hexadecimal(of pictures: [LabelledPicture]) -> String {
    var digest = PictureDigest()
    for picture in pictures { digest.add(picture) }
    return digest.hexadecimal
  }
}
