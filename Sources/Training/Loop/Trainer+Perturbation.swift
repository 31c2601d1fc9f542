import ProgramRuntime
public import TensorModule

extension Trainer {
  /// Runs a closure while the weights are moved, and puts them back as they were to the bit.
  ///
  /// - Parameters:
  ///   - changes: one for each trained weight, of its shape; weights without one stay.
  ///   - body: what is done meanwhile.
  public func withWeights<Result>(
    movedBy changes: [Tensor?], _ body: () throws(TrainingError) -> Result
  ) throws(TrainingError) -> Result {
    let moves = zip(model.weights.trainedTensors, changes).compactMap { weight, change in
      change.map { (weight: weight, before: weight.copied(), after: weight + $0) }
    }
    do throws(EngineError) {
      for move in moves { try TrainingOperators.overwrite(move.weight, with: move.after) }
    } catch {
      throw .engine(error)
    }
    let result: Swift.Result<Result, TrainingError>
    do throws(TrainingError) {
      result = .success(try body())
    } catch {
      result = .failure(error)
    }
    do throws(EngineError) {
      for move in moves { try TrainingOperators.overwrite(move.weight, with: move.before) }
    } catch {
      throw .engine(error)
    }
    return try result.get()
  }
}
