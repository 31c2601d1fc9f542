import Foundation
public import ProgramIR

extension Program {
  /// Reads a model file: a `.pt2` archive as `torch.export.save` of PyTorch 2.9 to 2.13 writes it.
  ///
  /// What the file is, is judged by its content. Nothing in it is ever executed, and everything
  /// that it declares is checked: sizes before memory is allocated, names before they are used.
  ///
  /// - Parameter path: the path of the file.
  /// - Returns: the program with all its weights in memory.
  /// - Throws: ``FormatError`` whose description starts with `path`.
  public static func read(from path: String) throws(FormatError) -> Program {
    do throws(FormatError) {
      let (prefix, byteCount) = try openingBytes(ofFileAt: path)
      if let refusal = FileKind(prefix: prefix, byteCount: byteCount).refusal { throw refusal }
      return try PT2Archive(ZipArchive(path: path, byteCount: byteCount)).program()
    } catch {
      throw error.naming(file: path)
    }
  }

  /// Reads a model file that is in memory already.
  ///
  /// - Parameters:
  ///   - bytes: the content of the file.
  ///   - name: what errors call it.
  /// - Returns: the program with all its weights copied out of `bytes`.
  /// - Throws: ``FormatError`` whose description starts with `name`.
  public static func read(_ bytes: [UInt8], named name: String) throws(FormatError) -> Program {
    do throws(FormatError) {
      if let refusal = FileKind(prefix: bytes, byteCount: bytes.count).refusal { throw refusal }
      return try PT2Archive(ZipArchive(bytes: bytes)).program()
    } catch {
      throw error.naming(file: name)
    }
  }

  /// The bytes that tell what a file is, and its whole length.
  private static func openingBytes(
    ofFileAt path: String
  ) throws(FormatError) -> (prefix: Data, byteCount: Int) {
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
    return (prefix, byteCount)
  }
}
