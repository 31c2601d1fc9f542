/// Why a picture could not be read or written.
public struct ImagingError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: Hashable, Sendable {
    /// No file has this path.
    case missing
    /// The file could not be read; the system's words.
    case unreadable(String)
    /// The file could not be written; the system's words.
    case unwritable(String)
    /// The content is neither PNG nor JPEG.
    case notAPicture
    /// The content starts like a picture and then breaks the rules of its format; the decoder's words.
    case damaged(PictureFormat, String)
    /// A side or the number of pixels is over the limits of ``Picture``.
    case tooLarge(width: Int, height: Int)
    /// More than 8 bits per channel.
    case bitsPerChannel(Int)
    /// Some pixels are translucent.
    case translucent
    /// Four inks (CMYK or YCCK) in place of grey or RGB.
    case fourInks
  }

  /// What went wrong.
  public let reason: Reason
  /// The path as the caller gave it; nothing for a picture that was decoded from memory.
  public let path: String?

  /// An error.
  public init(_ reason: Reason, path: String? = nil) {
    self.reason = reason
    self.path = path
  }
}

extension ImagingError: CustomStringConvertible {
  /// One sentence for a person: which picture, what is wrong, and what to do.
  public var description: String {
    let picture = path.map { "“\($0)”" } ?? "the picture"
    switch reason {
    case .missing:
      return "\(picture) does not exist."
    case .unreadable(let words):
      return "\(picture) cannot be read: \(words)."
    case .unwritable(let words):
      return "\(picture) cannot be written: \(words)."
    case .notAPicture:
      return "\(picture) is neither a PNG nor a JPEG picture."
    case .damaged(let format, let words):
      return "\(picture) is a damaged \(format.rawValue): \(words)."
    case .tooLarge(let width, let height):
      return "\(picture) has \(width)×\(height) pixels, and at most \(Picture.maximumSide) per side"
        + " and \(Picture.maximumPixels / 1_000_000) megapixels are read; make it smaller."
    case .bitsPerChannel(let bits):
      return "\(picture) has \(bits) bits per channel; save it with 8."
    case .translucent:
      return "\(picture) has translucent pixels; put it on an opaque background and save it again."
    case .fourInks:
      return "\(picture) is in CMYK, the four inks of a printer; save it in RGB."
    }
  }
}
