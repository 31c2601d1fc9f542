import Foundation
public import ProgramFormats
import ProgramRuntime
import TensorModule

extension Trainer {
  /// What a checkpoint says besides numbers.
  private struct Notes: Codable, Equatable {
    var nextEpoch: Int
    var nextBatch: Int
    var outcome: TrainingOutcome
    var steps: [Int]
    var optimizer: String
    var plan: TrainingPlan
  }

  /// Of batches, steps and pictures.
  private static let possibleCounts = 0...(1 << 48)

  /// What the names of a method's memories begin with.
  private static let memoryPrefix = "method/"

  /// Everything that the next batch depends on: weights, statistics, what the optimizer and the
  /// method remember, averages and how far the run is.
  ///
  /// - Parameter notes: kept beside what the trainer notes itself, and as safe from damage.
  public func checkpoint(noting notes: [String: String] = [:]) -> SafeTensors {
    var result = SafeTensors(metadata: notes)
    for (name, tensor) in stateTensors {
      result.entries[name] = SafeTensors.Entry(sizes: tensor.shape, values: tensor.floats())
    }
    for (name, tensor) in methodMemory {
      result.entries[Self.memoryPrefix + name] = SafeTensors.Entry(
        sizes: tensor.shape, values: tensor.floats())
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let own = Notes(
      nextEpoch: nextEpoch, nextBatch: nextBatch, outcome: outcome, steps: state.steps,
      optimizer: type(of: optimizer).name, plan: plan)
    // Numbers and texts always have a JSON form.
    result.metadata["run"] = (try? encoder.encode(own)).map {
      String(decoding: $0, as: UTF8.self)
    }
    return result.sealed()
  }

  /// Goes back to where a checkpoint was made.
  ///
  /// - Throws: ``TrainingError/unfitCheckpoint(_:)`` when it is of another model or plan, or not as it
  ///   was written; nothing is changed then.
  public func restore(_ checkpoint: SafeTensors) throws(TrainingError) {
    guard
      let notes = checkpoint.metadata["run"].flatMap({
        try? JSONDecoder().decode(Notes.self, from: Data($0.utf8))
      }), notes.steps.count == state.steps.count
    else { throw .unfitCheckpoint("it says nothing of a training run of this model") }
    guard checkpoint.isIntact else {
      throw .unfitCheckpoint("it is damaged: its numbers are not those that were written")
    }
    guard notes.plan == plan, notes.optimizer == type(of: optimizer).name else {
      throw .unfitCheckpoint("the run had other settings")
    }
    let counts = [notes.nextBatch, notes.outcome.count, notes.outcome.rightCount] + notes.steps
    guard (0...plan.epochs).contains(notes.nextEpoch),
      counts.allSatisfy(Self.possibleCounts.contains)
    else { throw .unfitCheckpoint("its epoch is none of the run's") }
    let tensors = stateTensors
    for (name, tensor) in tensors where checkpoint.entries[name]?.sizes != tensor.shape {
      throw .unfitCheckpoint("\(name) is missing or has another shape")
    }
    do throws(EngineError) {
      for (name, tensor) in tensors {
        guard let entry = checkpoint.entries[name] else { continue }
        try TrainingOperators.overwrite(tensor, with: Tensor(entry.values, shape: entry.sizes))
      }
    } catch {
      throw .engine(error)
    }
    methodMemory = [:]
    for (name, entry) in checkpoint.entries where name.hasPrefix(Self.memoryPrefix) {
      methodMemory[String(name.dropFirst(Self.memoryPrefix.count))] = Tensor(
        entry.values, shape: entry.sizes)
    }
    nextEpoch = notes.nextEpoch
    nextBatch = notes.nextBatch
    outcome = notes.outcome
    state.steps = notes.steps
  }

  /// Whether all numbers of the run are finite.
  var isFinite: Bool { stateTensors.allSatisfy { $0.tensor.isFinite().allTrue() } }

  /// The tensors of the model with averages in the place of trained weights, if the plan asks for them.
  var averagedTensors: [Tensor]? {
    guard let average else { return nil }
    var tensors = model.weights.tensors
    for (index, tensor) in zip(model.weights.trained, average.averages) { tensors[index] = tensor }
    return tensors
  }

  /// All tensors that a run changes, each with a name of its own.
  private var stateTensors: [(name: String, tensor: Tensor)] {
    let weights = model.weights
    let trainedNames = weights.trained.map { weights.names[$0] }
    var result = Array(zip(weights.names, weights.tensors).map { (name: $0, tensor: $1) })
    for (kind, memory) in state.memories.sorted(by: { $0.key < $1.key }) {
      result += zip(trainedNames, memory).map { (name: "\(kind)/\($0)", tensor: $1) }
    }
    if let average {
      result += zip(trainedNames, average.averages).map { (name: "average/\($0)", tensor: $1) }
    }
    return result
  }
}
