import Testing

/// Everything in this target that runs the engine: one test at a time, because leaks are counted
/// per process.
@Suite(.serialized) struct EngineTests {}
