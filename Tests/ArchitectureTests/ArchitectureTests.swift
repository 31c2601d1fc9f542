import Foundation
import Testing

@Suite("The architecture") struct ArchitectureTests {
  @Test("No file of Sources imports, parses or prints what its module must not")
  func sourcesKeepTheArrows() throws {
    let modules = try Checkout.modules()
    let files = try Checkout.swiftFiles()
    #expect(!files.isEmpty)
    #expect(files.flatMap { $0.violations(among: modules) } == [])
  }

  @Test("Every arrow starts and ends at a module, and none leads back to where it started")
  func tableIsSound() throws {
    // A library's C part may come later than its row, so only modules in Swift are looked up.
    let modules = try Checkout.modules()
    for (module, imported) in Architecture.arrows {
      #expect(modules.contains(module), "\(module) has a row but no folder.")
      #expect(!reachable(from: imported).contains(module), "\(module) would import itself.")
    }
  }

  @Test("Only TensorModule imports CTorch, and no module imports the command")
  func tableKeepsTheWalls() {
    for (module, imported) in Architecture.arrows {
      #expect(imported.contains("CTorch") == (module == "TensorModule"), "\(module)")
      #expect(!imported.contains(Architecture.command), "\(module)")
    }
  }

  @Test("No file of Sources that people write is too long")
  func filesAreShort() throws {
    let long = try Checkout.swiftFiles().filter {
      !$0.isGenerated && $0.lineCount > Architecture.longestFile
    }
    #expect(long.map { "\($0.path): \($0.lineCount) lines" } == [])
  }

  private func reachable(from start: Set<String>) -> Set<String> {
    var reached: Set<String> = []
    var open = start
    while let module = open.popFirst() {
      guard reached.insert(module).inserted else { continue }
      open.formUnion(Architecture.arrows[module] ?? [])
    }
    return reached
  }
}
