import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// The elements of an XML document with their attributes, and what is wrong with it.
final class XMLElements: NSObject, XMLParserDelegate {
  private(set) var all: [(name: String, attributes: [String: String])] = []
  /// What is wrong with the document; nothing if it is sound.
  private(set) var problem: (any Error)?

  init(of xml: String) {
    super.init()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = self
    // On Linux the parser goes on after most errors and calls that a success.
    let isDone = parser.parse()
    problem = parser.parserError ?? (isDone ? nil : CocoaError(.fileReadCorruptFile))
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    all.append((name, attributes))
  }

  func named(_ name: String) -> [[String: String]] {
    all.filter { $0.name == name }.map(\.attributes)
  }
}
