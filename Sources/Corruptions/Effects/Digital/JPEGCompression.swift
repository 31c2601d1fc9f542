import Imaging
import TensorModule

/// Written as JPEG and read back.
///
/// The published qualities.
struct JPEGCompression: Effect {
  /// 1…100.
  var quality: Int

  init(at scale: SizeScale) {
    quality = scale.strength(small: [80, 65, 58, 50, 40], large: [25, 18, 15, 10, 7])
  }

  func applied(
    to picture: RealPicture, using random: inout RandomNumbers
  ) throws(ImagingError) -> RealPicture {
    RealPicture(try Picture(decoding: picture.picture().jpegData(quality: quality)))
  }
}
