/// The arrows between modules: which of our modules may import which.
///
/// An arrow that is not here does not exist. The manifest alone cannot keep them, because SwiftPM
/// lets a target import what its dependencies depend on.
enum Architecture {
  /// For each module written in Swift, the modules of this package that its files may import.
  static let arrows: [String: Set<String>] = [
    "TensorModule": ["CTorch"],

    "ProgramIR": [],
    "ProgramFormats": ["ProgramIR", "CZip"],
    "ProgramRuntime": ["ProgramIR", "TensorModule", "ThreatModels"],
    "ONNXLowering": ["ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule"],

    "ThreatModels": ["TensorModule"],
    "Attacks": ["TensorModule", "ThreatModels"],

    "Training": [
      "Datasets", "Imaging", "ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule",
      "ThreatModels",
    ],
    "Defenses": [
      "Attacks", "Datasets", "Imaging", "ProgramRuntime", "TensorModule", "ThreatModels",
      "Training",
    ],

    "Imaging": ["CImaging", "CTurboJPEG", "CExif"],
    "Datasets": ["Imaging", "TensorModule", "CZlib"],
    "Corruptions": ["Imaging", "TensorModule"],
    "TrafficSigns": ["Imaging"],

    "Oracles": ["Imaging", "InferenceProtocol", "TensorModule", "ThreatModels"],
    "Substitutes": [
      "Attacks", "Datasets", "Evaluation", "Imaging", "Oracles", "ProgramFormats", "ProgramIR",
      "ProgramRuntime", "TensorModule", "ThreatModels", "Training",
    ],

    "Evaluation": [
      "TensorModule", "ThreatModels", "Attacks", "Corruptions", "Datasets", "Imaging",
    ],
    "Reproductions": [
      "Attacks", "Datasets", "Defenses", "Evaluation", "Imaging", "Oracles", "ProgramFormats",
      "ProgramIR", "ProgramRuntime", "Substitutes", "TensorModule", "ThreatModels", "Training",
    ],
    "Reports": [
      "Corruptions", "Evaluation", "Imaging", "Oracles", "Reproductions", "Substitutes",
      "TensorModule", "ThreatModels",
    ],

    "InferenceProtocol": [],
    "Serving": ["Imaging", "InferenceProtocol", "TensorModule", "ThreatModels"],

    "Adversary": handedOn,
    "AdversaryCommand": handedOn.union(["Adversary", "TrafficSigns"]),
  ]

  /// What the umbrella `Adversary` hands on.
  private static let handedOn: Set<String> = [
    "Attacks", "Corruptions", "Datasets", "Defenses", "Evaluation", "Imaging", "InferenceProtocol",
    "ONNXLowering", "Oracles", "ProgramFormats", "ProgramIR", "ProgramRuntime", "Reports",
    "Reproductions", "Serving", "Substitutes", "TensorModule", "ThreatModels", "Training",
  ]

  /// The one module that speaks to people: it parses arguments and prints.
  static let command = "AdversaryCommand"

  /// The longest file in `Sources`, in lines.
  static let longestFile = 400

  /// The largest tracked file, in bytes.
  static let largestFile = 2 << 20
}
