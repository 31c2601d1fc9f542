public import ProgramIR

extension Program {
  /// Reads a model file: a `.pt2` archive as `torch.export.save` of PyTorch 2.9 to 2.13 writes it.
  ///
  /// ONNX files are refused: ``ONNXModel/read(from:)`` reads those, which become programs by lowering.
  ///
  /// What the file is, is judged by its content. Nothing in it is ever executed, and everything
  /// that it declares is checked: sizes before memory is allocated, names before they are used.
  ///
  /// - Parameter path: the path of the file.
  /// - Returns: the program with all its weights in memory.
  /// - Throws: ``FormatError`` whose description starts with `path`.
  public static func read(from path: String) throws(FormatError) -> Program {
    do throws(FormatError) {
      let file = try ModelFile(at: path)
      if let refusal = file.kind.refusal { throw refusal }
      return try PT2Archive(ZipArchive(path: path, byteCount: file.byteCount)).program()
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
}
