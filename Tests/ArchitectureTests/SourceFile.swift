/// A Swift file as the architecture sees it: its module, its imports and its calls.
struct SourceFile {
  var module: String
  var path: String
  var text: String

  /// The modules that the file imports, in its order.
  var imports: [String] {
    let line =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|actor|func|var|let|typealias)\s+)?(\w+)/
    return code.compactMap { $0.firstMatch(of: line).map { String($0.1) } }
  }

  /// Whether the file writes to standard output.
  var prints: Bool {
    code.contains { $0.contains(/(?:^|[^\w.])(?:Swift\.)?(?:debugPrint|print)\(/) }
  }

  /// Whether a program wrote the file.
  var isGenerated: Bool { path.hasSuffix(".pb.swift") }

  /// The number of lines.
  var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count }

  /// What is wrong with the file, a sentence each.
  ///
  /// - Parameter modules: every module of this package, in Swift or C.
  func violations(among modules: Set<String>) -> [String] {
    guard let allowed = Architecture.arrows[module] else {
      return ["\(path): the module \(module) has no row in Architecture.arrows."]
    }
    var found = imports.filter { modules.contains($0) && !allowed.contains($0) }
      .map { "\(path): \(module) must not import \($0)." }
    if module != Architecture.command {
      if imports.contains("ArgumentParser") {
        found.append("\(path): only the command parses arguments.")
      }
      if prints { found.append("\(path): a library never prints.") }
    }
    return found
  }

  /// The lines without their comments.
  private var code: [Substring] {
    text.split(separator: "\n").map { line in
      line[..<(line.firstRange(of: "//")?.lowerBound ?? line.endIndex)]
    }
  }
}
