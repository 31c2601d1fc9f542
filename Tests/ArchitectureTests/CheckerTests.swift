import Testing

/// The checks above are worth something only if they can fail.
@Suite("The architecture's checker") struct CheckerTests {
  static let modules: Set<String> = ["Attacks", "TensorModule", "Datasets", "CTorch", "Imaging"]

  @Test(
    "sees every way to write an import",
    arguments: [
      "import Datasets", "public import Datasets", "internal import Datasets",
      "package import Datasets", "@preconcurrency import Datasets",
      "@preconcurrency public import Datasets", "@_spi(Internals) import Datasets",
      "@testable import Datasets", "import struct Datasets.Sample", "  import Datasets",
      "import Foundation\nimport Datasets  // for samples",
    ])
  func seesImport(text: String) {
    #expect(violations(in: "Attacks", text) == ["A.swift: Attacks must not import Datasets."])
  }

  @Test(
    "sees what only the command may do",
    arguments: [
      ("import ArgumentParser", "A.swift: only the command parses arguments."),
      ("  print(\"hello\")", "A.swift: a library never prints."),
      ("if verbose { Swift.print(1) }", "A.swift: a library never prints."),
      ("debugPrint(tensor)", "A.swift: a library never prints."),
    ])
  func seesTheCommandsBusiness(text: String, violation: String) {
    #expect(violations(in: "Attacks", text) == [violation])
    #expect(violations(in: Architecture.command, text) == [])
  }

  @Test("keeps CTorch behind TensorModule")
  func seesCTorch() {
    #expect(violations(in: "TensorModule", "internal import CTorch") == [])
    #expect(!violations(in: "Attacks", "internal import CTorch").isEmpty)
    #expect(!violations(in: Architecture.command, "import CTorch").isEmpty)
  }

  @Test("wants a row for every module")
  func seesMissingRow() {
    #expect(!violations(in: "Surprise", "").isEmpty)
  }

  @Test(
    "is not misled",
    arguments: [
      "// import Datasets", "/// print(x) shows it", "import TensorModule", "import Foundation",
      "importer.run()", "footprint(of: x)", "report.print(to: file)", "let importance = 1",
    ])
  func isNotMisled(text: String) {
    #expect(violations(in: "Attacks", text) == [])
  }

  @Test("counts lines", arguments: [("", 1), ("a", 1), ("a\nb", 2), ("a\n\nb\n", 4)])
  func countsLines(text: String, count: Int) {
    #expect(SourceFile(module: "Attacks", path: "A.swift", text: text).lineCount == count)
  }

  private func violations(in module: String, _ text: String) -> [String] {
    SourceFile(module: module, path: "A.swift", text: text).violations(among: Self.modules)
  }
}
