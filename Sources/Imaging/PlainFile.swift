import Foundation

/// Plain files, read whole and written at once.
package enum PlainFile {
  /// Why a file could not be read or written.
  package enum Fault: Error, Hashable {
    /// No file has this path.
    case missing
    /// The system refused, or it is not a plain file; one phrase.
    case refused(String)
  }

  /// The largest file that is read.
  package static let maximumSize = 4_000_000_000

  /// The bytes of a plain file; devices, pipes and folders are refused.
  package static func bytes(at path: String) throws(Fault) -> [UInt8] {
    let url = URL(filePath: path)
    do {
      // A link is followed: what counts is where it leads.
      let attributes = try FileManager.default.attributesOfItem(
        atPath: url.resolvingSymlinksInPath().path)
      guard attributes[.type] as? FileAttributeType == .typeRegular else {
        throw Fault.refused("it is not a plain file")
      }
      guard let size = attributes[.size] as? Int, size <= maximumSize else {
        throw Fault.refused("it is too large")
      }
      return [UInt8](try Data(contentsOf: url))
    } catch {
      throw fault(from: error)
    }
  }

  /// Writes a file so that its path never holds half of it.
  package static func write(_ bytes: [UInt8], to path: String) throws(Fault) {
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw fault(from: error)
    }
  }

  private static func fault(from error: any Error) -> Fault {
    if let fault = error as? Fault { return fault }
    switch (error as? CocoaError)?.code {
    case .fileNoSuchFile?, .fileReadNoSuchFile?: return .missing
    case .fileReadNoPermission?, .fileWriteNoPermission?: return .refused("permission denied")
    case .fileWriteOutOfSpace?: return .refused("the disk is full")
    default:
      // Foundation's own text has no more than a number; the system's words are one level down.
      let cause = (error as? CocoaError)?.underlying as? POSIXError
      return .refused(
        cause.map { String(cString: strerror($0.code.rawValue)) } ?? "the system refuses")
    }
  }
}
