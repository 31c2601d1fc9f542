/// Which values a pixel of an adversarial example may take.
public enum PixelGrid: String, Hashable, Codable, Sendable, CaseIterable {
  /// Multiples of 1/255: what a picture file can hold.
  case eightBit = "8bit"
  /// Any number in [0, 1]: to compare with the literature.
  case float
}
