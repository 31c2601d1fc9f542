import Adversary

extension EvaluationSetup {
  /// The command that makes the same results again.
  var commandLine: String {
    var words = ["adversary", "evaluate", model.path, "--data", data.path]
    func add(_ name: String, _ values: [String]) {
      words.append(name)
      words += values
    }
    if data.split != Split.test.rawValue { add("--split", [data.split]) }
    add(data.isSpread == true ? "--sample" : "--first", ["\(data.count)"])
    if let classNamesPath { add("--labels", [classNamesPath]) }
    add("--attacks", attacks.map(\.text))
    let norms = Norm.allCases.filter { norm in threats.contains { $0.budget.norm == norm } }
    if norms != [.linf] { add("--norm", norms.map(\.rawValue)) }
    // Every norm has every ε that was given, but each its own where none was.
    if threats.contains(where: { $0.budget.text != $0.budget.norm.usualEpsilon }) {
      var texts: [String] = []
      for threat in threats where !texts.contains(threat.budget.text) {
        texts.append(threat.budget.text)
      }
      add("--epsilon", texts)
    }
    let grids = Set(threats.map(\.pixels))
    if grids != [.eightBit] { add("--pixels", [grids.count == 2 ? "both" : "float"]) }
    if objective == .leastLikely { add("--target", ["least-likely"]) }
    words += ModelUse(recorded: model.options).words
    if let defense {
      add("--transform", defense.transformations)
      add("--draws", ["\(defense.draws)"])
    }
    if !checksSanity { words.append("--no-sanity") }
    add("--seed", ["\(seed)"])
    add("--batch-size", ["\(batchSize)"])
    return words.map(\.quotedForShell).joined(separator: " ")
  }
}
