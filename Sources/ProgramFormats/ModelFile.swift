import Foundation

/// A regular file that may hold a model, and what kind it is.
struct ModelFile {
  /// What the file is, judged by its content.
  let kind: FileKind
  /// The length of the file.
  let byteCount: Int

  /// Looks at the file at a path.
  ///
  /// - Throws: ``FormatError`` if there is none, or if it is a folder or a device.
  init(at path: String) throws(FormatError) {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else {
      throw FormatError(.missing, "there is no such file; check the path")
    }
    switch attributes[.type] as? FileAttributeType {
    case .typeRegular: break
    case .typeDirectory:
      throw FormatError(.unsupported, "this is a folder; give the model file inside it")
    default: throw FormatError(.unsupported, "this is not a regular file; give a model file")
    }
    guard let handle = FileHandle(forReadingAtPath: path),
      let byteCount = (attributes[.size] as? NSNumber)?.intValue,
      let prefix = try? handle.read(upToCount: FileKind.prefixLength) ?? Data()
    else { throw FormatError(.missing, "the file cannot be opened; check its permissions") }
    self.byteCount = byteCount
    kind = FileKind(prefix: prefix, byteCount: byteCount)
  }
}
