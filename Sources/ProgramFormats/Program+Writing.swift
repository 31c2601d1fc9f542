public import ProgramIR

extension Program {
  /// Writes a model file that `torch.export.load` of PyTorch 2.9 to 2.13 reads.
  ///
  /// The file takes its name when it is complete; until then, and if anything fails, what was there
  /// before stays. Names of parameters and buffers, ties between weights and the dynamic batch are
  /// kept; what only Python knows, such as stack traces and example inputs, is not.
  ///
  /// - Parameter path: where to write.
  /// - Throws: ``FormatError`` whose description starts with `path`: of the reason `unsupported` if the
  ///   program lacks the type of a value, `unwritable` if the file cannot be written.
  public func write(to path: String) throws(FormatError) {
    do throws(FormatError) {
      try ZipWriter(PT2Writer(self).entries()).write(to: path)
    } catch {
      throw error.naming(file: path)
    }
  }
}
