public import Imaging

/// One picture of a data set.
public struct LabelledPicture: Hashable, Sendable {
  /// The picture.
  public var picture: Picture
  /// The number of its true class; nothing where it is not known.
  public var label: Int?
  /// A name that no other picture of the data set has and that fits into a file name.
  public var name: String

  /// A picture with its label and its name.
  public init(picture: Picture, label: Int?, name: String) {
    self.picture = picture
    self.label = label
    self.name = name
  }
}
