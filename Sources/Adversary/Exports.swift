// `import Adversary` gives a Swift program everything that it needs to load a model, attack it and
// show what happened.

@_exported public import Attacks
@_exported public import Corruptions
@_exported public import Datasets
@_exported public import Defenses
@_exported public import Evaluation
@_exported public import Imaging
@_exported public import InferenceProtocol
@_exported public import ONNXLowering
@_exported public import Oracles
@_exported public import ProgramFormats
@_exported public import ProgramIR
@_exported public import ProgramRuntime
@_exported public import Reports
@_exported public import Reproductions
@_exported public import Serving
@_exported public import Substitutes
@_exported public import TensorModule
@_exported public import ThreatModels
@_exported public import Training
