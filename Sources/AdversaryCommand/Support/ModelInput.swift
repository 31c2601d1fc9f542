import Adversary

extension Picture {
  /// The picture in the shape that a model takes.
  ///
  /// Grey becomes RGB where colour is wanted; RGB becomes grey only if it holds no colour. Another
  /// size is resized by the shorter side and cropped around the centre.
  func fitted(to shape: ImageShape, named name: String) throws -> Picture {
    guard shape.channels == 1 || shape.channels == 3 else {
      throw CommandFailure(
        .badData, "the model takes pictures of \(shape.channels) channels; files hold 1 or 3")
    }
    var picture = self
    if channels != shape.channels {
      guard channels == 1 || hasNoColour else {
        throw CommandFailure(
          .badData, "\(name) is a colour picture; the model takes grey ones: convert it first")
      }
      picture = picture.converted(toChannels: shape.channels)
    }
    if (picture.width, picture.height) == (shape.width, shape.height) { return picture }
    return picture.resizedAndCropped(toWidth: shape.width, height: shape.height)
  }

  private var hasNoColour: Bool {
    stride(from: 0, to: samples.count, by: 3).allSatisfy { index in
      let red = samples[index]
      return samples[index + 1] == red && samples[index + 2] == red
    }
  }
}
