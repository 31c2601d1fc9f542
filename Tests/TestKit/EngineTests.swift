public import Testing

/// Everything that runs the engine, in whatever test target: one test at a time, because tensors and
/// memory are counted per process and threads are shared.
///
/// `extension EngineTests { @Suite struct PGDTests { … } }`
@Suite(.serialized) public struct EngineTests {}
