public import Imaging

/// Why a data set could not be opened or one of its pictures could not be read.
public struct DatasetError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: Hashable, Sendable {
    /// No file or folder has this path.
    case missing
    /// The system refused; its words.
    case unreadable(String)
    /// The content breaks the rules of its format; a clause that follows the path.
    case malformed(String)
    /// A picture could not be decoded.
    case picture(ImagingError.Reason)
    /// The path holds nothing that is understood as a data set.
    case notRecognised
  }

  /// What went wrong.
  public let reason: Reason
  /// The file or folder that is at fault.
  public let path: String

  /// An error.
  public init(_ reason: Reason, path: String) {
    self.reason = reason
    self.path = path
  }
}

extension DatasetError: CustomStringConvertible {
  /// One sentence for a person: which file, what is wrong, and what to do.
  public var description: String {
    switch reason {
    case .missing:
      "“\(path)” does not exist."
    case .unreadable(let words):
      "“\(path)” cannot be read: \(words)."
    case .malformed(let clause):
      "“\(path)” \(clause)."
    case .picture(let reason):
      ImagingError(reason, path: path).description
    case .notRecognised:
      "“\(path)” is not a data set; give a folder of MNIST files (IDX, also .gz), of CIFAR-10 files"
        + " (.bin), of class folders with PNG or JPEG pictures, or of pictures, or a CSV file with"
        + " the columns “file” and “class”."
    }
  }
}

extension DatasetError {
  /// The bytes of a file.
  static func bytes(ofFileAt path: String) throws(DatasetError) -> [UInt8] {
    do {
      return try PlainFile.bytes(at: path)
    } catch {
      switch error {
      case .missing: throw DatasetError(.missing, path: path)
      case .refused(let words): throw DatasetError(.unreadable(words), path: path)
      }
    }
  }

  /// The text of a file in UTF-8, without a byte order mark.
  static func text(ofFileAt path: String) throws(DatasetError) -> String {
    guard let text = String(validating: try bytes(ofFileAt: path), as: UTF8.self) else {
      throw DatasetError(.malformed("is not text in UTF-8"), path: path)
    }
    return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
  }

  /// The picture in a file.
  static func picture(inFileAt path: String) throws(DatasetError) -> Picture {
    do {
      return try Picture(contentsOf: path)
    } catch {
      switch error.reason {
      case .missing: throw DatasetError(.missing, path: path)
      default: throw DatasetError(.picture(error.reason), path: path)
      }
    }
  }
}
