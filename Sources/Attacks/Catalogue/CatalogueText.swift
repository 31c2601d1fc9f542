/// What people write to a catalogue: a name, or a name with settings, such as `pgd:steps=100`.
package struct CatalogueText {
  /// The name in lower case.
  package let name: String
  /// The texts of the settings by their names.
  package let settings: [String: String]

  /// Takes a text apart.
  ///
  /// - Throws: ``CatalogueError`` when a setting is not written as `name=value` or comes twice.
  package init(_ text: String) throws(CatalogueError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    name = parts[0].lowercased()
    var settings: [String: String] = [:]
    for pair in parts.count < 2
      ? [] : parts[1].split(separator: ",", omittingEmptySubsequences: false)
    {
      let sides = pair.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { throw .unreadableSetting(String(pair), of: name) }
      guard settings.updateValue(String(sides[1]), forKey: String(sides[0])) == nil else {
        throw .repeatedSetting(String(sides[0]), of: name)
      }
    }
    self.settings = settings
  }

  /// A name with settings as they are listed, `steps=7, rho=0.75`, written as it would be read.
  package static func written(_ name: String, _ settings: String) -> String {
    settings.isEmpty ? name : "\(name):\(settings.replacing(", ", with: ","))"
  }
}
