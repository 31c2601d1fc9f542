import Imaging
import TensorModule

/// What a corruption does at one strength.
protocol Effect {
  /// The strength that a severity has for pictures of a size.
  init(at scale: SizeScale)

  /// The picture after the effect; samples may leave 0…1.
  func applied(
    to picture: RealPicture, using random: inout RandomNumbers
  ) throws(ImagingError) -> RealPicture
}
