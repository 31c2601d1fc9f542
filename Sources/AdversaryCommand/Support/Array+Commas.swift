extension [String] {
  /// Values of a list, which may be parted by commas as well as by spaces: `fgsm,pgd:steps=5,restarts=2` is
  /// two attacks, since a comma before a setting belongs to what stands before it.
  var partedAtCommas: [String] {
    flatMap { text in
      text.split(separator: ",", omittingEmptySubsequences: false).reduce(into: [String]()) {
        let name = $1.prefix { $0 != "=" }
        let isSetting = name.count < $1.count && !name.contains(":")
        if isSetting, let last = $0.popLast() {
          $0.append("\(last),\($1)")
        } else {
          $0.append(String($1))
        }
      }
    }
  }
}
