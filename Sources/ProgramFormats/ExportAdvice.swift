/// What to tell people whose file is not an exported program.
enum ExportAdvice {
  /// The line of Python that writes a file we read.
  static let line = """
    torch.export.save(torch.export.export(model.eval(), (x,), \
    dynamic_shapes=({0: torch.export.Dim("batch")},)), "model.pt2")
    """

  /// The end of a sentence that tells what to do in Python.
  static let exportAgain = "load the model in Python and export it with: \(line)"
}
